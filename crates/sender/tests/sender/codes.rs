//! The error codes of the platform, understood.

use decider::Millis;
use rulebook::template::draft::Category;
use sender::Refusal;
use sender::ids::AttemptId;
use sender::mirror::Source;
use sender::portfolio::command::{AccountNews, News, NumberNews, Outcome, Progress, TemplateNews};

use crate::world::{NUMBER, World, attempt, free, person, refusal, template};

const ANNA: u64 = 15_550_001_000;
const CARL: u64 = 15_550_003_000;

fn world() -> World {
    let mut world = World::new();
    for (name, category) in [("notice", Category::Utility), ("sale", Category::Marketing)] {
        world.about(name, TemplateNews::Category(category));
    }
    world
}

/// A send to Anna that the platform refuses at once.
fn refused(world: &mut World, code: u32) -> AttemptId {
    let attempt = attempt(world.template(ANNA));
    world.settle(attempt, Outcome::Refused { code });
    attempt
}

/// A send to Anna that the platform takes and fails later.
fn failed(world: &mut World, code: u32) -> AttemptId {
    let attempt = world.sent(ANNA);
    world.status(attempt, Progress::Failed, code);
    attempt
}

#[test]
fn code_131049_is_not_retried_within_24h() {
    for tell in [refused, failed] {
        let mut world = world();
        tell(&mut world, 131_049);
        assert_eq!(refusal(world.template(ANNA)), Some(Refusal::NotAgainYet));
        assert_eq!(
            refusal(world.admit(template("notice", ANNA))),
            None,
            "marketing only"
        );
        assert_eq!(refusal(world.template(CARL)), None, "others are not concerned");
        world.advance(Millis::DAY - Millis::SECOND);
        assert_eq!(refusal(world.template(ANNA)), Some(Refusal::NotAgainYet));
        world.advance(Millis::SECOND);
        assert_eq!(refusal(world.template(ANNA)), None);
        world.check_stored();
    }
}

#[test]
fn code_131050_becomes_an_opt_out() {
    let mut world = world();
    failed(&mut world, 131_050);
    assert_eq!(refusal(world.template(ANNA)), Some(Refusal::MarketingStopped));
    assert_eq!(
        refusal(world.admit(template("notice", ANNA))),
        None,
        "marketing only"
    );
    assert_eq!(refusal(world.free(ANNA)), None);
    let resume = |stopped| News::Preference {
        number: NUMBER,
        person: person(ANNA),
        stopped,
    };
    world.advance(Millis::MINUTE);
    world.hear(Source::Webhook, resume(false));
    assert_eq!(refusal(world.template(ANNA)), None);
    world.check_stored();
}

#[test]
fn code_131026_is_undeliverable_not_a_fault() {
    let mut world = world();
    let before = world.events.len();
    failed(&mut world, 131_026);
    let told: Vec<_> = world.events[before..]
        .iter()
        .map(|(_, event)| event.name())
        .collect();
    assert_eq!(
        told,
        ["ContactSeen", "Admitted", "Settled", "StatusSeen"],
        "nothing follows"
    );
    assert_eq!(refusal(world.template(CARL)), None);
}

#[test]
fn a_template_that_was_refused_is_asked_about_again_after_an_hour() {
    for (code, expected) in [
        (132_015, Refusal::TemplatePaused),
        (132_016, Refusal::TemplateDisabled),
    ] {
        let mut world = world();
        refused(&mut world, code);
        assert_eq!(refusal(world.template(CARL)), Some(expected));
        assert_eq!(refusal(world.admit(template("notice", CARL))), None);
        world.advance(Millis::HOUR);
        assert_eq!(refusal(world.template(CARL)), None);
    }
}

#[test]
fn too_fast_slows_everything_but_replies_down_and_longer_each_time() {
    let mut world = world();
    for seconds in [1, 2, 4, 8] {
        refused(&mut world, 130_429);
        assert_eq!(refusal(world.template(CARL)), Some(Refusal::Throughput));
        assert_eq!(refusal(world.free(CARL)), None);
        world.advance(Millis::seconds(seconds) - Millis::new(1));
        assert_eq!(
            refusal(world.template(CARL)),
            Some(Refusal::Throughput),
            "{seconds} s"
        );
        world.advance(Millis::new(1));
    }
    world.advance(Millis::minutes(2));
    refused(&mut world, 130_429);
    world.advance(Millis::SECOND);
    assert_eq!(refusal(world.template(CARL)), None, "it began anew");
}

#[test]
fn too_many_to_one_person_backs_off_by_powers_of_four() {
    let mut world = world();
    for seconds in [1, 4, 16] {
        let sent = attempt(world.free(ANNA));
        world.settle(sent, Outcome::Refused { code: 131_056 });
        assert_eq!(refusal(world.free(CARL)), None);
        world.advance(Millis::seconds(seconds) - Millis::new(1));
        assert_eq!(refusal(world.free(ANNA)), Some(Refusal::PairRate), "{seconds} s");
        world.advance(Millis::new(1));
    }
    assert_eq!(refusal(world.free(ANNA)), None);
}

#[test]
fn code_131048_alarms_and_stops_promotions_of_the_number() {
    let mut world = world();
    refused(&mut world, 131_048);
    assert_eq!(world.count("Alarmed"), 1);
    assert_eq!(refusal(world.template(CARL)), Some(Refusal::NumberThrottled));
    assert_eq!(refusal(world.free(CARL)), None);
    world.advance(Millis::MINUTE);
    world.told(NumberNews::ThrottleOver);
    assert_eq!(refusal(world.template(CARL)), None);
    world.check_stored();
}

#[test]
fn what_stops_the_account_stops_it_once_and_alarms_once() {
    let rows = [
        (368, Refusal::AccountRestricted),
        (131_031, Refusal::AccountDisabled),
        (131_042, Refusal::PaymentTrouble),
    ];
    for (code, expected) in rows {
        let mut world = world();
        let (first, second) = (attempt(world.template(ANNA)), attempt(world.template(CARL)));
        for attempt in [first, second] {
            world.settle(attempt, Outcome::Refused { code });
        }
        assert_eq!(world.count("Alarmed"), 1, "{code}");
        assert_eq!(refusal(world.template(CARL)), Some(expected));
        let replies = refusal(world.admit(free(CARL)));
        assert_eq!(replies.is_none(), code == 131_042, "{code}");
        world.check_stored();
    }
}

#[test]
fn a_lifted_restriction_and_a_reinstated_account_send_again() {
    let mut world = world();
    refused(&mut world, 131_031);
    world.advance(Millis::MINUTE);
    world.account(AccountNews::Disabled(false));
    assert_eq!(refusal(world.template(CARL)), None);
}
