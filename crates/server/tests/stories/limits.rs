//! The messaging limit: who counts, when it is used up, what still goes, how room returns (L1 to L3, S7, S8).

use serde_json::Value;

use super::number::{LIMIT_USED_UP, WINDOW_CLOSED};
use super::shop::{RULES_2023, RULES_2024, RULES_2026, SMALL};
use super::world::{DAY, HOUR, MINUTE, SECOND, World};
use crate::smtp::{Connection, MailServer};

#[test]
fn restricted_still_answers() {
    let world = World::new();
    let shop = world.shop("");
    let number = &shop.number;
    // 13:00 and 13:30.
    number.broadcast("news", 0..500);
    let first = world.now();
    world.advance(20 * MINUTE);
    number.hears_from(5_000);
    world.advance(10 * MINUTE);
    number.broadcast("news", 500..999);
    assert_eq!((number.status().as_str(), number.used()), ("CONNECTED", 999));
    // The thousandth person restricts; no refused attempt is needed.
    assert!(number.send("news", 999).is_ok());
    assert_eq!((number.status().as_str(), number.used()), ("RESTRICTED", 1_000));
    assert_eq!(number.event("LimitReached").at, world.now());
    assert_eq!(number.send("news", 1_000), Err(LIMIT_USED_UP));
    assert_eq!(number.send("news", 0), Err(LIMIT_USED_UP));
    // Somebody who wrote ten minutes ago is answered, with text or template; nobody else is.
    assert!(number.reply(5_000).is_ok());
    assert!(number.send("news", 5_000).is_ok());
    assert_eq!(number.reply(1), Err(WINDOW_CLOSED));
    assert_eq!(number.used(), 1_000);
    // 500 are free at 13:00 the next day, to the millisecond, and the rest at 13:30.
    world.advance_to(first + DAY - 1);
    assert_eq!((number.status().as_str(), number.used()), ("RESTRICTED", 1_000));
    world.advance(1);
    assert_eq!((number.status().as_str(), number.used()), ("CONNECTED", 500));
    number.broadcast("news", 2_000..2_500);
    assert_eq!(number.status(), "RESTRICTED");
    assert_eq!(number.send("news", 2_500), Err(LIMIT_USED_UP));
    world.advance(30 * MINUTE);
    assert_eq!((number.status().as_str(), number.used()), ("CONNECTED", 500));
}

#[test]
fn a_thousand_slots_returning_send_one_mail() {
    let world = World::mailing(MailServer::start(Connection::Plain));
    let shop = world.shop("");
    shop.administered();
    let number = &shop.number;
    let first = world.now();
    for person in 0..1_000 {
        assert!(number.send("news", person).is_ok(), "person {person}");
        world.advance(SECOND);
    }
    assert_eq!(number.status(), "RESTRICTED");
    world.advance_to(first + DAY - SECOND);
    // One by one they return, and each is used at once: RESTRICTED 999 times more.
    for person in 1_000..1_999 {
        world.advance(SECOND);
        assert!(number.send("news", person).is_ok(), "person {person}");
        assert_eq!(number.send("news", 5_000), Err(LIMIT_USED_UP));
    }
    assert_eq!(
        (
            number.events("LimitReached").len(),
            number.events("LimitFreed").len()
        ),
        (1_000, 999)
    );
    assert_eq!(number.notices("used up its limit"), [first + 999 * SECOND]);
    let mail = format!("{} has used up its limit", number.name);
    assert_eq!(world.mailed(), [mail.as_str()]);
    // 24 h after that mail there may be another.
    world.advance(SECOND);
    assert!(number.send("news", 1_999).is_ok());
    assert_eq!(
        number.notices("used up its limit"),
        [first + 999 * SECOND, first + 999 * SECOND + DAY]
    );
    assert_eq!(world.mailed(), [mail.as_str(), mail.as_str()]);
}

#[test]
fn same_person_counts_once() {
    let world = World::new();
    // (edition, when the person no longer counts: a day after the last message, or after the first of a conversation)
    for (edition, counts_for) in [
        (RULES_2023, DAY + 2 * HOUR),
        (RULES_2024, DAY),
        (RULES_2026, DAY + 2 * HOUR),
    ] {
        let shop = world.shop_under(edition, SMALL);
        let number = &shop.number;
        shop.template("more_news");
        let first = world.now();
        for template in ["news", "more_news", "news"] {
            assert!(number.send(template, 1).is_ok());
            world.advance(HOUR);
        }
        assert_eq!(number.used(), 1);
        world.advance_to(first + counts_for - 1);
        assert_eq!(number.used(), 1, "{edition}");
        world.advance(1);
        assert_eq!(number.used(), 0, "{edition}");
        // Twenty messages to nine people are nine of ten.
        number.broadcast("news", 10..19);
        number.broadcast("more_news", 10..19);
        assert_eq!((number.status().as_str(), number.used()), ("CONNECTED", 9));
    }
}

#[test]
fn service_window_never_counts() {
    let world = World::new();
    let shop = world.shop(SMALL);
    let number = &shop.number;
    let people = 0..40;
    people.clone().for_each(|person| number.hears_from(person));
    let wrote = world.now();
    // Inside the window neither templates nor text count, to as many people as there are.
    number.broadcast("news", people);
    assert!(number.reply(0).is_ok());
    assert_eq!((number.status().as_str(), number.used()), ("CONNECTED", 0));
    // Accepted in its last millisecond, delivered after it has closed: not counted.
    world.advance_to(wrote + DAY - 1);
    assert!(number.send("news", 1).is_ok());
    world.advance(MINUTE);
    assert_eq!(number.used(), 0);
    // Closed: templates count, text is refused.
    assert!(number.send("news", 2).is_ok());
    assert_eq!(number.reply(2), Err(WINDOW_CLOSED));
    assert_eq!(number.used(), 1);
    // A call opens it as a message does.
    number.is_called_by(50);
    let called = world.now();
    assert!(number.send("news", 50).is_ok());
    world.advance_to(called + DAY - 1);
    assert!(number.reply(50).is_ok());
    assert_eq!(number.used(), 1);
    world.advance(1);
    assert_eq!(number.reply(50), Err(WINDOW_CLOSED));
}

#[test]
fn each_number_its_own_bucket() {
    let world = World::new();
    // (edition, its lowest limit)
    for (edition, limit) in [(RULES_2023, 1_000), (RULES_2024, 250)] {
        let shop = world.shop_under(edition, "");
        let (number, other) = (&shop.number, shop.second_number());
        number.broadcast("news", 0..limit);
        assert_eq!((number.status().as_str(), number.used()), ("RESTRICTED", limit));
        assert_eq!((other.status().as_str(), other.used()), ("CONNECTED", 0));
        // The same people, counted apart.
        other.broadcast("news", 0..200);
        assert_eq!(number.send("news", limit), Err(LIMIT_USED_UP));
        assert_eq!((number.used(), other.used()), (limit, 200));
        assert_eq!(other.events("LimitReached").len(), 0);
        assert_eq!(shop.limit_shown("waba"), Value::Null, "{edition}");
    }
}

#[test]
fn two_numbers_one_portfolio_share_the_bucket() {
    let world = World::new();
    let shop = world.shop_under(RULES_2026, "");
    let (number, other) = (&shop.number, shop.second_number());
    // A new number begins with the portfolio's limit, and whom both write to counts once.
    number.broadcast("news", 0..150);
    other.broadcast("news", 100..249);
    assert_eq!((number.used(), other.used()), (249, 249));
    assert!(number.send("news", 249).is_ok());
    for each in [number, &other] {
        assert_eq!((each.status().as_str(), each.used()), ("RESTRICTED", 250));
        assert_eq!(each.send("news", 250), Err(LIMIT_USED_UP));
        // Only somebody new is one too many.
        assert!(each.send("news", 200).is_ok());
    }
    assert_eq!(shop.events("LimitReached").len(), 1);
    // The service window is each number's own: who wrote to one is a stranger to the other.
    other.hears_from(5_000);
    assert!(other.reply(5_000).is_ok());
    assert_eq!(number.reply(5_000), Err(WINDOW_CLOSED));
    // Everything that has a limit shows the same one; numbers under its older name too.
    for of in ["portfolio", "waba", &number.id, &other.id] {
        assert_eq!(shop.limit_shown(of), "TIER_250", "{of}");
    }
    for each in [number, &other] {
        assert_eq!(each.tier(), "TIER_250");
    }
    // Another portfolio has a limit of its own.
    let stranger = world.shop_under(RULES_2026, "");
    assert_eq!(
        (stranger.number.status().as_str(), stranger.number.used()),
        ("CONNECTED", 0)
    );
}

#[test]
fn what_fails_gives_its_slot_back_where_deliveries_count() {
    let world = World::new();
    // (edition, status when a message of a used-up limit has failed, slots in use)
    for (edition, status, used) in [
        (RULES_2023, "RESTRICTED", 10),
        (RULES_2024, "RESTRICTED", 10),
        (RULES_2026, "CONNECTED", 9),
    ] {
        let shop = world.shop_under(edition, SMALL);
        let number = &shop.number;
        let messages = number.broadcast("news", 0..10);
        assert_eq!((number.status().as_str(), number.used()), ("RESTRICTED", 10));
        number.fails(&messages[0], 131_026);
        assert_eq!(
            (number.status().as_str(), number.used()),
            (status, used),
            "{edition}"
        );
    }
}
