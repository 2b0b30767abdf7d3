//! FLAGGED: how it begins, how it ends, and what goes on beside it (S4 to S6, S10).

use super::number::LIMIT_USED_UP;
use super::shop::{RULES_2023, RULES_2024, SMALL, Shop};
use crate::smtp::{Connection, MailServer};

use super::world::{DAY, HOUR, MINUTE, WEEK, World};

/// The editions in which RED flags, and where numbers start in them: on 10,000 people, on 100,000.
const EDITIONS_FROM_10K: [(&str, &str); 2] =
    [(RULES_2023, "limits.start = 1"), (RULES_2024, "limits.start = 2")];
const EDITIONS_FROM_100K: [(&str, &str); 2] =
    [(RULES_2023, "limits.start = 2"), (RULES_2024, "limits.start = 3")];

/// The number is FLAGGED since the moment at which its rating fell, and the administrators know.
#[track_caller]
fn flagged(shop: &Shop) -> u64 {
    let number = &shop.number;
    let flagged = number.event("Flagged").at;
    assert_eq!(number.event("NumberRated").at, flagged);
    assert_eq!(number.notices("is FLAGGED").last(), Some(&flagged));
    flagged
}

#[test]
fn flagged_recovers_within_seven_days() {
    let world = World::mailing(MailServer::start(Connection::Plain));
    // (edition, whether the flag ends with the rating, or on the seventh day)
    for ((edition, start), at_once) in EDITIONS_FROM_10K.into_iter().zip([true, false]) {
        let shop = world.shop_under(edition, start);
        shop.administered();
        let number = &shop.number;
        assert_eq!(number.shown(), ["CONNECTED", "UNKNOWN", "TIER_10K"]);
        shop.annoy(0..10);
        assert_eq!(number.shown(), ["FLAGGED", "RED", "TIER_10K"]);
        let since = flagged(&shop);
        assert_eq!(number.notices("rating"), [since]);
        world.advance_until(WEEK, || number.rating() != "RED");
        let better = number.event("NumberRated").at;
        assert!(
            (2 * DAY..WEEK).contains(&(better - since)),
            "after {} h",
            (better - since) / HOUR
        );
        if !at_once {
            assert_eq!(number.shown(), ["FLAGGED", "YELLOW", "TIER_10K"]);
            world.advance_to(since + WEEK - 1);
            assert_eq!(number.status(), "FLAGGED");
            world.advance(1);
        }
        // In the commit that betters the rating or ends the week, and nothing else happens to the limit.
        assert_eq!([number.status(), number.tier()], ["CONNECTED", "TIER_10K"]);
        let ended = number.event("FlagEnded");
        assert_eq!(ended.at, if at_once { better } else { since + WEEK });
        assert!(ended.text.contains("recovered"), "{}", ended.text);
        assert_eq!(number.notices("has recovered"), [ended.at]);
        world.advance_to(since + WEEK + DAY);
        assert_eq!(number.status(), "CONNECTED");
        assert_eq!(number.events("TierChanged").len(), 0);
        let told = world
            .mailed()
            .into_iter()
            .filter(|subject| subject.starts_with(&number.name));
        let told: Vec<String> = told.map(|subject| subject.replace(&number.name, "it")).collect();
        let mut expected = [
            "it: the quality rating fell from UNKNOWN to RED",
            "it is FLAGGED",
            "it: the quality rating rose from RED to YELLOW",
            "it has recovered",
            "it: the quality rating rose from YELLOW to GREEN",
        ];
        if !at_once {
            // GREEN before the seventh day.
            expected.swap(3, 4);
        }
        assert_eq!(told, expected);
    }
}

#[test]
fn flagged_seven_days_lowers_the_tier() {
    let world = World::new();
    // (edition, index of the tier that it starts on, that tier, the tier below)
    let rows = [
        (RULES_2023, 1, "TIER_10K", "TIER_1K"),
        (RULES_2023, 3, "TIER_UNLIMITED", "TIER_100K"),
        (RULES_2024, 2, "TIER_10K", "TIER_1K"),
        (RULES_2024, 4, "TIER_UNLIMITED", "TIER_100K"),
        // The lowest stays.
        (RULES_2023, 0, "TIER_1K", "TIER_1K"),
        (RULES_2024, 0, "TIER_250", "TIER_250"),
    ];
    let shops =
        rows.map(|(edition, start, ..)| world.shop_under(edition, &format!("limits.start = {start}")));
    let flags = shops.each_ref().map(|shop| {
        shop.annoy(0..10);
        flagged(shop)
    });
    for day in 1..7 {
        shops.iter().for_each(|shop| shop.annoy_on(flags[0], day));
    }
    for ((shop, since), (.., before, after)) in shops.iter().zip(flags).zip(rows) {
        let number = &shop.number;
        world.advance_to(since + WEEK - 1);
        assert_eq!(number.shown(), ["FLAGGED", "RED", before]);
        world.advance(1);
        assert_eq!(number.shown(), ["CONNECTED", "RED", after]);
        assert_eq!(number.notices("one tier lower"), [since + WEEK]);
        assert_eq!(number.events("TierChanged").len(), usize::from(before != after));
    }
}

#[test]
fn still_red_after_downgrade_flags_again_on_new_harm_only() {
    let world = World::new();
    for (edition, start) in EDITIONS_FROM_100K {
        let shop = world.shop_under(edition, start);
        let number = &shop.number;
        shop.annoy(0..10);
        let since = flagged(&shop);
        (1..7).for_each(|day| shop.annoy_on(since, day));
        let before = number.broadcast("news", 100..104);
        world.advance_to(since + WEEK);
        assert_eq!(number.shown(), ["CONNECTED", "RED", "TIER_10K"]);
        // Neither time nor harm on messages from before the downgrade flags again.
        world.advance(HOUR);
        before
            .iter()
            .for_each(|message| number.resented(message, "report"));
        world.advance(HOUR);
        assert_eq!(number.shown(), ["CONNECTED", "RED", "TIER_10K"]);
        // Nor does a message, before somebody resents it.
        let new = number.broadcast("news", 200..201);
        world.advance(MINUTE);
        assert_eq!(
            (number.status().as_str(), number.events("Flagged").len()),
            ("CONNECTED", 1)
        );
        number.resented(&new[0], "block");
        assert_eq!(number.shown(), ["FLAGGED", "RED", "TIER_10K"]);
        // With a start, and so a deadline, of its own; repeated low quality lowers repeatedly (L6).
        let again = number.event("Flagged").at;
        assert_eq!(again, world.now());
        (1..7).for_each(|day| shop.annoy_on(again, day));
        world.advance_to(again + WEEK - 1);
        assert_eq!(number.shown(), ["FLAGGED", "RED", "TIER_10K"]);
        world.advance(1);
        assert_eq!(number.shown(), ["CONNECTED", "RED", "TIER_1K"]);
    }
}

#[test]
fn flagged_and_restricted_are_independent() {
    let world = World::new();
    for edition in [RULES_2023, RULES_2024] {
        let shop = world.shop_under(edition, &format!("{SMALL}\nlimits.start = 1"));
        let number = &shop.number;
        shop.annoy(0..12);
        let since = flagged(&shop);
        assert_eq!(number.shown(), ["FLAGGED", "RED", "TIER_20"]);
        // RESTRICTED is shown before FLAGGED, and ends without ending it.
        number.broadcast("news", 20..28);
        assert_eq!(number.status(), "RESTRICTED");
        assert_eq!(number.send("news", 30), Err(LIMIT_USED_UP));
        world.advance(DAY - MINUTE - 1);
        assert_eq!(number.status(), "RESTRICTED");
        world.advance(1);
        assert_eq!(number.status(), "FLAGGED");
        assert_eq!(
            (number.events("Flagged").len(), number.events("FlagEnded").len()),
            (1, 0)
        );
        assert_eq!(number.event("Flagged").at, since);
    }
}

#[test]
fn neither_restricted_nor_offline_stops_the_flags_timer() {
    let world = World::new();
    let small = format!("{SMALL}\nlimits.start = 1");
    // (what happens shortly before the deadline, status before it, at it)
    type Row = (fn(&Shop), &'static str, &'static str);
    let rows: [Row; 3] = [
        // Ten people in use are all that the lower tier allows: RESTRICTED at once.
        (|_| {}, "FLAGGED", "RESTRICTED"),
        (
            |shop| drop(shop.number.broadcast("news", 200..210)),
            "RESTRICTED",
            "RESTRICTED",
        ),
        (|shop| shop.number.deregister(), "DISCONNECTED", "DISCONNECTED"),
    ];
    let shops = rows.map(|_| world.shop(&small));
    let flags = shops.each_ref().map(|shop| {
        shop.annoy(0..10);
        flagged(shop)
    });
    for day in 1..7 {
        shops.iter().for_each(|shop| shop.annoy_on(flags[0], day));
    }
    for ((shop, since), (happens, before, after)) in shops.iter().zip(flags).zip(rows) {
        happens(shop);
        world.advance_to(since + WEEK - 1);
        assert_eq!(shop.number.shown(), [before, "RED", "TIER_20"]);
        world.advance(1);
        assert_eq!(shop.number.shown(), [after, "RED", "TIER_10"]);
        assert_eq!(shop.number.event("FlagEnded").at, since + WEEK);
    }
    // Who becomes CONNECTED while RED is FLAGGED anew.
    let offline = &shops[2].number;
    offline.register();
    assert_eq!(
        (offline.events("Flagged").len(), offline.event("Flagged").at),
        (2, world.now())
    );
}

#[test]
fn stopping_recovers_before_day_7() {
    let world = World::new();
    let shop = world.shop("limits.start = 1");
    let number = &shop.number;
    for day in 0..5 {
        let messages = number.broadcast("news", day * 1_000..day * 1_000 + 1_000);
        world.advance(MINUTE);
        number.are_read(messages.iter().step_by(3));
        world.advance(DAY - MINUTE);
    }
    assert_eq!(number.rating(), "GREEN");
    let tier = number.tier();
    // A promotion that a tenth of the people block as spam. Sending stops when the number turns RED; whoever opens
    // the message only in the evening still blocks.
    shop.template("promotion");
    let messages = number.broadcast("promotion", 10_000..11_000);
    world.advance(HOUR);
    let mut blocks = messages.iter().take(100);
    while number.rating() != "RED" {
        number.resented(blocks.next().expect("RED before a tenth has blocked"), "block");
    }
    assert_eq!(number.shown(), ["FLAGGED", "RED", &tier]);
    let since = flagged(&shop);
    world.advance(8 * HOUR);
    blocks.for_each(|message| number.resented(message, "block"));
    world.advance_until(WEEK, || number.rating() != "RED");
    assert_eq!(number.shown(), ["CONNECTED", "YELLOW", &tier]);
    let recovered = number.event("FlagEnded").at - since;
    assert!(
        (4 * DAY..WEEK).contains(&recovered),
        "RED was left after {} h",
        recovered / HOUR
    );
    world.advance_until(WEEK, || number.rating() == "GREEN");
    assert_eq!(number.shown(), ["CONNECTED", "GREEN", &tier]);
    assert_eq!(number.events("FlagEnded").len(), 1);
}
