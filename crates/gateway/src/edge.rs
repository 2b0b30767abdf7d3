//! The gateway against a platform that behaves as no sandbox does: it is slow, it breaks, it redirects, it says nothing.

mod peers;

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use serde_json::{Value, json};

use crate::Gateway;
use crate::graph;
use peers::{Peer, alone, gateway, impatient};

const SEND: &str =
    r#"{ "messaging_product":"whatsapp", "to":"15550001111", "type":"text", "text":{"body":"caf\u00e9"} }"#;
const ACCEPTED: &str = r#"{"messaging_product":"whatsapp","contacts":[{"input":"15550001111","wa_id":"15550001111"}],"messages":[{"id":"wamid.A"}]}"#;

/// A call of an app.
async fn call(gateway: &Gateway, token: &str, line: &str, body: &str) -> (u16, Value) {
    let (method, target) = line.split_once(' ').expect("a method and a target");
    let request = Request::builder()
        .method(method)
        .uri(target)
        .header("host", "wa.example")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(Body::from(body.to_owned()))
        .expect("a request");
    told(graph::handle(gateway, request).await).await
}

async fn told(response: Response<Body>) -> (u16, Value) {
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), 1 << 24).await.unwrap_or_default();
    let json = serde_json::from_slice(&body);
    (
        status,
        json.unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&body).into_owned())),
    )
}

fn details(json: &Value) -> &str {
    json["error"]["error_data"]["details"]
        .as_str()
        .unwrap_or_default()
}

/// Every byte of a send but the mark goes up as it came, with the platform's token.
#[tokio::test(flavor = "multi_thread")]
async fn a_send_goes_up_as_it_came() {
    let peer = Peer::start(|_| Peer::json(ACCEPTED)).await;
    let (gateway, token) = gateway(&peer).await;
    let (status, json) = call(&gateway, &token, "POST /v25.0/106/messages", SEND).await;
    assert_eq!(
        (status, &json["messages"][0]["id"]),
        (200, &json!("wamid.A")),
        "{json}"
    );
    let seen = peer.last("/v25.0/106/messages");
    assert_eq!(seen.header("authorization"), "Bearer platform-token");
    let body = String::from_utf8_lossy(&seen.body).into_owned();
    let (mark, rest) = body.split_once(r#"","#).expect("a member first");
    assert!(mark.starts_with(r#"{"biz_opaque_callback_data":"gs1."#), "{body}");
    assert_eq!(format!("{{{rest}"), SEND);
}

/// What the platform does not answer in time is unknown, is told so, and never goes up again.
#[tokio::test(flavor = "multi_thread")]
async fn a_send_without_an_answer_stays_unknown() {
    let peer = Peer::start(|_| Peer::silence()).await;
    let (gateway, token) = impatient(&peer).await;
    let (status, json) = call(&gateway, &token, "POST /106/messages", SEND).await;
    assert_eq!(status, 500, "{json}");
    assert!(details(&json).contains("Do not send it again"), "{json}");
    assert_eq!(peer.count("/106/messages"), 1);
    assert!(
        gateway
            .metrics()
            .text(Default::default())
            .contains("settled_total{outcome=\"unknown\"} 1")
    );
}

/// A client that hangs up ends nothing: the call goes on and is settled.
#[tokio::test(flavor = "multi_thread")]
async fn a_send_outlives_its_client() {
    // Only the send waits: a poll that did would take the word to go on from it.
    let peer = Peer::start(|seen| match seen.path.as_str() {
        "/106/messages" => Peer::slow(ACCEPTED),
        _ => Peer::error(500),
    })
    .await;
    let (gateway, token) = gateway(&peer).await;
    let client = {
        let (gateway, token) = (gateway.clone(), token.clone());
        tokio::spawn(async move { call(&gateway, &token, "POST /106/messages", SEND).await })
    };
    peer.until("/106/messages", 1).await;
    client.abort();
    assert!(client.await.is_err(), "the client is gone");
    peer.go_on();
    gateway.settle(Duration::from_secs(20)).await;
    assert!(
        gateway
            .metrics()
            .text(Default::default())
            .contains("settled_total{outcome=\"accepted\"} 1")
    );
}

/// Where there is no connection, nothing was sent: that is told as such, and may be tried again.
#[tokio::test(flavor = "multi_thread")]
async fn a_platform_that_is_down_has_taken_nothing() {
    let (gateway, token) = alone().await;
    let (status, json) = call(&gateway, &token, "POST /106/messages", SEND).await;
    assert_eq!(status, 503, "{json}");
    assert!(details(&json).contains("Nothing was sent"), "{json}");
    assert!(
        gateway
            .metrics()
            .text(Default::default())
            .contains("settled_total{outcome=\"refused\"} 1")
    );
}

/// A redirection is followed by nobody: a client is not led away, and no token goes elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_led_away() {
    let peer = Peer::start(|seen| match seen.path.as_str() {
        "/1/away" => Peer::moved("https://evil.example/x"),
        _ => Peer::moved("/2/here"),
    })
    .await;
    let (gateway, token) = gateway(&peer).await;
    for (path, expected) in [
        ("/1/away", "http://wa.example/goodstanding/media/"),
        ("/1/within", "/2/here"),
    ] {
        let request = Request::get(path)
            .header("host", "wa.example")
            .header("authorization", format!("Bearer {token}"))
            .body(Body::empty())
            .expect("a request");
        let response = graph::handle(&gateway, request).await;
        let location = response
            .headers()
            .get("location")
            .and_then(|value| value.to_str().ok());
        let location = location.expect("a location").to_owned();
        assert!(location.starts_with(expected), "{location}");
        if path == "/1/away" {
            let link = location.trim_start_matches("http://wa.example");
            let request = Request::get(link)
                .header("authorization", format!("Bearer {token}"))
                .body(Body::empty());
            let (status, json) =
                told(graph::media::handle(&gateway, request.expect("a request")).await).await;
            assert_eq!(status, 403, "{json}");
        }
    }
}

/// Bodies of other calls stream as they are: also a `DELETE` with one, and one larger than anything is held in memory.
#[tokio::test(flavor = "multi_thread")]
async fn other_bodies_pass_as_they_are() {
    let peer = Peer::start(|_| Peer::json(r#"{"success":true}"#)).await;
    let (gateway, token) = gateway(&peer).await;
    let body = r#"{"messaging_product":"whatsapp","block_users":[{"user":"15550001111"}]}"#;
    let (status, _) = call(&gateway, &token, "DELETE /106/block_users", body).await;
    assert_eq!(
        (status, peer.last("/106/block_users").body.as_slice()),
        (200, body.as_bytes())
    );
    let large = "x".repeat(5 << 20);
    let (status, _) = call(
        &gateway,
        &token,
        "POST /106/media?messaging_product=whatsapp",
        &large,
    )
    .await;
    assert_eq!((status, peer.last("/106/media").body.len()), (200, large.len()));
}

/// One account that does not answer, and a relay that is down, stop nothing.
#[tokio::test(flavor = "multi_thread")]
async fn failed_optional_call_does_not_stop_the_gateway() {
    let peer = Peer::start(|seen| match seen.path.as_str() {
        path if path.starts_with("/8/") => Peer::error(500),
        _ => Peer::json(ACCEPTED),
    })
    .await;
    let (gateway, token) = gateway(&peer).await;
    assert!(!gateway.poll().await, "account 8 does not answer");
    let alarms: Vec<String> = gateway
        .alarms()
        .list()
        .into_iter()
        .map(|alarm| alarm.subject)
        .collect();
    assert_eq!(alarms, ["8"]);
    let (status, json) = call(&gateway, &token, "POST /106/messages", SEND).await;
    assert_eq!(status, 200, "{json}");
}

/// A number of another portfolio, and one that nobody knows, look as if they did not exist.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_what_is_its_own() {
    let peer = Peer::start(|_| Peer::json(ACCEPTED)).await;
    let (gateway, _) = gateway(&peer).await;
    let cell = gateway.portfolios().cell(0);
    let rights = crate::seat::rights::SEND;
    let number = sender::ids::PhoneNumberId(106);
    let made = gateway
        .seat()
        .create_token("sends only", cell, vec![number], rights)
        .await;
    let (token, _) = made.expect("stored").expect("made");
    for (line, expected) in [
        ("POST /106/messages", 200),
        ("POST /107/messages", 400),
        ("POST /999/messages", 400),
        ("GET /106", 403),
        ("POST /106/register", 403),
    ] {
        let (status, json) = call(&gateway, &token, line, SEND).await;
        assert_eq!(status, expected, "{line} {json}");
    }
    assert_eq!(peer.count("/107/messages") + peer.count("/999/messages"), 0);
}
