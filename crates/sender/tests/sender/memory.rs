//! What a person costs: at most 96 bytes beside the keys that name them, with everything that decides about them.

#![expect(clippy::print_stdout, reason = "the figures are for people")]

use rulebook::edition::Limit;

use sender::consent::{Channel, Consent};
use sender::ids::TopicKey;
use sender::lane::Lanes;
use sender::portfolio::Command;
use sender::portfolio::command::{Admit, ConsentTexts, PeopleCommand};

use crate::world::{World, attempt, person, template};

const PEOPLE: u64 = 100_000;

#[test]
fn a_known_person_costs_at_most_96_bytes_beside_the_id() {
    let mut world = World::new();
    world.limit(Limit::Unlimited);
    world.set(|policy| policy.enforce_rates = false);
    let consent = Consent::new(TopicKey::of("offers"), Lanes::TEMPLATES, Channel::Website, 1);
    for key in (0..PEOPLE).map(|nth| 15_550_000_000 + nth) {
        let (person, texts) = (person(key), ConsentTexts::default());
        world.done(Command::People(PeopleCommand::Agree {
            person,
            consent,
            topic: String::new(),
            texts,
        }));
        attempt(world.admit(Admit {
            topic: TopicKey::of("offers"),
            ..template("sale", key)
        }));
    }
    let kept = world.portfolio().footprint();
    let each = |bytes: usize| bytes as f64 / kept.people as f64;
    println!(
        "a person: {:.1} B of keys, {:.1} B of what decides, {:.1} B of the window; an attempt: {:.1} B",
        each(kept.key_bytes),
        each(kept.people_bytes),
        each(kept.window_bytes),
        each(kept.attempt_bytes),
    );
    assert_eq!(
        (kept.people, kept.window_entries),
        (PEOPLE as usize, PEOPLE as usize)
    );
    let beside = each(kept.people_bytes + kept.window_bytes);
    assert!(beside <= 96.0, "{beside:.1} bytes");
}
