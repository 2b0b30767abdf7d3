//! How often apps call the management API: counted by account and by app, told in headers, refused where rates are
//! enforced.

use std::fmt::Write as _;

use decider::Millis;

use crate::support::World;

async fn world(enforced: bool) -> World {
    let change = |config: &mut server::SeatConfig| {
        config.defaults.overrides = "management = { calls = 2, calls_active = 4 }".to_owned();
        config.defaults.enforce_rates = enforced;
    };
    World::with(change).await
}

/// Each call with its status and code, and what its headers tell of the calls before.
async fn told(world: &World, calls: &[(&str, &str)]) -> String {
    let mut table = String::new();
    for (call, body) in calls {
        let told = world.call(call, body).await;
        let header = |name: &str| told.headers.get(name).and_then(|value| value.to_str().ok());
        let answer: serde_json::Value = serde_json::from_str(&told.body).unwrap_or_default();
        let error = &answer["error"];
        let _ = writeln!(
            table,
            "{call} -> {} {} {}",
            told.status, error["code"], error["is_transient"]
        );
        for name in ["x-app-usage", "x-business-use-case-usage"] {
            let _ = writeln!(table, "  {name}: {}", header(name).unwrap_or("-"));
        }
    }
    table
}

const NODE: (&str, &str) = ("GET /v25.0/$PHONE", "");
const APP: (&str, &str) = ("GET /v25.0/$PORTFOLIO", "");

#[tokio::test]
async fn calls_are_counted_told_and_refused() {
    let world = world(true).await;
    let text = r#"{"messaging_product":"whatsapp","to":"15550001111","text":{"body":"hi"}}"#;
    let batch = r#"{"batch":[{"method":"GET","relative_url":"v25.0/$WABA"},{"method":"GET","relative_url":"v25.0/$PHONE"}]}"#;
    let mut all = told(
        &world,
        &[NODE, NODE, ("POST /v25.0/", batch), NODE, APP, APP, APP],
    )
    .await;
    all += "# messages have limits of their own\n";
    all += &told(&world, &[("POST /v25.0/$PHONE/messages", text)]).await;
    all += "# an hour later\n";
    world.advance(Millis::HOUR).await;
    all += &told(&world, &[NODE, APP]).await;
    insta::assert_snapshot!(all);
}

#[tokio::test]
async fn where_rates_are_not_enforced_calls_are_only_told() {
    let world = world(false).await;
    let told = told(&world, &[NODE; 6]).await;
    assert!(!told.contains("400"), "{told}");
    assert!(told.contains(r#""call_count":150"#), "{told}");
}
