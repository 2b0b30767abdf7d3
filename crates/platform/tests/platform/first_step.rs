//! The first step off the lowest tier, and how many numbers a portfolio may register.

use decider::{Millis, Stored};
use platform::Platform;
use platform::ids::{NumberIx, ScopeIx, WabaIx};
use platform::portfolio::command::Feedback;
use platform::portfolio::event::Verified;
use platform::portfolio::{Answer, Command, Event};
use rulebook::edition::EditionId;
use rulebook::first_step::{Outcome, Path};
use rulebook::rating::{BlockReason, Rating, RedReason, Signal};
use rulebook::refusal::Refusal;
use rulebook::status::StageChange;

use crate::world::{NUMBER, TEMPLATE, World, refusal};

const OLD: EditionId = EditionId::PER_NUMBER_2024;
const NEW: EditionId = EditionId::PER_PORTFOLIO_2026;

/// Anybody gets any marketing, ratings are known soon, and twenty people are the path by volume.
const SOON: &str = "marketing.paused = []\nmarketing.experiment = 0.0\nmarketing.per_user.counts = \"never\"\n\
    rating.known_after = 5\nlimits.first_step.recipients = 20\nlimits.first_step.analysis = \"1h\"";

fn world(edition: EditionId) -> World {
    World::under(edition, SOON)
}

fn verify(world: &mut World, path: Path) {
    world.done(Command::Verify { path });
}

/// Every analysis: what led to it, how it ended.
fn analyses(world: &World) -> Vec<(Option<Path>, Outcome)> {
    let of = |(_, event): &(_, Event)| match event {
        Event::Analysed(e) => Some((e.path, e.outcome)),
        _ => None,
    };
    world.events.iter().filter_map(of).collect()
}

fn reached(world: &World) -> u32 {
    let scope = world.portfolio().scope(ScopeIx(0)).expect("the scope");
    scope.first.as_ref().expect("a first step").reached(world.now)
}

#[test]
fn use_alone_does_not_lead_off_the_lowest_tier() {
    for (edition, risen) in [(OLD, 0), (NEW, 0), (EditionId::PER_NUMBER_2023, 1)] {
        let overrides = SOON.replace("recipients = 20", "recipients = 1000");
        let tiers = "limits.tiers = [20, 40, \"unlimited\"]";
        let mut world = World::under(edition, &format!("{overrides}\n{tiers}"));
        for day in 0..3 {
            world.broadcast(1_000 + day * 20, 20);
            world.advance(Millis::days(1));
        }
        world.advance(Millis::days(3));
        assert_eq!(
            (world.rating(), world.tier()),
            (Rating::Green, risen),
            "{edition:?}"
        );
        let looked = world.count(|e| matches!(e, Event::UpgradeExpected(_) | Event::UpgradeMissed(_)));
        assert!(risen == 1 || looked == 0, "{edition:?} was looked at for nothing");
    }
}

#[test]
fn a_verified_business_or_person_is_analysed_and_rises() {
    let (told, silent) = (vec![(20, 1)], vec![(0, 0)]);
    // (edition, path, whether it leads on, numbers from then on)
    let rows = [
        (OLD, Path::Business, true, &told),
        (OLD, Path::Identity, true, &silent),
        (OLD, Path::Partner, false, &told),
        (NEW, Path::Business, true, &told),
        (NEW, Path::Partner, true, &told),
        (NEW, Path::Identity, false, &silent),
    ];
    for (edition, path, leads, numbers) in rows {
        let mut world = world(edition);
        verify(&mut world, path);
        verify(&mut world, path);
        world.advance(Millis::new(3_599_999));
        assert_eq!(world.tier(), 0, "{edition:?} {path:?}");
        world.advance(Millis::new(1));
        assert_eq!(world.tier(), u8::from(leads), "{edition:?} {path:?}");
        let ended = leads.then_some((Some(path), Outcome::Approved));
        assert_eq!(analyses(&world), Vec::from_iter(ended));
        let raised = |(_, event): &(_, Event)| match event {
            Event::Verified(Verified { numbers, .. }) => Some((*numbers, u32::from(*numbers > 0))),
            _ => None,
        };
        assert_eq!(
            &world.events.iter().filter_map(raised).collect::<Vec<_>>(),
            numbers
        );
    }
    // Where the limit is each number's, a number that is registered later is analysed then.
    let mut world = world(OLD);
    verify(&mut world, Path::Business);
    world.advance(Millis::hours(5));
    let other = world.add_number(15_550_783_882);
    world.advance(Millis::hours(1));
    let tier = |world: &World, number| world.portfolio().scope(ScopeIx(number)).map(|s| s.tier.index);
    assert_eq!([tier(&world, 0), tier(&world, other.0)], [Some(1), Some(1)]);
}

#[test]
fn so_many_people_in_30_days_with_good_templates_are_the_path_by_volume() {
    for edition in [OLD, NEW] {
        let mut world = world(edition);
        // Nobody counts before the template is known to be good; not before they are reached; nobody twice.
        world.broadcast(1_000, 5);
        world.advance(Millis::seconds(1));
        assert_eq!(
            (
                world.portfolio().template(TEMPLATE).map(|t| t.rating()),
                reached(&world)
            ),
            (Some(Rating::Green), 0)
        );
        world.broadcast(1_000, 10);
        assert_eq!(reached(&world), 0);
        world.advance(Millis::seconds(1));
        world.broadcast(1_000, 10);
        world.advance(Millis::seconds(1));
        assert_eq!(reached(&world), 10);
        // Thirty days later the first ten are forgotten.
        world.advance(Millis::days(30));
        assert_eq!(reached(&world), 0);
        // After so long a silence nothing is known of the template any more.
        world.broadcast(2_000, 5);
        world.advance(Millis::seconds(1));
        world.broadcast(3_000, 19);
        world.advance(Millis::seconds(1));
        assert_eq!((reached(&world), analyses(&world)), (19, Vec::new()));
        world.broadcast(4_000, 1);
        world.advance(Millis::seconds(1));
        assert_eq!(world.tier(), 0);
        world.advance(Millis::hours(1));
        assert_eq!(
            (world.tier(), analyses(&world)),
            (1, vec![(Some(Path::Volume), Outcome::Approved)])
        );
        assert_eq!(
            Platform::digest(&world.replayed()),
            Platform::digest(&world.state)
        );
    }
}

/// People block what they were sent until the number is rated so.
fn annoy_until(world: &mut World, rating: Rating, people: u64) {
    let messages = world.broadcast(people, 60);
    world.advance(Millis::seconds(1));
    for message in messages {
        if world.rating() == rating {
            return;
        }
        world.feedback(message, Feedback::Signal(Signal::Block(BlockReason::Other)));
    }
    panic!("the number is {:?}", world.rating());
}

#[test]
fn low_quality_puts_the_first_step_off_or_ends_it() {
    for (rating, outcome) in [
        (Rating::Yellow, Outcome::Deferred),
        (Rating::Red, Outcome::Failed),
    ] {
        let mut world = world(OLD);
        annoy_until(&mut world, rating, 1_000);
        verify(&mut world, Path::Business);
        verify(&mut world, Path::Business);
        world.advance(Millis::hours(1));
        assert_eq!(
            (world.tier(), analyses(&world)),
            (0, vec![(Some(Path::Business), outcome)])
        );
        // The same verification leads to no other analysis; identity does in this edition.
        world.advance(Millis::days(20));
        assert_eq!(analyses(&world).len(), 1);
        verify(&mut world, Path::Identity);
        world.advance(Millis::hours(1));
        assert_eq!((world.tier(), analyses(&world).len()), (1, 2));
    }
}

#[test]
fn the_tester_decides_and_who_needs_more_verifies_an_identity() {
    let mut world = world(NEW);
    let decide = |outcome| Command::DecideFirstStep {
        number: NUMBER,
        outcome,
    };
    verify(&mut world, Path::Identity);
    verify(&mut world, Path::Business);
    world.done(decide(Outcome::NeedMoreInfo));
    world.advance(Millis::hours(1));
    let business = (Some(Path::Business), Outcome::NeedMoreInfo);
    let identity = (Some(Path::Identity), Outcome::Approved);
    assert_eq!((world.tier(), analyses(&world)), (1, vec![business, identity]));
    assert_eq!(
        refusal(&world.run(decide(Outcome::Failed))),
        Some(Refusal::InvalidParameter)
    );

    // Nothing has to be under way.
    let mut world = self::world(OLD);
    world.done(decide(Outcome::Deferred));
    assert_eq!(world.tier(), 0);
    world.done(decide(Outcome::Approved));
    assert_eq!(
        (world.tier(), analyses(&world)),
        (1, vec![(None, Outcome::Deferred), (None, Outcome::Approved)])
    );
    let unknown = world.run(Command::DecideFirstStep {
        number: NumberIx(7),
        outcome: Outcome::Failed,
    });
    assert!(matches!(unknown, Answer::Unknown(_)));
    let volume = world.run(Command::Verify { path: Path::Volume });
    assert_eq!(refusal(&volume), Some(Refusal::InvalidParameter));
}

#[test]
fn who_falls_back_to_the_lowest_tier_rises_by_use() {
    let mut world = World::under(OLD, &format!("{SOON}\nlimits.tiers = [20, 40, \"unlimited\"]"));
    verify(&mut world, Path::Business);
    world.advance(Millis::hours(1));
    assert_eq!(world.tier(), 1);
    let moderate = |hold| Command::Moderate { number: NUMBER, hold };
    world.done(moderate(Some(RedReason::NoWayToPerson)));
    world.advance(Millis::days(7));
    assert_eq!(world.tier(), 0);
    world.done(moderate(None));
    world.broadcast(1_000, 10);
    world.advance(Millis::days(2));
    assert_eq!((world.rating(), world.tier()), (Rating::Green, 1));
}

#[test]
fn two_numbers_then_twenty() {
    let register = |world: &mut World, e164: u64| {
        let Answer::Number(number) = world.run(Command::AddNumber {
            waba: WabaIx(0),
            e164,
            verified_name: "Shop".into(),
        }) else {
            panic!("not added")
        };
        for change in [StageChange::NameApproved, StageChange::CertificateIssued] {
            world.done(Command::Stage { number, change });
        }
        let change = StageChange::Register;
        (number, world.run(Command::Stage { number, change }))
    };
    for edition in [OLD, NEW] {
        let mut world = world(edition);
        let (second, answer) = register(&mut world, 15_550_783_882);
        assert!(matches!(answer, Answer::Done), "{answer:?}");
        let (third, answer) = register(&mut world, 15_550_783_883);
        assert_eq!(refusal(&answer), Some(Refusal::NumberCap));
        // One that is let go makes room.
        let stage = |number, change| Command::Stage { number, change };
        world.done(stage(second, StageChange::Deregister));
        world.done(stage(third, StageChange::Register));
        assert_eq!(
            refusal(&world.run(stage(second, StageChange::Register))),
            Some(Refusal::NumberCap)
        );
        verify(&mut world, Path::Business);
        world.done(stage(second, StageChange::Register));
        for place in 3..20 {
            let (_, answer) = register(&mut world, 15_550_784_000 + place);
            assert!(matches!(answer, Answer::Done), "{place}: {answer:?}");
        }
        let (_, answer) = register(&mut world, 15_550_785_000);
        assert_eq!(refusal(&answer), Some(Refusal::NumberCap));
    }
    // A limit of 2,000 does the same as verification, one of 1,000 does not; the first edition has no cap.
    for (edition, begin, more) in [
        (OLD, "limits.start = 1", 1),
        (OLD, "limits.start = 2", 5),
        (NEW, "limits.start = 1", 5),
        (EditionId::PER_NUMBER_2023, "", 5),
    ] {
        let mut world = World::under(edition, begin);
        let registered = (0..5).filter(|place| {
            let (_, answer) = register(&mut world, 15_550_784_000 + place);
            matches!(answer, Answer::Done)
        });
        assert_eq!(registered.count(), more, "{edition:?} {begin}");
    }
}
