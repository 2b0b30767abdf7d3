//! Ratings, flags and pauses at the decider.

use decider::Millis;
use platform::portfolio::command::{Feedback, PersonAct};
use platform::portfolio::{Command, Event};
use rulebook::edition::EditionId;
use rulebook::rating::{BlockReason, Kind, Rating, RedReason, ReportReason, Signal};
use rulebook::status::Status;

use crate::world::{NUMBER, TEMPLATE, World};

const BLOCK: Feedback = Feedback::Signal(Signal::Block(BlockReason::Spam));
const MUTE: Feedback = Feedback::Signal(Signal::Mute);
const REPORT: Feedback = Feedback::Signal(Signal::Report(ReportReason::Spam));

/// A number with a good history of ten days, then a promotion that a tenth of its people block.
pub(crate) fn gone_red(overrides: &str) -> World {
    let mut world = World::with(overrides);
    for day in 0..10 {
        world.broadcast(100_000 + day * 1_000, 900);
        world.advance(Millis::hours(25));
    }
    assert_eq!(world.rating(), Rating::Green);
    let messages = world.broadcast(200_000, 900);
    world.advance(Millis::minutes(5));
    for message in messages.iter().step_by(5) {
        world.feedback(*message, BLOCK);
    }
    assert_eq!(world.rating(), Rating::Red);
    world
}

#[test]
fn red_flags_and_pauses_in_the_same_commit() {
    let world = gone_red("");
    assert_eq!(world.status(), Status::Flagged);
    let at = |of: fn(&Event) -> bool| {
        world
            .events
            .iter()
            .find(|(_, event)| of(event))
            .map(|(at, _)| *at)
    };
    let red = at(|e| matches!(e, Event::NumberRated(r) if r.to == Rating::Red));
    assert_eq!(red, at(|e| matches!(e, Event::Flagged(_))));
    let template_red = at(|e| matches!(e, Event::TemplateRated(r) if r.to == Rating::Red));
    assert!(template_red.is_some());
    assert_eq!(template_red, at(|e| matches!(e, Event::TemplatePaused(_))));
}

#[test]
fn stopping_recovers_and_the_limit_stays() {
    let mut world = gone_red("");
    world.advance(Millis::days(7));
    assert_eq!(world.status(), Status::Connected);
    assert_eq!(
        world.count(|e| matches!(e, Event::FlagEnded(f) if f.recovered)),
        1
    );
}

#[test]
fn the_heaviest_signal_of_a_person_on_a_message_counts_once() {
    let mut world = World::with("");
    let messages = world.broadcast(1_000, 10);
    world.advance(Millis::minutes(1));
    for feedback in [BLOCK, BLOCK, REPORT, BLOCK, MUTE] {
        world.feedback(messages[0], feedback);
    }
    let signals: Vec<(bool, bool)> = world
        .events
        .iter()
        .filter_map(|(_, event)| match event {
            Event::Signalled(s) => Some((s.counts, s.replaces.is_some())),
            _ => None,
        })
        .collect();
    assert_eq!(signals, [(true, false), (true, true), (false, false)]);
}

#[test]
fn a_block_without_a_recent_message_is_charged_to_the_number() {
    let mut world = World::with("");
    world.broadcast(1_000, 1);
    world.advance(Millis::days(8));
    let act = PersonAct::Block(BlockReason::Other);
    world.done(Command::Person {
        number: NUMBER,
        e164: 1_000,
        act,
    });
    assert_eq!(
        world.count(|e| matches!(e, Event::Signalled(s) if s.charged.is_none() && s.counts)),
        1
    );
    let number = world.portfolio().number(NUMBER).expect("the number");
    let hour = number.evidence.within(world.now, Millis::days(7)).next();
    let counted = hour.map(|hour| (hour.deliveries(), hour.exposures(), hour.harm(Kind::Block, false)));
    assert_eq!(
        counted,
        Some((0, 1, 1)),
        "it exposes one person, and is no delivery"
    );
    world.done(Command::Person {
        number: NUMBER,
        e164: 1_000,
        act: PersonAct::Unblock,
    });
    world.done(Command::Person {
        number: NUMBER,
        e164: 1_000,
        act,
    });
    assert_eq!(world.count(|e| matches!(e, Event::Signalled(s) if s.counts)), 2);
}

#[test]
fn nothing_reaches_who_has_blocked() {
    use platform::portfolio::messages::flag::{DELIVERED, SENT};
    for (signal, reached) in [(BLOCK, 0), (REPORT, 0), (MUTE, DELIVERED)] {
        let mut world = World::with("");
        let flags = |world: &mut World| {
            let message = world.broadcast(1_000, 1)[0];
            world.advance(Millis::minutes(1));
            let number = world.portfolio().number(NUMBER).expect("the number");
            let flags = number.messages.get(message.seq).expect("kept").flags;
            (message, flags & (SENT | DELIVERED))
        };
        let (first, arrived) = flags(&mut world);
        assert_eq!(arrived, SENT | DELIVERED);
        world.feedback(first, signal);
        assert_eq!(flags(&mut world).1, SENT | reached, "{signal:?}");
        world.done(Command::Person {
            number: NUMBER,
            e164: 1_000,
            act: PersonAct::Unblock,
        });
        assert_eq!(flags(&mut world).1, SENT | DELIVERED, "{signal:?} taken back");
    }
}

#[test]
fn mutes_and_archives_weigh_in_2026_only() {
    let archive = Feedback::Signal(Signal::Archive);
    // (edition, thousandths of a block that a mute weighs, an archived chat, whether they count)
    let rows = [
        (EditionId::PER_NUMBER_2023, 0, 0, false),
        (EditionId::PER_NUMBER_2024, 0, 0, false),
        (EditionId::PER_PORTFOLIO_2026, 200, 50, true),
    ];
    for (edition, mute_weight, archive_weight, counts) in rows {
        let mut world = World::under(edition, "");
        let weights = &world.portfolio().edition().rating.weights;
        let weigh = [Signal::Mute, Signal::Archive].map(|signal| signal.weight(weights));
        assert_eq!(weigh, [mute_weight, archive_weight], "{edition:?}");
        let messages = world.broadcast(1_000, 2);
        world.advance(Millis::minutes(1));
        world.feedback(messages[0], MUTE);
        world.feedback(messages[1], archive);
        let counted = world.count(|e| matches!(e, Event::Signalled(s) if s.counts));
        assert_eq!(counted, if counts { 2 } else { 0 }, "{edition:?}");
    }
}

#[test]
fn reviewers_turn_a_number_red_by_themselves() {
    let mut world = World::with("");
    world.done(Command::Moderate {
        number: NUMBER,
        hold: Some(RedReason::ProhibitedContent),
    });
    assert_eq!((world.rating(), world.status()), (Rating::Red, Status::Flagged));
    world.advance(Millis::days(7));
    assert_eq!(
        world.count(|e| matches!(e, Event::FlagEnded(f) if !f.recovered)),
        1
    );
    assert_eq!(world.rating(), Rating::Red);
    world.done(Command::Moderate {
        number: NUMBER,
        hold: None,
    });
    world.advance(Millis::days(3));
    assert_ne!(world.rating(), Rating::Red);
}

#[test]
fn a_pause_ends_by_itself_with_a_new_start() {
    let mut world = gone_red("");
    let template = |world: &World| {
        world
            .portfolio()
            .template(TEMPLATE)
            .expect("the template")
            .clone()
    };
    assert!(template(&world).paused_until.is_some());
    world.advance(Millis::hours(3));
    let after = template(&world);
    assert_eq!(
        (after.rating(), after.pauses, after.paused_until),
        (Rating::Unknown, 1, None)
    );
    assert!(after.evidence.is_empty());
}
