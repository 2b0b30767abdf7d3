//! Webhooks of the platform, through the gateway, to the app.

use cloud_api::webhook::signature::{HEADER, sign};
use decider::Millis;
use serde_json::json;

use crate::world::{APP_SECRET, World, told};

/// A webhook that no secret signed is refused, counted, and relayed to nobody.
#[tokio::test(flavor = "multi_thread")]
async fn forged_signature_is_refused_and_counted() {
    let world = World::new().await;
    let body = json!({"object": "whatsapp_business_account", "entry": []}).to_string();
    let post = |header: Option<String>, path: &str| {
        let request = world.http.post(world.url(path)).body(body.clone());
        match header {
            Some(header) => request.header(HEADER, header),
            None => request,
        }
    };
    let good = sign(world.account.app_secret.as_bytes(), body.as_bytes()).sha256;
    let old = sign(b"an old secret", body.as_bytes()).sha256;
    let wrong = sign(b"another secret", body.as_bytes()).sha256;
    for (header, path, expected) in [
        (Some(good.clone()), "/webhooks/main", 200),
        (Some(old), "/webhooks/main", 200),
        (Some(wrong), "/webhooks/main", 403),
        (Some(good.to_uppercase()), "/webhooks/main", 403),
        (Some("sha256=".to_owned()), "/webhooks/main", 403),
        (None, "/webhooks/main", 403),
        (Some(good), "/webhooks/other", 404),
    ] {
        let answer = post(header.clone(), path)
            .send()
            .await
            .expect("there is an answer");
        assert_eq!(answer.status(), expected, "{path} {header:?}");
    }
    assert_eq!(
        world
            .metric("goodstanding_webhooks_total{outcome=\"forged\"}")
            .await,
        4
    );
    assert_eq!(
        world
            .metric("goodstanding_webhooks_total{outcome=\"taken\"}")
            .await,
        2
    );
    assert_eq!(world.app.count(), 0);
    world.stop().await;
}

/// The same webhook again is acknowledged, relayed once, and leaves the state as it is.
#[tokio::test(flavor = "multi_thread")]
async fn duplicate_webhook_changes_nothing() {
    let world = World::new().await;
    let sent = world.template("16505550001").await;
    assert_eq!(sent.status, 200);
    world.advance(Millis::minutes(5)).await;
    let posts = world.app.posts(2).await;
    let before = world.digests().await;
    for posted in &posts {
        let request = world
            .http
            .post(world.url("/webhooks/main"))
            .body(posted.bytes.clone());
        let signature = sign(world.account.app_secret.as_bytes(), &posted.bytes).sha256;
        let answer = request
            .header(HEADER, signature)
            .send()
            .await
            .expect("there is an answer");
        assert_eq!(answer.status(), 200);
    }
    let after = world.digests().await;
    assert_eq!(before, after);
    world.stop().await;
}

/// What the app does not take is posted again until it does; it is signed with the app's own secret.
#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_was_down_gets_everything() {
    let world = World::with("[webhooks]\nfirst_retry_ms = 10\nlongest_retry_ms = 40").await;
    world.app.answers(&[500, 503]);
    let said = json!({"from": "16505550001", "text": "Where is my parcel?"});
    let told = world.sandbox("POST /numbers/$PHONE/inbound", &said).await;
    assert_eq!(told.status, 200, "{:?}", told.json);
    let posts = world.app.posts(3).await;
    assert!(posts.iter().all(|posted| posted.is_signed(APP_SECRET)));
    assert!(posts.iter().all(|posted| posted.bytes == posts[0].bytes));
    assert_eq!(
        posts[0].value()["messages"][0]["text"]["body"],
        "Where is my parcel?"
    );
    world.stop().await;
}

/// Sends are accepted and nothing is heard of them: somebody is told.
#[tokio::test(flavor = "multi_thread")]
async fn webhooks_stop_coming_raises_an_alarm_and_caution() {
    let world = World::with("[watch]\nsilent_sends_min = 3").await;
    world
        .sandbox(
            "POST /faults",
            &json!({"webhooks": {"field": "messages"}, "fault": "lose"}),
        )
        .await;
    for n in 0..3 {
        assert_eq!(world.template(&format!("1650555000{n}")).await.status, 200);
    }
    let raised = || world.metric("goodstanding_alarm{name=\"webhooks_silent\"}");
    world.gateway.gateway().look();
    assert_eq!(raised().await, 0);
    world.advance(Millis::minutes(16)).await;
    world.gateway.gateway().look();
    assert_eq!(raised().await, 1);
    world.stop().await;
}

/// A file that somebody sends is fetched by the address in the webhook, which leads through the gateway; nothing else of the
/// webhook changes.
#[tokio::test(flavor = "multi_thread")]
async fn files_in_webhooks_come_through_the_gateway() {
    let world = World::new().await;
    let id = world.upload(b"the bytes of a picture").await;
    let direct = world
        .http
        .get(format!("{}/{id}", world.platform()))
        .bearer_auth(&world.account.token);
    let direct = told(direct).await;
    let address = direct.json["url"].as_str().expect("an address").to_owned();
    assert!(address.starts_with(&world.platform()), "{address}");
    let change = |url: &str| {
        json!({"field": "messages", "value": {"messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550783881", "phone_number_id": world.account.phone_number_id},
            "contacts": [{"profile": {"name": "Ann"}, "wa_id": "16505550001"}],
            "messages": [{"from": "16505550001", "id": "wamid.x", "timestamp": "1772442000", "type": "image",
                "image": {"url": url, "mime_type": "image/png", "sha256": direct.json["sha256"], "id": id}}]}})
    };
    let posted = world.posted(&change(&address)).await;
    let link = posted.value()["messages"][0]["image"]["url"].clone();
    let link = link.as_str().expect("an address");
    assert!(link.starts_with(&world.url("/goodstanding/media/")), "{link}");
    assert!(posted.is_signed(APP_SECRET));
    assert_eq!(posted.bytes, world.body(&change(link)));
    let file = world.http.get(link).bearer_auth(&world.token).send().await;
    let file = file.expect("it answers").bytes().await.expect("the bytes");
    assert_eq!(file.as_ref(), b"the bytes of a picture");
    world.stop().await;
}
