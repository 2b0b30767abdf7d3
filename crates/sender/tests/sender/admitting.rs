//! What may be sent now: the limit, its shares, rates, and what does not go twice.

use decider::Millis;
use rulebook::edition::EditionId;
use sender::Refusal;
use sender::ids::{PersonKey, PhoneNumberId};
use sender::portfolio::answer::Known;
use sender::portfolio::command::Admit;
use sender::portfolio::{Answer, Event};

use crate::world::{OTHER, World, accepted, attempt, free, refusal, template};

const ANNA: u64 = 15_550_001_000;

/// Sends the template to new people until somebody is refused: how many went, and why no more.
fn fill(world: &mut World, from: u64) -> (u64, Option<Refusal>) {
    for sent in 0..20_000 {
        if let Some(refusal) = refusal(world.template(from + sent)) {
            return (sent, Some(refusal));
        }
        world.advance(Millis::new(50));
    }
    (20_000, None)
}

#[test]
fn null_limit_is_not_unlimited() {
    // Nothing was ever told: the limit that scopes begin with, less what is kept for others.
    for (edition, people) in [
        (EditionId::PER_PORTFOLIO_2026, 225),
        (EditionId::PER_NUMBER_2023, 900),
    ] {
        let mut world = World::under(edition);
        assert_eq!(fill(&mut world, ANNA), (people, Some(Refusal::RoomReserved)));
        world.check_stored();
    }
}

#[test]
fn the_first_day_uses_a_share_of_the_limit() {
    let mut world = World::fresh(EditionId::PER_PORTFOLIO_2026);
    // Half of 250, of which a tenth is kept.
    assert_eq!(fill(&mut world, ANNA), (112, Some(Refusal::FirstDay)));
    world.advance(Millis::DAY);
    assert_eq!(refusal(world.template(ANNA + 5_000)), None);
}

#[test]
fn the_same_person_counts_once_and_a_day_and_a_margin_long() {
    let mut world = World::new();
    let first = world.sent(ANNA);
    assert_eq!(world.used(), 1);
    world.sent(ANNA);
    assert_eq!(world.used(), 1);
    assert!(first.0 == 0);
    world.advance(Millis::DAY + Millis::seconds(69));
    assert_eq!(
        world.used(),
        1,
        "the platform may have counted it up to 70 s later"
    );
    world.advance(Millis::seconds(1));
    assert_eq!(world.used(), 0);
}

#[test]
fn two_numbers_share_the_limit_of_the_portfolio_and_not_that_of_2023() {
    for (edition, used) in [
        (EditionId::PER_PORTFOLIO_2026, 2),
        (EditionId::PER_NUMBER_2023, 1),
    ] {
        let mut world = World::under(edition);
        world.add_number(OTHER);
        world.sent(ANNA);
        let other = Admit {
            number: OTHER,
            ..template("sale", ANNA + 1)
        };
        attempt(world.admit(other));
        assert_eq!(world.used(), used);
    }
}

#[test]
fn a_free_form_message_goes_though_we_know_of_no_window_and_counts_nothing() {
    let mut world = World::new();
    world.set(|policy| policy.reserve_permille = 1_000);
    assert_eq!(refusal(world.template(ANNA)), Some(Refusal::RoomReserved));
    assert_eq!(refusal(world.free(ANNA)), None);
    assert_eq!(world.used(), 0);
}

#[test]
fn a_share_of_the_throughput_is_kept_for_replies() {
    let mut world = World::new();
    let burst = |world: &mut World, count: u64, send: fn(u64) -> Admit| {
        (0..count)
            .filter(|n| refusal(world.admit(send(ANNA + n))).is_none())
            .count()
    };
    let bulk = |to| template("sale", to);
    assert_eq!(burst(&mut world, 80, bulk), 64, "80 a second, less a fifth");
    assert_eq!(burst(&mut world, 30, free), 16, "what was kept");
}

#[test]
fn a_broadcast_at_the_allowed_rate_is_not_slowed() {
    let mut world = World::new();
    let slowed = (0..128).filter(|n| {
        world.advance(Millis::new(16));
        refusal(world.admit(template("sale", ANNA + n % 64))).is_some()
    });
    assert_eq!(slowed.count(), 0, "two seconds at 62.5 a second");
}

#[test]
fn the_pair_rate_is_the_platform_s() {
    let mut world = World::new();
    let mut went = 0;
    for _ in 0..50 {
        world.advance(Millis::new(20));
        went += u32::from(refusal(world.free(ANNA)).is_none());
    }
    assert_eq!(went, 45);
    let held = world.free(ANNA);
    assert!(matches!(held, Answer::Held { refusal: Refusal::PairRate, until, .. } if until > world.now));
    assert_eq!(refusal(world.free(ANNA + 1)), None, "others are not concerned");
    world.set(|policy| policy.enforce_rates = false);
    assert_eq!(refusal(world.free(ANNA)), None);
}

#[test]
fn a_key_that_comes_again_names_the_first_attempt() {
    let mut world = World::new();
    let keyed = || Admit {
        key: Some(77),
        ..template("sale", ANNA)
    };
    let first = attempt(world.admit(keyed()));
    let repeated = |outcome| Answer::Repeated {
        attempt: first,
        outcome,
    };
    assert_eq!(world.admit(keyed()), repeated(Known::Pending));
    world.settle(first, accepted(first));
    assert_eq!(world.admit(keyed()), repeated(Known::Accepted));
    world.advance(Millis::DAY);
    assert!(
        attempt(world.admit(keyed())) > first,
        "a day later it is another message"
    );
    world.check_stored();
}

#[test]
fn what_is_wrong_in_itself_leaves_no_trace() {
    let mut world = World::new();
    let before = world.events.len();
    let unknown = Admit {
        number: PhoneNumberId(5),
        ..free(ANNA)
    };
    assert_eq!(refusal(world.admit(unknown)), Some(Refusal::NumberUnknown));
    let nobody = Admit {
        to: PersonKey(0),
        ..free(ANNA)
    };
    assert_eq!(refusal(world.admit(nobody)), Some(Refusal::RecipientInvalid));
    assert_eq!(world.events.len(), before);
}

#[test]
fn identical_refusals_within_a_minute_are_one_decision() {
    let mut world = World::new();
    world.set(|policy| policy.reserve_permille = 1_000);
    let declined = |world: &World| {
        let all = world.events.iter();
        all.filter(|(_, event)| matches!(event, Event::Declined(_)))
            .count()
    };
    let first = world.template(ANNA);
    world.advance(Millis::seconds(59));
    assert_eq!(world.template(ANNA), first);
    assert_eq!(declined(&world), 1);
    world.advance(Millis::seconds(1));
    assert_ne!(world.template(ANNA), first);
    assert_eq!(declined(&world), 2);
    world.check_stored();
}
