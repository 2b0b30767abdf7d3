//! Limits and RESTRICTED at the decider: the stories over HTTP are in the server's tests.

use decider::{Millis, Timestamp};
use platform::ids::MessageId;
use platform::portfolio::command::{Feedback, Inbound};
use platform::portfolio::event::Notice;
use platform::portfolio::{Answer, Command, Event};
use rulebook::edition::EditionId;
use rulebook::rating::{Rating, RedReason, ReportReason, Signal};
use rulebook::refusal::Refusal;
use rulebook::status::{StageChange, Status};

use crate::world::{NUMBER, World, refusal};

fn writes(world: &mut World, from: u64) {
    let inbound = Inbound {
        number: NUMBER,
        from,
        reply_to: None,
        content: Vec::new(),
        profile: String::new(),
    };
    let answer = world.run(Command::Inbound(Box::new(inbound)));
    assert!(matches!(answer, Answer::Received { .. }), "{answer:?}");
}

#[test]
fn the_thousandth_person_restricts_and_capacity_returns_person_by_person() {
    let mut world = World::with("");
    world.broadcast(1_000, 500);
    world.advance(Millis::minutes(30));
    world.broadcast(2_000, 499);
    assert_eq!(world.status(), Status::Connected);
    world.broadcast(2_499, 1);
    assert_eq!(world.status(), Status::Restricted);
    assert_eq!(refusal(&world.send(9_999)), Some(Refusal::LimitUsedUp));
    writes(&mut world, 1_000);
    assert!(matches!(world.reply(1_000), Answer::Accepted { .. }));
    // The first 500 are free exactly 24 h after they were written to.
    world.advance(Millis::new(86_400_000 - 1_800_000 - 1));
    assert_eq!(world.status(), Status::Restricted);
    world.advance(Millis::new(1));
    assert_eq!(world.status(), Status::Connected);
    world.broadcast(3_000, 500);
    assert_eq!(refusal(&world.send(9_999)), Some(Refusal::LimitUsedUp));
    let notices =
        world.count(|e| matches!(e, Event::Noticed(n) if matches!(n.notice, Notice::Restricted(_))));
    assert_eq!(notices, 1);
}

#[test]
fn restricted_may_block_new_people_only() {
    let mut world = World::with("restricted.blocks = \"new_recipients\"");
    world.broadcast(1_000, 1_000);
    assert_eq!(refusal(&world.send(9_999)), Some(Refusal::LimitUsedUp));
    assert!(matches!(world.send(1_500), Answer::Accepted { .. }));
    // A renewed stamp stays in use: one slot less returns.
    world.advance(Millis::hours(24));
    assert_eq!(world.status(), Status::Connected);
}

#[test]
fn restricted_may_last_a_day_from_its_start() {
    let mut world = World::with("restricted.end = \"start_plus_day\"");
    world.broadcast(1_000, 500);
    world.advance(Millis::hours(10));
    world.broadcast(2_000, 500);
    world.advance(Millis::hours(23));
    assert_eq!(world.status(), Status::Restricted);
    world.advance(Millis::hours(1));
    assert_eq!(world.status(), Status::Connected);
}

#[test]
fn the_same_refusal_is_written_once_a_minute() {
    let mut world = World::with("");
    world.broadcast(1_000, 1_000);
    for _ in 0..100 {
        world.send(1_500);
    }
    assert_eq!(world.count(|e| matches!(e, Event::Refused(_))), 1);
    world.advance(Millis::minutes(1));
    world.send(1_500);
    assert_eq!(world.count(|e| matches!(e, Event::Refused(_))), 2);
}

#[test]
fn twice_the_limit_in_seven_days_and_two_days_raise_the_tier() {
    let mut world = World::with("");
    world.broadcast(10_000, 1_000);
    world.advance(Millis::hours(24));
    world.broadcast(20_000, 1_000);
    assert_eq!(world.tier(), 0);
    world.advance(Millis::new(86_400_000 - 1));
    assert_eq!(world.tier(), 0);
    world.advance(Millis::new(1));
    assert_eq!(world.tier(), 1);
    assert_eq!(world.status(), Status::Connected);
}

#[test]
fn the_limit_may_fail_later_instead_of_at_once() {
    let mut world = World::with("limits.exceeded.when = \"failed\"");
    world.broadcast(1_000, 1_000);
    let answer = world.send(9_999);
    assert!(
        matches!(
            answer,
            Answer::Accepted {
                fails: Some(Refusal::LimitUsedUp),
                ..
            }
        ),
        "{answer:?}"
    );
    assert_eq!(
        world.count(|e| matches!(e, Event::Failed(f) if f.code == 131_048)),
        1
    );
}

/// Edition 2026 with a limit of 2,000, half of which are a thousand people, who take any marketing.
fn shared(overrides: &str) -> World {
    let plain = "limits.start = 1\nmarketing.paused = []\nmarketing.experiment = 0.0\n\
                 marketing.per_user.counts = \"never\"";
    World::under(EditionId::PER_PORTFOLIO_2026, &format!("{plain}\n{overrides}"))
}

fn last(world: &World, of: impl Fn(&Event) -> bool) -> Option<Timestamp> {
    let found = world.events.iter().rfind(|(_, event)| of(event));
    found.map(|(at, _)| *at)
}

fn risen(world: &World) -> Option<Timestamp> {
    last(world, |event| matches!(event, Event::TierChanged(_)))
}

#[test]
fn the_worst_number_and_template_hold_up_a_shared_limit() {
    // Another number of the portfolio is RED, though it sends nothing.
    let mut world = shared("");
    let other = world.add_number(15_550_783_882);
    let moderate = |hold| Command::Moderate { number: other, hold };
    world.done(moderate(Some(RedReason::NoWayToPerson)));
    world.broadcast(1_000, 1_000);
    world.advance(Millis::days(1));
    assert_eq!((world.rating(), risen(&world)), (Rating::Green, None));
    world.done(moderate(None));
    world.advance(Millis::days(6));
    let better = |event: &Event| matches!(event, Event::NumberRated(e) if e.number == other && !e.to.is_worse_than(Rating::Green));
    let rated = world.events.iter().find(|(_, event)| better(event));
    assert_eq!(risen(&world), rated.map(|(at, _)| *at + Millis::hours(6)));
    assert_eq!(world.tier(), 2);

    // A template is RED: until its pause is over, which outlasts the six hours.
    let mut world = shared("pausing.ladder = [\"12h\"]");
    let promotion = world.add_template("promotion", "Hello {{1}}, everything must go today.");
    let template = |world: &World| world.portfolio().template(promotion).map(|t| t.rating());
    world.broadcast(1_000, 990);
    let messages: Vec<MessageId> = (5_000..5_010)
        .filter_map(|to| match world.send_from(NUMBER, to, "promotion") {
            Answer::Accepted { message, .. } => Some(message),
            _ => None,
        })
        .collect();
    world.advance(Millis::minutes(1));
    for message in messages {
        if template(&world) != Some(Rating::Red) {
            let report = Signal::Report(ReportReason::Spam);
            world.feedback(message, Feedback::Signal(report));
        }
    }
    assert_eq!(template(&world), Some(Rating::Red));
    world.advance(Millis::hours(10));
    assert_eq!((world.rating(), risen(&world)), (Rating::Green, None));
    world.advance(Millis::days(1));
    let unpaused = last(&world, |event| matches!(event, Event::TemplateUnpaused(_)));
    assert_eq!(
        risen(&world),
        unpaused.map(|unpaused| unpaused + Millis::hours(6))
    );
    assert!(risen(&world).is_some());
}

#[test]
fn who_is_banned_or_moved_sends_nothing() {
    let rows = [
        (StageChange::Ban, Refusal::NumberBanned, false),
        (StageChange::Migrate, Refusal::NumberMigrated, false),
        (StageChange::Deregister, Refusal::NumberNotRegistered, true),
    ];
    for (change, expected, comes_back) in rows {
        let mut world = World::with("");
        writes(&mut world, 1_000);
        world.done(Command::Stage {
            number: NUMBER,
            change,
        });
        assert_eq!(refusal(&world.send(2_000)), Some(expected), "{change:?}");
        assert_eq!(refusal(&world.reply(1_000)), Some(expected), "{change:?}");
        if comes_back {
            world.done(Command::Stage {
                number: NUMBER,
                change: StageChange::Register,
            });
            assert_eq!(refusal(&world.send(2_000)), None);
        }
    }
}
