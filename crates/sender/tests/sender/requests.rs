//! People who ask for a person.

use decider::Millis;
use rulebook::escalation::{Path, PathKind};
use sender::ids::MessageKey;
use sender::mirror::Source;
use sender::person_requests::{Counts, HandOver};
use sender::portfolio::command::{News, PeopleCommand, Said};
use sender::portfolio::{Answer, Command};

use crate::world::{NUMBER, OTHER, World, person};

const ANNA: u64 = 4_915_112_345_678;

fn counts(world: &World) -> [u32; 4] {
    let portfolio = world.portfolio();
    let number = portfolio.number_of(NUMBER).expect("the number");
    let Counts {
        asked,
        in_time,
        missed,
        late,
    } = portfolio.requests.counts(number);
    [asked, in_time, missed, late]
}

fn take_over(world: &mut World, how: HandOver) -> Answer {
    let (person, number) = (person(ANNA), NUMBER);
    world.run(Command::People(PeopleCommand::TakeOver { person, number, how }))
}

#[test]
fn a_request_nobody_answers_is_counted_and_told_once() {
    let mut world = World::new();
    world.set(|policy| policy.person_within_ms = Millis::HOUR.get());
    world.wrote(ANNA, Said::Person);
    world.advance(Millis::minutes(30));
    world.wrote(ANNA, Said::Person);
    assert_eq!((counts(&world), world.count("PersonMissed")), ([1, 0, 0, 0], 0));
    world.advance(Millis::minutes(30));
    assert_eq!((counts(&world), world.count("PersonMissed")), ([1, 0, 1, 0], 1));
    world.advance(Millis::days(2));
    assert_eq!(world.count("PersonMissed"), 1);
    assert_eq!(take_over(&mut world, HandOver::Told), Answer::Done);
    assert_eq!(counts(&world), [1, 0, 1, 1]);
    assert_eq!(
        take_over(&mut world, HandOver::Told),
        Answer::Unknown("open request for a person")
    );
    world.check_stored();
}

#[test]
fn a_person_s_reply_takes_over() {
    let mut world = World::new();
    world.wrote(ANNA, Said::Person);
    world.advance(Millis::MINUTE);
    assert_eq!(take_over(&mut world, HandOver::Reply), Answer::Done);
    world.advance(Millis::MINUTE);
    world.wrote(ANNA, Said::Person);
    let message = MessageKey::of("wamid.echo");
    let (number, to) = (NUMBER, person(ANNA));
    world.hear(Source::Webhook, News::Echo { number, to, message });
    world.advance(Millis::days(1));
    assert_eq!((counts(&world), world.count("PersonMissed")), ([2, 2, 0, 0], 0));
    world.check_stored();
}

#[test]
fn requests_are_not_watched_where_policy_says_so() {
    let mut world = World::new();
    world.set(|policy| policy.person_within_ms = 0);
    world.wrote(ANNA, Said::Person);
    assert_eq!(counts(&world), [0, 0, 0, 0]);
}

#[test]
fn ways_to_a_person_are_declared_by_number() {
    let mut world = World::new();
    world.add_number(OTHER);
    let way = |kind| Path {
        kind,
        target: "help@shop.example".to_owned(),
    };
    let number = world.portfolio().number_of(NUMBER).expect("the number");
    // (declared, whether one of them counts)
    let rows = [
        (vec![way(PathKind::HelpCentre)], false),
        (vec![way(PathKind::HelpCentre), way(PathKind::Email)], true),
        (vec![], false),
    ];
    for (ways, counts) in rows {
        let declared = ways.len();
        world.done(Command::DeclareWays { number: NUMBER, ways });
        let portfolio = world.portfolio();
        assert_eq!(
            (portfolio.has_way(number), portfolio.ways(number).len()),
            (counts, declared)
        );
        world.check_stored();
    }
    let ways = vec![way(PathKind::Email); 21];
    let answer = world.run(Command::DeclareWays { number: OTHER, ways });
    assert!(matches!(answer, Answer::Unknown(_)), "{answer:?}");
}
