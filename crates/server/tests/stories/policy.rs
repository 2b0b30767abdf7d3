//! Human attention, appeals, and the policy ladder (H1 to H6, Q6, Q9).

use serde_json::{Value, json};

use super::number::{ACCOUNT_LOCKED, ACCOUNT_RESTRICTED};
use super::shop::{RULES_2023, RULES_2024, RULES_2026, Shop};
use super::world::{DAY, HOUR, MINUTE, WEEK, World, text};

/// The reason that is shown on hover (Q6).
fn reason(shop: &Shop) -> String {
    let sentences = &shop.number.explained()["sentences"];
    sentences
        .as_array()
        .expect("sentences")
        .iter()
        .filter_map(Value::as_str)
        .collect::<Vec<_>>()
        .join(" ")
}

fn declare(shop: &Shop, kind: &str, target: &str) {
    let paths = json!({"paths": [{"kind": kind, "target": target}]});
    shop.world
        .control(&format!("/numbers/{}/escalation_paths", shop.number.id), &paths);
}

/// A tester begins; who writes.
fn tester(shop: &Shop) -> String {
    let made = shop
        .world
        .control(&format!("/numbers/{}/testers", shop.number.id), &json!({}));
    text(&made, "wa_id")
}

/// What the last tester came to.
fn concluded(shop: &Shop) -> [String; 2] {
    let state = shop.world.look(&format!("/numbers/{}/testers", shop.number.id));
    [
        text(&state, "state"),
        state["found"].as_str().unwrap_or("none").to_owned(),
    ]
}

fn appeal(shop: &Shop, paths: Option<Value>) -> u64 {
    let mut body = json!({"text": "We have hired two people who answer in the chat."});
    if let Some(paths) = paths {
        body["paths"] = paths;
    }
    let filed = shop
        .world
        .control(&format!("/numbers/{}/appeal", shop.number.id), &body);
    assert_eq!(filed["state"], "open", "{filed}");
    filed["appeal"].as_u64().expect("a number")
}

#[test]
fn no_way_to_a_person_turns_red_with_that_reason() {
    // (edition, the limit that it starts on, the limit after seven days)
    let rows = [
        (RULES_2023, "TIER_10K", "TIER_1K"),
        (RULES_2024, "TIER_1K", "TIER_250"),
    ];
    for (edition, before, after) in rows {
        let world = World::new();
        let shop = world.shop_under(edition, "limits.start = 1");
        // A business that answers within a day is not judged before; nobody answers at all.
        tester(&shop);
        let began = world.now();
        world.advance(DAY - 1);
        assert_eq!(concluded(&shop), ["at_work", "none"]);
        assert_eq!(shop.number.rating(), "UNKNOWN");
        world.advance(1);
        assert_eq!(concluded(&shop), ["not_found", "none"]);
        assert_eq!(shop.number.shown(), ["FLAGGED", "RED", before]);
        assert_eq!(shop.number.event("Flagged").at, began + DAY);
        assert!(
            reason(&shop).contains("no direct way to a person"),
            "{}",
            reason(&shop)
        );
        assert_eq!(shop.number.notices("is FLAGGED"), [began + DAY]);
        // It stays so however well people like what is sent, and costs a tier after seven days.
        world.advance(WEEK);
        assert_eq!(shop.number.shown(), ["CONNECTED", "RED", after]);
    }
}

#[test]
fn help_centre_link_is_not_a_way_to_a_person() {
    let world = World::new();
    // (what the bot says, declared, what the tester comes to)
    let rows = [
        (
            "Find answers in our help centre: https://shop.example/help",
            None,
            ["not_found", "none"],
        ),
        ("We are on https://facebook.com/shop", None, ["not_found", "none"]),
        (
            "Get our app: https://apps.apple.com/app/id1",
            None,
            ["not_found", "none"],
        ),
        (
            "https://shop.example/answers",
            Some(("help_centre", "shop.example/answers")),
            ["not_found", "none"],
        ),
        (
            "https://shop.example/answers",
            Some(("web_support", "shop.example/answers")),
            ["found", "web_support"],
        ),
        ("Call us at +1 555 010 0199", None, ["found", "phone"]),
        (
            "I will connect you: an agent will answer shortly.",
            None,
            ["found", "in_chat_transfer"],
        ),
        (
            "Find answers in our help centre: https://shop.example/help",
            Some(("email", "care@shop.example")),
            ["found", "email"],
        ),
    ];
    for (says, declared, conclusion) in rows {
        let shop = world.shop("");
        if let Some((kind, target)) = declared {
            declare(&shop, kind, target);
        }
        let who = tester(&shop);
        // Asked once more, the bot says the same.
        for _ in 0..2 {
            if concluded(&shop)[0] == "at_work" {
                shop.number.answers(&who, says);
            }
        }
        assert_eq!(concluded(&shop), conclusion, "{says} {declared:?}");
        let expected = if conclusion[0] == "found" {
            ["CONNECTED", "UNKNOWN"]
        } else {
            ["FLAGGED", "RED"]
        };
        assert_eq!(shop.number.shown()[..2], expected, "{says} {declared:?}");
    }
}

#[test]
fn appeal_with_a_valid_path_is_granted() {
    let world = World::new();
    for recovery in ["at_once", "on_day_7", "good_for_7_days"] {
        let shop = world.shop(&format!("limits.start = 1\nflagged.recovery = \"{recovery}\""));
        tester(&shop);
        world.advance(DAY);
        assert_eq!(shop.number.shown(), ["FLAGGED", "RED", "TIER_10K"]);
        let flagged = world.now();
        appeal(
            &shop,
            Some(json!([{"kind": "in_chat_transfer", "target": "AGENT"}])),
        );
        assert_eq!(shop.number.notices("an appeal was filed"), [flagged]);
        world.advance(DAY - 1);
        assert_eq!(shop.number.status(), "FLAGGED");
        world.advance(1);
        assert_eq!(shop.number.shown(), ["CONNECTED", "UNKNOWN", "TIER_10K"]);
        assert_eq!(shop.number.notices("the appeal was granted"), [flagged + DAY]);
        world.advance(WEEK);
        assert_eq!(shop.number.shown()[0], "CONNECTED");
        assert_eq!(shop.number.events("TierChanged").len(), 0);
    }
}

#[test]
fn appeal_without_one_is_refused_and_the_timer_runs_on() {
    let world = World::new();
    let shop = world.shop("limits.start = 1");
    tester(&shop);
    world.advance(DAY);
    let flagged = world.now();
    appeal(
        &shop,
        Some(json!([{"kind": "help_centre", "target": "https://shop.example/help"}])),
    );
    world.advance(DAY);
    assert_eq!(shop.number.notices("the appeal was refused"), [flagged + DAY]);
    assert_eq!(shop.number.shown(), ["FLAGGED", "RED", "TIER_10K"]);
    // Another one, on the last day, is too late.
    world.advance_to(flagged + WEEK - HOUR);
    appeal(&shop, None);
    world.advance_to(flagged + WEEK - 1);
    assert_eq!(shop.number.status(), "FLAGGED");
    world.advance(1);
    assert_eq!(shop.number.shown(), ["CONNECTED", "RED", "TIER_1K"]);
    assert_eq!(shop.number.events("Flagged").len(), 1);
}

#[test]
fn in_2026_a_tester_brings_a_warning() {
    let world = World::new();
    let shop = world.shop_under(RULES_2026, "");
    tester(&shop);
    world.advance(DAY);
    assert_eq!(shop.number.shown()[..2], ["CONNECTED", "UNKNOWN"]);
    assert_eq!(shop.notices("is warned for HUMAN_ESCALATION").len(), 1);
    assert!(shop.number.send("news", 1).is_ok());
    // An appeal against the warning is granted with a way, and refused without one.
    let appeal = || {
        let path = format!("/portfolios/{}/violations/0/appeal", shop.portfolio);
        world.control(&path, &json!({"text": "We answer in the chat."}));
        world.advance(DAY);
    };
    appeal();
    assert_eq!(shop.notices("the appeal was refused").len(), 1);
    declare(&shop, "phone", "+1 555 010 0199");
    appeal();
    assert_eq!(shop.notices("the appeal was granted").len(), 1);
    // It counts no more: the next violation is the first.
    shop.violates(None);
    assert_eq!(shop.notices("is warned for ALCOHOL").len(), 1);
}

#[test]
fn a_restriction_blocks_and_ends() {
    let world = World::new();
    let shop = world.shop("");
    let number = &shop.number;
    number.hears_from(1);
    let health = || world.node(&number.id, "health_status")["health_status"]["can_send_message"].clone();
    // (step, a stranger, a reply, health)
    type Row = (&'static str, Result<(), u64>, Result<(), u64>, &'static str);
    let rows: [Row; 4] = [
        ("warning", Ok(()), Ok(()), "AVAILABLE"),
        ("1d", Err(ACCOUNT_RESTRICTED), Ok(()), "LIMITED"),
        ("5d", Err(ACCOUNT_RESTRICTED), Err(ACCOUNT_RESTRICTED), "BLOCKED"),
        ("lock", Err(ACCOUNT_LOCKED), Err(ACCOUNT_LOCKED), "BLOCKED"),
    ];
    for (step, stranger, reply, can_send) in rows {
        let violation = shop.violates(Some(step));
        assert_eq!(number.send("news", 9).map(drop), stranger, "{step}");
        assert_eq!(number.reply(1).map(drop), reply, "{step}");
        assert_eq!(health(), can_send, "{step}");
        shop.reversed(violation);
        assert_eq!(health(), "AVAILABLE", "{step}");
        world.advance(MINUTE);
    }
    // Not taken back, it ends by itself.
    shop.violates(Some("3d"));
    world.advance(3 * DAY - 1);
    assert_eq!(number.send("news", 9), Err(ACCOUNT_RESTRICTED));
    world.advance(1);
    assert!(number.send("news", 9).is_ok());
    assert_eq!(shop.notices("the restriction is over").len(), 1);
}
