//! Pausing of templates: 3 h, then 6 h, then disabled, each on new evidence (T5, T6).

use std::ops::Range;

use super::number::{TEMPLATE_DISABLED, TEMPLATE_PAUSED};
use super::shop::{Shop, Template};
use super::world::{DAY, HOUR, MINUTE, SECOND, World};

/// 3 h and 6 h, as seed rule T5 writes them out.
const FIRST_PAUSE: u64 = 10_800_000;
const SECOND_PAUSE: u64 = 21_600_000;

fn promotion(world: &World) -> (Shop, Template) {
    let shop = world.shop("");
    let template = shop.template("promotion");
    (shop, template)
}

/// Sends the template to people who report it until it is no longer APPROVED; the messages, and how many of them were
/// reported.
fn turn_red(shop: &Shop, template: &Template, people: Range<u64>) -> (Vec<String>, usize) {
    let messages = shop.number.broadcast(&template.name, people);
    shop.world.advance(MINUTE);
    for (reported, message) in messages.iter().enumerate() {
        if template.status() != "APPROVED" {
            return (messages, reported);
        }
        shop.number.resented(message, "report");
    }
    let reported = messages.len();
    (messages, reported)
}

#[test]
fn red_template_pauses_3h_then_6h_then_disabled() {
    let world = World::new();
    let (shop, template) = promotion(&world);
    for (people, pause, ordinal) in [(0..30, FIRST_PAUSE, "first"), (30..60, SECOND_PAUSE, "second")] {
        turn_red(&shop, &template, people);
        assert_eq!([template.status(), template.rating()], ["PAUSED", "RED"]);
        let paused = template.event("TemplatePaused");
        assert_eq!(paused.at, template.event("TemplateRated").at);
        assert!(paused.text.contains(ordinal), "{}", paused.text);
        world.advance_to(paused.at + pause - 1);
        assert_eq!(template.status(), "PAUSED");
        world.advance(1);
        assert_eq!([template.status(), template.rating()], ["APPROVED", "UNKNOWN"]);
        assert_eq!(template.event("TemplateUnpaused").at, paused.at + pause);
    }
    turn_red(&shop, &template, 60..90);
    assert_eq!(template.status(), "DISABLED");
    assert_eq!(
        (
            template.events("TemplatePaused").len(),
            template.events("TemplateDisabled").len()
        ),
        (2, 1)
    );
    world.advance(30 * DAY);
    assert_eq!(template.status(), "DISABLED");
    // The rules leave it at that; a moderator may reverse it, and then it begins anew.
    template.appeal();
    world.advance(DAY);
    assert_eq!(template.status(), "DISABLED");
    template.appeal();
    shop.granted(1);
    assert_eq!([template.status(), template.rating()], ["APPROVED", "UNKNOWN"]);
    assert!(shop.number.send(&template.name, 99).is_ok());
}

#[test]
fn a_pause_alone_never_leads_to_the_next() {
    let world = World::new();
    let (shop, template) = promotion(&world);
    let (messages, reported) = turn_red(&shop, &template, 0..100);
    let late = &messages[reported..];
    assert!(late.len() > 60, "{reported} reports were needed");
    // During the pause and after it, people go on reporting what they got before it.
    late[..30]
        .iter()
        .for_each(|message| shop.number.resented(message, "report"));
    world.advance(3 * HOUR);
    late[30..]
        .iter()
        .for_each(|message| shop.number.resented(message, "report"));
    world.advance(2 * DAY);
    assert_eq!([template.status(), template.rating()], ["APPROVED", "UNKNOWN"]);
    assert_eq!(template.events("TemplatePaused").len(), 1);
    // For the number it counts: it is as low as ever.
    assert_eq!(shop.number.rating(), "RED");
    // New messages that nobody minds lead to nothing either.
    shop.number.broadcast(&template.name, 200..300);
    world.advance(DAY);
    assert_eq!(
        (
            template.status().as_str(),
            template.events("TemplatePaused").len()
        ),
        ("APPROVED", 1)
    );
}

#[test]
fn paused_template_sends_132015() {
    let world = World::new();
    let (shop, template) = promotion(&world);
    let other = shop.second_number();
    turn_red(&shop, &template, 0..30);
    let used = (shop.number.used(), other.used());
    other.hears_from(500);
    // By no number, to nobody, not inside a service window either; and it counts for nothing.
    assert_eq!(shop.number.send("promotion", 500), Err(TEMPLATE_PAUSED));
    assert_eq!(other.send("promotion", 500), Err(TEMPLATE_PAUSED));
    assert_eq!((shop.number.used(), other.used()), used);
    assert!(shop.number.send("news", 500).is_ok());
}

#[test]
fn disabled_sends_132016() {
    let world = World::new();
    let (shop, template) = promotion(&world);
    for (people, pause) in [(0..30, FIRST_PAUSE), (30..60, SECOND_PAUSE), (60..90, 0)] {
        turn_red(&shop, &template, people);
        world.advance(pause);
    }
    assert_eq!(template.status(), "DISABLED");
    assert_eq!(shop.number.send("promotion", 500), Err(TEMPLATE_DISABLED));
    // For good: neither time nor an edit brings it back.
    let edited = template.edit("Hello {{1}}, here is something that nobody minds.");
    assert!(edited["error"]["code"].is_u64(), "{edited}");
    world.advance(30 * DAY);
    assert_eq!(shop.number.send("promotion", 500), Err(TEMPLATE_DISABLED));
    assert!(shop.number.send("news", 500).is_ok());
}

#[test]
fn pause_ends_by_itself() {
    let world = World::new();
    let (shop, template) = promotion(&world);
    turn_red(&shop, &template, 0..30);
    let paused = template.event("TemplatePaused").at;
    // (ms since it was paused, what a send is answered)
    for (ms, answer) in [
        (0, Err(TEMPLATE_PAUSED)),
        (FIRST_PAUSE - 1, Err(TEMPLATE_PAUSED)),
        (FIRST_PAUSE, Ok(())),
    ] {
        world.advance_to(paused + ms);
        let sent = shop.number.send("promotion", 500 + ms / SECOND);
        assert_eq!(sent.map(drop), answer, "after {ms} ms");
    }
}

#[test]
fn an_approved_edit_ends_a_pause_but_not_the_count() {
    let world = World::new();
    let (shop, template) = promotion(&world);
    turn_red(&shop, &template, 0..30);
    let edited = template.edit("Hello {{1}}, here is something that you asked for.");
    assert_eq!(edited["success"], true, "{edited}");
    assert_eq!([template.status(), template.rating()], ["PENDING", "UNKNOWN"]);
    world.advance(MINUTE);
    assert_eq!([template.status(), template.rating()], ["APPROVED", "UNKNOWN"]);
    // No pause ends where there is none.
    world.advance(3 * HOUR);
    assert_eq!(template.events("TemplateUnpaused").len(), 0);
    turn_red(&shop, &template, 30..60);
    let paused = template.event("TemplatePaused");
    assert!(paused.text.contains("second"), "{}", paused.text);
    world.advance_to(paused.at + SECOND_PAUSE - 1);
    assert_eq!(template.status(), "PAUSED");
}
