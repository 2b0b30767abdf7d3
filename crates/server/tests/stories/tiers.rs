//! The automatic rise of the limit (L4, L5), and what holds it up.

use std::ops::Range;

use serde_json::json;

use super::number::Number;
use super::shop::{RULES_2023, RULES_2024, RULES_2026, SMALL};
use super::world::{DAY, HOUR, MINUTE, WEEK, World};

/// What L4 asks for on the first tier: at least so long on it.
const TWO_DAYS: u64 = 172_800_000;

#[test]
fn twice_the_limit_in_seven_days_upgrades_after_48_hours() {
    let world = World::new();
    let shop = world.shop("");
    let (number, other) = (&shop.number, shop.second_number());
    let first = world.now();
    number.broadcast("news", 0..1_000);
    other.broadcast("news", 0..1_000);
    world.advance(DAY);
    // One reaches 2,000 people, the other 1,999 and one of them twice.
    number.broadcast("news", 1_000..2_000);
    other.broadcast("news", 999..1_999);
    world.advance_to(first + TWO_DAYS - 1);
    assert_eq!([number.tier(), other.tier()], ["TIER_1K", "TIER_1K"]);
    world.advance(1);
    assert_eq!([number.tier(), other.tier()], ["TIER_10K", "TIER_1K"]);
    let raised = number.event("TierChanged");
    assert_eq!(raised.at, first + TWO_DAYS);
    assert!(
        raised.text.contains("TIER_1K -> TIER_10K, 2000 people"),
        "{}",
        raised.text
    );
    assert_eq!(number.notices("the limit"), [first + TWO_DAYS]);
    // There is room at once; the two-thousandth person raises the other at once too.
    assert!(number.send("news", 5_000).is_ok());
    assert!(other.send("news", 5_000).is_ok());
    assert_eq!(other.tier(), "TIER_10K");
    // One tier at a time: the clocks begin again.
    world.advance(3 * DAY);
    assert_eq!([number.tier(), other.tier()], ["TIER_10K", "TIER_10K"]);
}

#[test]
fn the_same_people_every_day_or_all_on_one_day_do_not_upgrade() {
    let world = World::new();
    // (days of the second broadcast and its people, whether the tier rises)
    let rows: [(u64, Range<u64>, bool); 4] = [
        (1, 10..20, true),
        (6, 10..20, true),
        // Only the last seven days count.
        (8, 10..20, false),
        (1, 0..10, false),
    ];
    let shops = rows.each_ref().map(|_| world.shop(SMALL));
    let first = world.now();
    for shop in &shops {
        shop.number.broadcast("news", 0..10);
    }
    for day in 1..=8 {
        world.advance_to(first + day * DAY);
        for (shop, (on, people, _)) in shops.iter().zip(&rows).filter(|(_, (on, ..))| *on == day) {
            assert_eq!(shop.number.tier(), "TIER_10", "{on} {people:?}");
            shop.number.broadcast("news", people.clone());
        }
    }
    world.advance(WEEK);
    for (shop, (on, people, rises)) in shops.iter().zip(&rows) {
        assert_eq!(
            shop.number.events("TierChanged").len(),
            usize::from(*rises),
            "{on} {people:?}"
        );
    }
    // Nor does all of it on one day, where that is possible at all: a second day is asked for.
    let shop = world.shop(&format!("{SMALL}\nlimits.upgrade.factor = 1.0"));
    shop.number.broadcast("news", 0..10);
    world.advance(3 * DAY);
    assert_eq!(shop.number.tier(), "TIER_10");
    assert!(shop.number.send("news", 0).is_ok());
    assert_eq!(shop.number.tier(), "TIER_20");
}

/// Volume and time for the next of small tiers: twenty people on two days, and the two days over.
fn earns_the_next_tier(world: &World, number: &Number, people: Range<u64>) {
    let first = world.now();
    let middle = people.start + (people.end - people.start) / 2;
    number.broadcast("news", people.start..middle);
    world.advance_to(first + DAY + MINUTE);
    number.broadcast("news", middle..people.end);
    world.advance_to(first + TWO_DAYS + HOUR);
}

#[test]
fn not_while_flagged() {
    let world = World::new();
    // (edition, how long after all else holds the limit rises)
    for (edition, delay) in [(RULES_2023, 0), (RULES_2024, DAY)] {
        let by_use = "limits.tiers = [20, 40, \"unlimited\"]\nlimits.first_step.paths = []";
        let shop = world.shop_under(edition, by_use);
        let number = &shop.number;
        shop.annoy(0..10);
        assert_eq!(number.shown(), ["FLAGGED", "RED", "TIER_20"]);
        earns_the_next_tier(&world, number, 100..120);
        number.broadcast("news", 120..140);
        assert_eq!([number.status(), number.tier()], ["RESTRICTED", "TIER_20"]);
        world.advance_until(WEEK, || number.rating() != "RED");
        // All was there but for the flag: the limit rises in the moment that it ends, or in due time after it.
        if edition == RULES_2024 {
            world.advance_to(number.event("Flagged").at + WEEK);
        }
        let ended = number.event("FlagEnded").at;
        world.advance(delay);
        assert_eq!(number.event("TierChanged").at, ended + delay, "{edition}");
        assert_eq!([number.status(), number.tier()], ["CONNECTED", "TIER_40"]);
    }
}

#[test]
fn not_while_low() {
    let world = World::new();
    for (edition, delay) in [(RULES_2023, 0), (RULES_2024, DAY)] {
        let shop = world.shop_under(edition, &format!("{SMALL}\nlimits.start = 1"));
        let number = &shop.number;
        shop.annoy(0..10);
        let since = number.event("Flagged").at;
        (1..7).for_each(|day| shop.annoy_on(since, day));
        world.advance_to(since + WEEK);
        assert_eq!([number.rating(), number.tier()], ["RED", "TIER_10"]);
        // No longer FLAGGED, but still RED: volume and time alone do not raise the limit.
        world.advance(DAY);
        let before = world.now();
        earns_the_next_tier(&world, number, 200..220);
        assert_eq!(number.shown(), ["CONNECTED", "RED", "TIER_10"]);
        world.advance_until(WEEK, || number.rating() != "RED");
        let rated = number.event("NumberRated").at;
        world.advance(delay);
        let raised = number.event("TierChanged");
        assert!(raised.at >= before + TWO_DAYS, "{raised:?}");
        assert_eq!(raised.at, rated + delay, "{edition}");
        assert_eq!(number.shown(), ["CONNECTED", "YELLOW", "TIER_20"]);
    }
}

#[test]
fn a_low_rating_blocks_the_shared_limit_and_lowers_nothing() {
    let world = World::new();
    let shop = world.shop_under(RULES_2026, &format!("{SMALL}\nlimits.start = 1"));
    let (number, other) = (&shop.number, shop.second_number());
    shop.annoy(0..10);
    let since = number.event("NumberRated").at;
    assert_eq!(number.shown(), ["CONNECTED", "RED", "TIER_20"]);
    // A week later nothing was flagged or lowered: its own volume is throttled. Half of the limit is used by either number, and
    // does not help.
    (1..7).for_each(|day| shop.annoy_on(since, day));
    world.advance_to(since + WEEK + DAY);
    other.broadcast("news", 200..210);
    world.advance(DAY);
    assert_eq!(number.shown(), ["RATE_LIMITED", "RED", "TIER_20"]);
    assert_eq!(other.shown(), ["CONNECTED", "UNKNOWN", "TIER_20"]);
    assert_eq!(
        (number.events("Flagged").len(), shop.events("TierChanged").len()),
        (0, 0)
    );
}

/// Uses half of a limit within a week and sees it rise so much later; the number that its portfolio sent with.
fn half_the_limit_upgrades_after(edition: &str, delay: u64, [before, after]: [&str; 2]) {
    let world = World::new();
    let shop = world.shop_under(edition, "limits.start = 1");
    let number = &shop.number;
    let half = number.allowed() / 2;
    number.broadcast("news", 0..half - 101);
    world.advance(6 * DAY);
    number.broadcast("news", half..half + 100);
    world.advance(DAY - 1);
    assert_eq!([number.rating(), number.tier()], ["GREEN", before]);
    // Half, in the last millisecond of seven days: cumulative, not on each day.
    assert!(number.send("news", half + 100).is_ok());
    let met = world.now();
    world.advance(delay - 1);
    assert_eq!(number.tier(), before);
    world.advance(1);
    assert_eq!(number.tier(), after);
    let raised: Vec<u64> = [number.events("TierChanged"), shop.events("TierChanged")]
        .concat()
        .iter()
        .map(|raised| raised.at)
        .collect();
    assert_eq!(raised, [met + delay]);
}

#[test]
fn half_the_limit_upgrades_after_24_h() {
    half_the_limit_upgrades_after(RULES_2024, DAY, ["TIER_1K", "TIER_10K"]);
}

#[test]
fn half_the_limit_upgrades_after_6_h() {
    half_the_limit_upgrades_after(RULES_2026, 6 * HOUR, ["TIER_2K", "TIER_10K"]);
}

#[test]
fn a_verified_business_leaves_the_lowest_tier() {
    let world = World::new();
    for (edition, after) in [(RULES_2024, "TIER_1K"), (RULES_2026, "TIER_2K")] {
        let shop = world.shop_under(edition, "");
        let number = &shop.number;
        let verified = format!("/portfolios/{}/verification", shop.portfolio);
        // Half of the limit within a week, and more: that is no way off the lowest tier.
        number.broadcast("news", 0..250);
        world.advance(6 * DAY);
        assert_eq!(number.shown(), ["CONNECTED", "GREEN", "TIER_250"], "{edition}");
        world.control(&verified, &json!({"path": "business_verification"}));
        world.advance(MINUTE - 1);
        assert_eq!(number.tier(), "TIER_250");
        world.advance(1);
        assert_eq!(number.tier(), after);
        // From here on use lifts it.
        let half = number.allowed() / 2;
        number.broadcast("news", 1_000..1_000 + half);
        world.advance(DAY);
        assert_eq!(number.tier(), "TIER_10K");
    }
}
