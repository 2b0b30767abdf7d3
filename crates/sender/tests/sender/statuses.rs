//! Statuses in any order, any number of times; and attempts of which only a status tells.

use decider::Millis;
use rulebook::edition::EditionId;
use sender::portfolio::answer::Known;
use sender::portfolio::attempts::flag;
use sender::portfolio::command::{Outcome, Progress};

use crate::world::{World, accepted, attempt};

const ANNA: u64 = 15_550_001_000;

#[derive(Clone, Copy, PartialEq, Debug)]
enum Told {
    Answer,
    Status(Progress),
}

fn permutations(items: &[Told]) -> Vec<Vec<Told>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (place, &first) in items.iter().enumerate() {
        let mut rest = items.to_vec();
        rest.remove(place);
        for mut order in permutations(&rest) {
            order.insert(0, first);
            all.push(order);
        }
    }
    all
}

/// What is known of the attempt, people in use, and whether anybody is stopped, after all was told.
fn end(edition: EditionId, order: &[Told], twice: bool) -> (u16, u32, u32, Option<Known>) {
    let mut world = World::under(edition);
    let attempt = attempt(world.template(ANNA));
    for told in order {
        for _ in 0..if twice { 2 } else { 1 } {
            match told {
                Told::Answer => world.settle(attempt, accepted(attempt)),
                Told::Status(progress) => {
                    let code = if *progress == Progress::Failed { 131_026 } else { 0 };
                    world.status(attempt, *progress, code);
                }
            }
        }
    }
    world.check_stored();
    let record = *world.portfolio().attempts.get(attempt).expect("it is kept");
    // Where the window has its entry is not the same, who is counted is.
    let known = record.flags & !(flag::GIVEN_BACK | flag::FIRST_GONE);
    (
        known,
        record.code,
        world.used(),
        world.portfolio().outcome(attempt),
    )
}

#[test]
fn status_events_in_every_order_end_the_same() {
    use Progress::{Delivered, Failed, Read, Sent};
    let sets: [&[Told]; 3] = [
        &[
            Told::Answer,
            Told::Status(Sent),
            Told::Status(Delivered),
            Told::Status(Read),
        ],
        &[Told::Answer, Told::Status(Sent), Told::Status(Failed)],
        &[Told::Answer, Told::Status(Failed), Told::Status(Delivered)],
    ];
    for edition in [EditionId::PER_NUMBER_2023, EditionId::PER_PORTFOLIO_2026] {
        for set in sets {
            let expected = end(edition, set, false);
            for order in permutations(set) {
                assert_eq!(end(edition, &order, false), expected, "{order:?}");
                assert_eq!(end(edition, &order, true), expected, "twice each: {order:?}");
            }
        }
    }
}

#[test]
fn duplicate_webhook_changes_nothing() {
    let mut world = World::new();
    let attempt = world.sent(ANNA);
    world.status(attempt, Progress::Delivered, 0);
    let before = world.events.len();
    world.status(attempt, Progress::Delivered, 0);
    world.status(attempt, Progress::Sent, 0);
    assert_eq!(world.events.len(), before);
}

#[test]
fn a_status_settles_what_nobody_knew() {
    for outcome in [None, Some(Outcome::Unknown)] {
        let mut world = World::new();
        let attempt = attempt(world.template(ANNA));
        if let Some(outcome) = outcome {
            world.settle(attempt, outcome);
        }
        world.status(attempt, Progress::Sent, 0);
        assert_eq!(world.portfolio().outcome(attempt), Some(Known::Accepted));
        assert_eq!(sender_deadline(&world), None, "nothing is open any more");
    }
}

fn sender_deadline(world: &World) -> Option<decider::Timestamp> {
    world.portfolio().next_deadline()
}

#[test]
fn a_failure_gives_the_place_back_where_deliveries_count() {
    for (edition, used) in [
        (EditionId::PER_NUMBER_2023, 1),
        (EditionId::PER_PORTFOLIO_2026, 0),
    ] {
        let mut world = World::under(edition);
        let attempt = world.sent(ANNA);
        world.status(attempt, Progress::Failed, 131_026);
        assert_eq!(world.used(), used, "{edition:?}");
    }
}

#[test]
fn a_message_that_arrives_late_counts_from_then_where_deliveries_count() {
    for (edition, used) in [
        (EditionId::PER_NUMBER_2023, 0),
        (EditionId::PER_PORTFOLIO_2026, 1),
    ] {
        let mut world = World::under(edition);
        let attempt = world.sent(ANNA);
        world.advance(Millis::hours(10));
        world.status(attempt, Progress::Delivered, 0);
        world.advance(Millis::hours(15));
        assert_eq!(world.used(), used, "{edition:?}");
    }
}
