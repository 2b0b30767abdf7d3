//! How much a number may send, and what is told of it.

use decider::{Millis, Stored, Timestamp};
use platform::Platform;
use platform::ids::{TemplateIx, WabaIx};
use platform::portfolio::command::{CareCommand, Inbound, TemplateOptions};
use platform::portfolio::event::Settings;
use platform::portfolio::messages::flag;
use platform::portfolio::{Answer, Command, Event};
use rulebook::edition::EditionId;
use rulebook::rating::RedReason;
use rulebook::refusal::Refusal;
use rulebook::template::draft::Category;
use rulebook::throughput::Level;

use crate::world::{NUMBER, World, draft, refusal, settings};

const ANNA: u64 = 4_915_112_345_678;

fn world(overrides: &str, enforce_rates: bool) -> World {
    World::opened(Settings {
        enforce_rates,
        ..settings(overrides)
    })
}

/// So many sends to one person, or to one after another: how many went, and why the first did not.
fn sends(world: &mut World, to: u64, each_to_another: bool, count: u64) -> (u64, Option<Refusal>) {
    let mut went = 0;
    let mut first = None;
    for place in 0..count {
        let person = if each_to_another { to + place } else { to };
        let answer = world.send(person);
        went += u64::from(matches!(answer, Answer::Accepted { .. }));
        first = first.or(refusal(&answer));
    }
    (went, first)
}

fn inbound(from: u64) -> Box<Inbound> {
    Box::new(Inbound {
        number: NUMBER,
        from,
        reply_to: None,
        content: Vec::new(),
        profile: String::new(),
    })
}

#[test]
fn forty_five_to_one_person_then_one_in_six_seconds() {
    let mut world = world("throughput.standard = 1000", true);
    // (ms later, sent, went)
    for (later, count, went) in [(0, 50, 45), (5_999, 2, 0), (1, 2, 1), (54_000, 20, 9)] {
        world.advance(Millis::new(later));
        let refused = (went < count).then_some(Refusal::PairRate);
        assert_eq!(
            sends(&mut world, ANNA, false, count),
            (went, refused),
            "{later} ms later"
        );
    }
    // Somebody else is another pair; where rates are not enforced there are none.
    assert_eq!(sends(&mut world, ANNA + 1, false, 1), (1, None));
    let mut free = World::with("");
    assert_eq!(sends(&mut free, ANNA, false, 100), (100, None));
}

#[test]
fn so_many_a_second_by_level_in_both_directions() {
    for (level, per_second) in [
        (Level::Standard, 80),
        (Level::High, 1_000),
        (Level::Coexistence, 20),
    ] {
        let mut world = world("limits.tiers = [100000]", true);
        world.done(Command::SetThroughput {
            number: NUMBER,
            level,
        });
        let refused = Some(Refusal::Throughput);
        assert_eq!(
            sends(&mut world, ANNA, true, per_second + 5),
            (per_second, refused)
        );
        // What people write takes its share, and is never refused.
        world.advance(Millis::SECOND);
        for person in 0..10 {
            let answer = world.run(Command::Inbound(inbound(ANNA + person)));
            assert!(matches!(answer, Answer::Received { .. }));
        }
        assert_eq!(
            sends(&mut world, ANNA + 5_000, true, per_second + 5),
            (per_second - 10, refused)
        );
    }
}

#[test]
fn who_comes_by_a_free_entry_point_and_is_answered_is_free_for_72_hours() {
    let mut world = World::with("");
    let free = |world: &World, answer: &Answer| {
        let Answer::Accepted { message, .. } = answer else {
            panic!("{answer:?}")
        };
        let number = world.portfolio().number(NUMBER).expect("the number");
        number.messages.get(message.seq).expect("it is kept").is_free()
    };
    for (wait, expected) in [(23, true), (24, false)] {
        let person = ANNA + wait;
        let before = world.send(person);
        assert!(!free(&world, &before), "before they came");
        world.run(Command::FromAd(inbound(person)));
        world.advance(Millis::hours(wait));
        let answer = world.send(person);
        assert_eq!(free(&world, &answer), expected, "answered after {wait} h");
        world.advance(Millis::new(72 * 3_600_000 - 1));
        let late = world.send(person);
        assert_eq!(free(&world, &late), expected);
        world.advance(Millis::new(1));
        let after = world.send(person);
        assert!(!free(&world, &after), "72 h after the answer");
    }
    // A person of the experiment is answered all the same while that is open, and not afterwards.
    let mut world = World::with("marketing.experiment = 1.0");
    assert_eq!(refusal(&world.send(ANNA)), Some(Refusal::InExperiment));
    world.run(Command::FromAd(inbound(ANNA)));
    let answer = world.send(ANNA);
    assert!(free(&world, &answer));
    world.advance(Millis::hours(71));
    let answer = world.send(ANNA);
    assert!(free(&world, &answer));
    world.advance(Millis::hours(1));
    assert_eq!(refusal(&world.send(ANNA)), Some(Refusal::InExperiment));
}

#[test]
fn misuse_of_the_utility_category_is_capped_and_then_restricted() {
    let mut world = World::with("misuse.ladder = true\nmisuse.cap = 3");
    let utility = |name: &str| {
        let mut draft = draft(name, "Hello {{1}}, your order is on its way.");
        draft.category = Category::Utility;
        draft
    };
    let receipt = world.add_draft(utility("receipt"));
    let found = Command::FindMisuse { waba: WabaIx(0) };
    let codes = |world: &mut World, template: &str| -> Vec<u32> {
        let code = |answer: Answer| refusal(&answer).map_or(0, Refusal::graph_code);
        (0..5)
            .map(|place| code(world.send_from(NUMBER, ANNA + place, template)))
            .collect()
    };
    world.done(found.clone());
    assert_eq!(codes(&mut world, "receipt"), [0; 5], "warned");
    world.done(found.clone());
    assert_eq!(codes(&mut world, "receipt"), [0, 0, 0, 131_064, 131_064]);
    assert_eq!(codes(&mut world, "sale"), [0; 5], "marketing is not capped");
    world.advance(Millis::DAY);
    assert_eq!(codes(&mut world, "receipt"), [0, 0, 0, 131_064, 131_064]);
    world.advance(Millis::days(6));
    assert_eq!(codes(&mut world, "receipt"), [0; 5], "lifted after seven days");
    for _ in 0..2 {
        world.done(found.clone());
    }
    let category =
        |world: &World, ix: TemplateIx| world.portfolio().template(ix).expect("there").draft.category;
    assert_eq!(category(&world, receipt), Category::Marketing);
    let submit = Command::CreateTemplate {
        waba: WabaIx(0),
        draft: utility("other"),
        options: TemplateOptions::default(),
    };
    assert_eq!(refusal(&world.run(submit.clone())), Some(Refusal::CategoryMisuse));
    let review = Command::Care(CareCommand::AskForReview { template: receipt });
    assert_eq!(refusal(&world.run(review)), Some(Refusal::CategoryMisuse));
    world.advance(Millis::days(7));
    assert!(matches!(world.run(submit), Answer::Template(_)));
    assert_eq!(
        category(&world, receipt),
        Category::Marketing,
        "what it became it stays"
    );
    the_last_step_is_about_every_account();
    // Without a ladder nothing is found.
    let mut world = World::with("");
    assert_eq!(refusal(&world.run(found)), Some(Refusal::InvalidParameter));
}

/// Of the steps before the last one account bears the consequences.
fn the_last_step_is_about_every_account() {
    let mut world = World::with("misuse.ladder = true\nmisuse.cap = 1");
    world.run(Command::AddWaba { name: "Other".into() });
    let utility = |name: &str| {
        let mut draft = draft(name, "Hello {{1}}, your order is on its way.");
        draft.category = Category::Utility;
        draft
    };
    let submit = |world: &mut World, waba, name: &str| {
        let answer = world.run(Command::CreateTemplate {
            waba: WabaIx(waba),
            draft: utility(name),
            options: TemplateOptions::default(),
        });
        match answer {
            Answer::Template(ix) => Ok(ix),
            other => Err(refusal(&other)),
        }
    };
    let Ok(elsewhere) = submit(&mut world, 1, "receipt") else {
        panic!("it is taken")
    };
    world.advance(Millis::hours(1));
    let category = |world: &World, ix| world.portfolio().template(ix).expect("there").draft.category;
    let misused = Some(Refusal::CategoryMisuse);
    for step in 1..=4 {
        world.done(Command::FindMisuse { waba: WabaIx(0) });
        let answers = [0, 1].map(|waba| submit(&mut world, waba, &format!("after_{step}")).err());
        let (expected, moved) = match step {
            1 | 2 => ([None, None], Category::Utility),
            3 => ([Some(misused), None], Category::Utility),
            _ => ([Some(misused), Some(misused)], Category::Marketing),
        };
        assert_eq!(answers, expected, "step {step}");
        assert_eq!(category(&world, elsewhere), moved, "step {step}");
    }
    world.advance(Millis::new(30 * 86_400_000 - 1));
    assert_eq!(submit(&mut world, 1, "too_early").err(), Some(misused));
    world.advance(Millis::new(1));
    assert!(submit(&mut world, 1, "in_time").is_ok());
}

#[test]
fn a_used_up_limit_is_told_at_once_and_then_gathered() {
    let mut world = World::with("limits.tiers = [2, \"unlimited\"]");
    let told = |world: &World| -> Vec<(u64, bool)> {
        let start = world.events[0].0;
        let one = |(at, event): &(decider::Timestamp, Event)| match event {
            Event::StatusTold(e) => Some((at.since(start).get() / 1_000, e.restricted)),
            _ => None,
        };
        world.events.iter().filter_map(one).collect()
    };
    // Two people, ten seconds apart; a day later each slot is used again two seconds after it returned.
    for (second, person) in [(0, 0), (10, 1)] {
        world.advance(Millis::seconds(second));
        world.send(ANNA + person);
    }
    assert_eq!(told(&world), [(10, true)]);
    world.advance(Millis::new(86_400_000 - 10_000));
    assert_eq!(told(&world), [(10, true), (86_400, false)]);
    for person in [2, 3] {
        world.advance(Millis::seconds(2));
        world.send(ANNA + person);
        world.advance(Millis::seconds(8));
    }
    assert_eq!(told(&world).len(), 2, "gathered");
    world.advance(Millis::seconds(40));
    assert_eq!(told(&world)[2..], [(86_460, true)]);
    // What is as it was told when the span is over is not told again.
    world.advance(Millis::new(86_400_000 - 58_000));
    let words = told(&world).len();
    world.send(ANNA + 4);
    world.advance(Millis::MINUTE);
    assert!(told(&world).len() <= words + 1);
    let mut silent = World::with("limits.tiers = [2, \"unlimited\"]\nnotices.restricted_webhook = false");
    silent.broadcast(ANNA, 2);
    assert_eq!(told(&silent), []);
}

/// When a number got a higher throughput by itself.
fn raised(world: &World) -> Option<Timestamp> {
    let fast = |(at, event): &(Timestamp, Event)| match event {
        Event::ThroughputSet(e) if e.level == Level::High => Some(*at),
        _ => None,
    };
    world.events.iter().find_map(fast)
}

#[test]
fn an_unlimited_number_of_good_quality_is_raised_by_itself() {
    let plain = "marketing.paused = []\nmarketing.experiment = 0.0\nmarketing.per_user.counts = \"never\"\n\
                 rating.known_after = 5\nlimits.start = 4";
    let few = format!("{plain}\nthroughput.raise.recipients = 10");
    let (old, new) = (EditionId::PER_NUMBER_2024, EditionId::PER_PORTFOLIO_2026);
    // (edition, overrides, people in the first day, raised)
    let rows = [
        (old, plain, 5, true),
        (new, &few, 9, false),
        (new, &few, 10, true),
        (new, plain, 10, false),
        (
            EditionId::PER_NUMBER_2023,
            "rating.known_after = 5\nlimits.start = 3",
            10,
            false,
        ),
    ];
    for (edition, overrides, people, rises) in rows {
        let mut world = World::under(edition, overrides);
        // The same people again add nothing.
        world.broadcast(1_000, people);
        world.broadcast(1_000, people);
        let sent = world.now;
        world.advance(Millis::days(2));
        let delay = raised(&world).map(|at| at.since(sent).get() / 60_000);
        assert_eq!(
            delay,
            rises.then_some(12 * 60 + 1),
            "{edition:?} {overrides} {people}"
        );
        let level = world.portfolio().number(NUMBER).map(|n| n.level);
        assert_eq!(level, Some(if rises { Level::High } else { Level::Standard }));
        assert_eq!(
            Platform::digest(&world.replayed()),
            Platform::digest(&world.state)
        );
    }
}

#[test]
fn a_number_that_is_being_raised_sends_nothing_for_a_minute() {
    let overrides = "marketing.paused = []\nrating.known_after = 5\nlimits.start = 4";
    let mut world = World::under(EditionId::PER_NUMBER_2024, overrides);
    world.broadcast(1_000, 5);
    world.run(Command::Inbound(inbound(1_000)));
    // All holds with the first rating: 900 ms after the messages went.
    world.advance(Millis::hours(12) + Millis::new(899));
    assert!(matches!(world.reply(1_000), Answer::Accepted { .. }));
    world.advance(Millis::new(1));
    assert_eq!(refusal(&world.send(2_000)), Some(Refusal::Maintenance));
    assert_eq!(refusal(&world.reply(1_000)), Some(Refusal::Maintenance));
    world.advance(Millis::minutes(1));
    assert!(matches!(world.reply(1_000), Answer::Accepted { .. }));
    assert_eq!(
        world.portfolio().number(NUMBER).map(|n| n.level),
        Some(Level::High)
    );

    // Whoever turns RED meanwhile is not raised; once it is better, it is.
    let mut world = World::under(EditionId::PER_NUMBER_2024, overrides);
    world.broadcast(1_000, 5);
    world.advance(Millis::hours(1));
    let moderate = |hold| Command::Moderate { number: NUMBER, hold };
    world.done(moderate(Some(RedReason::NoWayToPerson)));
    world.advance(Millis::days(1));
    assert_eq!(raised(&world), None);
    world.done(moderate(None));
    world.broadcast(3_000, 5);
    world.advance(Millis::days(3));
    assert!(raised(&world).is_some());
}

#[test]
fn what_is_free_by_an_entry_point_arrives() {
    let mut world = World::with("");
    world.run(Command::FromAd(inbound(ANNA)));
    let Answer::Accepted { message, .. } = world.reply(ANNA) else {
        panic!("the window is open")
    };
    world.advance(Millis::SECOND);
    let number = world.portfolio().number(NUMBER).expect("the number");
    let record = number.messages.get(message.seq).expect("it is kept");
    assert!(record.is_free() && record.is(flag::DELIVERED));
}
