//! TLS with an authority of the sandbox's own, for clients whose host cannot be changed.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use reqwest::{Certificate, Client};
use server::{Running, Seat, SeatConfig, ServeConfig, Tls};

/// A server with TLS on a port of its own; the default account's number and token.
async fn start(dir: &Path) -> (Running, String, String) {
    let seat = Seat::open(SeatConfig::new("2023-per-number").expect("the edition exists")).expect("it opens");
    let account = seat.first_start().await.expect("the default account is made");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let tls = Tls::of_dir(dir).expect("the directory can be written");
    let running = server::serve_with(
        seat,
        listener.expect("loopback has ports"),
        ServeConfig {
            tls: Some(tls),
            ..ServeConfig::default()
        },
    );
    (
        running.expect("it listens"),
        account.phone_number_id,
        account.token,
    )
}

/// A client that trusts one authority, and finds the platform's host at the sandbox.
fn client(authority: &[u8], at: SocketAddr) -> Client {
    let trusted = Certificate::from_pem(authority).expect("a certificate");
    Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(10))
        .tls_certs_only([trusted])
        .resolve("localhost", at)
        .resolve("graph.facebook.com", at)
        .build()
        .expect("a client")
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_with_a_fixed_host_are_served() {
    let dir = tempfile::tempdir().expect("there is room");
    let (running, phone, token) = start(dir.path()).await;
    let (address, port) = (running.address(), running.address().port());
    let authority = std::fs::read(dir.path().join("ca.pem")).expect("it was written");
    let trusting = client(&authority, address);
    for (host, path) in [
        (
            format!("https://graph.facebook.com:{port}"),
            format!("/v25.0/{phone}?fields=id"),
        ),
        (format!("https://localhost:{port}"), "/healthz".to_owned()),
        (
            format!("https://127.0.0.1:{port}"),
            "/sandbox/v1/clock".to_owned(),
        ),
        (format!("http://{address}"), format!("/{phone}")),
    ] {
        let answer = trusting
            .get(format!("{host}{path}"))
            .bearer_auth(&token)
            .send()
            .await;
        assert_eq!(
            answer
                .unwrap_or_else(|error| panic!("{host}: {error:?}"))
                .status(),
            200,
            "{host}"
        );
    }
    // Links lead back to where the caller came from.
    let page = format!("https://graph.facebook.com:{port}/v25.0/message_template_library?limit=1");
    let page = trusting
        .get(&page)
        .bearer_auth(&token)
        .send()
        .await
        .expect("it answers");
    let page: serde_json::Value = serde_json::from_str(&page.text().await.expect("a body")).expect("JSON");
    let next = page["paging"]["next"].as_str().expect("there are more");
    assert!(
        next.starts_with(&format!("https://graph.facebook.com:{port}/v25.0/")),
        "{next}"
    );
    let next = trusting
        .get(next)
        .bearer_auth(&token)
        .send()
        .await
        .expect("it answers");
    assert_eq!(next.status(), 200);
    let other = tempfile::tempdir().expect("there is room");
    Tls::of_dir(other.path()).expect("the directory can be written");
    let other = std::fs::read(other.path().join("ca.pem")).expect("it was written");
    let distrusting = client(&other, address);
    let distrusting = distrusting
        .get(format!("https://localhost:{port}/healthz"))
        .send()
        .await;
    assert!(distrusting.is_err(), "another authority does not vouch for it");
    // What neither speaks TLS nor HTTP holds up nobody.
    let silent = tokio::net::TcpStream::connect(address).await.expect("it listens");
    let again = trusting
        .get(format!("https://localhost:{port}/healthz"))
        .send()
        .await;
    assert_eq!(again.expect("it answers").status(), 200);
    drop(silent);
    running.stop().await;
    let after = trusting
        .get(format!("https://localhost:{port}/healthz"))
        .send()
        .await;
    assert!(after.is_err(), "nobody listens any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authority_stays() {
    let dir = tempfile::tempdir().expect("there is room");
    let (first, ..) = start(dir.path()).await;
    first.stop().await;
    let authority = std::fs::read(dir.path().join("ca.pem")).expect("it was written");
    let (second, ..) = start(dir.path()).await;
    assert_eq!(
        std::fs::read(dir.path().join("ca.pem")).expect("it is there"),
        authority
    );
    let url = format!("https://localhost:{}/healthz", second.address().port());
    let answer = client(&authority, second.address()).get(url).send().await;
    assert_eq!(answer.expect("it answers").status(), 200, "trusted as before");
    second.stop().await;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let key = std::fs::metadata(dir.path().join("ca-key.pem")).expect("it is there");
        assert_eq!(key.permissions().mode() & 0o077, 0, "for its owner only");
    }
    std::fs::write(dir.path().join("ca-key.pem"), "no key").expect("it can be written");
    let error = Tls::of_dir(dir.path())
        .map(drop)
        .expect_err("a broken key is not replaced");
    assert_eq!(error.to_string(), "the certificate cannot be made");
}
