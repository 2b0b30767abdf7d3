//! What the platform tells late, or not by webhook at all.

use decider::Millis;
use serde_json::{Value, json};

use crate::world::{Told, World, template};

/// People in the United States get no marketing, so she lives in Germany.
const ANNA: &str = "4915112345678";

/// The promotion to Anna.
async fn promote(world: &World) -> Told {
    let mut body = template(ANNA);
    body["template"]["name"] = json!("promotion");
    world.call("POST /v25.0/$PHONE/messages", &body).await
}

/// Webhooks of a field are lost from now on; gives the rule, by which they come again.
async fn lose(world: &World, field: &str) -> Told {
    let rule = json!({"webhooks": {"field": field}, "fault": "lose"});
    let made = world.sandbox("POST /faults", &rule).await;
    assert_eq!(made.status, 200, "{made:?}");
    made
}

/// Anna stopped marketing in WhatsApp itself, and no webhook told of it: the platform's refusal does. From then on she gets none
/// from here, until she lets it come again.
#[tokio::test(flavor = "multi_thread")]
async fn _131050_becomes_an_opt_out() {
    let world = World::under("2026-per-portfolio").await;
    world.marketing("promotion").await;
    lose(&world, "user_preferences").await;
    let opt_outs = async || {
        let told = world.call(&format!("GET /v1/people/{ANNA}"), &Value::Null).await;
        told.json["opt_outs"].clone()
    };
    let first = promote(&world).await;
    assert_eq!(first.status, 200, "{:?}", first.json);
    world.advance(Millis::seconds(1)).await;
    let stop = format!("POST /numbers/$PHONE/people/{ANNA}/stop_marketing");
    let stopped = world.sandbox(&stop, &Value::Null).await;
    assert_eq!(stopped.status, 200, "{:?}", stopped.json);
    world.advance(Millis::minutes(11)).await;
    assert_eq!(opt_outs().await, json!([]), "nobody told");

    // The platform takes it and fails it by webhook with 131050.
    let sent = promote(&world).await;
    assert_eq!(sent.status, 200, "{:?}", sent.json);
    world.advance(Millis::minutes(11)).await;
    let known = json!([{"number": world.account.phone_number_id, "how": "platform"}]);
    assert_eq!(opt_outs().await, known);
    let taken = async || {
        world
            .metric("goodstanding_settled_total{outcome=\"accepted\"}")
            .await
    };
    let before = taken().await;
    let again = promote(&world).await;
    assert_eq!((again.status, again.code()), (400, 131_050), "{:?}", again.json);
    assert!(
        again.details().contains("marketing_stopped"),
        "{}",
        again.details()
    );
    assert_eq!(taken().await, before, "nothing went to the platform");
    // What is no marketing goes on.
    assert_eq!(world.template(ANNA).await.status, 200);
    assert_eq!(taken().await, before + 1);

    // She lets it come again, and this time a webhook tells.
    let all = world.sandbox("DELETE /faults", &Value::Null).await;
    assert!(all.status < 300, "{all:?}");
    let resume = format!("POST /numbers/$PHONE/people/{ANNA}/resume_marketing");
    assert_eq!(world.sandbox(&resume, &Value::Null).await.status, 200);
    world.advance(Millis::minutes(11)).await;
    assert_eq!(opt_outs().await, json!([]));
    let last = promote(&world).await;
    assert_eq!(last.status, 200, "{:?}", last.json);
    world.stop().await;
}

/// What webhooks missed, a poll finds, counts and alarms about; what they told is no gap.
#[tokio::test(flavor = "multi_thread")]
async fn polling_counts_the_gap() {
    let world = World::new().await;
    let poll = async || assert!(world.gateway.gateway().poll().await, "the sandbox answers");
    let missed = async || world.metric("goodstanding_missed_by_webhooks_total").await;
    let alarmed = async || world.metric("goodstanding_alarm{name=\"webhooks_missed\"}").await;
    let status = async |name: &str| {
        let told = world.call("GET /v1/templates", &Value::Null).await;
        let all = told.json["data"].as_array().cloned().unwrap_or_default();
        let one = all.into_iter().find(|template| template["name"] == name);
        one.map(|template| {
            (
                template["status"]["value"].clone(),
                template["status"]["source"].clone(),
            )
        })
    };
    let made = async |name: &str| {
        let body = json!({"name": name, "language": "en_US", "category": "MARKETING",
            "components": [{"type": "BODY", "text": "Our new shoes are here. Reply STOP to get no more of these."}]});
        let made = world.call("POST /v25.0/$WABA/message_templates", &body).await;
        assert_eq!(made.status, 200, "{made:?}");
        made.json["id"].as_str().unwrap_or_default().to_owned()
    };
    let approve = async |id: &str| {
        // Of two words of one instant the more careful one holds.
        world.advance(Millis::seconds(1)).await;
        let body = json!({"decision": "approve"});
        let decided = world
            .sandbox(&format!("POST /templates/{id}/review"), &body)
            .await;
        assert_eq!(decided.status, 200, "{decided:?}");
        world.advance(Millis::seconds(1)).await;
    };
    let (heard, unheard) = (made("heard").await, made("unheard").await);
    poll().await;
    assert_eq!(
        (missed().await, alarmed().await),
        (0, 0),
        "what is new was not missed"
    );
    assert_eq!(status("heard").await, Some((json!("PENDING"), json!("poll"))));

    approve(&heard).await;
    assert_eq!(status("heard").await, Some((json!("APPROVED"), json!("webhook"))));
    poll().await;
    assert_eq!((missed().await, alarmed().await), (0, 0), "a webhook told");

    lose(&world, "message_template_status_update").await;
    approve(&unheard).await;
    assert_eq!(status("unheard").await, Some((json!("PENDING"), json!("poll"))));
    poll().await;
    assert_eq!((missed().await, alarmed().await), (1, 1));
    assert_eq!(status("unheard").await, Some((json!("APPROVED"), json!("poll"))));
    let alarms = world.call("GET /v1/alarms", &Value::Null).await;
    assert_eq!(
        alarms.json["data"][0]["subject"], world.account.waba_id,
        "{alarms:?}"
    );

    poll().await;
    assert_eq!(
        (missed().await, alarmed().await),
        (1, 0),
        "it is counted once, and over"
    );
    world.stop().await;
}
