//! What people ask for, and what is declared for them, over the native API.

use decider::Millis;
use sender::words::Words;
use serde_json::{Value, json};

use crate::world::{Told, World};

const ANNA: &str = "15550001111";

fn list(told: &Told) -> Vec<Value> {
    assert_eq!(told.status, 200, "{:?}", told.json);
    told.json["data"].as_array().expect("a list").clone()
}

/// The command and the native API find the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_template_is_checked_before_it_is_submitted() {
    let world = World::new().await;
    let template = json!({"name": "Spring", "language": "en_US", "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Dear customer, your order is here. Don't miss our SALE: 20% off, see bit.ly/x"}]});
    let message = json!({"messaging_product": "whatsapp", "to": ANNA, "type": "text",
        "text": {"body": "I am only a bot, I cannot help you."}});
    let ways = [rulebook::escalation::Path {
        kind: rulebook::escalation::PathKind::Email,
        target: String::new(),
    }];
    for (body, query) in [(&template, ""), (&message, ""), (&message, "?language=es")] {
        let told = world.call(&format!("POST /v1/check{query}"), body).await;
        let input = gateway::check::Input::read(body.to_string().as_bytes()).expect("usable");
        let language = if query.is_empty() { "en" } else { "es" };
        let checked = gateway::check::check(input, language, Words::builtin(), &[]);
        assert_eq!((told.status, &told.json), (200, &gateway::check::json(&checked)));
    }
    let found = world.call("POST /v1/check", &template).await;
    assert!(found.json["errors"].as_u64() > Some(0), "{:?}", found.json);
    // What the number declares counts, and counts in the command as well.
    let declared = json!({"data": [{"kind": "email", "target": "help@shop.example"}]});
    let told = world.call("PUT /v1/numbers/$PHONE/ways", &declared).await;
    assert_eq!(told.status, 200, "{told:?}");
    let number = world.account.phone_number_id.clone();
    let with = world
        .call(&format!("POST /v1/check?number={number}"), &template)
        .await;
    let input = gateway::check::Input::read(template.to_string().as_bytes()).expect("usable");
    let checked = gateway::check::check(input, "en", Words::builtin(), &ways);
    assert_eq!(with.json, gateway::check::json(&checked));
    assert_ne!(with.json, found.json, "a declared way changes what is found");
    for (call, body, status) in [
        ("POST /v1/check", json!([]), 400),
        ("POST /v1/check", json!({"messaging_product": "whatsapp"}), 400),
        ("POST /v1/check?number=7", template.clone(), 404),
    ] {
        assert_eq!(world.call(call, &body).await.status, status, "{call} {body}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ways_to_a_person_are_declared_over_the_api() {
    let world = World::new().await;
    let way = |kind: &str| json!({"kind": kind, "target": " https://shop.example/help "});
    let many: Vec<Value> = (0..21).map(|_| way("email")).collect();
    // (ways, status, sufficient, how many afterwards)
    let rows = [
        (json!([way("help_centre"), way("app_link")]), 200, false, 2),
        (json!([way("help_centre"), way("in_chat_transfer")]), 200, true, 2),
        (json!([way("smoke_signals")]), 400, true, 2),
        (json!(many), 400, true, 2),
        (json!([]), 200, false, 0),
    ];
    for (ways, status, sufficient, after) in rows {
        let told = world
            .call("PUT /v1/numbers/$PHONE/ways", &json!({"data": ways}))
            .await;
        assert_eq!(told.status, status, "{ways} {:?}", told.json);
        if status == 400 {
            assert_eq!(told.json["type"], "urn:goodstanding:invalid_parameter");
        }
        let known = world.call("GET /v1/numbers/$PHONE/ways", &Value::Null).await;
        assert_eq!(known.json["sufficient"], sufficient, "{ways}");
        assert_eq!(list(&known).len(), after, "{ways}");
    }
    let told = world
        .call("PUT /v1/numbers/$PHONE/ways", &json!({"data": [way("email")]}))
        .await;
    let expected = json!({"kind": "email", "target": "https://shop.example/help", "counts": true});
    assert_eq!(list(&told), [expected]);
    for call in ["GET /v1/numbers/7/ways", "PUT /v1/numbers/7/ways"] {
        let body = if call.starts_with("PUT") {
            json!({"data": []})
        } else {
            Value::Null
        };
        assert_eq!(world.call(call, &body).await.status, 404, "{call}");
    }
    world.stop().await;
}

/// Who asks for a person is listed, alarmed about when nobody answers in time, and off the list once somebody took over.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_for_a_person_is_listed_alarmed_and_handed_over() {
    let world = World::with("[policy]\nperson_within_ms = 3600000\n").await;
    world.writes(ANNA, "I want to talk to a person").await;
    world.writes("15550002222", "hello").await;
    let requests = async |state: &str| {
        let told = world
            .call(&format!("GET /v1/person_requests?state={state}"), &Value::Null)
            .await;
        let people = list(&told);
        people
            .iter()
            .map(|one| one["person"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    let alarms = async || {
        let told = list(&world.call("GET /v1/alarms", &Value::Null).await);
        told.into_iter()
            .filter(|alarm| alarm["name"] == "person_missed")
            .collect::<Vec<_>>()
    };
    let counted = async |outcome: &str| {
        let series = format!("goodstanding_person_requests_total{{outcome=\"{outcome}\"}}");
        world.metric(&series).await
    };
    assert_eq!(
        (requests("open").await, requests("missed").await),
        (vec![ANNA.to_owned()], vec![])
    );
    assert_eq!(alarms().await.len(), 0);
    assert_eq!((counted("asked").await, counted("missed").await), (1, 0));

    world.advance(Millis::minutes(61)).await;
    // The gateway's own deadline passes on a thread of its own.
    for _ in 0..500 {
        if !requests("missed").await.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(
        (requests("open").await, requests("missed").await),
        (vec![], vec![ANNA.to_owned()])
    );
    let alarm = alarms().await.pop().expect("an alarm");
    assert_eq!(alarm["subject"], world.account.phone_number_id);
    assert!(
        alarm["what"]
            .as_str()
            .is_some_and(|what| what.starts_with("1 people asked number")),
        "{alarm}"
    );
    assert_eq!((counted("missed").await, counted("late").await), (1, 0));

    let number = json!({"number": world.account.phone_number_id});
    let call = format!("POST /v1/people/{ANNA}/handed_over");
    assert_eq!(world.call(&call, &number).await.status, 200);
    assert_eq!(
        world.call(&call, &number).await.status,
        404,
        "nobody waits any more"
    );
    assert_eq!((requests("").await, alarms().await.len()), (vec![], 0));
    assert_eq!(
        (
            counted("asked").await,
            counted("late").await,
            counted("in_time").await
        ),
        (1, 1, 0)
    );
    let wrong = world
        .call("GET /v1/person_requests?state=closed", &Value::Null)
        .await;
    assert_eq!(wrong.status, 400);
    world.stop().await;
}

/// Words are added and taken out by the configuration, which is read again while the gateway runs.
#[tokio::test(flavor = "multi_thread")]
async fn words_are_taken_up_without_a_restart() {
    let world = World::with("[words.add]\nstop = [\"no more shoes\"]\n").await;
    let stopped = async |who: &str| {
        let told = world.call(&format!("GET /v1/people/{who}"), &Value::Null).await;
        !told.json["opt_outs"].as_array().is_none_or(Vec::is_empty)
    };
    let more = "[words]\nlanguages = [\"en\"]\n[words.add]\nstop = [\"enough socks\"]\n[words.remove]\nstop = [\"stop\"]\n";
    // (person, words, taken up before, whether they are out)
    let rows = [
        ("15550000001", "No more shoes!", false, true),
        ("15550000002", "STOP", false, true),
        ("15550000003", "enough socks", false, false),
        ("15550000004", "no more shoes", true, false),
        ("15550000005", "stop", true, false),
        ("15550000006", "Enough socks", true, true),
        ("15550000007", "unsubscribe", true, true),
    ];
    let mut taken_up = false;
    for (who, words, again, out) in rows {
        if again && !taken_up {
            let config = world.config(more);
            world
                .gateway
                .gateway()
                .take_up(&config)
                .await
                .expect("it is taken up");
            taken_up = true;
        }
        world.writes(who, words).await;
        assert_eq!(stopped(who).await, out, "{words}");
    }
    world.stop().await;
}
