//! The rest of the Graph surface, through the gateway.

use serde_json::{Value, json};

use crate::world::{World, told};

/// The same answers as from the platform itself, but for the host that links lead to.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_asked_is_answered_as_by_the_platform() {
    let world = World::new().await;
    for call in [
        "GET /v25.0/$PHONE",
        "GET /$PHONE/?fields=id,status,quality_rating",
        "GET /v25.0/$WABA/phone_numbers",
        "GET /v25.0/$WABA/message_templates?limit=1",
        "GET /v25.0/$PHONE/whatsapp_business_profile",
        "GET /v25.0/999",
        "GET /v25.0/$PHONE?fields=nothing_like_it",
    ] {
        let through = world.call(call, &Value::Null).await;
        let path = call.trim_start_matches("GET ");
        let path = path
            .replace("$PHONE", &world.account.phone_number_id)
            .replace("$WABA", &world.account.waba_id);
        let direct = world
            .http
            .get(format!("{}{path}", world.platform()))
            .bearer_auth(&world.account.token);
        let direct = told(direct).await;
        let own = |value: &Value| {
            let text = value
                .to_string()
                .replace(&world.platform(), "")
                .replace(&world.url(""), "");
            let mut value: Value = serde_json::from_str(&text).expect("still JSON");
            if let Some(error) = value.get_mut("error").and_then(Value::as_object_mut) {
                error.remove("fbtrace_id");
            }
            value
        };
        assert_eq!(through.status, direct.status, "{call}");
        assert_eq!(own(&through.json), own(&direct.json), "{call}");
        assert!(
            !through.json.to_string().contains(&world.platform()),
            "{call} leads away"
        );
    }
    world.stop().await;
}

/// A file goes up and comes down through the gateway, and its link leads there.
#[tokio::test(flavor = "multi_thread")]
async fn media_go_through_the_gateway() {
    let world = World::new().await;
    let bytes: Vec<u8> = (0..300_000_u32).map(|n| (n * 7 % 251) as u8).collect();
    let id = world.upload(&bytes).await;
    let node = world.call(&format!("GET /v25.0/{id}"), &Value::Null).await;
    let link = node.json["url"].as_str().expect("a link").to_owned();
    assert!(link.starts_with(&world.url("/goodstanding/media/")), "{link}");
    let down = world
        .http
        .get(&link)
        .bearer_auth(&world.token)
        .send()
        .await
        .expect("it answers");
    assert_eq!(down.status(), 200);
    assert_eq!(down.headers()["content-type"], "image/png");
    assert_eq!(down.bytes().await.expect("the bytes").to_vec(), bytes);
    for (link, token, expected) in [
        (link.clone(), "", 401),
        (link.clone(), "gst_wrong", 401),
        (format!("{}0", link), world.token.as_str(), 404),
    ] {
        let answer = world
            .http
            .get(&link)
            .bearer_auth(token)
            .send()
            .await
            .expect("it answers");
        assert_eq!(answer.status(), expected, "{link} {token}");
    }
    world.stop().await;
}

/// Without a token of the gateway nothing passes, and the platform's own token opens nothing here.
#[tokio::test(flavor = "multi_thread")]
async fn only_the_gateways_tokens_open_it() {
    let world = World::new().await;
    for (token, code) in [
        ("", 104),
        ("gst_nobody", 190),
        (world.account.token.as_str(), 190),
    ] {
        for path in ["/v25.0/$PHONE", "/v25.0/$PHONE/messages"] {
            let request = world.http.post(world.url(path)).json(&json!({}));
            let request = if token.is_empty() {
                request
            } else {
                request.bearer_auth(token)
            };
            let told = told(request).await;
            assert_eq!((told.status, told.code()), (401, code), "{path} {token:?}");
        }
    }
    let told = world
        .call(
            "GET /v25.0/oauth/access_token?client_id=1&client_secret=2",
            &Value::Null,
        )
        .await;
    assert_eq!(told.status, 403);
    world.stop().await;
}
