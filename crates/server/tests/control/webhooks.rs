//! Webhooks end to end: the handshake, signatures, order, retries, restarts, and a clock that waits for them.

use std::time::Duration;

use rulebook::edition::EditionId;
use serde_json::{Value, json};
use server::SeatConfig;
use server::hooks::HooksConfig;

use crate::receiver::{Posted, Receiver};
use crate::world::{ANN, BOB, DAY, HOUR, QUICK, SECOND, World, id};

/// A conversation whose webhooks are known: (what is told, in order).
async fn converse(world: &World) -> [&'static str; 4] {
    world.inbound(ANN, "Hi").await;
    let message = world.reply(ANN, "Hello").await;
    world.advance(SECOND).await;
    world.feedback(&message, json!({"signal": "read"})).await;
    ["Hi", "sent", "delivered", "read"]
}

#[tokio::test]
async fn the_handshake_comes_first() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    let elsewhere = receiver.url.replace("/hook", "/elsewhere");
    // (address, verify token, verified, status)
    let rows = [
        (receiver.url.as_str(), "another", true, 400),
        (elsewhere.as_str(), "a verify token", true, 400),
        ("no address", "a verify token", true, 400),
        (receiver.url.as_str(), "a verify token", true, 200),
        (elsewhere.as_str(), "another", false, 200),
    ];
    for (url, token, verify, expected) in rows {
        let body = json!({"url": url, "verify_token": token, "verify": verify}).to_string();
        let (status, answer) = world.call("POST /sandbox/v1/apps/$APP/callback", &body).await;
        assert_eq!(status, expected, "{url} {token} {verify}: {answer}");
        let listed = world.ok("GET /sandbox/v1/apps", Value::Null).await;
        let kept = listed["data"][0]["callback"]["url"].as_str();
        assert_eq!(kept == Some(url), expected == 200, "{listed}");
    }
}

#[tokio::test]
async fn signed_and_in_order() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    world.listen(&receiver).await;
    let expected = converse(&world).await;
    world.settle().await;
    assert_eq!(receiver.gists(), expected);
    for posted in receiver.posts() {
        assert!(posted.is_signed(&world.account.app_secret), "{}", posted.gist());
        assert_eq!(posted.headers["content-type"], "application/json");
        assert!(posted.bytes.is_ascii());
    }
}

#[tokio::test]
async fn nobody_listens_and_nothing_is_kept() {
    let world = World::new().await;
    converse(&world).await;
    world.settle().await;
    let listed = world.ok("GET /sandbox/v1/deliveries", Value::Null).await;
    assert_eq!(listed, json!({"data": [], "after": null}));
}

#[tokio::test]
async fn people_who_blocked_get_nothing_and_nothing_is_told_twice() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    world.listen(&receiver).await;
    world.inbound(BOB, "Hi").await;
    world
        .control(
            &format!("/numbers/$PHONE/people/{BOB}/block"),
            json!({"reason": "spam"}),
        )
        .await;
    let (to_ann, to_bob) = (world.hello(ANN).await, world.hello(BOB).await);
    // Before it is said to have left.
    world.feedback(&to_ann, json!({"signal": "delivered"})).await;
    world.advance(SECOND).await;
    world.settle().await;
    let told = |message: &str| -> Vec<String> {
        let of = |posted: &Posted| posted.value()["statuses"][0]["id"] == message;
        receiver
            .posts()
            .iter()
            .filter(|posted| of(posted))
            .map(Posted::gist)
            .collect()
    };
    assert_eq!(told(&to_ann), ["sent", "delivered"]);
    assert_eq!(told(&to_bob), ["sent"]);
}

/// The only delivery of the log.
async fn only_delivery(world: &World) -> Value {
    let listed = world.ok("GET /sandbox/v1/deliveries", Value::Null).await;
    assert_eq!(listed["data"].as_array().map(Vec::len), Some(1), "{listed}");
    listed["data"][0].clone()
}

/// Waits until the only delivery is in a state.
async fn until(world: &World, state: &str) -> Value {
    world.settle().await;
    for _ in 0..1_000 {
        let delivery = only_delivery(world).await;
        if delivery["state"] == state {
            return delivery;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not {state}: {}", only_delivery(world).await);
}

#[tokio::test]
async fn what_fails_is_posted_again_to_the_byte() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    world.listen(&receiver).await;
    receiver.answer(&[500, 302, 204]);
    world.inbound(ANN, "Hi").await;
    let posts = receiver.wait_for(4).await;
    assert!(posts.iter().all(|posted| posted.bytes == posts[0].bytes));
    let delivery = until(&world, "delivered").await;
    assert_eq!(
        (&delivery["attempts"], &delivery["last_outcome"]),
        (&json!(4), &json!("HTTP 200"))
    );
}

#[tokio::test]
async fn given_up_and_asked_for_again() {
    let config = HooksConfig {
        give_up_after: Duration::from_millis(60),
        ..QUICK
    };
    let (world, receiver) = (World::with(|_| {}, config).await, Receiver::start().await);
    world.listen(&receiver).await;
    receiver.down(true);
    world.inbound(ANN, "Hi").await;
    let delivery = until(&world, "abandoned").await;
    assert_eq!(
        (&delivery["last_outcome"], &delivery["due"]),
        (&json!("HTTP 503"), &Value::Null)
    );
    receiver.down(false);
    let again = format!("/deliveries/{}/redeliver", id(&delivery, "delivery_id"));
    world.control(&again, Value::Null).await;
    until(&world, "delivered").await;
}

#[tokio::test]
async fn a_target_that_does_not_answer_holds_up_nobody() {
    let (world, well, ill) = (
        World::new().await,
        Receiver::start().await,
        Receiver::start().await,
    );
    world.listen(&well).await;
    let app = world.control("/apps", json!({"name": "other"})).await;
    let token = world
        .control(&format!("/apps/{}/tokens", id(&app, "app_id")), Value::Null)
        .await;
    let callback = json!({"url": ill.url, "verify_token": "a verify token"});
    world
        .control(&format!("/apps/{}/callback", id(&app, "app_id")), callback)
        .await;
    let as_other = world
        .call_as(&id(&token, "token"), "POST /v25.0/$WABA/subscribed_apps", "")
        .await;
    assert_eq!(as_other.0, 200, "{}", as_other.1);
    ill.mute();
    let expected = converse(&world).await;
    well.wait_for(expected.len()).await;
    assert_eq!(well.gists(), expected);
    assert_eq!(ill.wait_for(1).await[0].gist(), "Hi");
    assert!(
        !world.hooks.settle(Duration::from_millis(50)).await,
        "one attempt is not answered"
    );
}

#[tokio::test]
async fn pending_webhooks_survive_a_restart() {
    let (dir, receiver) = (tempfile::tempdir().expect("a directory"), Receiver::start().await);
    let world = World::in_dir(dir.path()).await;
    world.listen(&receiver).await;
    receiver.down(true);
    let expected = converse(&world).await;
    world.settle().await;
    let tried = receiver.posts().len();
    assert!(tried >= expected.len());
    world.stop().await;
    receiver.down(false);
    let before = receiver.posts().len();
    let world = World::in_dir(dir.path()).await;
    receiver.wait_for(before + expected.len()).await;
    // What comes later comes behind it, and what was delivered does not come again.
    world.inbound(BOB, "later").await;
    world.settle().await;
    let mut last: Vec<String> = receiver.gists()[before..].to_vec();
    assert_eq!(last.pop().as_deref(), Some("later"));
    last.sort_unstable();
    let mut expected = expected.map(str::to_owned);
    expected.sort_unstable();
    assert_eq!(last, expected);
    world.stop().await;
}

#[tokio::test]
async fn the_clock_waits_for_webhooks() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    world.listen(&receiver).await;
    let message = world.hello(ANN).await;
    let moved = world
        .control("/clock/advance", json!({"by_ms": DAY, "wait": "webhooks"}))
        .await;
    assert_eq!(moved["late"], 0, "{moved}");
    assert_eq!(receiver.gists(), ["sent", "delivered"], "of {message}");
    // Without an answer it waits no longer than the bound at each instant, and says so.
    receiver.mute();
    world.hello(BOB).await;
    let body = json!({"by_ms": HOUR, "wait": "webhooks", "bound_ms": 30});
    let moved = world.control("/clock/advance", body).await;
    assert!(moved["late"].as_u64() >= Some(2), "sent and delivered: {moved}");
}

#[tokio::test]
async fn two_changes_in_one_second_differ() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    world.listen(&receiver).await;
    let body = json!({"name": "news", "language": "en_US", "category": "MARKETING",
        "components": [{"type": "BODY", "text": "Our news are out."}]});
    let made = world.ok("POST /v25.0/$WABA/message_templates", body).await;
    let template = id(&made, "id");
    let review = format!("/templates/{template}/review");
    let approve = json!({"decision": "approve"});
    world.control(&review, approve.clone()).await;
    let components = json!({"components": [{"type": "BODY", "text": "Other news are out."}]});
    world.ok(&format!("POST /v25.0/{template}"), components).await;
    world.control(&review, approve).await;
    world.settle().await;
    let posts = receiver.posts();
    assert_eq!(receiver.gists(), ["APPROVED", "APPROVED"]);
    assert_ne!(posts[0].bytes, posts[1].bytes);
}

#[tokio::test]
async fn a_shared_limit_is_told_once_an_account() {
    let under = |config: &mut SeatConfig| {
        config.defaults.edition = EditionId::PER_PORTFOLIO_2026.number();
        config.defaults.overrides =
            "limits.tiers = [10, 20, \"unlimited\"]\nlimits.first_step.paths = []\nrating.known_after = 5"
                .to_owned();
    };
    let (world, receiver) = (World::with(under, QUICK).await, Receiver::start().await);
    let body = json!({"phone_number": "15550783999", "verified_name": "Second"});
    let made = world.ok("POST /sandbox/v1/wabas/$WABA/numbers", body).await;
    let second = id(&made, "phone_number_id");
    for change in ["certificate", "register"] {
        world
            .control(&format!("/numbers/{second}/{change}"), Value::Null)
            .await;
    }
    for person in 0..5 {
        world.hello(&format!("1650555{person:04}")).await;
    }
    world.advance(SECOND).await;
    world.listen(&receiver).await;
    world.advance(DAY).await;
    world.settle().await;
    let told: Vec<(String, Value)> = receiver
        .posts()
        .iter()
        .map(|posted| (posted.field(), posted.value()))
        .collect();
    let expected = json!({"max_daily_conversations_per_business": 20});
    assert_eq!(told, [("business_capability_update".to_owned(), expected)]);
}

/// In 2026 a rating leads to no webhook, and to no flag.
#[tokio::test]
async fn a_rating_is_told_by_no_webhook_in_2026() {
    for (edition, told) in [
        (EditionId::PER_NUMBER_2023, vec!["phone_number_quality_update"]),
        (EditionId::PER_PORTFOLIO_2026, vec![]),
    ] {
        let under = |config: &mut SeatConfig| config.defaults.edition = edition.number();
        let (world, receiver) = (World::with(under, QUICK).await, Receiver::start().await);
        world.listen(&receiver).await;
        let hold = json!({"reason": "no_way_to_person"});
        world.control("/numbers/$PHONE/moderate", hold).await;
        world.settle().await;
        let fields: Vec<String> = receiver.posts().iter().map(|posted| posted.field()).collect();
        assert_eq!(fields, told, "{edition:?}");
    }
}
