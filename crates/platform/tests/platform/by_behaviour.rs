//! A rating is made by people's behaviour alone (Q5): no command sets one or asks for one.

use std::collections::BTreeSet;

use decider::{Ctx, Decider};
use platform::Platform;
use platform::ids::{MessageId, NumberIx, TemplateIx, WabaIx};
use platform::portfolio::command::{
    Feedback, Inbound, Open, PersonAct, RecipientCommand, Send, TemplateOptions, What,
};
use platform::portfolio::event::Decision;
use platform::portfolio::{Answer, Command, Event};
use rulebook::rating::{BlockReason, Rating, RedReason, Signal};
use rulebook::status::StageChange;

use crate::ratings::gone_red;
use crate::world::{CELL, NUMBER, TEMPLATE, World, draft, settings};

/// The commands that have samples; a new one should be given a row here and in [`samples`].
const COMMANDS: [&str; 17] = [
    "AddNumber",
    "AddWaba",
    "Call",
    "CreateTemplate",
    "DeleteTemplate",
    "EditTemplate",
    "Feedback",
    "Inbound",
    "MarkRead",
    "MergeContacts",
    "Moderate",
    "Open",
    "Person",
    "Recipient",
    "Review",
    "Send",
    "Stage",
];

fn name(command: &Command) -> String {
    let told = format!("{command:?}");
    told.chars()
        .take_while(|letter| letter.is_alphanumeric())
        .collect()
}

/// What every command is about: a number and a template with a rating, and a person who has written.
struct About {
    number: NumberIx,
    template: TemplateIx,
    outbound: MessageId,
    inbound: MessageId,
    person: u64,
}

fn samples(about: &About) -> Vec<Command> {
    let About {
        number,
        template,
        outbound,
        inbound,
        person,
    } = *about;
    let waba = WabaIx(0);
    let block = BlockReason::Spam;
    let mut samples = vec![
        Command::Open(Box::new(Open {
            name: "Shop".into(),
            settings: settings(""),
        })),
        Command::AddWaba { name: "Shop".into() },
        Command::AddNumber {
            waba,
            e164: 15_550_783_999,
            verified_name: "Shop".into(),
        },
        Command::Send(Send {
            number,
            to: person,
            what: What::Free,
            content: Vec::new(),
        }),
        Command::MarkRead { message: inbound },
        Command::CreateTemplate {
            waba,
            draft: draft("other", "Hello {{1}}, our sale begins today."),
            options: TemplateOptions::default(),
        },
        Command::EditTemplate {
            template,
            draft: draft("sale", "Hello {{1}}, our sale begins tomorrow."),
            options: TemplateOptions::default(),
        },
        Command::DeleteTemplate {
            waba,
            name: "sale".into(),
            only: None,
        },
        Command::Review {
            template,
            decision: Decision::Approve,
        },
        Command::Inbound(Box::new(Inbound {
            number,
            from: person,
            reply_to: Some(outbound),
            content: Vec::new(),
            profile: String::new(),
        })),
        Command::Call { number, from: person },
        Command::Person {
            number,
            e164: person,
            act: PersonAct::Block(block),
        },
        Command::Person {
            number,
            e164: person,
            act: PersonAct::Unblock,
        },
        Command::MergeContacts {
            from: person,
            into: person + 1,
        },
        Command::Moderate { number, hold: None },
        Command::Recipient(RecipientCommand::Block { number, e164: person }),
        Command::Recipient(RecipientCommand::Unblock { number, e164: person }),
    ];
    let changes = StageChange::ALL.map(|change| Command::Stage { number, change });
    let feedback = [
        Feedback::Delivered,
        Feedback::Read,
        Feedback::Failed { code: 131_026 },
        Feedback::Signal(Signal::OptOut),
        Feedback::Signal(Signal::Block(block)),
    ];
    samples.extend(changes);
    samples.extend(feedback.map(|feedback| Command::Feedback {
        message: outbound,
        feedback,
    }));
    samples
}

/// The ratings that a command brings by itself; nothing is changed by asking.
fn ratings(world: &World, command: &Command) -> Vec<Rating> {
    let ctx = Ctx::new(7, CELL, world.events.len() as u64, world.now);
    let mut out = Vec::new();
    let wanted = platform::Command::Portfolio(command.clone());
    let answer = Platform::decide(&world.state, &wanted, &ctx, &mut out);
    assert!(
        !matches!(answer, platform::Answer::Portfolio(Answer::Unknown(_))),
        "{command:?} is about nothing: {answer:?}"
    );
    let to = |event| match event {
        platform::Event::Portfolio(Event::NumberRated(rated)) => Some(rated.to),
        platform::Event::Portfolio(Event::TemplateRated(rated)) => Some(rated.to),
        _ => None,
    };
    out.into_iter().filter_map(to).collect()
}

/// A RED number with a template that was paused for it, and a number in good standing.
#[test]
fn no_command_sets_a_rating_or_asks_for_one() {
    let mut world = gone_red("");
    let good = world.add_number(15_550_783_882);
    let person = 900_000;
    for number in [NUMBER, good] {
        world.run(Command::Call { number, from: person });
        world.run(Command::Call {
            number,
            from: person + 1,
        });
        let outbound = match world.run(Command::Send(Send {
            number,
            to: person,
            what: What::Free,
            content: Vec::new(),
        })) {
            Answer::Accepted { message, .. } => message,
            other => panic!("{other:?}"),
        };
        let inbound = match world.run(Command::Call { number, from: person }) {
            Answer::Received { message, .. } => message,
            other => panic!("{other:?}"),
        };
        let about = About {
            number,
            template: TEMPLATE,
            outbound,
            inbound,
            person,
        };
        let mut seen = BTreeSet::new();
        for command in samples(&about) {
            seen.insert(name(&command));
            assert_eq!(ratings(&world, &command), [], "{command:?}");
        }
        assert!(seen.iter().eq(&COMMANDS), "{seen:?}");
    }
    // The tester, as the platform's reviewer, finds a violation (Q9): that is behaviour too, and only ever RED.
    let found = Command::Moderate {
        number: good,
        hold: Some(RedReason::ProhibitedContent),
    };
    assert_eq!(ratings(&world, &found), [Rating::Red]);
}
