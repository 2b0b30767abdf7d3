//! Faults on purpose, seen from outside: calls that are refused, late or never answered; webhooks lost, late, twice.

use std::fmt::Write as _;

use decider::CellId;
use serde_json::{Value, json};

use crate::receiver::Receiver;
use crate::world::{ANN, World};

/// Writes to somebody; status, code and sub-code of the answer.
async fn hello(world: &World) -> String {
    let body = json!({"messaging_product": "whatsapp", "to": ANN, "type": "template",
        "template": {"name": "hello_world", "language": {"code": "en_US"}}});
    let (status, answer) = world.call("POST /v25.0/$PHONE/messages", &body.to_string()).await;
    let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
    let error = &answer["error"];
    format!("{status} {} {}", error["code"], error["error_subcode"])
}

/// How many messages were accepted.
async fn accepted(world: &World) -> u32 {
    let count = world.seat.query(CellId(1), |portfolio| {
        portfolio.numbers.first().map(|number| number.messages.next_seq())
    });
    count
        .await
        .expect("readable")
        .flatten()
        .expect("the default number")
}

#[tokio::test]
async fn calls_go_wrong_by_rule() {
    let world = World::new().await;
    let messages = json!({"method": "post", "path": "/*/messages"});
    let rows = [
        ("always", json!({"error": 131_056})),
        ("always", json!("expired_token")),
        ("always", json!({"time_out_after_ms": 1})),
        ("always", json!({"latency_ms": 1})),
    ];
    let mut told = String::new();
    for (when, fault) in rows {
        let before = accepted(&world).await;
        let rule = json!({"calls": messages, "when": when, "fault": fault});
        world.control("/faults", rule).await;
        let answer = hello(&world).await;
        let done = accepted(&world).await - before;
        let _ = writeln!(told, "{fault}: {answer}, accepted {done}");
        let (status, _) = world.call("GET /v25.0/$PHONE", "").await;
        assert_eq!(status, 200, "the rule is about messages");
        world.ok("DELETE /sandbox/v1/faults", Value::Null).await;
    }
    assert_eq!(hello(&world).await, "200 null null");
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn the_same_calls_in_the_same_order_meet_the_same_faults() {
    let whens = [
        json!({"next": 2}),
        json!({"every": 3}),
        json!({"at_random": {"share": 0.5, "seed": 7}}),
    ];
    let mut told = String::new();
    for when in whens {
        let mut runs = Vec::new();
        for _ in 0..2 {
            let world = World::new().await;
            world
                .control("/faults", json!({"when": when, "fault": {"error": 2}}))
                .await;
            let mut run = String::new();
            for _ in 0..9 {
                let (status, _) = world.call("GET /v25.0/$PHONE", "").await;
                run += if status == 200 { "." } else { "x" };
            }
            let rules = world.ok("GET /sandbox/v1/faults", Value::Null).await;
            let fired = run.matches('x').count();
            assert_eq!(
                (&rules["data"][0]["seen"], &rules["data"][0]["fired"]),
                (&json!(9), &json!(fired))
            );
            runs.push(run);
        }
        assert_eq!(runs[0], runs[1]);
        let _ = writeln!(told, "{when}: {}", runs[0]);
    }
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn webhooks_go_wrong_by_rule() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    world.listen(&receiver).await;
    let rule = |fault: Value| json!({"webhooks": {"field": "mess*"}, "when": {"next": 1}, "fault": fault});
    let rows = [
        (json!("lose"), 1),
        (json!({"duplicate": 2}), 4),
        (json!({"late_ms": 1_000}), 2),
        (json!("reorder"), 2),
    ];
    let mut told = String::new();
    for (fault, expected) in rows {
        let before = receiver.posts().len();
        world.control("/faults", rule(fault.clone())).await;
        world.inbound(ANN, "one").await;
        world.inbound(ANN, "two").await;
        let posts = receiver.wait_for(before + expected).await;
        world.settle().await;
        assert_eq!(receiver.posts().len(), before + expected);
        let gists: Vec<String> = posts[before..]
            .iter()
            .map(crate::receiver::Posted::gist)
            .collect();
        let _ = writeln!(told, "{fault}: {}", gists.join(", "));
    }
    // A rule about something else changes nothing.
    let other = json!({"webhooks": {"field": "account_*"}, "fault": "lose"});
    world.control("/faults", other).await;
    let before = receiver.posts().len();
    world.inbound(ANN, "three").await;
    receiver.wait_for(before + 1).await;
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn rules_are_listed_and_taken_away() {
    let world = World::new().await;
    let table = world
        .table(&[
            (
                "POST /sandbox/v1/faults",
                r#"{"calls":{"method":"post","path":"*/messages"},"when":{"every":3},"fault":{"error":131056}}"#,
            ),
            (
                "POST /sandbox/v1/faults",
                r#"{"webhooks":{},"when":{"at_random":{"share":0.25}},"fault":{"late_ms":5}}"#,
            ),
            ("GET /sandbox/v1/faults", ""),
            ("DELETE /sandbox/v1/faults/1", ""),
            ("DELETE /sandbox/v1/faults/1", ""),
            ("DELETE /sandbox/v1/faults/first", ""),
            ("DELETE /sandbox/v1/faults", ""),
            ("GET /sandbox/v1/faults", ""),
            ("POST /sandbox/v1/faults", "{}"),
            ("POST /sandbox/v1/faults", r#"{"fault":"rain"}"#),
            ("POST /sandbox/v1/faults", r#"{"webhooks":{},"fault":{"error":4}}"#),
            ("POST /sandbox/v1/faults", r#"{"calls":{},"fault":"lose"}"#),
            ("POST /sandbox/v1/faults", r#"{"calls":{"path":""},"fault":{"error":4}}"#),
            ("POST /sandbox/v1/faults", r#"{"when":{"every":0},"fault":"lose"}"#),
            (
                "POST /sandbox/v1/faults",
                r#"{"when":{"at_random":{"share":2}},"fault":"lose"}"#,
            ),
            ("POST /sandbox/v1/faults", r#"{"fault":{"duplicate":0}}"#),
            ("POST /sandbox/v1/faults", r#"{"fault":{"latency_ms":3600001}}"#),
        ])
        .await;
    insta::assert_snapshot!(table);
}
