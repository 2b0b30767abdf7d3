//! Answers of a real gateway, and what goes wrong on the way to it.

use decider::Millis;
use serde_json::json;

use super::*;
use crate::args::{Output, Secret};
use crate::remote::world::World;

const ANNA: &str = "15550001111";

fn options(world: &World, what: &str) -> Why {
    Why {
        what: what.to_owned(),
        last: 10,
        remote: world.remote(),
        output: Output { json: false },
    }
}

fn answer(world: &World, options: &Why) -> String {
    let found = Asked::read(&options.what).and_then(|asked| world.run(find(options, &asked)));
    match found {
        Ok(found) => told(&found),
        Err(error) => format!("{:?} {}", error.exit_code(), error.for_people()),
    }
    .replace(&world.account.phone_number_id, "NUMBER")
    .replace(&world.gateway.address().to_string(), "GATEWAY")
}

/// A template that was sent, one that the person does not want any more, and a reply.
fn decided() -> (World, String) {
    let world = World::new();
    let template = json!({"to": ANNA, "template": {"name": "hello_world", "language": "en_US"}});
    let first = world.admit(std::slice::from_ref(&template));
    let attempt = first[0]["attempt"].to_string();
    let outcome = json!({"data": [{"attempt": first[0]["attempt"], "message": "wamid.ANNA1"}]});
    world.call("POST /v1/admissions/outcomes", &outcome);
    world.advance(Millis::minutes(30));
    let number = &world.account.phone_number_id;
    let stop = json!({"number": number, "stopped": true});
    world.call(&format!("POST /v1/people/{ANNA}/opt_out"), &stop);
    world.admit(&[template, json!({"to": ANNA}), json!({"to": "15550002222"})]);
    (world, attempt)
}

#[test]
fn why_says_what_was_decided_by_what() {
    let (world, attempt) = decided();
    let asked = [
        "1".to_owned(),
        format!("attempt:{attempt}"),
        "wamid.ANNA1".to_owned(),
        ANNA.to_owned(),
        "person:+1 (555) 000-2222".to_owned(),
    ];
    let told = asked.map(|what| {
        format!(
            "$ goodstanding why {what}\n{}",
            answer(&world, &options(&world, &what))
        )
    });
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn the_newest_decisions_of_a_person_come_first() {
    let (world, _) = decided();
    let mut asked = options(&world, ANNA);
    asked.last = 2;
    let found = world
        .run(find(&asked, &Asked::Person(ANNA.to_owned())))
        .expect("they are there");
    let numbers: Vec<u64> = found.iter().map(|decision| decision.decision).collect();
    assert_eq!(numbers, [3, 2]);
}

#[test]
fn what_goes_wrong_is_told() {
    let (world, _) = decided();
    let wrong = |change: fn(&mut Why)| {
        let mut asked = options(&world, "1");
        change(&mut asked);
        answer(&world, &asked)
    };
    let mut told = vec![
        wrong(|asked| asked.what = "999".to_owned()),
        wrong(|asked| asked.what = "attempt:999".to_owned()),
        wrong(|asked| asked.what = "wamid.NONE".to_owned()),
        wrong(|asked| asked.what = "15550009999".to_owned()),
        wrong(|asked| asked.what = "decision:first".to_owned()),
        wrong(|asked| asked.what = "me".to_owned()),
        wrong(|asked| asked.remote.token = None),
        wrong(|asked| asked.remote.token = Some(Secret("gst_other".to_owned()))),
        wrong(|asked| asked.remote.token_file = Some("/none/token".into())),
        wrong(|asked| asked.remote.portfolio = Some("other".to_owned())),
    ];
    // Something else listens there: the platform seat.
    let mut other = options(&world, "1");
    other.remote.url = world.sandbox();
    told.push(answer(&world, &other).replace(&world.sandbox(), "http://SANDBOX"));
    // Nobody does. What the system says of that differs.
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
    other.remote.url = format!("http://{}", free.expect("a free port"));
    let nobody = answer(&world, &other).replace(&other.remote.url, "http://NOBODY");
    let words = nobody.lines().filter(|line| !line.starts_with("  because"));
    told.push(words.collect::<Vec<_>>().join("\n"));
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn what_is_asked_about_is_guessed_or_said() {
    let person = |text: &str| Asked::Person(text.to_owned());
    let rows = [
        ("12", Asked::Decision(12)),
        ("decision:12345678", Asked::Decision(12_345_678)),
        ("attempt:0", Asked::Attempt(0)),
        ("wamid.A=", Asked::Message("wamid.A=".to_owned())),
        ("message:x", Asked::Message("x".to_owned())),
        ("1234567", person("1234567")),
        ("person:12", person("12")),
        ("US.13491208655302741918", person("US.13491208655302741918")),
    ];
    for (text, expected) in rows {
        assert_eq!(Asked::read(text).ok(), Some(expected), "{text}");
    }
}
