//! The rating: known only on evidence, not lost to one block, and explained (Q1, Q2, Q6).

use serde_json::json;

use super::world::{DAY, MINUTE, World};

#[test]
fn unknown_until_there_is_evidence() {
    let world = World::new();
    let shop = world.shop("");
    let number = &shop.number;
    let template = shop.template("letter");
    number.broadcast("letter", 0..99);
    world.advance(MINUTE);
    assert_eq!([number.rating(), template.rating()], ["UNKNOWN", "UNKNOWN"]);
    // The hundredth message is there; what counts is that it arrives.
    assert!(number.send("letter", 99).is_ok());
    assert_eq!(number.rating(), "UNKNOWN");
    world.advance(MINUTE);
    assert_eq!([number.rating(), template.rating()], ["GREEN", "GREEN"]);
    // Silence never worsens a rating; when the last message is out of the window, nothing is known any more.
    world.advance(6 * DAY);
    assert_eq!(number.rating(), "GREEN");
    world.advance(2 * DAY);
    assert_eq!(number.rating(), "UNKNOWN");
    let seen: Vec<_> = number.events("NumberRated").into_iter().map(|e| e.text).collect();
    assert_eq!(seen.len(), 2, "{seen:?}");
}

#[test]
fn one_block_of_three_messages_is_not_red() {
    let world = World::new();
    let shop = world.shop("");
    let number = &shop.number;
    let template = shop.template("letter");
    let messages = number.broadcast("letter", 0..3);
    world.advance(MINUTE);
    number.resented(&messages[0], "block");
    world.advance(DAY);
    assert_eq!(number.shown(), ["CONNECTED", "UNKNOWN", "TIER_1K"]);
    assert_eq!([template.status(), template.rating()], ["APPROVED", "UNKNOWN"]);
}

#[test]
fn rating_explains_itself() {
    let world = World::new();
    let shop = world.shop("limits.start = 1");
    let number = &shop.number;
    number.broadcast("news", 0..300);
    world.advance(DAY);
    shop.template("promotion");
    let messages = number.broadcast("promotion", 1_000..1_100);
    world.advance(MINUTE);
    for (count, message) in messages[..20].iter().enumerate() {
        number.resented(message, if count < 15 { "block" } else { "report" });
    }
    assert_eq!(number.rating(), "RED");
    let why = number.event("NumberRated").text;
    assert!(why.contains("-> RED because harm"), "{why}");
    let explained = number.explained();
    assert_eq!(explained["rating"], "RED");
    let drawn = json!([{"signal": "blocked as spam or not signed up", "count": 15}, {"signal": "reported", "count": 5}]);
    assert_eq!(explained["signals"], drawn);
    // Whose messages, and which hour's.
    let templates = &explained["templates"];
    assert_eq!(
        (&templates[0]["name"], &templates[0]["signals"], &templates[1]),
        (&json!("promotion"), &drawn, &json!(null))
    );
    let hours = &explained["hours"];
    assert_eq!(
        (&hours[0]["deliveries"], &hours[0]["signals"], &hours[1]),
        (&json!(100), &drawn, &json!(null))
    );
    let figures = &explained["figures"];
    assert_eq!(
        (&figures["deliveries"], &figures["window_hours"]),
        (&json!(400), &json!(168))
    );
    let figure = |name: &str| {
        figures[name]
            .as_f64()
            .unwrap_or_else(|| panic!("no {name} in {figures}"))
    };
    assert!(
        figure("above_red_percent") >= figure("certainty_percent"),
        "{figures}"
    );
    assert!(figure("harm_percent") > figure("red_above_percent"), "{figures}");
    let sentences = explained["sentences"].to_string();
    assert!(sentences.contains("template promotion (en_US)"), "{sentences}");
}

#[test]
fn a_template_that_few_people_read_says_so() {
    let world = World::new();
    let shop = world.shop("");
    let number = &shop.number;
    let letter = shop.template("letter");
    let messages = number.broadcast("letter", 0..300);
    world.advance(MINUTE);
    number.are_read(messages.iter().take(3));
    assert_eq!(letter.rating(), "GREEN");
    // Whoever stops sending it is not judged by it.
    world.advance(2 * DAY);
    assert_eq!(letter.rating(), "GREEN");
    assert!(number.send("letter", 500).is_ok());
    world.advance(MINUTE);
    world.advance_until(DAY, || letter.rating() != "GREEN");
    assert_eq!(
        (letter.status(), letter.rating()),
        ("PAUSED".to_owned(), "RED".to_owned())
    );
    let why = letter.event("TemplateRated").text;
    assert!(why.contains("-> RED because too few people read it"), "{why}");
    assert_eq!(number.rating(), "GREEN");
}
