//! Who is not written to, who is one person, and who is forgotten.

use decider::{Millis, Stored};
use rulebook::template::draft::Category;
use sender::ids::PersonKey;
use sender::lane::{Lane, Lanes};
use sender::mirror::Source;
use sender::policy::Reach;
use sender::portfolio::command::{Admit, News, Outcome, PeopleCommand, Said, TemplateNews};
use sender::portfolio::suppression::{Reason, Suppression};
use sender::portfolio::{Answer, Command};
use sender::{Refusal, Sender};

use crate::world::{NUMBER, OTHER, WABA, World, attempt, message, person, refusal, template};

const ANNA: u64 = 15_550_001_000;
const ANNA_LATER: u64 = 15_550_009_000;

fn world() -> World {
    let mut world = World::new();
    for (name, category) in [
        ("code", Category::Authentication),
        ("notice", Category::Utility),
        ("sale", Category::Marketing),
    ] {
        world.about(name, TemplateNews::Category(category));
    }
    world
}

fn people(world: &mut World, command: PeopleCommand) {
    world.done(Command::People(command));
}

/// A phone number as it stands in stored forms: seven bits a byte, the lowest first.
fn postcard_of(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// What becomes of a code, a notice and an offer to a person.
fn sends(world: &mut World, to: u64) -> [Option<Refusal>; 3] {
    ["code", "notice", "sale"].map(|name| refusal(world.admit(template(name, to))))
}

#[test]
fn a_word_stops_what_policy_says_until_another_word() {
    let out = Some(Refusal::OptedOut);
    let mut world = world();
    world.wrote(ANNA, Said::Stop);
    assert_eq!(sends(&mut world, ANNA), [None, out, out]);
    assert_eq!(refusal(world.free(ANNA)), None, "an answer to the word goes");
    world.set(|policy| policy.stop_lanes = Lanes::MARKETING);
    assert_eq!(sends(&mut world, ANNA), [None, None, out]);
    world.advance(Millis::MINUTE);
    world.wrote(ANNA, Said::Start);
    assert_eq!(sends(&mut world, ANNA), [None; 3]);
    world.check_stored();
}

#[test]
fn opt_out_between_planning_and_sending_is_honoured() {
    let mut world = world();
    assert_eq!(refusal(world.template(ANNA)), None);
    world.wrote(ANNA, Said::Stop);
    assert_eq!(refusal(world.template(ANNA)), Some(Refusal::OptedOut));
}

#[test]
fn how_far_an_opt_out_reaches_is_policy() {
    let out = Some(Refusal::OptedOut);
    // (reach, from the same number, from another of the brand, from one of another brand)
    let rows = [
        (Reach::Number, out, None, None),
        (Reach::Brand, out, out, None),
        (Reach::Portfolio, out, out, out),
    ];
    for (reach, own, brand, all) in rows {
        let mut world = world();
        world.add_number(OTHER);
        let third = sender::ids::PhoneNumberId(102);
        world.run(Command::AddNumber {
            waba: WABA,
            number: third,
            e164: 15_550_783_999,
            brand: 1,
        });
        world.set(|policy| policy.opt_out_reach = reach);
        world.wrote(ANNA, Said::Stop);
        world.advance(Millis::days(2));
        let got = [NUMBER, OTHER, third].map(|number| {
            refusal(world.admit(Admit {
                number,
                ..template("sale", ANNA)
            }))
        });
        assert_eq!(got, [own, brand, all], "{reach:?}");
    }
}

#[test]
fn the_suppression_list_has_lanes_and_an_end() {
    let mut world = world();
    let until = world.now + Millis::hours(2);
    let suppress = |lanes, until_ms| PeopleCommand::Suppress {
        person: person(ANNA),
        suppression: Suppression {
            lanes,
            reason: Reason::Complaint,
            until_ms,
        },
    };
    let (no, listed) = (None, Some(Refusal::Suppressed));
    people(&mut world, suppress(Lanes::TEMPLATES, None));
    assert_eq!(sends(&mut world, ANNA), [listed; 3]);
    assert_eq!(refusal(world.free(ANNA)), no);
    people(&mut world, suppress(Lanes::TEMPLATES.with(Lane::Service), None));
    assert_eq!(refusal(world.free(ANNA)), listed);
    people(&mut world, suppress(Lanes::MARKETING, Some(until.millis())));
    assert_eq!(sends(&mut world, ANNA), [no, no, listed]);
    world.now = until;
    assert_eq!(sends(&mut world, ANNA), [no; 3]);
    people(&mut world, PeopleCommand::Unsuppress { person: person(ANNA) });
    let again = world.run(Command::People(PeopleCommand::Unsuppress {
        person: person(ANNA),
    }));
    assert_eq!(again, Answer::Unknown("suppression"));
    world.check_stored();
}

#[test]
fn a_business_scoped_id_is_the_same_person() {
    let mut world = world();
    let scoped = PersonKey::scoped("US.13491208655302741918");
    world.hear(
        Source::Webhook,
        News::Inbound {
            number: NUMBER,
            from: person(ANNA),
            also: Some(scoped),
            said: Said::Stop,
        },
    );
    let by_id = Admit {
        to: scoped,
        ..template("sale", ANNA)
    };
    assert_eq!(refusal(world.admit(by_id)), Some(Refusal::OptedOut));
    assert_eq!(
        world.portfolio().person(scoped),
        world.portfolio().person(person(ANNA))
    );
    world.check_stored();
}

#[test]
fn the_platform_s_name_of_a_person_brings_their_opt_out_along() {
    let mut world = world();
    // They wrote under one variant of their number, and are written to under the other.
    world.wrote(551_112_345_678, Said::Stop);
    world.advance(Millis::days(2));
    let first = attempt(world.template(5_511_912_345_678));
    world.settle(
        first,
        Outcome::Accepted {
            message: message(first),
            person: Some(person(551_112_345_678)),
            held: false,
        },
    );
    assert_eq!(
        refusal(world.template(5_511_912_345_678)),
        Some(Refusal::OptedOut)
    );
    world.check_stored();
}

#[test]
fn a_changed_number_is_the_same_person_with_the_same_refusals() {
    let mut world = world();
    world.wrote(ANNA, Said::Stop);
    let changed = News::IdentityChanged {
        was: person(ANNA),
        is: person(ANNA_LATER),
    };
    world.advance(Millis::HOUR);
    world.hear(Source::Webhook, changed);
    let events = world.events.len();
    world.hear(Source::Webhook, changed);
    assert_eq!(world.events.len(), events, "the same webhook again");
    assert_eq!(refusal(world.template(ANNA_LATER)), Some(Refusal::OptedOut));
    let portfolio = world.portfolio();
    let contact = portfolio.person(person(ANNA)).expect("known");
    assert_eq!(portfolio.people.e164(contact), Some(ANNA_LATER));
    world.check_stored();
}

#[test]
fn nobody_finds_who_was_erased() {
    let mut world = world();
    world.sent(ANNA);
    world.wrote(ANNA, Said::Stop);
    let written = postcard_of(ANNA);
    let before = Sender::encode_state(&world.state);
    assert!(
        before.windows(written.len()).any(|bytes| bytes == written),
        "the search finds"
    );
    people(&mut world, PeopleCommand::Erase { person: person(ANNA) });
    assert_eq!(world.portfolio().person(person(ANNA)), None);
    let stored = Sender::encode_state(&world.state);
    assert!(!stored.windows(written.len()).any(|bytes| bytes == written));
    let again = world.run(Command::People(PeopleCommand::Erase { person: person(ANNA) }));
    assert_eq!(again, Answer::Unknown("person"));
    assert_eq!(refusal(world.template(ANNA)), None, "somebody new");
    assert_eq!(world.used(), 2, "what was sent still counts");
    world.check_stored();
}

#[test]
fn the_same_text_does_not_go_twice_in_a_row() {
    let mut world = world();
    let send = |name, text| Admit {
        text,
        ..template(name, ANNA)
    };
    let twice = Some(Refusal::Repetition);
    // (template, text, minutes later, what becomes of it)
    let rows = [
        ("sale", 7, 0, None),
        ("sale", 7, 1, twice),
        ("sale", 8, 1, None),
        ("sale", 0, 1, None),
        ("code", 9, 0, None),
        ("code", 9, 1, None),
        ("sale", 7, 6, None),
    ];
    for (name, text, minutes, expected) in rows {
        world.advance(Millis::minutes(minutes));
        assert_eq!(refusal(world.admit(send(name, text))), expected, "{name} {text}");
    }
}
