//! Stops: what is not sent until somebody resumes it, and what goes on meanwhile.

use serde_json::{Value, json};

use crate::world::{Told, World, template};

/// Somebody who has written.
const ANN: &str = "16505550001";

async fn reply(world: &World, nth: u32) -> Told {
    let body = json!({"messaging_product": "whatsapp", "to": ANN, "type": "text", "text": {"body": format!("Answer {nth}.")}});
    world.call("POST /v25.0/$PHONE/messages", &body).await
}

async fn promotion(world: &World, nth: u32) -> Told {
    let mut body = template(&format!("1650556{nth:04}"));
    body["template"]["name"] = json!("promotion");
    world.call("POST /v25.0/$PHONE/messages", &body).await
}

/// The gateway's name for a refusal; empty if the message went.
fn word(told: &Told) -> String {
    let mut words = told.details().split([' ', ':']);
    words.nth(2).unwrap_or_default().to_owned()
}

async fn stop(world: &World, stop: &Value) {
    let told = world.call("POST /v1/stops", stop).await;
    assert_eq!(told.status, 200, "{:?}", told.json);
}

/// A broadcast is under way when it is stopped: not one of its messages is admitted afterwards, and every reply goes, however
/// it was stopped: by hand, or by a number that fell.
#[tokio::test(flavor = "multi_thread")]
async fn paused_broadcasts_replies_flow() {
    let world = World::new().await;
    world.marketing("promotion").await;
    let said = json!({"from": ANN, "text": "Where is my parcel?"});
    let told = world.sandbox("POST /numbers/$PHONE/inbound", &said).await;
    assert_eq!(told.status, 200, "{:?}", told.json);
    world.app.posts(1).await;
    let number = world.account.phone_number_id.clone();
    // What stops, whether utility is stopped as well, and the name of the refusal.
    let rows = [
        (json!({}), true, "stopped"),
        (json!({"lanes": ["marketing"]}), false, "stopped"),
        (
            json!({"number": number, "lanes": ["marketing"]}),
            false,
            "stopped",
        ),
        (Value::Null, false, "incident_open"),
    ];
    for (row, (stopped, utility_too, name)) in (0_u32..).zip(rows) {
        let first = row * 100;
        let before = futures_util::future::join_all((first..first + 20).map(|nth| promotion(&world, nth)));
        assert!(before.await.iter().all(|told| told.status == 200), "{stopped}");
        match &stopped {
            Value::Null => {
                let fell = json!({"field": "phone_number_quality_update", "value": {"event": "FLAGGED",
                    "display_phone_number": "15550783881", "current_limit": "TIER_1K"}});
                world.webhook(&fell).await;
            }
            stopped => stop(&world, stopped).await,
        }
        let offers =
            futures_util::future::join_all((first + 20..first + 60).map(|nth| promotion(&world, nth)));
        let replies = futures_util::future::join_all((first..first + 10).map(|nth| reply(&world, nth)));
        let (offers, replies) = tokio::join!(offers, replies);
        let words: Vec<String> = offers.iter().map(word).collect();
        assert!(words.iter().all(|word| word == name), "{stopped} {words:?}");
        assert!(
            replies.iter().all(|told| told.status == 200),
            "{stopped} {replies:?}"
        );
        let utility = world.template(&format!("1650557{row:04}")).await;
        assert_eq!(
            utility.status == 200,
            !utility_too,
            "{stopped} {:?}",
            utility.json
        );
        let whole = json!({"lanes": []});
        let own = json!({"number": number, "lanes": []});
        stop(&world, &whole).await;
        stop(&world, &own).await;
        assert_eq!(
            promotion(&world, first + 60).await.status,
            200,
            "{stopped} was resumed"
        );
    }
    let refused = "goodstanding_settled_total{outcome=\"refused\"}";
    assert_eq!(world.metric(refused).await, 0, "the platform refused nothing");
    world.stop().await;
}
