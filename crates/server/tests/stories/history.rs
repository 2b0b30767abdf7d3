//! A history as a whole: it follows from its seed and its commands, and takes no time to speak of.

use serde_json::Value;

use super::world::{DAY, HOUR, MINUTE, World};

/// Days in the life of four shops, of which one becomes FLAGGED: the token that the world began with, the ids of its
/// messages, and everything that happened.
fn live(seed: u64, shards: usize) -> (String, Vec<String>, Vec<Value>) {
    let world = World::of(seed, shards);
    let shops = [(); 4].map(|()| world.shop("limits.tiers = [30, 60, \"unlimited\"]"));
    let mut messages = Vec::new();
    for day in 0..3 {
        for shop in &shops {
            let send = |person| shop.number.send("news", person).expect("sent");
            messages.extend((day * 20..day * 20 + 20).map(send));
        }
        world.advance(DAY / 2);
        for shop in &shops {
            shop.number.hears_from(day);
            messages.push(shop.number.reply(day).expect("sent"));
        }
        world.advance(DAY / 2);
    }
    let insists = &shops[2];
    insists.template("promotion");
    let promotion = (100..125).map(|person| insists.number.send("promotion", person).expect("sent"));
    let promotion: Vec<_> = promotion.collect();
    world.advance(HOUR);
    promotion
        .iter()
        .for_each(|message| insists.number.resented(message, "block"));
    assert_eq!(insists.number.status(), "FLAGGED");
    world.advance(8 * DAY);
    assert_eq!(insists.number.status(), "CONNECTED");
    messages.extend(promotion);
    (world.token().to_owned(), messages, world.export())
}

#[test]
fn same_seed_same_history() {
    let (token, messages, history) = live(7, 1);
    assert!(history.len() > 1_000, "{} events", history.len());
    for shards in [1, 4] {
        let again = live(7, shards);
        assert_eq!((&again.0, &again.1), (&token, &messages), "with {shards} shards");
        let differs = history.iter().zip(&again.2).find(|(one, other)| one != other);
        assert_eq!(differs, None, "with {shards} shards");
        assert_eq!(again.2.len(), history.len(), "with {shards} shards");
    }
    assert_ne!(World::of(8, 1).token(), token);
}

#[test]
fn a_week_in_seconds() {
    #[expect(clippy::disallowed_methods, reason = "this story is about real time")]
    let began = std::time::Instant::now();
    let world = World::new();
    let shop = world.shop("");
    let number = &shop.number;
    let start = world.now();
    for day in 0..7 {
        let messages = number.broadcast("news", day * 300..day * 300 + 300);
        world.advance(10 * MINUTE);
        number.are_read(messages.iter().step_by(3));
        number.resented(&messages[0], "block");
        world.advance(DAY - 10 * MINUTE);
    }
    assert_eq!(world.now(), start + 7 * DAY);
    assert_eq!(number.shown(), ["CONNECTED", "GREEN", "TIER_10K"]);
    let took = began.elapsed();
    assert!(took.as_secs() < 20, "a week took {took:?}");
}
