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
