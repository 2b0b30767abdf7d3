//! People stop marketing of a business and let it come again, as an app hears of it.

use serde_json::{Value, json};

use crate::receiver::{Posted, Receiver};
use crate::world::{ANN, BOB, QUICK, SECOND, World};

/// Edition 2023 with the control that people got later, so that the values are those of this test alone.
async fn world() -> World {
    let with_control = |config: &mut server::SeatConfig| {
        config.defaults.overrides = "marketing.opt_out = true".to_owned();
    };
    World::with(with_control, QUICK).await
}

async fn promotion(world: &World) {
    let body = json!({"name": "offer", "language": "en_US", "category": "MARKETING",
        "components": [{"type": "BODY", "text": "Our offers are out."}]});
    let made = world.ok("POST /v25.0/$WABA/message_templates", body).await;
    let approve = format!("/templates/{}/review", crate::world::id(&made, "id"));
    world.control(&approve, json!({"decision": "approve"})).await;
}

/// What an app heard of preferences and failures.
fn heard(posts: &[Posted]) -> Vec<String> {
    let one = |posted: &Posted| {
        let value = posted.value();
        let text = |place: &str| value.pointer(place).map(Value::to_string).unwrap_or_default();
        match posted.field().as_str() {
            "user_preferences" => Some(text("/user_preferences/0/value")),
            "messages" if text("/statuses/0/status") == "\"failed\"" => {
                Some(text("/statuses/0/errors/0/code"))
            }
            _ => None,
        }
    };
    posts.iter().filter_map(one).collect()
}

#[tokio::test]
async fn marketing_stopped_by_a_person_fails_with_131050() {
    let (world, receiver) = (world().await, Receiver::start().await);
    world.listen(&receiver).await;
    promotion(&world).await;
    world.template("$PHONE", ANN, "offer").await;
    world.advance(SECOND).await;
    for act in ["stop_marketing", "stop_marketing"] {
        world
            .control(&format!("/numbers/$PHONE/people/{ANN}/{act}"), Value::Null)
            .await;
    }
    world.template("$PHONE", ANN, "offer").await;
    world.template("$PHONE", ANN, "hello_world").await;
    world.template("$PHONE", BOB, "offer").await;
    world
        .control(
            &format!("/numbers/$PHONE/people/{ANN}/resume_marketing"),
            Value::Null,
        )
        .await;
    world.template("$PHONE", ANN, "offer").await;
    world.advance(SECOND).await;
    world.settle().await;
    assert_eq!(heard(&receiver.posts()), ["\"stop\"", "131050", "\"resume\""]);
    let stop = receiver
        .posts()
        .into_iter()
        .find(|posted| posted.field() == "user_preferences");
    let stop = stop.expect("it was heard").json();
    insta::assert_snapshot!(format!("{stop:#}"));
}
