//! What became of attempts, and what the window counts of them.

use decider::Millis;
use rulebook::edition::EditionId;
use sender::ids::PersonKey;
use sender::portfolio::answer::Known;
use sender::portfolio::command::{Outcome, Settle};
use sender::portfolio::{Answer, Command};

use crate::world::{World, accepted, attempt, message, person};

const ANNA: u64 = 15_550_001_000;

#[test]
fn only_a_definite_refusal_gives_the_place_back() {
    // (what is told, one after another, people in use afterwards, what is known)
    type Row<'a> = (&'a [fn(sender::ids::AttemptId) -> Outcome], u32, Known);
    let rows: &[Row<'_>] = &[
        (&[], 1, Known::Pending),
        (&[accepted], 1, Known::Accepted),
        (&[|_| Outcome::Unknown], 1, Known::Unknown),
        (
            &[|_| Outcome::Refused { code: 131_056 }],
            0,
            Known::Refused { code: 131_056 },
        ),
        (
            &[|_| Outcome::Unknown, |_| Outcome::Refused { code: 1 }],
            0,
            Known::Refused { code: 1 },
        ),
        (&[|_| Outcome::Unknown, accepted], 1, Known::Accepted),
        (&[accepted, |_| Outcome::Refused { code: 1 }], 1, Known::Accepted),
        (&[accepted, |_| Outcome::Unknown], 1, Known::Accepted),
        (&[|_| Outcome::Refused { code: 1 }, accepted], 1, Known::Accepted),
    ];
    for edition in EditionId::all() {
        for (told, used, known) in rows {
            let mut world = World::under(edition);
            let attempt = attempt(world.template(ANNA));
            for outcome in *told {
                world.advance(Millis::seconds(20));
                world.settle(attempt, outcome(attempt));
            }
            assert_eq!(world.used(), *used, "{edition:?} {known:?}");
            assert_eq!(world.portfolio().outcome(attempt), Some(*known));
            world.check_stored();
        }
    }
}

#[test]
fn the_same_again_is_no_event() {
    let mut world = World::new();
    let attempt = world.sent(ANNA);
    let before = world.events.len();
    world.settle(attempt, accepted(attempt));
    world.settle(attempt, Outcome::Refused { code: 1 });
    assert_eq!(world.events.len(), before);
}

#[test]
fn an_answer_that_comes_late_is_counted_from_then() {
    let mut world = World::new();
    let attempt = attempt(world.template(ANNA));
    world.advance(Millis::minutes(5));
    world.settle(attempt, accepted(attempt));
    world.advance(Millis::DAY + Millis::seconds(60));
    assert_eq!(world.used(), 1);
    world.advance(Millis::seconds(10));
    assert_eq!(world.used(), 0);
}

#[test]
fn nobody_hears_of_an_attempt_and_it_stays_counted() {
    let mut world = World::new();
    let attempt = attempt(world.template(ANNA));
    world.advance(Millis::minutes(15));
    assert_eq!(world.portfolio().outcome(attempt), Some(Known::Unknown));
    assert_eq!(world.used(), 1);
    world.advance(Millis::DAY);
    assert_eq!(
        world.used(),
        1,
        "the platform may have counted it as late as at the deadline"
    );
    world.settle(attempt, accepted(attempt));
    assert_eq!(world.portfolio().outcome(attempt), Some(Known::Accepted));
    world.check_stored();
}

#[test]
fn an_attempt_that_never_was_is_unknown() {
    let mut world = World::new();
    let answer = world.run(Command::Settle(Settle {
        attempt: sender::ids::AttemptId(5),
        outcome: Outcome::Unknown,
        answer: None,
    }));
    assert_eq!(answer, Answer::Unknown("attempt"));
}

#[test]
fn the_platform_s_name_of_a_person_leads_to_the_same_one() {
    let mut world = World::new();
    // A Brazilian number with and without the ninth digit.
    let (said, known): (u64, PersonKey) = (5_511_912_345_678, person(551_112_345_678));
    let attempt = attempt(world.template(said));
    let outcome = Outcome::Accepted {
        message: message(attempt),
        person: Some(known),
        held: false,
    };
    world.settle(attempt, outcome);
    world.settle(attempt, outcome);
    let portfolio = world.portfolio();
    assert_eq!(portfolio.person(known), portfolio.person(person(said)));
    world.sent(551_112_345_678);
    assert_eq!(world.used(), 1, "one person");
    world.check_stored();
}
