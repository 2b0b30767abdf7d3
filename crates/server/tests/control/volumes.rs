//! What limits how much is sent, as a tester sets it and an app hears of it; and what it costs.

use std::fmt::Write as _;

use rulebook::edition::EditionId;
use serde_json::{Value, json};

use crate::receiver::{Posted, Receiver};
use crate::world::{ANN, BOB, DAY, QUICK, SECOND, World};

const CARL: &str = "16505550003";

/// Edition 2023 with the ladder that came later, and a limit of two people.
async fn world() -> World {
    let change = |config: &mut server::SeatConfig| {
        config.defaults.overrides = "misuse.ladder = true\nlimits.tiers = [2, 10]".to_owned();
    };
    World::with(change, QUICK).await
}

/// The posts of accounts and numbers: their field, and what they say.
fn told(posts: &[Posted]) -> String {
    let mut told = String::new();
    for posted in posts {
        if matches!(
            posted.field().as_str(),
            "account_update" | "phone_number_quality_update"
        ) {
            let _ = writeln!(told, "{}: {}", posted.field(), posted.value());
        }
    }
    told
}

#[tokio::test]
async fn what_limits_sending_is_told_to_apps() {
    let (world, receiver) = (world().await, Receiver::start().await);
    world.listen(&receiver).await;
    let (mut all, mut before) = (String::new(), 0);
    let mut hear = |when: &str| {
        let posts = receiver.posts();
        let _ = writeln!(all, "# {when}\n{}", told(&posts[before..]));
        before = posts.len();
    };
    for level in ["high", "coexistence"] {
        world
            .control("/numbers/$PHONE/throughput", json!({"level": level}))
            .await;
    }
    world.settle().await;
    hear("fast, and slow again");
    for person in [ANN, BOB] {
        world.hello(person).await;
    }
    world.advance(DAY).await;
    world.settle().await;
    hear("a limit of two people, and a day later");
    for step in ["warned", "capped", "restricted", "restricted with its portfolio"] {
        let found = world.control("/wabas/$WABA/misuse", Value::Null).await;
        assert_eq!(found["step"], step);
    }
    world.advance(30 * DAY).await;
    world.settle().await;
    hear("misuse of the utility category, and 30 days later");
    insta::assert_snapshot!(all);
}

#[tokio::test]
async fn the_calls_and_their_answers() {
    let world = world().await;
    let rows = [
        (
            "POST /sandbox/v1/numbers/$PHONE/throughput",
            r#"{"level":"HIGH"}"#,
        ),
        ("GET /v25.0/$PHONE?fields=throughput", ""),
        (
            "POST /sandbox/v1/numbers/$PHONE/throughput",
            r#"{"level":"fast"}"#,
        ),
        (
            "POST /sandbox/v1/numbers/300000010000009/throughput",
            r#"{"level":"high"}"#,
        ),
        ("POST /sandbox/v1/wabas/$WABA/misuse", ""),
        ("POST /sandbox/v1/wabas/$WABA/misuse", ""),
        ("POST /sandbox/v1/wabas/200000010000009/misuse", ""),
    ];
    insta::assert_snapshot!(world.table(&rows).await);
    let plain = World::new().await;
    let rows = [("POST /sandbox/v1/wabas/$WABA/misuse", "")];
    insta::assert_snapshot!(plain.table(&rows).await);
}

#[tokio::test]
async fn who_comes_with_a_referral_came_by_a_free_entry_point() {
    let world = world().await;
    let written = json!({"from": ANN, "text": "Hello", "referral": {"source_type": "ad", "source_id": "7"}});
    world.control("/numbers/$PHONE/inbound", written).await;
    world.inbound(BOB, "Hello").await;
    world.advance(SECOND).await;
    let history = world.ok("GET /sandbox/v1/events?news=true", Value::Null).await;
    let came: Vec<&str> = (history["data"].as_array().expect("a list").iter())
        .filter_map(|event| event["text"].as_str())
        .filter(|text| text.contains("free entry point"))
        .collect();
    assert_eq!(came.len(), 1, "{history:#}");
    assert!(came[0].contains("...0001"), "{came:?}");
}

/// Price and conversation of each message that an app hears to have been sent, in edition `name`.
async fn priced(name: &str) -> String {
    let edition = EditionId::named(name).expect("the edition exists").number();
    let change = |config: &mut server::SeatConfig| config.defaults.edition = edition;
    let (world, receiver) = (World::with(change, QUICK).await, Receiver::start().await);
    world.listen(&receiver).await;
    world.hello(ANN).await;
    world.inbound(BOB, "Hello").await;
    world.reply(BOB, "Good morning").await;
    world.hello(BOB).await;
    let written = json!({"from": CARL, "text": "Hello", "referral": {"source_type": "ad", "source_id": "7"}});
    world.control("/numbers/$PHONE/inbound", written).await;
    world.reply(CARL, "Good morning").await;
    world.advance(SECOND).await;
    world.settle().await;
    let mut told = String::new();
    for posted in receiver.posts() {
        let value = posted.value();
        let status = &value["statuses"][0];
        if status["status"] == "sent" {
            let (price, of) = (&status["pricing"], &status["conversation"]);
            let _ = writeln!(told, "{}: {price} {of}", status["recipient_id"]);
        }
    }
    told
}

#[tokio::test]
async fn what_a_message_costs_by_edition() {
    let mut told = String::new();
    for edition in ["2023-per-number", "2026-per-portfolio"] {
        let _ = writeln!(told, "# {edition}\n{}", priced(edition).await);
    }
    insta::assert_snapshot!(told);
}

/// What an app hears of first steps in edition `name`, by field.
async fn first_steps(name: &str) -> String {
    let edition = EditionId::named(name).expect("the edition exists").number();
    let change = |config: &mut server::SeatConfig| config.defaults.edition = edition;
    let (world, receiver) = (World::with(change, QUICK).await, Receiver::start().await);
    world.listen(&receiver).await;
    for outcome in ["deferred", "failed", "need_more_info"] {
        let decided = json!({"outcome": outcome});
        world.control("/numbers/$PHONE/first_step", decided).await;
    }
    let state = world.ok("GET /sandbox/v1/numbers/$PHONE", Value::Null).await;
    let mut told = format!("{}\n", state["messaging_limit"]["first_step"]);
    let verified = json!({"path": "business_verification"});
    world
        .control("/portfolios/$PORTFOLIO/verification", verified)
        .await;
    world.advance(60 * SECOND).await;
    world.settle().await;
    let state = world.ok("GET /sandbox/v1/numbers/$PHONE", Value::Null).await;
    for posted in receiver.posts() {
        let _ = writeln!(told, "{}: {}", posted.field(), posted.value());
    }
    let waba = world
        .ok(
            "GET /v25.0/$WABA?fields=business_verification_status",
            Value::Null,
        )
        .await;
    told + &format!("{}\n{waba}\n", state["messaging_limit"])
}

#[tokio::test]
async fn first_steps_are_told_to_apps() {
    let mut told = String::new();
    for edition in ["2024-per-number", "2026-per-portfolio"] {
        let _ = writeln!(told, "# {edition}\n{}", first_steps(edition).await);
    }
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn first_steps_and_their_defects() {
    let rows = [
        (
            "POST /sandbox/v1/numbers/$PHONE/first_step",
            r#"{"outcome":"approved"}"#,
        ),
        (
            "POST /sandbox/v1/numbers/$PHONE/first_step",
            r#"{"outcome":"maybe"}"#,
        ),
        (
            "POST /sandbox/v1/portfolios/$PORTFOLIO/verification",
            r#"{"path":"volume"}"#,
        ),
        (
            "POST /sandbox/v1/portfolios/$PORTFOLIO/verification",
            r#"{"path":"identity_verification"}"#,
        ),
        (
            "POST /sandbox/v1/portfolios/100000090000000/verification",
            r#"{"path":"identity_verification"}"#,
        ),
    ];
    insta::assert_snapshot!(World::new().await.table(&rows).await);
}

#[tokio::test]
async fn a_dropped_portfolio_is_told_to_apps() {
    let change = |config: &mut server::SeatConfig| {
        config.defaults.edition = EditionId::PER_PORTFOLIO_2026.number();
        config.defaults.overrides = "pacing.portfolio.first = 2".to_owned();
    };
    let (world, receiver) = (World::with(change, QUICK).await, Receiver::start().await);
    let watched = json!({"watched": true});
    world.control("/portfolios/$PORTFOLIO/watch", watched).await;
    world.hello(ANN).await;
    world.hello(BOB).await;
    world.listen(&receiver).await;
    let body = json!({"messaging_product": "whatsapp", "to": CARL, "type": "template",
        "template": {"name": "hello_world", "language": {"code": "en_US"}}});
    let held = world.ok("POST /v25.0/$PHONE/messages", body).await;
    let mut told = format!("{}\n", held["messages"][0]["message_status"]);
    let red = json!({"reason": "prohibited_content"});
    world.control("/numbers/$PHONE/moderate", red).await;
    world.advance(SECOND).await;
    world.settle().await;
    for posted in receiver.posts() {
        let value = posted.value();
        let status = &value["statuses"][0];
        let said = if status.is_null() {
            value.clone()
        } else {
            json!({"to": status["recipient_id"], "status": status["status"], "code": status["errors"][0]["code"]})
        };
        let _ = writeln!(told, "{}: {said}", posted.field());
    }
    let rows = [
        (
            "POST /v25.0/$PHONE/messages",
            r#"{"messaging_product":"whatsapp","to":"16505550001","type":"template","template":{"name":"hello_world","language":{"code":"en_US"}}}"#,
        ),
        (
            "POST /v25.0/$WABA/message_templates",
            r#"{"name":"more","language":"en_US","category":"UTILITY","components":[{"type":"BODY","text":"More of it."}]}"#,
        ),
        ("GET /v25.0/$PHONE?fields=health_status", ""),
    ];
    told.push_str(&world.table(&rows).await);
    insta::assert_snapshot!(told);
}
