//! Limits and RESTRICTED at the decider: the stories over HTTP are in the server's tests.

use decider::Millis;
use platform::portfolio::command::Inbound;
use platform::portfolio::event::Notice;
use platform::portfolio::{Answer, Command, Event};
use rulebook::refusal::Refusal;
use rulebook::status::Status;

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
