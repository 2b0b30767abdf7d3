//! A rating is made by people's behaviour alone (Q5): no call of the Graph API or the control API sets one or asks for
//! one, however it is put.

use cloud_api::{GraphCall, Method, route};
use serde_json::{Value, json};

use crate::world::{ANN, SECOND, World};

/// What would set a rating if anything listened.
const WISH: &str = r#"{"rating":"GREEN","quality_rating":"GREEN","quality_score":{"score":"GREEN"}}"#;
const WISH_IN_QUERY: &str = "rating=GREEN&quality_rating=GREEN&quality_score=GREEN";

/// Two calls cannot share a place, and a new one has to be given one here: then it needs a row in [`GRAPH_CALLS`].
fn place(call: &GraphCall) -> usize {
    match call {
        GraphCall::SendMessage { .. } => 0,
        GraphCall::ListTemplates { .. } => 1,
        GraphCall::CreateTemplate { .. } => 2,
        GraphCall::DeleteTemplates { .. } => 3,
        GraphCall::GetNode { .. } => 4,
        GraphCall::PostNode { .. } => 5,
        GraphCall::UnpauseTemplate { .. } => 6,
        GraphCall::ListPhoneNumbers { .. } => 7,
        GraphCall::Register { .. } => 8,
        GraphCall::Deregister { .. } => 9,
        GraphCall::SubscribedApps { .. } => 10,
        GraphCall::AppSubscriptions { .. } => 11,
        GraphCall::SendMarketing { .. } => 12,
        GraphCall::BlockUsers { .. } => 13,
        GraphCall::Other(_) => 14,
    }
}

const PLACES: usize = 15;

/// Every kind of call, and paths that would be the way to ask if there were one.
const GRAPH_CALLS: &[(&str, &str)] = &[
    ("POST", "$PHONE/messages"),
    ("POST", "$PHONE/marketing_messages"),
    ("GET", "$WABA/message_templates"),
    ("POST", "$WABA/message_templates"),
    ("DELETE", "$WABA/message_templates"),
    ("GET", "$PHONE"),
    ("GET", "$TEMPLATE"),
    ("POST", "$PHONE"),
    ("POST", "$TEMPLATE"),
    ("POST", "$WABA"),
    ("POST", "$PORTFOLIO"),
    ("POST", "$TEMPLATE/unpause"),
    ("GET", "$PHONE/block_users"),
    ("GET", "$WABA/phone_numbers"),
    ("POST", "$PHONE/register"),
    ("POST", "$PHONE/deregister"),
    ("GET", "$WABA/subscribed_apps"),
    ("POST", "$WABA/subscribed_apps"),
    ("DELETE", "$WABA/subscribed_apps"),
    ("GET", "$APP/subscriptions"),
    ("POST", "$APP/subscriptions"),
    ("DELETE", "$APP/subscriptions"),
    ("POST", "$PHONE/settings"),
    ("POST", "$PHONE/quality_rating"),
    ("POST", "$TEMPLATE/quality_score"),
    ("POST", "$PHONE/request_review"),
];

const TEMPLATE: &str = "400000010000000";

/// RED by review, with a template not yet known, and somebody who has heard from both.
async fn world() -> World {
    let world = World::new().await;
    world.inbound(ANN, "Hi").await;
    world.hello(ANN).await;
    world.advance(SECOND).await;
    let reason = json!({"reason": "prohibited_content"});
    world.control("/numbers/$PHONE/moderate", reason).await;
    world
}

/// Every event that moved a rating, and the ratings that are shown.
async fn ratings(world: &World) -> (Vec<Value>, Value, Value) {
    let page = world.ok("GET /sandbox/v1/events?limit=1000", Value::Null).await;
    let moves = |event: &&Value| {
        let kind = event["kind"].as_str().unwrap_or_default();
        ["NumberRated", "TemplateRated", "NumberHeld"].contains(&kind)
    };
    let events = page["data"].as_array().expect("events").iter().filter(moves);
    let number = world.ok("GET /sandbox/v1/numbers/$PHONE", Value::Null).await;
    let explain = format!("GET /sandbox/v1/templates/{TEMPLATE}/explain");
    let template = world.ok(&explain, Value::Null).await;
    (
        events.cloned().collect(),
        number["quality_rating"].clone(),
        template["rating"].clone(),
    )
}

#[tokio::test]
async fn no_graph_call_sets_a_rating_or_asks_for_one() {
    let world = world().await;
    let before = ratings(&world).await;
    assert_eq!(
        (before.1.as_str(), before.2.as_str()),
        (Some("RED"), Some("UNKNOWN"))
    );
    let mut seen = [false; PLACES];
    for (method, path) in GRAPH_CALLS {
        let path = path.replace("$TEMPLATE", TEMPLATE);
        let numbered = path.replace('$', "").replace(char::is_uppercase, "1");
        if let Ok(call) = route(method, &numbered, "") {
            seen[place(&call)] = true;
        }
        for (query, body) in [(WISH_IN_QUERY, ""), ("", WISH)] {
            let (status, answer) = world.call(&format!("{method} /{path}?{query}"), body).await;
            assert!(status < 500, "{method} {path}: {answer}");
            assert_eq!(ratings(&world).await, before, "{method} {path}?{query} {body}");
        }
        let asks = path.contains("quality") || path.contains("review");
        let found = route(method, &numbered, "").is_ok();
        assert!(!(asks && found), "{path} is a way to ask");
    }
    assert_eq!(seen, [true; PLACES], "a kind of call without a row");
    assert!(Method::parse("PATCH").is_none(), "a method without rows");
}

#[tokio::test]
async fn no_control_call_sets_a_rating_or_asks_for_one() {
    let world = world().await;
    let before = ratings(&world).await;
    let described: Value = serde_json::from_str(&server::v1::openapi()).expect("the description is JSON");
    let paths = described["paths"].as_object().expect("paths");
    let mut asked = 0;
    for (path, methods) in paths {
        let words = path.split(['/', '_', '-']);
        let named = words
            .filter(|word| ["rating", "ratings", "quality", "score"].contains(word))
            .count();
        assert_eq!(named, 0, "{path} names a rating");
        let named = named_ids(path);
        for (method, operation) in methods.as_object().expect("methods") {
            let method = method.to_uppercase();
            let takes_body = operation.get("requestBody").is_some();
            let body = if takes_body { WISH } else { "" };
            let (status, answer) = world.call(&format!("{method} {named}"), body).await;
            assert!(status < 500, "{method} {named}: {answer}");
            assert!(
                !takes_body || status == 400,
                "{method} {named} takes a rating: {answer}"
            );
            assert_eq!(ratings(&world).await, before, "{method} {named}");
            asked += 1;
        }
    }
    assert!(asked > 30, "{asked} calls are described");
}

/// The path with real ids in place of the parameters.
fn named_ids(path: &str) -> String {
    let ids = [
        ("{portfolio_id}", "$PORTFOLIO"),
        ("{waba_id}", "$WABA"),
        ("{phone_number_id}", "$PHONE"),
        ("{template_id}", TEMPLATE),
        ("{app_id}", "$APP"),
        ("{change}", "certificate"),
        ("{wa_id}", ANN),
        ("{message_id}", "wamid.x"),
        ("{delivery_id}", "none"),
    ];
    ids.into_iter()
        .fold(path.to_owned(), |path, (name, id)| path.replace(name, id))
}
