//! The control API as tables of requests and answers.

use serde_json::{Value, json};

use crate::receiver::Receiver;
use crate::world::{ANN, DAY, HOUR, SECOND, World, id};

#[tokio::test]
async fn accounts() {
    let world = World::new().await;
    let table = world
        .table(&[
            ("POST /sandbox/v1/portfolios", r#"{"name":"Shop","edition":"2023-per-number","overrides":"flagged.recovery = \"on_day_7\"","transit":false}"#),
            ("POST /sandbox/v1/portfolios/100000020000000/administrators", r#"{"administrators":[{"name":"Ann","email":"ann@shop.example"}]}"#),
            ("GET /sandbox/v1/portfolios/100000020000000/administrators", ""),
            ("POST /sandbox/v1/portfolios/100000020000000/administrators", r#"{"administrators":[{"name":"Ann","email":"ann"}]}"#),
            ("POST /sandbox/v1/portfolios/100000020000000/wabas", r#"{"name":"Shop"}"#),
            ("POST /sandbox/v1/wabas/200000020000000/numbers", r#"{"phone_number":"+1 555-078-3890","verified_name":"Shop"}"#),
            ("POST /sandbox/v1/numbers/300000020000000/certificate", ""),
            ("POST /sandbox/v1/numbers/300000020000000/register", ""),
            ("POST /sandbox/v1/numbers/300000020000000/register", ""),
            ("POST /sandbox/v1/numbers/300000020000000/ban", ""),
            ("POST /sandbox/v1/numbers/300000020000000/unban", ""),
            ("POST /sandbox/v1/numbers/300000020000000/deregister", ""),
            ("GET /sandbox/v1/numbers/300000020000000", ""),
            ("GET /sandbox/v1/portfolios?limit=1", ""),
            ("GET /sandbox/v1/portfolios?limit=1&after=100000010000000", ""),
        ])
        .await;
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn people_and_messages() {
    let world = World::new().await;
    let inbound = world.inbound(ANN, "Where is my order?").await;
    let reply = world.reply(ANN, "On its way").await;
    world.advance(SECOND).await;
    let hello = world.hello("16505550009").await;
    let table = world
        .table(&[
            (
                "POST /sandbox/v1/numbers/$PHONE/call",
                r#"{"from":"16505550002"}"#,
            ),
            (&format!("GET /sandbox/v1/messages/{inbound}"), ""),
            (
                &format!("POST /sandbox/v1/messages/{reply}/feedback"),
                r#"{"signal":"read"}"#,
            ),
            (&format!("GET /sandbox/v1/messages/{reply}"), ""),
            (
                &format!("POST /sandbox/v1/messages/{hello}/feedback"),
                r#"{"signal":"report","reason":"spam"}"#,
            ),
            (
                &format!("POST /sandbox/v1/messages/{hello}/feedback"),
                r#"{"signal":"delivered"}"#,
            ),
            (
                &format!("POST /sandbox/v1/messages/{hello}/feedback"),
                r#"{"signal":"report","reason":"spam"}"#,
            ),
            (&format!("GET /sandbox/v1/messages/{hello}"), ""),
            (
                "POST /sandbox/v1/numbers/$PHONE/people/16505550009/block",
                r#"{"reason":"DIDNT_SIGN_UP"}"#,
            ),
            ("POST /sandbox/v1/numbers/$PHONE/people/16505550009/unblock", ""),
            (
                "POST /sandbox/v1/feedback",
                &json!([{"message": hello, "signal": "read"}, {"message": hello, "signal": "fail"},
                    {"message": inbound, "signal": "read"}, {"message": "wamid.x", "signal": "read"}])
                .to_string(),
            ),
            (
                "POST /sandbox/v1/numbers/$PHONE/moderate",
                r#"{"reason":"no_way_to_person"}"#,
            ),
            ("GET /sandbox/v1/numbers/$PHONE", ""),
            ("GET /sandbox/v1/numbers/$PHONE/explain", ""),
            ("POST /sandbox/v1/numbers/$PHONE/moderate", r#"{"reason":null}"#),
        ])
        .await;
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn time_and_history() {
    let world = World::new().await;
    world.inbound(ANN, "Hi").await;
    world.hello("16505550009").await;
    let table = world
        .table(&[
            ("GET /sandbox/v1/clock", ""),
            ("POST /sandbox/v1/clock/advance", r#"{"by_ms":7200000}"#),
            (
                "POST /sandbox/v1/clock/advance",
                r#"{"to_ms":1772449300000,"wait":"webhooks"}"#,
            ),
            ("POST /sandbox/v1/clock/freeze", ""),
            ("GET /sandbox/v1/events?limit=2", ""),
            ("GET /sandbox/v1/events?news=true&portfolio=$PORTFOLIO", ""),
            ("GET /sandbox/v1/notices", ""),
            ("POST /sandbox/v1/reset", ""),
        ])
        .await;
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn bad_input_names_what_is_wrong() {
    let world = World::new().await;
    let table = world
        .table(&[
            ("POST /sandbox/v1/portfolios", "{"),
            ("POST /sandbox/v1/portfolios", r#"{"nam":"Shop"}"#),
            (
                "POST /sandbox/v1/portfolios",
                r#"{"name":"Shop","edition":"1999"}"#,
            ),
            (
                "POST /sandbox/v1/portfolios",
                r#"{"name":"Shop","overrides":"flagged.recovery = 7"}"#,
            ),
            (
                "POST /sandbox/v1/portfolios/100000090000000/wabas",
                r#"{"name":"Shop"}"#,
            ),
            ("POST /sandbox/v1/portfolios/$WABA/wabas", r#"{"name":"Shop"}"#),
            (
                "POST /sandbox/v1/wabas/$WABA/numbers",
                r#"{"phone_number":"12","verified_name":"Shop"}"#,
            ),
            (
                "POST /sandbox/v1/wabas/$WABA/numbers",
                r#"{"phone_number":"15550783881","verified_name":"Shop"}"#,
            ),
            ("POST /sandbox/v1/numbers/$PHONE/paint", ""),
            (
                "POST /sandbox/v1/numbers/$PHONE/inbound",
                r#"{"from":"16505550001","text":""}"#,
            ),
            (
                "POST /sandbox/v1/numbers/$PHONE/people/16505550001/block",
                r#"{"reason":"boredom"}"#,
            ),
            (
                "POST /sandbox/v1/messages/wamid.x/feedback",
                r#"{"signal":"read"}"#,
            ),
            (
                "POST /sandbox/v1/templates/400000010000009/review",
                r#"{"decision":"approve"}"#,
            ),
            (
                "POST /sandbox/v1/templates/400000010000000/review",
                r#"{"decision":"perhaps"}"#,
            ),
            ("POST /sandbox/v1/clock/advance", "{}"),
            ("POST /sandbox/v1/clock/advance", r#"{"to_ms":1}"#),
            ("POST /sandbox/v1/clock/advance", r#"{"by_ms":1,"wait":"rain"}"#),
            ("POST /sandbox/v1/clock/speed", r#"{"speed":-1}"#),
            ("POST /sandbox/v1/apps/500000000000009/tokens", ""),
            (
                "POST /sandbox/v1/apps/$APP/callback",
                r#"{"url":"http://127.0.0.1:1/","fields":["weather"]}"#,
            ),
            (
                "POST /sandbox/v1/apps/$APP/callback",
                r#"{"url":"http://127.0.0.1:1/","verify_token":"t"}"#,
            ),
            ("GET /sandbox/v1/events?after=yesterday", ""),
            ("GET /sandbox/v1/deliveries?state=lost", ""),
            ("GET /sandbox/v1/deliveries/nothing", ""),
            ("POST /sandbox/v1/deliveries/nothing/redeliver", ""),
            ("GET /sandbox/v1/events?limit=many", ""),
            ("GET /sandbox/v1/nothing", ""),
            ("DELETE /sandbox/v1/clock", ""),
        ])
        .await;
    insta::assert_snapshot!(table);
}

/// All pages of a list, one after another.
async fn all_pages(world: &World, path: &str) -> Vec<Value> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = world.ok(&format!("GET {path}&after={after}"), Value::Null).await;
        all.extend(page["data"].as_array().cloned().unwrap_or_default());
        match page["after"].as_str() {
            Some(next) => after = next.to_owned(),
            None => return all,
        }
    }
}

#[tokio::test]
async fn pages_fit_together() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    world.listen(&receiver).await;
    for person in 0..7 {
        world.inbound(&format!("1650555{person:04}"), "Hi").await;
    }
    world.settle().await;
    for path in ["/sandbox/v1/events", "/sandbox/v1/deliveries"] {
        let whole = world.ok(&format!("GET {path}"), Value::Null).await;
        let whole = whole["data"].as_array().cloned().unwrap_or_default();
        assert!(whole.len() >= 7, "{path}: {whole:?}");
        for limit in [1, 2, 3, 1_000] {
            let paged = all_pages(&world, &format!("{path}?limit={limit}")).await;
            assert_eq!(paged, whole, "{path} by {limit}");
        }
    }
}

#[tokio::test]
async fn a_rating_is_explained() {
    let world = World::new().await;
    let mut harm = Vec::new();
    for person in 0..120 {
        let message = world.hello(&format!("1650555{person:04}")).await;
        harm.push(json!({"message": message, "signal": "block", "reason": "SPAM"}));
    }
    world.advance(2 * SECOND).await;
    harm.truncate(30);
    let taken = world.control("/feedback", Value::Array(harm)).await;
    assert_eq!(taken, json!({"taken": 30, "refused": []}));
    world.advance(HOUR).await;
    let number = world.ok("GET /sandbox/v1/numbers/$PHONE", Value::Null).await;
    let template = world
        .ok("GET /sandbox/v1/templates/400000010000000/explain", Value::Null)
        .await;
    let explained = world
        .ok("GET /sandbox/v1/numbers/$PHONE/explain", Value::Null)
        .await;
    insta::assert_snapshot!(format!("{number:#}\n\n{explained:#}\n\n{template:#}"));
}

#[tokio::test]
async fn a_clock_of_its_own_is_needed() {
    let world = World::with(
        |config| config.clock = server::ClockConfig::System,
        crate::world::QUICK,
    )
    .await;
    for (call, body) in [
        ("POST /sandbox/v1/clock/advance", json!({"by_ms": DAY})),
        ("POST /sandbox/v1/clock/freeze", json!({})),
        ("POST /sandbox/v1/clock/speed", json!({"speed": 2.0})),
    ] {
        let (status, answer) = world.call(call, &body.to_string()).await;
        let answer: Value = serde_json::from_str(&answer).expect("answers are JSON");
        assert_eq!(
            (status, id(&answer["error"], "code").as_str()),
            (409, "clock_not_virtual"),
            "{call}"
        );
    }
}

#[tokio::test]
async fn a_fresh_start_forgets_everything() {
    let mut config = server::SeatConfig::new("2023-per-number").expect("the edition exists");
    config.seed = 7;
    let seat = server::Seat::open(config).expect("the seat opens");
    let account = seat.first_start().await.expect("the default account is made");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback has free ports");
    let running = server::serve(seat, listener).expect("it listens");
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let base = format!("http://{}/sandbox/v1", running.address());
    let post = async |path: &str, body: Value| -> Value {
        let answer = http
            .post(format!("{base}{path}"))
            .json(&body)
            .send()
            .await
            .expect("an answer");
        answer.json().await.expect("answers are JSON")
    };
    let made = post("/portfolios", json!({"name": "Shop"})).await;
    assert_eq!(made, json!({"portfolio_id": "100000020000000"}));
    let fresh = post("/reset", json!({})).await;
    assert_eq!(
        (id(&fresh, "token"), id(&fresh, "app_secret")),
        (account.token, account.app_secret)
    );
    let again = post("/portfolios", json!({"name": "Other"})).await;
    assert_eq!(
        again, made,
        "the first portfolio after a fresh start has the first id again"
    );
    running.stop().await;
}

#[tokio::test]
async fn overrides_may_name_their_edition() {
    let world = World::new().await;
    // (edition, overrides, the edition that holds or why there is none)
    let rows = [
        (
            json!("2024-per-number"),
            json!("limits.start = 1"),
            "2024-per-number",
        ),
        (
            Value::Null,
            json!("extends = \"2026-per-portfolio\"\n[limits]\nstart = 1"),
            "2026-per-portfolio",
        ),
        (Value::Null, json!("limits.start = 1"), "2023-per-number"),
        (
            json!("2024-per-number"),
            json!("extends = \"2026-per-portfolio\""),
            "`extends` must be 2024-per-number, the edition that is extended here",
        ),
        (
            json!("2026-per-portfolio"),
            json!("flagged.period = \"1d\""),
            "unknown value `flagged.period`: the edition has no section `flagged`",
        ),
    ];
    for (edition, overrides, expected) in rows {
        let body = json!({"name": "Shop", "edition": edition, "overrides": overrides}).to_string();
        let (_, told) = world.call("POST /sandbox/v1/portfolios", &body).await;
        let told: Value = serde_json::from_str(&told).expect("answers are JSON");
        let told = match told["error"]["message"].as_str() {
            Some(message) => message.to_owned(),
            None => {
                let listed = world
                    .ok("GET /sandbox/v1/portfolios?limit=100", Value::Null)
                    .await;
                let found = listed["data"].as_array().into_iter().flatten();
                let made = |portfolio: &&Value| portfolio["portfolio_id"] == told["portfolio_id"];
                id(found.clone().find(made).expect("it is listed"), "edition")
            }
        };
        assert!(told.contains(expected), "{body}: {told}");
    }
}

/// A page of somebody else in the tester's browser changes nothing; programs are no browsers, and reading shows it nothing.
#[tokio::test]
async fn pages_of_others_change_nothing() {
    let world = World::new().await;
    let check = async |method: &str, path: &str, from: &[(&str, &str)], body: &str, expected: u16| {
        let answer = world.page(method, path, from, body).await;
        assert_eq!(
            answer.status.as_u16(),
            expected,
            "{method} {path} {from:?}: {}",
            answer.body
        );
        answer.body
    };
    let (speed, faster) = ("/sandbox/v1/clock/speed", r#"{"speed":9}"#);
    let plain = ("content-type", "text/plain");
    for from in [
        ("origin", "https://evil.test"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let told = check("POST", speed, &[plain, from], faster, 403).await;
        assert!(told.contains("foreign_page"), "{told}");
        assert_eq!(world.seat.clock().speed(), 0.0, "{from:?}");
        check("DELETE", "/sandbox/v1/nothing", &[from], "", 403).await;
        check("GET", "/sandbox/v1/clock", &[from], "", 200).await;
    }
    check("POST", speed, &[], faster, 200).await;
    let own = [
        ("sec-fetch-site", "same-origin"),
        ("origin", "http://sandbox.test"),
    ];
    check("POST", speed, &own, r#"{"speed":0}"#, 200).await;
}
