//! The other two ways in which FLAGGED may be recovered from (S5: `flagged.recovery`).

use super::shop::Shop;
use super::world::{DAY, HOUR, WEEK, World};

/// Two FLAGGED numbers that stopped sending and are YELLOW again within the week. Since when they were flagged, and
/// when they turned YELLOW.
fn good_again(world: &World, recovery: &str) -> [(Shop, u64, u64); 2] {
    let overrides = format!("limits.start = 1\nflagged.recovery = \"{recovery}\"");
    let shops = [world.shop(&overrides), world.shop(&overrides)];
    let shops = shops.map(|shop| {
        shop.annoy(0..10);
        let since = shop.number.event("Flagged").at;
        (shop, since)
    });
    shops.map(|(shop, since)| {
        world.advance_until(WEEK, || shop.number.rating() != "RED");
        assert_eq!(shop.number.shown(), ["FLAGGED", "YELLOW", "TIER_10K"]);
        let good = shop.number.event("NumberRated").at;
        assert!(good - since < 5 * DAY, "YELLOW after {} h", (good - since) / HOUR);
        (shop, since, good)
    })
}

#[test]
fn flagged_recovery_on_day_7() {
    let world = World::new();
    let [(stays, since, _), (relapses, relapses_since, _)] = good_again(&world, "on_day_7");
    // A relapse does not restart the timer.
    world.advance(DAY);
    relapses.annoy(100..120);
    assert_eq!(relapses.number.rating(), "RED");
    assert_eq!(relapses.number.events("Flagged").len(), 1);
    for (shop, since, tier) in [(stays, since, "TIER_10K"), (relapses, relapses_since, "TIER_1K")] {
        world.advance_to(since + WEEK - 1);
        assert_eq!(
            [shop.number.status(), shop.number.tier()],
            ["FLAGGED", "TIER_10K"]
        );
        world.advance(1);
        assert_eq!([shop.number.status(), shop.number.tier()], ["CONNECTED", tier]);
        assert_eq!(shop.number.event("FlagEnded").at, since + WEEK);
    }
}

#[test]
fn flagged_recovery_good_for_7_days() {
    let world = World::new();
    let [(stays, _, good), (relapses, since, _)] = good_again(&world, "good_for_7_days");
    // The seventh day passes: good, but not for seven days yet.
    world.advance_to(since + WEEK + HOUR);
    assert_eq!(
        [stays.number.status(), relapses.number.status()],
        ["FLAGGED", "FLAGGED"]
    );
    // RED again after the seventh day is one tier lower at once.
    relapses.annoy(100..120);
    assert_eq!(relapses.number.shown(), ["CONNECTED", "RED", "TIER_1K"]);
    world.advance_to(good + WEEK - 1);
    assert_eq!(
        [stays.number.status(), stays.number.tier()],
        ["FLAGGED", "TIER_10K"]
    );
    world.advance(1);
    assert_eq!(
        [stays.number.status(), stays.number.tier()],
        ["CONNECTED", "TIER_10K"]
    );
    assert_eq!(stays.number.event("FlagEnded").at, good + WEEK);
}
