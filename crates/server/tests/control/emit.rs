//! Webhooks by hand: any field, any value, to whoever is subscribed.

use serde_json::{Value, json};

use crate::receiver::Receiver;
use crate::world::World;

/// Puts a webhook out; to how many it goes.
async fn emit(world: &World, body: Value) -> usize {
    let emitted = world.control("/emit", body).await;
    emitted["deliveries"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn any_webhook_by_hand() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    assert_eq!(
        emit(&world, json!({"field": "messages", "value": {}})).await,
        0,
        "nobody listens"
    );
    world.listen(&receiver).await;
    let phone = &world.account.phone_number_id;
    let bodies = [
        json!({"field": "account_update", "value": {"event": "ACCOUNT_OFFBOARDED"}}),
        json!({"field": "messages", "value": {"metadata": {"phone_number_id": phone}, "statuses": []}}),
        json!({"field": "flows", "value": ["no", "webhook", "of", "this", "seat"], "waba": world.account.waba_id}),
    ];
    for body in &bodies {
        assert_eq!(emit(&world, body.clone()).await, 1, "{body}");
    }
    let posts = receiver.wait_for(bodies.len()).await;
    assert!(
        posts
            .iter()
            .all(|posted| posted.is_signed(&world.account.app_secret))
    );
    let told: Vec<Value> = posts.iter().map(crate::receiver::Posted::json).collect();
    insta::assert_snapshot!(serde_json::to_string_pretty(&told).expect("JSON"));
    world.ok("DELETE /v25.0/$WABA/subscribed_apps", Value::Null).await;
    assert_eq!(emit(&world, bodies[0].clone()).await, 0, "it unsubscribed");
}

/// An app hears by hand of what it subscribed to, as it does otherwise, at the address that is its own for a number.
#[tokio::test]
async fn by_hand_goes_where_it_would_go() {
    let (world, all, of_number) = (
        World::new().await,
        Receiver::start().await,
        Receiver::start().await,
    );
    let callback = json!({"url": all.url, "verify_token": "a verify token", "fields": ["messages"]});
    world.control("/apps/$APP/callback", callback).await;
    let over = json!({"webhook_configuration": {"override_callback_uri": of_number.url,
        "verify_token": "a verify token"}});
    world.ok("POST /v25.0/$PHONE", over).await;
    let value = json!({"metadata": {"phone_number_id": world.account.phone_number_id}});
    assert_eq!(
        emit(&world, json!({"field": "messages", "value": value})).await,
        1
    );
    assert_eq!(emit(&world, json!({"field": "messages", "value": {}})).await, 1);
    assert_eq!(
        emit(&world, json!({"field": "account_update", "value": {}})).await,
        0
    );
    of_number.wait_for(1).await;
    all.wait_for(1).await;
    world.settle().await;
    assert_eq!((of_number.posts().len(), all.posts().len()), (1, 1));
}

#[tokio::test]
async fn what_cannot_be_put_out_is_told() {
    let world = World::new().await;
    let long = json!({"field": "f".repeat(101), "value": 1}).to_string();
    let table = world
        .table(&[
            ("POST /sandbox/v1/emit", r#"{"field":"","value":{}}"#),
            ("POST /sandbox/v1/emit", &long),
            ("POST /sandbox/v1/emit", r#"{"field":"messages"}"#),
            (
                "POST /sandbox/v1/emit",
                r#"{"field":"messages","value":{},"waba":"7"}"#,
            ),
            (
                "POST /sandbox/v1/emit",
                r#"{"field":"messages","value":{},"waba":"200000010000009"}"#,
            ),
        ])
        .await;
    insta::assert_snapshot!(table);
}
