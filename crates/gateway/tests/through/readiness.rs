//! Whether everything is in order, as the sandbox tells it.

use serde_json::{Value, json};

use crate::world::World;

/// `code severity` of all that is not in order, and whether there is an alarm.
async fn looked(world: &World) -> (Vec<String>, bool) {
    let told = world.call("POST /v1/readiness", &Value::Null).await;
    assert_eq!(told.status, 200, "{:?}", told.json);
    let findings = told.json["findings"].as_array().expect("a list");
    let word = |finding: &Value, field: &str| finding[field].as_str().unwrap_or_default().to_owned();
    let faults = findings
        .iter()
        .filter(|finding| finding["severity"] != "ok")
        .inspect(|finding| assert!(finding["hint"].is_string(), "{finding}"))
        .map(|finding| format!("{} {}", word(finding, "code"), word(finding, "severity")))
        .collect();
    let alarms = world.call("GET /v1/alarms", &Value::Null).await;
    let alarms = alarms.json["data"].as_array().expect("a list").clone();
    let account = format!("account {}", world.account.waba_id);
    let alarm = |alarm: &Value| alarm["name"] == "not_ready" && alarm["subject"] == account;
    (faults, alarms.iter().any(alarm))
}

/// A subscription that is lost, or leads elsewhere, is found, alarms, and is over when it is mended.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_subscription_is_found() {
    let world = World::with("public_url = \"https://wa.example.com\"").await;
    let usual = ["webhooks error", "pin warning"].map(str::to_owned);
    let unlike = |faults: &[String]| -> Vec<String> {
        let new = faults.iter().filter(|fault| !usual.contains(fault));
        new.cloned().collect()
    };
    let (faults, alarm) = looked(&world).await;
    assert!(
        faults.contains(&usual[0]),
        "webhooks come to a test's address: {faults:?}"
    );
    assert_eq!((unlike(&faults), alarm), (vec![], false));

    let subscribed = "/v25.0/$WABA/subscribed_apps";
    let gone = world.call(&format!("DELETE {subscribed}"), &Value::Null).await;
    assert_eq!(gone.status, 200, "{:?}", gone.json);
    let url = format!("{}/{}/subscribed_apps", world.platform(), world.account.waba_id);
    let direct = world
        .http
        .delete(&url)
        .bearer_auth(&world.account.token)
        .send()
        .await;
    assert!(direct.is_ok(), "the sandbox answers");
    let (faults, alarm) = looked(&world).await;
    assert_eq!(
        (unlike(&faults), alarm),
        (vec!["subscription error".to_owned()], true)
    );
    let last = world.call("GET /v1/readiness", &Value::Null).await;
    assert!(
        last.json.to_string().contains("not subscribed"),
        "{:?}",
        last.json
    );

    let again = world
        .http
        .post(&url)
        .bearer_auth(&world.account.token)
        .json(&json!({}));
    assert_eq!(again.send().await.expect("an answer").status(), 200);
    let (faults, alarm) = looked(&world).await;
    assert_eq!((unlike(&faults), alarm), (vec![], false));
    world.stop().await;
}
