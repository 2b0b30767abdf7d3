//! Consent, caps and quiet hours before a send, as a portfolio decides about them.

use decider::{Millis, Timestamp};
use sender::Refusal;
use sender::caps::{Cap, Span};
use sender::consent::{Channel, Consent};
use sender::ids::TopicKey;
use sender::lane::{Lane, Lanes};
use sender::mirror::Source;
use sender::policy::{Asked, Caution};
use sender::portfolio::command::{Admit, ConsentTexts, News, PeopleCommand};
use sender::portfolio::{Answer, Command};
use sender::quiet_hours::QuietHours;

use crate::world::{World, accepted, attempt, free, person, refusal, template};

const ANNA: u64 = 4_915_112_345_678;
const ANNA_NEW: u64 = 4_915_112_345_679;

fn topic(name: &str) -> TopicKey {
    if name.is_empty() {
        TopicKey::NONE
    } else {
        TopicKey::of(name)
    }
}

fn seconds(at: Timestamp) -> u32 {
    at.seconds() as u32
}

fn agree(world: &mut World, to: u64, name: &str, given: Timestamp, ends_s: u32) {
    let given_s = seconds(given);
    let consent = Consent::new(topic(name), Lanes::TEMPLATES, Channel::Website, given_s).until(ends_s);
    let texts = ConsentTexts {
        wording: "Yes, write to me".to_owned(),
        proof: "https://shop.example/record/7".to_owned(),
    };
    let person = person(to);
    world.done(Command::People(PeopleCommand::Agree {
        person,
        consent,
        topic: name.to_owned(),
        texts,
    }));
}

fn withdraw(world: &mut World, to: u64, name: &str) {
    let (person, topic, lanes, at) = (person(to), topic(name), Lanes::TEMPLATES, world.now);
    world.done(Command::People(PeopleCommand::Withdraw {
        person,
        topic,
        lanes,
        at,
    }));
}

/// A promotion about a topic, sent and taken if it may go.
fn offer(world: &mut World, to: u64, about: &str) -> Option<Refusal> {
    let answer = world.admit(Admit {
        topic: topic(about),
        ..template("sale", to)
    });
    if let Answer::Admitted { attempt, .. } = answer {
        world.settle(attempt, accepted(attempt));
    }
    refusal(answer)
}

#[test]
fn consent_is_for_what_it_was_given_for() {
    let mut world = World::new();
    assert_eq!(
        offer(&mut world, ANNA, "offers"),
        None,
        "nothing is recorded, and nobody asks"
    );
    world.set(|policy| policy.consent.marketing = Asked::Always);
    assert_eq!(offer(&mut world, ANNA, "offers"), Some(Refusal::ConsentMissing));
    let now = world.now;
    agree(&mut world, ANNA, "receipts", now, 0);
    assert_eq!(offer(&mut world, ANNA, "offers"), Some(Refusal::ConsentElsewhere));
    agree(&mut world, ANNA, "offers", now, seconds(now) + 3_600);
    assert_eq!(offer(&mut world, ANNA, "offers"), None);
    assert_eq!(
        offer(&mut world, ANNA, ""),
        Some(Refusal::ConsentElsewhere),
        "about nothing in particular"
    );
    world.advance(Millis::HOUR);
    assert_eq!(offer(&mut world, ANNA, "offers"), Some(Refusal::ConsentExpired));
    let now = world.now;
    agree(&mut world, ANNA, "offers", now, 0);
    world.advance(Millis::MINUTE);
    withdraw(&mut world, ANNA, "offers");
    assert_eq!(offer(&mut world, ANNA, "offers"), Some(Refusal::OptedOut));
    // An older word that comes late changes nothing.
    agree(&mut world, ANNA, "offers", now, 0);
    assert_eq!(offer(&mut world, ANNA, "offers"), Some(Refusal::OptedOut));
    world.set(|policy| policy.consent.marketing = Asked::Never);
    assert_eq!(
        offer(&mut world, ANNA, "offers"),
        Some(Refusal::OptedOut),
        "taken back counts always"
    );
    assert_eq!(refusal(world.free(ANNA)), None, "a reply needs none");
    world.advance(Millis::MINUTE);
    let now = world.now;
    agree(&mut world, ANNA, "offers", now, 0);
    assert_eq!(offer(&mut world, ANNA, "offers"), None, "agreed again");
    world.check_stored();
}

#[test]
fn what_is_recorded_of_a_person_counts_by_default() {
    let mut world = World::new();
    let now = world.now;
    agree(&mut world, ANNA, "receipts", now, 0);
    assert_eq!(offer(&mut world, ANNA, "offers"), Some(Refusal::ConsentElsewhere));
    assert_eq!(offer(&mut world, ANNA_NEW, "offers"), None);
}

#[test]
fn a_change_of_identity_suspends_until_consent_is_renewed() {
    let mut world = World::new();
    let given = world.now;
    agree(&mut world, ANNA, "offers", given, 0);
    world.advance(Millis::HOUR);
    let (was, is) = (person(ANNA), person(ANNA_NEW));
    world.hear(Source::Webhook, News::IdentityChanged { was, is });
    for to in [ANNA, ANNA_NEW] {
        assert_eq!(
            offer(&mut world, to, "offers"),
            Some(Refusal::IdentityChanged),
            "{to}"
        );
    }
    world.advance(Millis::MINUTE);
    let now = world.now;
    agree(&mut world, ANNA_NEW, "offers", now, 0);
    assert_eq!(offer(&mut world, ANNA_NEW, "offers"), None);
    assert_eq!(
        offer(&mut world, ANNA_NEW, "receipts"),
        Some(Refusal::ConsentElsewhere)
    );
    world.check_stored();
}

#[test]
fn people_who_are_one_have_the_stricter_consent() {
    let mut world = World::new();
    let now = world.now;
    agree(&mut world, ANNA, "offers", now, 0);
    withdraw(&mut world, ANNA, "offers");
    world.advance(Millis::MINUTE);
    let now = world.now;
    agree(&mut world, ANNA_NEW, "offers", now, 0);
    assert_eq!(offer(&mut world, ANNA_NEW, "offers"), None);
    let (key, of) = (person(ANNA), person(ANNA_NEW));
    world.hear(Source::Webhook, News::SamePerson { key, of });
    assert_eq!(offer(&mut world, ANNA_NEW, "offers"), Some(Refusal::OptedOut));
    world.check_stored();
}

#[test]
fn who_is_erased_has_no_consent_left() {
    let mut world = World::new();
    let now = world.now;
    agree(&mut world, ANNA, "offers", now, 0);
    world.set(|policy| policy.consent.marketing = Asked::Always);
    assert_eq!(offer(&mut world, ANNA, "offers"), None);
    let person = person(ANNA);
    world.done(Command::People(PeopleCommand::Erase { person }));
    assert_eq!(offer(&mut world, ANNA, "offers"), Some(Refusal::ConsentMissing));
    world.check_stored();
}

#[test]
fn consents_that_cannot_be_are_not_taken() {
    let mut world = World::new();
    let late = seconds(world.now + Millis::days(2));
    let none = Lanes::NONE.with(Lane::Service);
    let rows = [
        (
            Consent::new(topic("a"), Lanes::TEMPLATES, Channel::App, late),
            "time, which is in the future",
        ),
        (
            Consent::new(topic("a"), none, Channel::App, 1),
            "lane that needs consent",
        ),
    ];
    for (consent, expected) in rows {
        let (person, texts) = (person(ANNA), ConsentTexts::default());
        let answer = world.run(Command::People(PeopleCommand::Agree {
            person,
            consent,
            topic: String::new(),
            texts,
        }));
        assert_eq!(answer, Answer::Unknown(expected));
    }
    for count in 0..40 {
        let (person, texts) = (person(ANNA), ConsentTexts::default());
        let consent = Consent::new(
            topic(&format!("topic {count}")),
            Lanes::TEMPLATES,
            Channel::App,
            1,
        );
        let answer = world.run(Command::People(PeopleCommand::Agree {
            person,
            consent,
            topic: String::new(),
            texts,
        }));
        assert_eq!(answer == Answer::Done, count < 32, "{count}: {answer:?}");
    }
}

#[test]
fn topics_keep_the_name_that_they_were_first_given() {
    let mut world = World::new();
    let now = world.now;
    agree(&mut world, ANNA, "Offers", now, 0);
    let events = world.events.len();
    agree(&mut world, ANNA, "Offers", now, 0);
    assert_eq!(world.events.len(), events, "the same again changes nothing");
    agree(&mut world, ANNA_NEW, "offers", now, 0);
    agree(&mut world, ANNA_NEW, "", now, 0);
    let hashed = topic("receipts").to_text();
    agree(&mut world, ANNA_NEW, &hashed, now, 0);
    let names: Vec<&str> = world.portfolio().topics.values().map(String::as_str).collect();
    assert_eq!(names, ["Offers"]);
    let all: Vec<usize> = world
        .portfolio()
        .consents_from(sender::ids::ContactIx(0))
        .map(|(_, consents)| consents.len())
        .collect();
    assert_eq!(all, [1, 3]);
    world.check_stored();
    for count in 0..1_200_u32 {
        let name = format!("topic {count}");
        let consent = Consent::new(topic(&name), Lanes::TEMPLATES, Channel::App, 1);
        let answer = world.run(Command::People(PeopleCommand::Agree {
            person: person(ANNA + u64::from(count)),
            consent,
            topic: name,
            texts: ConsentTexts::default(),
        }));
        assert_eq!(answer == Answer::Done, count < 999, "{count}: {answer:?}");
    }
    world.check_stored();
}

#[test]
fn a_person_gets_so_many_and_no_more() {
    let mut world = World::new();
    let day = Span::Rolling(Millis::DAY.get());
    let week = Span::Rolling(Millis::days(7).get());
    let cap = |span, most| Cap {
        lanes: Lanes::MARKETING,
        span,
        most,
    };
    world.set(|policy| {
        policy.caps = vec![cap(day, 1), cap(week, 2)];
        policy.caution = Caution::Off;
    });
    assert_eq!(offer(&mut world, ANNA, ""), None);
    let first = world.now;
    world.advance(Millis::HOUR);
    match world.admit(template("sale", ANNA)) {
        Answer::Held { refusal, until, .. } => {
            assert_eq!((refusal, until), (Refusal::FrequencyCap, first + Millis::DAY));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(offer(&mut world, ANNA_NEW, ""), None, "somebody else");
    assert_eq!(refusal(world.free(ANNA)), None, "replies are not counted");
    world.advance(Millis::DAY - Millis::HOUR);
    assert_eq!(offer(&mut world, ANNA, ""), None);
    world.advance(Millis::DAY);
    match world.admit(template("sale", ANNA)) {
        Answer::Refused { refusal, until, .. } => {
            assert_eq!(
                (refusal, until),
                (Refusal::FrequencyCap, Some(first + Millis::days(7)))
            );
        }
        other => panic!("{other:?}"),
    }
    world.check_stored();
}

#[test]
fn nobody_is_woken() {
    let mut world = World::new();
    let night = QuietHours {
        lanes: Lanes::TEMPLATES,
        from: 21 * 60,
        until: 8 * 60,
    };
    world.set(|policy| policy.quiet_hours = vec![night]);
    let midnight = Timestamp::from_millis(world.now.millis() / 86_400_000 * 86_400_000) + Millis::DAY;
    // Germany, UTC+1 to UTC+2: it is quiet from 19:00 to 7:00.
    for (hour, expected) in [(18, None), (19, Some(31)), (30, Some(31)), (31, None)] {
        world.now = midnight + Millis::hours(hour);
        let answer = world.template(ANNA);
        if let Answer::Held { refusal, until, .. } = answer {
            assert_eq!(refusal, Refusal::QuietHours);
            assert_eq!(
                until.since(midnight),
                Millis::hours(expected.unwrap_or(0)),
                "{hour}"
            );
        } else {
            let attempt = attempt(answer);
            world.settle(attempt, accepted(attempt));
            assert_eq!(expected, None, "{hour}");
        }
    }
    world.now = midnight + Millis::hours(44);
    assert_eq!(refusal(world.admit(free(ANNA))), None, "a reply goes at night");
}
