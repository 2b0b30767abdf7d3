//! Pacing of a whole portfolio: held, let go in batches, dropped; watched; reviewed.

use decider::{Millis, Stored};
use platform::Platform;
use platform::ids::{MessageId, TemplateIx, WabaIx};
use platform::portfolio::command::{Inbound, PolicyCommand, TemplateOptions};
use platform::portfolio::event::{Measure, Settings, Subject, Verdict};
use platform::portfolio::messages::flag;
use platform::portfolio::{Answer, Command, Event};
use rulebook::edition::EditionId;
use rulebook::rating::RedReason;
use rulebook::refusal::Refusal;
use rulebook::template::draft::Category;

use crate::world::{NUMBER, World, draft, refusal, settings};

/// Ten of a portfolio that has sent fewer than forty in a year go at once; ratings are of no interest.
const FEW: &str = "pacing.template.first = \"never\"\npacing.portfolio.first = 10\npacing.portfolio.below = 40\n\
    marketing.paused = []\nmarketing.experiment = 0.0\nmarketing.per_user.counts = \"never\"\nlimits.start = 1";

fn world() -> World {
    World::opened(Settings {
        edition: EditionId::PER_PORTFOLIO_2026.number(),
        ..settings(FEW)
    })
}

/// Sends to so many people; which messages are held.
fn send(world: &mut World, first: u64, people: u64) -> Vec<MessageId> {
    let held = |answer| match answer {
        Answer::Accepted { message, held, .. } => held.then_some(message),
        other => panic!("{other:?}"),
    };
    (first..first + people)
        .filter_map(|to| held(world.send(to)))
        .collect()
}

fn waiting(world: &World) -> usize {
    world.portfolio().pacing.held(TemplateIx::NONE)
}

fn is(world: &World, message: MessageId, bits: u16) -> bool {
    let number = world.portfolio().number(message.number).expect("the number");
    number
        .messages
        .get(message.seq)
        .is_some_and(|record| record.any(bits))
}

#[test]
fn many_at_once_are_held_and_let_go_in_batches() {
    let mut world = world();
    let held = send(&mut world, 1_000, 75);
    assert_eq!((held.len(), waiting(&world)), (65, 65));
    // Whatever the category and the number; replies are no templates.
    let second = world.add_number(15_550_783_882);
    let mut code = draft("notice", "Hello {{1}}, your order is on its way.");
    code.category = Category::Utility;
    world.add_draft(code);
    let answer = world.send_from(second, 9_000, "notice");
    assert!(
        matches!(answer, Answer::Accepted { held: true, .. }),
        "{answer:?}"
    );
    let inbound = Inbound {
        number: NUMBER,
        from: 1_000,
        reply_to: None,
        content: Vec::new(),
        profile: String::new(),
    };
    world.run(Command::Inbound(Box::new(inbound)));
    assert!(matches!(world.reply(1_000), Answer::Accepted { held: false, .. }));
    // Ten minutes from one batch to the next, each twice as large: 10, 10, 20, 26.
    let mut left = Vec::new();
    for _ in 0..4 {
        world.advance(Millis::minutes(10) - Millis::new(1));
        left.push(waiting(&world));
        world.advance(Millis::new(1));
        left.push(waiting(&world));
    }
    assert_eq!(left, [66, 56, 56, 46, 46, 26, 26, 0]);
    world.advance(Millis::seconds(1));
    assert!(held.iter().all(|message| is(&world, *message, flag::DELIVERED)));
    // By now more than forty went in this year: nothing is in doubt any more, unless the portfolio is watched.
    assert_eq!(send(&mut world, 2_000, 20).len(), 0);
    world.advance(Millis::hours(2));
    world.done(Command::SetWatch { watched: true });
    assert_eq!(send(&mut world, 3_000, 20).len(), 10);
    world.done(Command::SetWatch { watched: false });
    world.advance(Millis::hours(2));
    assert_eq!(send(&mut world, 4_000, 20).len(), 0);
    assert_eq!(
        Platform::digest(&world.replayed()),
        Platform::digest(&world.state)
    );
}

#[test]
fn bad_feedback_drops_what_is_held_and_has_the_portfolio_reviewed() {
    let mut world = world();
    world.run(Command::AddWaba {
        name: "Second".into(),
    });
    let held = send(&mut world, 1_000, 30);
    world.advance(Millis::minutes(11));
    let gone = held
        .iter()
        .filter(|message| is(&world, **message, flag::SENT))
        .count();
    assert_eq!((gone, waiting(&world)), (10, 10));
    let hold = Some(RedReason::NoWayToPerson);
    world.done(Command::Moderate { number: NUMBER, hold });
    assert_eq!(waiting(&world), 0);
    let dropped = |event: &Event| matches!(event, Event::HeldDropped(e) if e.code == 132_015 && e.of == TemplateIx::NONE);
    let verdict = |event: &Event| matches!(event, Event::PacingJudged(e) if e.verdict == Verdict::Drop);
    assert_eq!((world.count(dropped), world.count(verdict)), (1, 1));
    assert!(
        held[10..]
            .iter()
            .all(|message| is(&world, *message, flag::FAILED))
    );
    // No templates are sent or submitted, on either account; answers go.
    let create = |waba| Command::CreateTemplate {
        waba: WabaIx(waba),
        draft: draft("another", "Hello {{1}}, this is another."),
        options: TemplateOptions::default(),
    };
    let blocked = Some(Refusal::AccountPolicyBlocked);
    let found = [
        refusal(&world.send(7_000)),
        refusal(&world.run(create(0))),
        refusal(&world.run(create(1))),
    ];
    assert_eq!(found, [blocked; 3]);
    // An appeal is heard, and ends it if it is granted.
    let violation = 0;
    let appeal = PolicyCommand::AppealViolation {
        violation,
        text: "We asked them.".into(),
    };
    let answer = world.run(Command::Policy(Box::new(appeal)));
    assert!(matches!(answer, Answer::Appeal(0)), "{answer:?}");
    let subject = world.portfolio().policy.appeals[0].subject;
    assert_eq!(subject, Subject::Violation(violation));
    // The review is over after a day.
    let until = world.now + Millis::days(1);
    let measures: Vec<Measure> = world
        .portfolio()
        .policy
        .violations
        .iter()
        .map(|of| of.measure)
        .collect();
    let until_ms = until.millis();
    assert_eq!(measures, [Measure::Restriction { until_ms }; 2]);
    world.advance(Millis::days(1) - Millis::new(1));
    assert_eq!(refusal(&world.run(create(1))), blocked);
    world.advance(Millis::new(1));
    assert!(matches!(world.run(create(1)), Answer::Template(_)));
    assert!(matches!(world.send(7_000), Answer::Accepted { .. }));
    assert_eq!(
        Platform::digest(&world.replayed()),
        Platform::digest(&world.state)
    );
}

#[test]
fn a_template_is_deleted_once_nothing_of_it_is_held() {
    let mut world = world();
    send(&mut world, 1_000, 15);
    world.done(Command::DeleteTemplate {
        waba: WabaIx(0),
        name: "sale".into(),
        only: None,
    });
    assert_eq!(world.count(|e| matches!(e, Event::TemplateDeleted(_))), 0);
    world.advance(Millis::minutes(10));
    assert_eq!(waiting(&world), 0);
    world.advance(Millis::seconds(2));
    assert_eq!(world.count(|e| matches!(e, Event::TemplateDeleted(_))), 1);
}
