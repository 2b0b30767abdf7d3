//! Sends through the gateway.

use decider::Millis;
use serde_json::{Value, json};

use crate::world::{World, template, told};

/// Each way of writing a send, with one recipient each. All of them are admitted, and reach the platform once.
#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_send_is_admitted() {
    let world = World::new().await;
    let json = |n: u32| template(&format!("1650555{n:04}")).to_string();
    let form = |n: u32| {
        format!(
            "messaging_product=whatsapp&to=1650555{n:04}&type=template&template=%7B%22name%22%3A%22hello_world%22%2C\
             %22language%22%3A%7B%22code%22%3A%22en_US%22%7D%7D"
        )
    };
    const JSON: &str = "application/json";
    const FORM: &str = "application/x-www-form-urlencoded";
    let rows = [
        ("POST", "/v25.0/$PHONE/messages", JSON, json(1)),
        ("POST", "/$PHONE/messages", JSON, json(2)),
        ("POST", "/v24.0/$PHONE/messages/", JSON, json(3)),
        ("POST", "/v25.0/$PHONE/messages", FORM, form(4)),
        (
            "GET",
            &format!("/v25.0/$PHONE/messages?method=post&{}", form(5)),
            "",
            String::new(),
        ),
        (
            "POST",
            &format!("/v25.0/$PHONE/messages?{}", form(6)),
            "",
            String::new(),
        ),
        (
            "POST",
            "/v25.0/$PHONE/messages",
            FORM,
            format!("{}&access_token={}", form(7), world.token),
        ),
    ];
    let mut admitted = 0;
    for (method, path, content_type, body) in rows {
        let method = method.parse().expect("a method");
        let mut request = world.http.request(method, world.url(path));
        if !body.contains("access_token") {
            request = request.bearer_auth(&world.token);
        }
        if !content_type.is_empty() {
            request = request.header("content-type", content_type);
        }
        let told = told(request.body(body)).await;
        assert_eq!(told.status, 200, "{path} {:?}", told.json);
        assert!(
            told.header("x-goodstanding-decision").is_some(),
            "{path} was not decided"
        );
        admitted += 1;
        assert_eq!(
            world
                .metric("goodstanding_admissions_total{outcome=\"admitted\"}")
                .await,
            admitted,
            "{path}"
        );
    }
    let item = |n: u32| json!({"method": "POST", "relative_url": "$PHONE/messages", "body": form(n)});
    let batch = json!({"batch": [item(8), {"method": "GET", "relative_url": "$PHONE?fields=id"}, item(9)]});
    let batch = batch
        .to_string()
        .replace("$PHONE", &world.account.phone_number_id);
    let batch: Value = serde_json::from_str(&batch).expect("still JSON");
    let answer = world.call("POST /v25.0/", &batch).await;
    let codes: Vec<u64> = (0..3).filter_map(|at| answer.json[at]["code"].as_u64()).collect();
    assert_eq!(codes, [200, 200, 200], "{:?}", answer.json);
    assert_eq!(
        world
            .metric("goodstanding_admissions_total{outcome=\"admitted\"}")
            .await,
        admitted + 2
    );
    // By the path for marketing it is admitted as well; that hello_world is no marketing template is the platform's say.
    let marketing = world
        .call("POST /v25.0/$PHONE/marketing_messages", &template("16505550010"))
        .await;
    assert!(
        marketing.header("x-goodstanding-decision").is_some(),
        "{:?}",
        marketing.json
    );
    for (path, body) in [
        ("POST /v25.0/$PHONE/message%73", template("16505550011")),
        ("POST /v25.0//$PHONE/messages", template("16505550011")),
        ("POST /v25.0/me/messages", template("16505550011")),
        ("POST /v25.0/$PHONE/new_messages", template("16505550011")),
        ("POST /v25.0/$PHONE/messages?method=get", template("16505550011")),
        ("PUT /v25.0/$PHONE/messages", template("16505550011")),
    ] {
        let told = world.call(path, &body).await;
        assert!(told.status >= 400, "{path} passed: {:?}", told.json);
        assert!(
            told.details().starts_with("Goodstanding") || told.code() == 100,
            "{path} {:?}",
            told.json
        );
    }
    world.stop().await;
}

/// What an app gives for itself comes back to it as if there were no gateway, and an attempt that was unknown is settled.
#[tokio::test(flavor = "multi_thread")]
async fn callback_data_come_back_as_they_were() {
    let world = World::new().await;
    let own = "caf\u{e9} / 7 \"x\"";
    for (to, own) in [("16505550001", Some(own)), ("16505550002", None)] {
        let mut body = template(to);
        if let Some(own) = own {
            body["biz_opaque_callback_data"] = json!(own);
        }
        let told = world.call("POST /v25.0/$PHONE/messages", &body).await;
        assert_eq!(told.status, 200, "{:?}", told.json);
    }
    world.advance(Millis::minutes(5)).await;
    let posts = world.app.posts(4).await;
    for posted in posts {
        assert!(posted.is_signed(crate::world::APP_SECRET));
        let status = &posted.value()["statuses"][0];
        let expected = match status["recipient_id"].as_str() {
            Some("16505550001") => json!(own),
            _ => Value::Null,
        };
        assert_eq!(status["biz_opaque_callback_data"], expected, "{status}");
    }
    world.stop().await;
}

/// The first answer comes again, and nothing is sent twice.
#[tokio::test(flavor = "multi_thread")]
async fn an_idempotency_key_sends_once() {
    let world = World::new().await;
    let send = || {
        let request = world
            .http
            .post(world.url("/v25.0/$PHONE/messages"))
            .bearer_auth(&world.token);
        told(
            request
                .header("idempotency-key", "order 7")
                .json(&template("16505550001")),
        )
    };
    let (first, again) = (send().await, send().await);
    assert_eq!(
        (first.status, again.status),
        (200, 200),
        "{:?} {:?}",
        first.json,
        again.json
    );
    assert_eq!(first.wamid(), again.wamid());
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(
        world
            .metric("goodstanding_settled_total{outcome=\"accepted\"}")
            .await,
        1
    );
    world.stop().await;
}

/// What another provider sent takes its place in the limit, and a reply is never refused for it.
#[tokio::test(flavor = "multi_thread")]
async fn foreign_sends_count() {
    let world = World::new().await;
    let used = || async {
        let told = world.call("GET /v1/numbers", &Value::Null).await;
        told.json["data"][0]["messaging_limit"]["used"]
            .as_u64()
            .unwrap_or_else(|| panic!("{told:?}"))
    };
    assert_eq!(world.template("16505550001").await.status, 200);
    assert_eq!(used().await, 1);
    let url = format!(
        "{}/v25.0/{}/messages",
        world.platform(),
        world.account.phone_number_id
    );
    for to in ["16505550002", "16505550003", "16505550001"] {
        let direct = world
            .http
            .post(&url)
            .bearer_auth(&world.account.token)
            .json(&template(to));
        assert_eq!(told(direct).await.status, 200);
    }
    world.advance(Millis::minutes(5)).await;
    assert_eq!(used().await, 3, "two people more, one of them known already");
    world.stop().await;
}

/// The platform chose not to deliver marketing to a person: the gateway does not try again within a day.
#[tokio::test(flavor = "multi_thread")]
async fn _131049_is_not_retried_within_24h() {
    let world = World::new().await;
    world.marketing("promotion").await;
    let send = |world: &World| {
        let mut body = template("16505550001");
        body["template"]["name"] = json!("promotion");
        let url = world.url("/v25.0/$PHONE/messages");
        world.http.post(url).bearer_auth(&world.token).json(&body)
    };
    let failed = |code: u64, to: &str, wamid: &str, at: u64| {
        json!({"field": "messages", "value": {"messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550783881", "phone_number_id": world.account.phone_number_id},
            "statuses": [{"id": wamid, "status": "failed", "timestamp": (at / 1_000).to_string(), "recipient_id": to,
                "errors": [{"code": code, "title": "x"}]}]}})
    };
    let sent = told(send(&world)).await;
    assert_eq!(sent.status, 200, "{:?}", sent.json);
    let now = world.seat.now().millis();
    world
        .webhook(&failed(131_049, "16505550001", sent.wamid(), now))
        .await;
    let again = told(send(&world)).await;
    assert_eq!((again.status, again.code()), (400, 131_049), "{:?}", again.json);
    assert!(again.details().contains("not_again_yet"), "{}", again.details());
    world.advance(Millis::hours(25)).await;
    assert!(world.gateway.gateway().poll().await, "the sandbox answers");
    assert_eq!(told(send(&world)).await.status, 200);
    world.stop().await;
}

/// Who is told by `why`: every decision, with its reason.
#[tokio::test(flavor = "multi_thread")]
async fn a_decision_explains_itself_later() {
    let world = World::new().await;
    let sent = world.template("16505550001").await;
    let decision = sent
        .header("x-goodstanding-decision")
        .expect("it was decided")
        .to_owned();
    let told = world
        .call(&format!("GET /v1/decisions/{decision}"), &Value::Null)
        .await;
    assert_eq!(
        (told.status, &told.json["outcome"]),
        (200, &json!("admitted")),
        "{:?}",
        told.json
    );
    assert_eq!(told.json["template"], "hello_world");
    assert_eq!(told.json["facts"]["number_status"], "CONNECTED");
    for query in [
        format!("message={}", sent.wamid()),
        "person=%2B16505550001".to_owned(),
    ] {
        let list = world
            .call(&format!("GET /v1/decisions?{query}"), &Value::Null)
            .await;
        assert_eq!(
            list.json["data"][0]["decision"].to_string(),
            decision,
            "{query} {:?}",
            list.json
        );
    }
    for (call, status) in [
        ("GET /v1/decisions/999", 404),
        ("GET /v1/decisions?outcome=maybe", 400),
        ("GET /v1/nothing", 404),
        ("DELETE /v1/numbers", 405),
    ] {
        let told = world.call(call, &Value::Null).await;
        assert_eq!(told.status, status, "{call} {:?}", told.json);
        assert_eq!(
            told.header("content-type"),
            Some("application/problem+json"),
            "{call}"
        );
    }
    world.stop().await;
}

/// Ten thousand in a call, for those who send through another provider.
#[tokio::test(flavor = "multi_thread")]
async fn admissions_for_other_providers() {
    let world = World::new().await;
    let number = &world.account.phone_number_id;
    let item = |n: u32| json!({"number": number, "to": format!("1650{n:07}"), "template": {"name": "hello_world", "language": "en_US"}});
    let data: Vec<Value> = (0..10_000).map(item).collect();
    let told = world.call("POST /v1/admissions", &json!({"data": data})).await;
    assert_eq!(told.status, 200, "{:?}", told.json);
    let outcomes = told.json["data"].as_array().expect("a list").clone();
    let admitted: Vec<&Value> = outcomes
        .iter()
        .filter(|one| one["outcome"] == "admitted")
        .collect();
    // The limit of 1,000, of which half is used on the first day.
    assert_eq!((outcomes.len(), admitted.len()), (10_000, 500));
    let attempt =
        |one: &&Value| json!({"attempt": one["attempt"], "message": format!("wamid.{}", one["attempt"])});
    let data: Vec<Value> = admitted.iter().map(attempt).collect();
    let told = world
        .call("POST /v1/admissions/outcomes", &json!({"data": data}))
        .await;
    assert_eq!(
        (told.status, &told.json["taken"]),
        (200, &json!(500)),
        "{:?}",
        told.json
    );
    world.stop().await;
}
