//! Pacing of templates: of a new one the first messages go, the rest wait for feedback on these (T7).

use super::number::TEMPLATE_PAUSED;
use super::shop::{Shop, Template};
use super::world::{DAY, HOUR, MINUTE, SECOND, World};

const HELD: &str = "held_for_quality_assessment";

/// Twenty messages go, the next wait; five readers are enough to let them go.
const SMALL: &str = "pacing.template.first = 20\npacing.template.reads = 5\nrating.known_after = 10";

/// A shop whose new template has sent its first 20 messages, which have arrived, and 30 that are held.
fn paced(world: &World) -> (Shop, Template, Vec<String>, Vec<String>) {
    let shop = world.paced_shop(SMALL);
    let template = shop.template("promotion");
    let went = shop.number.broadcast("promotion", 0..20);
    let held = (20..50)
        .map(|person| {
            let (message, status) = shop.number.sent("promotion", person);
            assert_eq!(status, HELD, "person {person}");
            message
        })
        .collect();
    world.advance(MINUTE);
    (shop, template, went, held)
}

fn all(status: &str, count: usize) -> std::collections::BTreeMap<String, usize> {
    [(status.to_owned(), count)].into()
}

/// Everybody who got one of these reports it until the template is no longer APPROVED.
fn annoyed(shop: &Shop, template: &Template, went: &[String]) {
    for message in went {
        if template.status() != "APPROVED" {
            return;
        }
        shop.number.resented(message, "report");
    }
}

#[test]
fn pacing_holds_then_releases() {
    let world = World::new();
    let shop = world.paced_shop("");
    let number = &shop.number;
    let went = number.broadcast("news", 0..499);
    assert_eq!(number.sent("news", 499).1, "accepted");
    let held: Vec<String> = (500..520)
        .map(|person| {
            let (message, status) = number.sent("news", person);
            assert_eq!(status, HELD, "person {person}");
            message
        })
        .collect();
    // Held is accepted: it counts from here on.
    assert_eq!(number.used(), 520);
    world.advance(10 * MINUTE);
    assert_eq!(number.progress(&held), all("held", 20));
    number.are_read(went.iter().take(49));
    assert_eq!(number.progress(&held), all("held", 20));
    number.are_read(went.iter().skip(49).take(1));
    assert_eq!(number.progress(&held), all("sent", 20));
    world.advance(SECOND);
    assert_eq!(number.progress(&held), all("delivered", 20));
    assert_eq!(number.used(), 520);
    // Of another shop nobody reads: an hour after the first was held they go.
    let quiet = world.paced_shop(SMALL);
    quiet.number.broadcast("news", 0..20);
    let (late, status) = quiet.number.sent("news", 20);
    assert_eq!(status, HELD);
    world.advance(HOUR - 1);
    assert_eq!(
        quiet.number.progress(core::slice::from_ref(&late)),
        all("held", 1)
    );
    world.advance(1);
    assert_eq!(quiet.number.progress(&[late]), all("sent", 1));
}

#[test]
fn pacing_drops_and_fails_each_held_message_132015() {
    let world = World::new();
    let (shop, template, went, held) = paced(&world);
    annoyed(&shop, &template, &went);
    assert_eq!([template.status(), template.rating()], ["PAUSED", "RED"]);
    assert_eq!(shop.number.progress(&held), all("failed", 30));
    assert_eq!(shop.number.progress(&went), all("delivered", 20));
    let dropped = template.event("HeldDropped");
    assert!(
        dropped.text.ends_with("30 held messages failed with 132015"),
        "{}",
        dropped.text
    );
    assert_eq!(dropped.at, template.event("TemplateRated").at);
    assert_eq!(dropped.at, template.event("PacingPaused").at);
    assert!(!template.events("Noticed").is_empty());
    assert_eq!(shop.number.send("promotion", 60), Err(TEMPLATE_PAUSED));
}

#[test]
fn held_is_not_sent() {
    let world = World::new();
    let (shop, _, went, held) = paced(&world);
    assert_eq!(shop.number.progress(&went), all("delivered", 20));
    assert_eq!(shop.number.progress(&held), all("held", 30));
    // Nobody got them: a person's report of one is refused, and changes nothing.
    let rating = shop.number.explained();
    let refused = world.try_control(
        &format!("/messages/{}/feedback", held[0]),
        &serde_json::json!({"signal": "report", "reason": "SPAM"}),
    );
    assert!(
        refused["error"]["message"]
            .as_str()
            .is_some_and(|m| m.contains("held back")),
        "{refused}"
    );
    assert_eq!(shop.number.explained(), rating);
}

#[test]
fn pacing_pause_waits_for_unpause() {
    let world = World::new();
    let (shop, template, went, _) = paced(&world);
    annoyed(&shop, &template, &went);
    assert_eq!(template.status(), "PAUSED");
    world.advance(5 * MINUTE - 1);
    let early = template.unpause().unwrap_err();
    assert!(early.starts_with("The template can be unpaused from "), "{early}");
    world.advance(10 * DAY);
    assert_eq!(template.status(), "PAUSED", "no time ends it");
    template.unpause().expect("five minutes are over");
    assert_eq!([template.status(), template.rating()], ["APPROVED", "UNKNOWN"]);
    assert_eq!(template.unpause().unwrap_err(), "The template is not paused.");
    // The ladder has not moved: RED without anything held is the first pause.
    let messages = shop.number.broadcast("promotion", 100..115);
    world.advance(MINUTE);
    annoyed(&shop, &template, &messages);
    let paused = template.event("TemplatePaused");
    assert!(paused.text.contains("first"), "{}", paused.text);
    assert_eq!(
        template.unpause().unwrap_err(),
        "The template is paused for low quality: the pause ends by itself."
    );
    world.advance(3 * HOUR);
    assert_eq!(template.status(), "APPROVED");
}
