//! Templates after their approval, as a tester decides and an app hears of it: other categories, archival.

use std::fmt::Write as _;

use rulebook::edition::EditionId;
use serde_json::{Value, json};

use crate::receiver::{Posted, Receiver};
use crate::world::{DAY, HOUR, QUICK, World};

async fn newest() -> World {
    let change = |config: &mut server::SeatConfig| {
        config.defaults.edition = EditionId::PER_PORTFOLIO_2026.number();
    };
    World::with(change, QUICK).await
}

async fn submit(world: &World, name: &str, category: &str, body: &str) -> Value {
    let template = json!({"name": name, "language": "en_US", "category": category,
        "components": [{"type": "BODY", "text": body}]});
    world.ok("POST /v25.0/$WABA/message_templates", template).await
}

/// Submitted, and approved two minutes later; its id.
async fn approved(world: &World, name: &str, category: &str, body: &str) -> String {
    let template = submit(world, name, category, body).await;
    let id = template["id"].as_str().expect("it has an id").to_owned();
    let path = format!("/templates/{id}/review");
    world.control(&path, json!({"decision": "approve"})).await;
    id
}

fn told(posts: &[Posted]) -> String {
    let mut told = String::new();
    for posted in posts {
        if posted.field().starts_with("template") || posted.field().starts_with("message_template_status") {
            let _ = writeln!(told, "{}: {}", posted.field(), posted.value());
        }
    }
    told
}

#[tokio::test]
async fn categories_change_by_notice_and_are_reviewed() {
    let (world, receiver) = (newest().await, Receiver::start().await);
    world.listen(&receiver).await;
    let id = approved(
        &world,
        "receipt",
        "UTILITY",
        "Your order was received by us today.",
    )
    .await;
    let mut all = String::new();
    let mut step = async |what: &str, call: &str, body: Value| {
        let (status, answer) = world.call(call, &body.to_string()).await;
        let _ = writeln!(all, "# {what}\n{status} {answer}");
    };
    let path = |rest: &str| format!("POST /sandbox/v1/templates/{id}/{rest}");
    let node = format!("GET /v25.0/{id}?fields=category,previous_category,correct_category");
    step(
        "found wrong",
        &path("category"),
        json!({"correct_category": "marketing"}),
    )
    .await;
    step("as the app sees it", &node, json!({})).await;
    world.advance(DAY).await;
    step("a day later", &node, json!({})).await;
    step(
        "found wrong again",
        &path("category"),
        json!({"correct_category": "Marketing"}),
    )
    .await;
    step(
        "no category",
        &path("category"),
        json!({"correct_category": "spam"}),
    )
    .await;
    step("a review is asked for", &path("category-review"), Value::Null).await;
    step(
        "it is reversed",
        &path("category-review/decide"),
        json!({"reversed": true}),
    )
    .await;
    step(
        "nothing to decide",
        &path("category-review/decide"),
        json!({"reversed": true}),
    )
    .await;
    step("nothing to review", &path("category-review"), Value::Null).await;
    step("as the app sees it then", &node, json!({})).await;
    world.settle().await;
    insta::assert_snapshot!(format!("{all}\n{}", told(&receiver.posts())));
}

#[tokio::test]
async fn what_is_submitted_in_the_wrong_category() {
    let world = newest().await;
    let body = "There is a discount for you today, {{1}}.";
    let taken = submit(&world, "news", "UTILITY", &body.replace(", {{1}}", "")).await;
    assert_eq!(taken["category"], "MARKETING");
    let old = World::new().await;
    let asked = submit(&old, "news", "UTILITY", "There is a discount for you today.").await;
    assert_eq!(asked["category"], "UTILITY");
    old.advance(HOUR).await;
    let id = asked["id"].as_str().expect("it has an id");
    let node = old
        .ok(
            &format!("GET /v25.0/{id}?fields=status,rejected_reason"),
            Value::Null,
        )
        .await;
    assert_eq!(
        (&node["status"], &node["rejected_reason"]),
        (&json!("REJECTED"), &json!("INCORRECT_CATEGORY"))
    );
}

#[tokio::test]
async fn templates_are_put_away_and_taken_out() {
    let (world, receiver) = (newest().await, Receiver::start().await);
    world.listen(&receiver).await;
    let kept = approved(
        &world,
        "receipt",
        "UTILITY",
        "Your order was received by us today.",
    )
    .await;
    let waiting = submit(
        &world,
        "news",
        "MARKETING",
        "There is something new for you today.",
    )
    .await;
    let waiting = waiting["id"].as_str().expect("it has an id").to_owned();
    let ids = json!({"hsm_ids": [&kept, &waiting, "1"]});
    let mut all = String::new();
    let mut step = async |what: &str, call: &str, body: Value| {
        let (status, answer) = world.call(call, &body.to_string()).await;
        let _ = writeln!(all, "# {what}\n{status} {answer}");
    };
    step(
        "put away",
        "POST /v25.0/$WABA/message_templates/archive",
        ids.clone(),
    )
    .await;
    step(
        "once more",
        "POST /v25.0/$WABA/message_templates/archive",
        ids.clone(),
    )
    .await;
    step("taken out", "POST /$WABA/message_templates/unarchive", ids).await;
    step(
        "as text",
        "POST /$WABA/message_templates/archive",
        json!({"hsm_ids": format!("{kept},{waiting}")}),
    )
    .await;
    step("none", "POST /$WABA/message_templates/archive", json!({})).await;
    step(
        "too many",
        "POST /$WABA/message_templates/archive",
        json!({"hsm_ids": vec!["1"; 101]}),
    )
    .await;
    step(
        "of a number",
        "POST /$PHONE/message_templates/archive",
        json!({"hsm_ids": [&kept]}),
    )
    .await;
    step(
        "listed",
        "GET /$WABA/message_templates?status=ARCHIVED&fields=name,status",
        json!({}),
    )
    .await;
    world.advance(28 * DAY).await;
    step("28 days later", &format!("GET /{kept}?fields=status"), json!({})).await;
    world.settle().await;
    insta::assert_snapshot!(format!("{all}\n{}", told(&receiver.posts())));
}
