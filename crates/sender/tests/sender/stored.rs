//! The stored form of a whole portfolio, to the byte: what was written once is read for ever.

use decider::{Millis, Stored};
use rulebook::edition::Limit;
use rulebook::escalation::{Path, PathKind};
use rulebook::template::draft::Category;
use sender::Sender;
use sender::consent::{Channel, Consent};
use sender::ids::{MessageKey, TopicKey};
use sender::lane::Lanes;
use sender::mirror::Source;
use sender::portfolio::Command;
use sender::portfolio::command::{
    ConsentTexts, News, PeopleCommand, Progress, Said, StopCommand, StopWhat, TemplateNews,
};
use sender::portfolio::suppression::{Reason, Suppression};

use crate::world::{CELL, NUMBER, OTHER, World, foreign, person};

const ANNA: u64 = 15_550_001_000;

/// Something of everything that a portfolio keeps.
fn full() -> World {
    let mut world = World::new();
    world.add_number(OTHER);
    world.limit(Limit::People(2_000));
    for (name, category) in [("code", Category::Authentication), ("sale", Category::Marketing)] {
        world.about(name, TemplateNews::Category(category));
    }
    let ways = vec![Path {
        kind: PathKind::PhoneCall,
        target: "+15550100".to_owned(),
    }];
    world.done(Command::DeclareWays { number: NUMBER, ways });
    world.set(|policy| policy.reserve_permille = 200);
    people_of_all_kinds(&mut world);
    let sent = world.sent(ANNA + 4);
    world.status(sent, Progress::Delivered, 0);
    let unknown = foreign(MessageKey(77), Some(ANNA + 5));
    world.hear(Source::Webhook, News::Status(unknown));
    world.done(Command::Stop(StopCommand {
        what: StopWhat::Number(OTHER),
        lanes: Some(Lanes::MARKETING),
    }));
    let sends = vec![(person(ANNA + 6), world.now.back(Millis::HOUR))];
    world.run(Command::ImportSends {
        number: NUMBER,
        sends,
        complete: true,
    });
    world
}

fn people_of_all_kinds(world: &mut World) {
    world.wrote(ANNA, Said::Stop);
    world.wrote(ANNA + 1, Said::Person);
    let lanes = Lanes::TEMPLATES;
    let suppression = Suppression {
        lanes,
        reason: Reason::Complaint,
        until_ms: None,
    };
    let consent = Consent::new(
        TopicKey::of("offers"),
        lanes,
        Channel::Website,
        world.now.seconds() as u32,
    );
    let texts = ConsentTexts {
        wording: "Yes, write to me".to_owned(),
        proof: String::new(),
    };
    for command in [
        PeopleCommand::Suppress {
            person: person(ANNA + 2),
            suppression,
        },
        PeopleCommand::Agree {
            person: person(ANNA + 3),
            consent,
            topic: "offers".to_owned(),
            texts,
        },
    ] {
        world.done(Command::People(command));
    }
}

/// The bytes of version 1 stay, and lead back to the same state.
#[test]
fn a_portfolio_stored_in_version_1_is_still_read() {
    let world = full();
    let hex: String = Sender::encode_state(&world.state)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let golden = include_str!("golden/portfolio_v1.hex").trim();
    assert_eq!(golden, hex, "the stored form changed: it needs another version");
    let bytes: Vec<u8> = (0..golden.len() / 2)
        .filter_map(|at| u8::from_str_radix(golden.get(2 * at..2 * at + 2)?, 16).ok())
        .collect();
    let read = Sender::decode_state(CELL, &bytes).expect("readable");
    assert_eq!(Sender::digest(&read), Sender::digest(&world.state));
}
