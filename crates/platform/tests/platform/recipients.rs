//! What stands against writing to one person: country, block, stopped marketing, experiment, too much marketing.

use decider::{Millis, Stored};
use platform::Platform;
use platform::portfolio::command::{Feedback, Inbound, PersonAct, RecipientCommand};
use platform::portfolio::event::Settings;
use platform::portfolio::{Answer, Command, Event};
use rulebook::rating::Signal;
use rulebook::refusal::Refusal;
use rulebook::template::draft::Category;

use crate::world::{CELL, NUMBER, World, draft, refusal, settings};

const GERMAN: u64 = 4_915_112_345_678;
const AMERICAN: u64 = 16_505_551_234;
const CANADIAN: u64 = 14_165_551_234;

/// Nobody else sends anything, so that only what is sent here counts.
const CAPPED: &str = "marketing.per_user = { counts = \"every\", cap = 2, others = 0 }";

/// A portfolio with the marketing template `sale` and the utility template `receipt`.
fn world(overrides: &str, at_once: bool) -> World {
    let mut world = World::opened(Settings {
        errors_at_once: at_once,
        ..settings(overrides)
    });
    let mut receipt = draft("receipt", "Hello {{1}}, your order is on its way.");
    receipt.category = Category::Utility;
    world.add_draft(receipt);
    world
}

fn writes(world: &mut World, from: u64) -> Answer {
    world.run(Command::Inbound(Box::new(Inbound {
        number: NUMBER,
        from,
        reply_to: None,
        content: Vec::new(),
        profile: String::new(),
    })))
}

fn does(world: &mut World, e164: u64, act: PersonAct) -> Answer {
    world.run(Command::Person {
        number: NUMBER,
        e164,
        act,
    })
}

fn block(world: &mut World, e164: u64) -> Answer {
    world.run(Command::Recipient(RecipientCommand::Block {
        number: NUMBER,
        e164,
    }))
}

/// `ok`, the refusal, or `later` and why it fails.
fn outcome(answer: &Answer) -> String {
    match answer {
        Answer::Accepted { fails: None, .. } | Answer::Received { .. } | Answer::Done => "ok".into(),
        Answer::Accepted { fails: Some(why), .. } => format!("later {}", why.graph_code()),
        Answer::Refused { refusal, .. } => refusal.graph_code().to_string(),
        other => format!("{other:?}"),
    }
}

/// Sends the templates to one person, one after another.
fn sent(world: &mut World, to: u64, templates: &[&str]) -> Vec<String> {
    let send = |template: &&str| outcome(&world.send_from(NUMBER, to, template));
    templates.iter().map(send).collect()
}

#[test]
fn who_gets_nothing_and_who_gets_no_marketing() {
    const BLOCKED: &str = "recipients.blocked = [\"DE\"]";
    const PAUSED: &str = "marketing.paused = [\"US\"]";
    const ALL: &str = "marketing.experiment = 1.0";
    // (values, to whom, they wrote just now, marketing, utility)
    let rows = [
        ("", GERMAN, false, "ok", "ok"),
        (BLOCKED, GERMAN, false, "130497", "130497"),
        (BLOCKED, GERMAN, true, "130497", "130497"),
        (BLOCKED, AMERICAN, false, "ok", "ok"),
        (PAUSED, AMERICAN, false, "131049", "ok"),
        (PAUSED, AMERICAN, true, "131049", "ok"),
        (PAUSED, CANADIAN, false, "ok", "ok"),
        (ALL, GERMAN, false, "130472", "ok"),
        (ALL, GERMAN, true, "ok", "ok"),
        (
            "marketing.experiment = 1.0\nmarketing.paused = [\"DE\"]",
            GERMAN,
            false,
            "130472",
            "ok",
        ),
    ];
    for (values, to, wrote, marketing, utility) in rows {
        for at_once in [true, false] {
            let mut world = world(values, at_once);
            if wrote {
                writes(&mut world, to);
            }
            let later = |code: &str| match code {
                "ok" | "130497" => code.to_owned(),
                code if at_once => code.to_owned(),
                code => format!("later {code}"),
            };
            let expected = [later(marketing), later(utility)];
            assert_eq!(
                sent(&mut world, to, &["sale", "receipt"]),
                expected,
                "{values} {to} {wrote}"
            );
        }
    }
}

#[test]
fn a_person_gets_so_much_marketing_a_day() {
    let mut world = world(CAPPED, true);
    assert_eq!(
        sent(&mut world, GERMAN, &["sale", "sale", "sale", "receipt"]),
        ["ok", "ok", "131049", "ok"]
    );
    // Others are not concerned; a reply opens the window, inside of which nothing counts and nothing is held back.
    assert_eq!(sent(&mut world, AMERICAN, &["sale"]), ["ok"]);
    writes(&mut world, GERMAN);
    assert_eq!(sent(&mut world, GERMAN, &["sale", "sale"]), ["ok", "ok"]);
    // Two days later it begins anew.
    world.advance(Millis::days(2));
    assert_eq!(
        sent(&mut world, GERMAN, &["sale", "sale", "sale"]),
        ["ok", "ok", "131049"]
    );
}

#[test]
fn what_failed_was_not_got_and_excluded_countries_have_no_cap() {
    let mut capped = world(CAPPED, true);
    for _ in 0..5 {
        let Answer::Accepted { message, .. } = capped.send(GERMAN) else {
            panic!("what failed counts")
        };
        capped.feedback(message, Feedback::Failed { code: 131_026 });
    }
    let excluded = CAPPED.replace(" }", ", excluded = [\"DE\"] }");
    let mut world = world(&excluded, true);
    assert_eq!(
        sent(&mut world, GERMAN, &["sale", "sale", "sale"]),
        ["ok", "ok", "ok"]
    );
    assert_eq!(
        sent(&mut world, AMERICAN, &["sale", "sale", "sale"]),
        ["ok", "ok", "131049"]
    );
}

#[test]
fn numbers_of_excluded_countries_send_without_the_cap() {
    let excluded = CAPPED.replace(" }", ", excluded = [\"DE\"] }");
    let mut world = world(&excluded, true);
    let german = world.add_number(4_930_123_456);
    let mut outcomes = |number| [0; 3].map(|_| outcome(&world.send_from(number, AMERICAN, "sale")));
    assert_eq!(outcomes(german), ["ok", "ok", "ok"]);
    assert_eq!(
        outcomes(NUMBER),
        ["131049", "131049", "131049"],
        "what came from the other counts"
    );
}

#[test]
fn only_what_opens_a_conversation_counts_where_the_edition_says_so() {
    // (what counts, hours from send to send, outcomes)
    let rows = [
        ("opening", [1, 23], ["ok", "ok", "ok"]),
        ("every", [1, 1], ["ok", "131049", "131049"]),
        ("every", [1, 23], ["ok", "131049", "ok"]),
    ];
    for (counts, hours, expected) in rows {
        let cap = format!("marketing.per_user = {{ counts = \"{counts}\", cap = 1, others = 0 }}");
        let mut world = world(&cap, true);
        let mut got = sent(&mut world, GERMAN, &["sale"]);
        for hours in hours {
            world.advance(Millis::hours(hours));
            got.extend(sent(&mut world, GERMAN, &["sale"]));
        }
        assert_eq!(got, expected, "{cap}");
    }
}

#[test]
fn others_take_their_share_of_what_a_person_gets() {
    let mut world = world(
        "marketing.per_user = { counts = \"every\", cap = 2, others = 2 }",
        true,
    );
    let mut got = [0_u32; 3];
    for person in 0..300 {
        let all = sent(&mut world, GERMAN + person, &["sale", "sale", "sale"]);
        got[all.iter().filter(|outcome| *outcome == "ok").count()] += 1;
    }
    assert!(got.iter().all(|people| (70..130).contains(people)), "{got:?}");
}

#[test]
fn trying_again_and_again_shuts_the_person_off() {
    let values = CAPPED.replace(" }", ", resends = 2, resend_penalty = \"24h\" }");
    let mut world = world(&values, false);
    let tries = sent(&mut world, GERMAN, &["sale", "sale", "sale", "sale", "sale"]);
    assert_eq!(
        tries,
        ["ok", "ok", "later 131049", "later 131049", "later 131049"]
    );
    // The next day the cap has room, but the person is shut off until a day after the third attempt.
    world.advance(Millis::new(86_400_000 - 1));
    assert_eq!(
        sent(&mut world, GERMAN, &["sale", "receipt"]),
        ["later 131049", "ok"]
    );
    assert_eq!(sent(&mut world, AMERICAN, &["sale"]), ["ok"]);
    world.advance(Millis::new(1));
    assert_eq!(sent(&mut world, GERMAN, &["sale"]), ["ok"]);
}

#[test]
fn people_stop_marketing_and_let_it_come_again() {
    let mut world = world("marketing.opt_out = true", false);
    let messages = world.broadcast(GERMAN, 1);
    world.advance(Millis::SECOND);
    assert_eq!(outcome(&does(&mut world, GERMAN, PersonAct::StopMarketing)), "ok");
    assert_eq!(outcome(&does(&mut world, GERMAN, PersonAct::StopMarketing)), "ok");
    let stops = world.count(|event| matches!(event, Event::MarketingStopped(_)));
    let charged =
        world.count(|event| matches!(event, Event::Signalled(e) if e.charged == Some(messages[0].seq)));
    assert_eq!((stops, charged), (1, 1));
    assert_eq!(
        sent(&mut world, GERMAN, &["sale", "receipt"]),
        ["later 131050", "ok"]
    );
    writes(&mut world, GERMAN);
    assert_eq!(sent(&mut world, GERMAN, &["sale"]), ["later 131050"]);
    assert_eq!(
        outcome(&does(&mut world, GERMAN, PersonAct::ResumeMarketing)),
        "ok"
    );
    assert_eq!(sent(&mut world, GERMAN, &["sale"]), ["ok"]);
    // From the message it is the same control.
    let answer = world.send(AMERICAN);
    let Answer::Accepted { message, .. } = answer else {
        panic!("{answer:?}")
    };
    world.advance(Millis::SECOND);
    world.feedback(message, Feedback::Signal(Signal::OptOut));
    assert_eq!(sent(&mut world, AMERICAN, &["sale"]), ["later 131050"]);
}

#[test]
fn without_the_control_nobody_stops_anything() {
    let mut world = world("", true);
    let messages = world.broadcast(GERMAN, 1);
    world.advance(Millis::SECOND);
    for act in [PersonAct::StopMarketing, PersonAct::ResumeMarketing] {
        assert_eq!(
            refusal(&does(&mut world, GERMAN, act)),
            Some(Refusal::InvalidParameter)
        );
    }
    world.feedback(messages[0], Feedback::Signal(Signal::OptOut));
    assert_eq!(sent(&mut world, GERMAN, &["sale"]), ["ok"]);
}

#[test]
fn the_business_blocks_people_who_wrote_lately() {
    let mut world = world("", false);
    world.broadcast(GERMAN, 1);
    let own = world.portfolio().number(NUMBER).expect("the number").e164;
    // (whom, what comes of it): nobody who has not written within 24 h, a stranger neither.
    for (whom, expected) in [(GERMAN, "131047"), (AMERICAN, "131047"), (own, "131021")] {
        assert_eq!(outcome(&block(&mut world, whom)), expected, "{whom}");
    }
    writes(&mut world, GERMAN);
    assert_eq!(outcome(&block(&mut world, GERMAN)), "ok");
    assert_eq!(outcome(&block(&mut world, GERMAN)), "ok");
    assert_eq!(world.count(|event| matches!(event, Event::UserBlocked(_))), 1);
    // Neither reaches the other; a block does not end by itself.
    world.advance(Millis::days(2));
    assert_eq!(
        sent(&mut world, GERMAN, &["sale", "receipt"]),
        ["130403", "130403"]
    );
    assert_eq!(outcome(&world.reply(GERMAN)), "130403");
    assert_eq!(outcome(&writes(&mut world, GERMAN)), "130403");
    let unblock = RecipientCommand::Unblock {
        number: NUMBER,
        e164: GERMAN,
    };
    world.done(Command::Recipient(unblock));
    assert_eq!(sent(&mut world, GERMAN, &["sale"]), ["ok"]);
    assert_eq!(outcome(&writes(&mut world, GERMAN)), "ok");
}

#[test]
fn what_fails_later_counts_by_edition() {
    // (whether failures give their room back, people in use after ten of ten failed)
    for (frees, used) in [(false, 10), (true, 0)] {
        let values = format!(
            "marketing.experiment = 1.0\nlimits.tiers = [10, \"unlimited\"]\nlimits.failed_frees = {frees}"
        );
        let mut world = world(&values, false);
        for person in 0..10 {
            assert_eq!(sent(&mut world, GERMAN + person, &["sale"]), ["later 130472"]);
        }
        let portfolio = world.portfolio();
        let scope = portfolio.scope(portfolio.scope_of(NUMBER)).expect("the scope");
        assert_eq!(scope.used(&portfolio.edition().limits, world.now), used);
        assert_eq!(scope.is_used_up(), !frees);
    }
}

#[test]
fn a_failure_that_gives_room_ends_restricted_at_once() {
    for (frees, restricted) in [(false, true), (true, false)] {
        let values = format!("limits.tiers = [10, \"unlimited\"]\nlimits.failed_frees = {frees}");
        let mut world = world(&values, true);
        let messages = world.broadcast(GERMAN, 10);
        let is_used_up = |world: &World| {
            let portfolio = world.portfolio();
            portfolio
                .scope(portfolio.scope_of(NUMBER))
                .expect("the scope")
                .is_used_up()
        };
        assert!(is_used_up(&world));
        world.feedback(messages[3], Feedback::Failed { code: 131_026 });
        assert_eq!(is_used_up(&world), restricted, "{frees}");
    }
}

#[test]
fn one_person_with_two_numbers_keeps_what_was_settled() {
    let mut world = world(&format!("marketing.opt_out = true\n{CAPPED}"), true);
    for from in [GERMAN, AMERICAN] {
        writes(&mut world, from);
    }
    does(&mut world, GERMAN, PersonAct::StopMarketing);
    block(&mut world, AMERICAN);
    world.done(Command::MergeContacts {
        from: GERMAN,
        into: AMERICAN,
    });
    assert_eq!(sent(&mut world, AMERICAN, &["receipt"]), ["130403"]);
    world.done(Command::Recipient(RecipientCommand::Unblock {
        number: NUMBER,
        e164: GERMAN,
    }));
    assert_eq!(sent(&mut world, GERMAN, &["sale", "receipt"]), ["131050", "ok"]);
    let stored = Platform::encode_state(&world.state);
    let again = Platform::decode_state(CELL, &stored).expect("readable");
    assert_eq!(Platform::encode_state(&again), stored);
    assert_eq!(Platform::digest(&again), Platform::digest(&world.state));
    assert_eq!(
        Platform::digest(&world.replayed()),
        Platform::digest(&world.state)
    );
}
