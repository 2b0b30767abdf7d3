//! Every kind of webhook once: its exact bytes, from a history with a frozen clock and a known seed.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::receiver::{Posted, Receiver};
use crate::world::{ANN, BOB, DAY, HOUR, QUICK, SECOND, World, id};

/// What tells two kinds apart.
fn kind(posted: &Posted) -> String {
    let value = posted.value();
    let at = |place: &str| {
        value
            .pointer(place)
            .map(|found| format!(" {found}"))
            .unwrap_or_default()
    };
    let places = [
        "/statuses/0/status",
        "/statuses/0/pricing/type",
        "/statuses/0/errors/0/code",
        "/messages/0/type",
        "/messages/0/context/from",
        "/event",
        "/other_info/title",
        "/reason",
    ];
    places
        .iter()
        .fold(posted.field(), |kind, place| kind + &at(place))
}

async fn conversation(world: &World) {
    let first = world.inbound(ANN, "Café/naïve @ 5?").await;
    let reply = world.reply(ANN, "Hello").await;
    world.feedback(&reply, json!({"signal": "read"})).await;
    for answered in [first, reply] {
        let answer = json!({"from": ANN, "text": "That one", "reply_to": answered});
        world.control("/numbers/$PHONE/inbound", answer).await;
    }
    world.hello(BOB).await;
    world.advance(SECOND).await;
    let lost = world.hello("16505550003").await;
    world
        .feedback(&lost, json!({"signal": "fail", "code": 131_026}))
        .await;
    let body =
        json!({"messaging_product": "whatsapp", "to": "16505550004", "type": "text", "text": {"body": "?"}});
    world.ok("POST /v25.0/$PHONE/messages", body).await;
}

async fn submit(world: &World, name: &str) -> String {
    let body = json!({"name": name, "language": "en_US", "category": "MARKETING",
        "components": [{"type": "BODY", "text": format!("Our offers of {name} are out.")}]});
    id(&world.ok("POST /v25.0/$WABA/message_templates", body).await, "id")
}

async fn templates(world: &World) {
    let rejected = submit(world, "bad").await;
    let review = json!({"decision": "reject", "explanation": "two placeholders touch",
        "recommendation": "Put text between them."});
    world
        .control(&format!("/templates/{rejected}/review"), review)
        .await;
    world
        .ok("DELETE /v25.0/$WABA/message_templates?name=bad", Value::Null)
        .await;
    let promising = submit(world, "promising").await;
    world
        .control(
            &format!("/templates/{promising}/review"),
            json!({"decision": "approve"}),
        )
        .await;
}

/// Three promotions that half of their people report: paused, paused again, disabled; the number is flagged.
async fn promotions(world: &World) {
    for (round, pause) in [(0, 4 * HOUR), (1, 7 * HOUR), (2, HOUR)] {
        let mut messages = Vec::new();
        for person in 0..120 {
            let to = (16_505_560_000_u64 + round * 1_000 + person).to_string();
            messages.push(world.template("$PHONE", &to, "promising").await);
        }
        world.advance(2 * SECOND).await;
        let of = |message: &String| json!({"message": message, "signal": "report", "reason": "SPAM"});
        let harm: Vec<Value> = messages.iter().step_by(2).map(of).collect();
        world.control("/feedback", Value::Array(harm)).await;
        world.advance(pause).await;
    }
}

/// A template whose first messages people report while others wait: dropped, paused, unpaused. And one that is let go.
async fn paced(world: &World) {
    let made = submit(world, "paced").await;
    let approve = json!({"decision": "approve"});
    world.control(&format!("/templates/{made}/review"), approve).await;
    let send = async |range: std::ops::Range<u64>| {
        let mut messages = Vec::new();
        for person in range {
            let to = (16_505_580_000_u64 + person).to_string();
            messages.push(world.template("$PHONE", &to, "paced").await);
        }
        messages
    };
    let went = send(0..125).await;
    world.advance(2 * SECOND).await;
    let of = |message: &String| json!({"message": message, "signal": "report", "reason": "SPAM"});
    let harm: Vec<Value> = went[..60].iter().map(of).collect();
    world.control("/feedback", Value::Array(harm)).await;
    world.advance(HOUR).await;
    world
        .ok(&format!("POST /v25.0/{made}/unpause"), Value::Null)
        .await;
    send(200..325).await;
    world.advance(2 * HOUR).await;
}

/// Another number climbs, is held by reviewers, falls, and is banned.
async fn second_number(world: &World) {
    let body = json!({"phone_number": "15550783882", "verified_name": "Lucky Shrub"});
    let phone = id(
        &world.control("/wabas/$WABA/numbers", body).await,
        "phone_number_id",
    );
    world
        .control(&format!("/numbers/{phone}/certificate"), Value::Null)
        .await;
    let pin = json!({"messaging_product": "whatsapp", "pin": "123456"});
    world.ok(&format!("POST /v25.0/{phone}/register"), pin).await;
    for day in 0..3 {
        for person in 0..20 {
            let to = (16_505_570_000_u64 + day * 100 + person).to_string();
            world.template(&phone, &to, "hello_world").await;
        }
        world.advance(DAY).await;
    }
    let hold = json!({"reason": "prohibited_content"});
    world.control(&format!("/numbers/{phone}/moderate"), hold).await;
    world.advance(8 * DAY).await;
    for change in ["ban", "unban"] {
        world
            .control(&format!("/numbers/{phone}/{change}"), Value::Null)
            .await;
    }
}

#[tokio::test]
async fn every_kind_to_the_byte() {
    let values = "limits.tiers = [400, 800, \"unlimited\"]\nlimits.start = 1\nlimits.upgrade.factor = 0.05\n\
                  pacing.template.first = 120";
    let world = World::with(|config| config.defaults.overrides = values.to_owned(), QUICK).await;
    let receiver = Receiver::start().await;
    world.listen(&receiver).await;
    conversation(&world).await;
    templates(&world).await;
    promotions(&world).await;
    paced(&world).await;
    second_number(&world).await;
    world.settle().await;
    let (mut seen, mut firsts) = (BTreeSet::new(), String::new());
    for posted in receiver.posts() {
        let kind = kind(&posted);
        if seen.insert(kind.clone()) {
            let body = std::str::from_utf8(&posted.bytes).expect("bodies are ASCII");
            firsts.push_str(&format!("{kind}\n{body}\n\n"));
        }
    }
    insta::assert_snapshot!(firsts);
}
