//! A tester and a bot, over webhooks: what the app hears, and what it says to it; and what policy tells an app.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::receiver::Receiver;
use crate::world::{DAY, World, id};

/// What the app heard from people so far.
fn heard(receiver: &Receiver) -> Vec<String> {
    let body = |posted: &crate::receiver::Posted| {
        posted
            .value()
            .pointer("/messages/0/text/body")
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    receiver.posts().iter().filter_map(body).collect()
}

#[tokio::test]
async fn a_tester_follows_a_menu_to_a_person() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.listen(&receiver).await;
    let made = world.control("/numbers/$PHONE/testers", Value::Null).await;
    let who = id(&made, "wa_id");
    world.settle().await;
    let bot = |heard: &str| match heard {
        "3" => "Which country? Reply US to reach an agent there.",
        "US" => "Thank you, one of our agents will be with you shortly.",
        _ => "Hello!\n1. Orders\n2. Returns\n3. Talk to an agent",
    };
    for _ in 0..3 {
        let last = heard(&receiver).pop().expect("the tester wrote");
        world.reply(&who, bot(&last)).await;
        world.settle().await;
    }
    let heard = heard(&receiver);
    assert!(heard[0].contains("this is WhatsApp"), "{heard:?}");
    assert_eq!(heard[1..], ["3", "US"]);
    let table = world.table(&[
        ("GET /sandbox/v1/numbers/$PHONE/testers", ""),
        ("GET /sandbox/v1/events?news=true&portfolio=$PORTFOLIO", ""),
    ]);
    insta::assert_snapshot!(table.await);
}

#[tokio::test]
async fn a_tester_taps_the_button_that_names_a_person() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.listen(&receiver).await;
    let made = world.control("/numbers/$PHONE/testers", Value::Null).await;
    let who = id(&made, "wa_id");
    let button = |id: &str, title: &str| json!({"type": "reply", "reply": {"id": id, "title": title}});
    let menu = json!({"messaging_product": "whatsapp", "to": who, "type": "interactive", "interactive": {"type": "button",
        "body": {"text": "What is it about?"}, "action": {"buttons": [button("o", "Orders"), button("h", "Talk to a human")]}}});
    world.ok("POST /v25.0/$PHONE/messages", menu).await;
    world
        .reply(&who, "You are in the queue. The next free agent takes over.")
        .await;
    world.settle().await;
    let tapped = receiver.posts().iter().find_map(|posted| {
        posted
            .value()
            .pointer("/messages/0/interactive/button_reply")
            .cloned()
    });
    assert_eq!(tapped, Some(json!({"id": "h", "title": "Talk to a human"})));
    let state = world
        .ok("GET /sandbox/v1/numbers/$PHONE/testers", Value::Null)
        .await;
    assert_eq!(state["found"], "in_chat_transfer", "{state}");
}

#[tokio::test]
async fn a_tester_asks_once_and_writes_the_declared_word() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.listen(&receiver).await;
    let path = json!({"paths": [{"kind": "in_chat_transfer", "target": "agente"}]});
    world.control("/numbers/$PHONE/escalation_paths", path).await;
    let made = world.control("/numbers/$PHONE/testers", Value::Null).await;
    let who = id(&made, "wa_id");
    for says in ["Hola, en que le puedo ayudar?", "Un momento, le atiende Ana."] {
        world.reply(&who, says).await;
    }
    world.settle().await;
    assert_eq!(heard(&receiver)[1..], ["agente"]);
    let state = world
        .ok("GET /sandbox/v1/numbers/$PHONE/testers", Value::Null)
        .await;
    assert_eq!(state["found"], "in_chat_transfer", "{state}");
    // Without a word they ask once, and are done when that leads nowhere.
    world
        .control("/numbers/$PHONE/escalation_paths", json!({"paths": []}))
        .await;
    let made = world.control("/numbers/$PHONE/testers", Value::Null).await;
    let who = id(&made, "wa_id");
    for _ in 0..2 {
        world.reply(&who, "Hola, en que le puedo ayudar?").await;
    }
    world.settle().await;
    let heard = heard(&receiver);
    assert_eq!(heard.len(), 4);
    assert!(heard[3].contains("talk to a person"), "{heard:?}");
    let state = world
        .ok("GET /sandbox/v1/numbers/$PHONE/testers", Value::Null)
        .await;
    assert_eq!(state["state"], "not_found", "{state}");
}

#[tokio::test]
async fn every_call_about_policy() {
    let world = World::new().await;
    let table = world
        .table(&[
            ("POST /sandbox/v1/numbers/$PHONE/escalation_paths", r#"{"paths":[{"kind":"phone","target":"+1 555 010 0199"},{"kind":"help_centre","target":"shop.example/help"}]}"#),
            ("GET /sandbox/v1/numbers/$PHONE/escalation_paths", ""),
            ("POST /sandbox/v1/numbers/$PHONE/escalation_paths", r#"{"paths":[{"kind":"pigeon"}]}"#),
            ("GET /sandbox/v1/numbers/$PHONE/testers", ""),
            ("POST /sandbox/v1/numbers/$PHONE/testers", ""),
            ("POST /sandbox/v1/numbers/$PHONE/testers", ""),
            ("POST /sandbox/v1/numbers/$PHONE/appeal", r#"{"text":"We answer."}"#),
            ("POST /sandbox/v1/wabas/$WABA/violations", r#"{"violation_type":"ALCOHOL","phone_number_id":"$PHONE"}"#),
            ("POST /sandbox/v1/wabas/$WABA/violations", r#"{"violation_type":"ALCOHOL"}"#),
            ("POST /sandbox/v1/wabas/$WABA/violations", r#"{"violation_type":"SPAM","step":"5d"}"#),
            ("POST /sandbox/v1/wabas/$WABA/violations", r#"{"violation_type":"SPAM","step":"soon"}"#),
            ("GET /v25.0/$WABA?fields=status,account_review_status,health_status", ""),
            ("POST /v25.0/$PHONE/messages", r#"{"messaging_product":"whatsapp","to":"16505550001","type":"text","text":{"body":"Hi"}}"#),
            ("POST /sandbox/v1/wabas/$WABA/numbers", r#"{"phone_number":"15550783882","verified_name":"Lucky Shrub"}"#),
            ("POST /sandbox/v1/portfolios/$PORTFOLIO/violations/2/appeal", r#"{"text":"It was not us."}"#),
            ("POST /sandbox/v1/portfolios/$PORTFOLIO/violations/2/reverse", ""),
            ("POST /sandbox/v1/wabas/$WABA/violations", r#"{"violation_type":"ALCOHOL","step":"lock"}"#),
            ("GET /v25.0/$WABA?fields=status,account_review_status,health_status", ""),
            ("POST /v25.0/$PHONE/messages", r#"{"messaging_product":"whatsapp","to":"16505550001","type":"text","text":{"body":"Hi"}}"#),
            ("POST /sandbox/v1/portfolios/$PORTFOLIO/violations/3/appeal", r#"{"text":"It was lemonade."}"#),
            ("POST /sandbox/v1/portfolios/$PORTFOLIO/appeals/0/decide", r#"{"decision":"grant"}"#),
            ("POST /sandbox/v1/templates/400000010000000/appeal", r#"{"text":"It is useful.","sample":" "}"#),
            ("POST /sandbox/v1/templates/400000010000000/appeal", r#"{"text":"It is useful.","sample":"Hello Ann"}"#),
            ("POST /sandbox/v1/templates/7/appeal", r#"{"text":"It is useful.","sample":"Hello Ann"}"#),
            ("GET /sandbox/v1/portfolios/$PORTFOLIO/violations", ""),
            ("GET /sandbox/v1/portfolios/$PORTFOLIO/appeals", ""),
        ])
        .await;
    insta::assert_snapshot!(table);
}

/// Every webhook about policy once, to the byte.
#[tokio::test]
async fn policy_is_told_to_apps() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.listen(&receiver).await;
    let violate = async |step: &str| {
        let body = json!({"violation_type": "ALCOHOL", "step": step});
        world.control("/wabas/$WABA/violations", body).await["violation"]
            .as_u64()
            .expect("a number")
    };
    for step in ["warning", "1d", "5d", "lock", "disable", "off_boarding"] {
        let violation = violate(step).await;
        world
            .control(
                &format!("/portfolios/$PORTFOLIO/violations/{violation}/reverse"),
                Value::Null,
            )
            .await;
        world.advance(1_000).await;
    }
    // What still stands is told when something beside it is taken back.
    let (short, long) = (violate("1d").await, violate("5d").await);
    for violation in [long, short] {
        let path = format!("/portfolios/$PORTFOLIO/violations/{violation}/reverse");
        world.control(&path, Value::Null).await;
    }
    let body =
        json!({"violation_type": "SCAM", "phone_number_id": world.account.phone_number_id, "step": "3d"});
    world.control("/wabas/$WABA/violations", body).await;
    world
        .control(
            "/portfolios/$PORTFOLIO/violations/8/appeal",
            json!({"text": "It was not us."}),
        )
        .await;
    world.advance(DAY).await;
    let violation = violate("lock").await;
    let appeal = world
        .control(
            &format!("/portfolios/$PORTFOLIO/violations/{violation}/appeal"),
            json!({"text": "Nor this."}),
        )
        .await["appeal"]
        .as_u64()
        .expect("a number");
    let grant = json!({"decision": "grant"});
    world
        .control(&format!("/portfolios/$PORTFOLIO/appeals/{appeal}/decide"), grant)
        .await;
    template_appeals(&world).await;
    world.settle().await;
    let (mut seen, mut told) = (BTreeSet::new(), String::new());
    for posted in receiver
        .posts()
        .iter()
        .filter(|posted| posted.field() != "messages")
    {
        let body = std::str::from_utf8(&posted.bytes)
            .expect("bodies are ASCII")
            .to_owned();
        if seen.insert(format!("{} {}", posted.field(), posted.value())) {
            told.push_str(&format!("{body}\n\n"));
        }
    }
    insta::assert_snapshot!(told);
}

/// A template is rejected, and appealed for twice: refused, then granted.
async fn template_appeals(world: &World) {
    let text = "Hello, your order is on its way to you.";
    let draft = json!({"name": "order_update", "language": "en_US", "category": "UTILITY",
        "components": [{"type": "BODY", "text": text}]});
    let made = world.ok("POST /v25.0/$WABA/message_templates", draft).await;
    let template = id(&made, "id");
    let reject = json!({"decision": "reject", "reason": "SCAM"});
    world
        .control(&format!("/templates/{template}/review"), reject)
        .await;
    for decision in ["refuse", "grant"] {
        let appeal = json!({"text": "It is about an order.", "sample": text});
        let filed = world
            .control(&format!("/templates/{template}/appeal"), appeal)
            .await;
        let decide = format!("/portfolios/$PORTFOLIO/appeals/{}/decide", filed["appeal"]);
        world.control(&decide, json!({"decision": decision})).await;
    }
}
