//! Over a real socket: health, keep-alive, an orderly stop.

use std::time::Duration;

use server::{Seat, SeatConfig};

#[tokio::test(flavor = "multi_thread")]
async fn serves_and_stops() {
    let seat = Seat::open(SeatConfig::new("2023-per-number").expect("the edition exists")).expect("it opens");
    let account = seat.first_start().await.expect("the default account is made");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback has ports");
    let running = server::serve(seat, listener).expect("it listens");
    let base = format!("http://{}", running.address());
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(10))
        .build()
        .expect("a client");
    for path in ["healthz", "readyz"] {
        let answer = client
            .get(format!("{base}/{path}"))
            .send()
            .await
            .expect("it answers");
        assert_eq!(answer.status(), 200, "{path}");
    }
    let phone = client
        .get(format!("{base}/v25.0/{}", account.phone_number_id))
        .bearer_auth(&account.token);
    let answer = phone.send().await.expect("it answers");
    assert_eq!(answer.status(), 200);
    // A name of somebody else that leads here opens the Graph API, where a token is asked for, and nothing else.
    for (path, host, status) in [
        ("sandbox/v1/clock", "evil.test", 421),
        ("manager", "evil.test", 421),
        ("healthz", "evil.test", 200),
        ("debug_token", "evil.test", 401),
        ("sandbox/v1/clock", "localhost", 200),
        ("manager", "sandbox.localhost:80", 200),
    ] {
        let call = client.get(format!("{base}/{path}")).header("host", host);
        let told = call.send().await.expect("it answers").status();
        assert_eq!(told, status, "{path} at {host}");
    }
    assert!(
        answer
            .text()
            .await
            .expect("there is a body")
            .contains("+1 555-078-3881")
    );
    running.stop().await;
    assert!(
        client.get(format!("{base}/healthz")).send().await.is_err(),
        "nobody listens any more"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn starts_anew_behind_the_same_socket() {
    let seat = Seat::open(SeatConfig::new("2023-per-number").expect("the edition exists")).expect("it opens");
    let account = seat.first_start().await.expect("the default account is made");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback has ports");
    let running = server::serve(seat, listener).expect("it listens");
    let base = format!("http://{}", running.address());
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(10))
        .build()
        .expect("a client");
    let phone = format!("{base}/{}", account.phone_number_id);
    let status = async || {
        let answer = client
            .get(format!("{phone}?fields=status"))
            .bearer_auth(&account.token)
            .send()
            .await;
        answer.expect("it answers").text().await.expect("there is a body")
    };
    let off = client
        .post(format!("{phone}/deregister"))
        .bearer_auth(&account.token)
        .send()
        .await;
    assert_eq!(off.expect("it answers").status(), 200);
    assert!(status().await.contains("DISCONNECTED"));
    let anew = client
        .post(format!("{base}/sandbox/v1/reset"))
        .send()
        .await
        .expect("it answers");
    assert_eq!(anew.status(), 200);
    assert!(
        anew.text()
            .await
            .expect("there is a body")
            .contains(&account.token),
        "the same seed, the same token"
    );
    assert!(status().await.contains("CONNECTED") && !status().await.contains("DISCONNECTED"));
    running.stop().await;
}
