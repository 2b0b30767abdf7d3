//! The messaging limit: who counts, when it is used up, what still goes, how room returns (L1 to L3, S7, S8).

use super::number::{LIMIT_USED_UP, WINDOW_CLOSED};
use super::shop::SMALL;
use super::world::{DAY, HOUR, MINUTE, SECOND, World};

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
    let world = World::new();
    let shop = world.shop("");
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
    // 24 h after that mail there may be another.
    world.advance(SECOND);
    assert!(number.send("news", 1_999).is_ok());
    assert_eq!(
        number.notices("used up its limit"),
        [first + 999 * SECOND, first + 999 * SECOND + DAY]
    );
}

#[test]
fn same_person_counts_once() {
    let world = World::new();
    let shop = world.shop(SMALL);
    let number = &shop.number;
    shop.template("more_news");
    for template in ["news", "more_news", "news"] {
        assert!(number.send(template, 1).is_ok());
        world.advance(HOUR);
    }
    assert_eq!(number.used(), 1);
    // The last message renews the stamp: it went out two hours after the first.
    world.advance(DAY - HOUR - 1);
    assert_eq!(number.used(), 1);
    world.advance(1);
    assert_eq!(number.used(), 0);
    // Twenty messages to nine people are nine of ten.
    number.broadcast("news", 10..19);
    number.broadcast("more_news", 10..19);
    assert_eq!((number.status().as_str(), number.used()), ("CONNECTED", 9));
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
}

#[test]
fn each_number_its_own_bucket() {
    let world = World::new();
    let shop = world.shop("");
    let (number, other) = (&shop.number, shop.second_number());
    number.broadcast("news", 0..1_000);
    assert_eq!((number.status().as_str(), number.used()), ("RESTRICTED", 1_000));
    assert_eq!((other.status().as_str(), other.used()), ("CONNECTED", 0));
    // The same people, counted apart.
    other.broadcast("news", 0..300);
    assert_eq!(number.send("news", 0), Err(LIMIT_USED_UP));
    assert_eq!((number.used(), other.used()), (1_000, 300));
    assert_eq!(other.events("LimitReached").len(), 0);
}
