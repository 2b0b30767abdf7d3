//! Pacing at the decider: held, released in order, dropped piece by piece (T7).

use decider::{Millis, Timestamp};
use platform::ids::MessageId;
use platform::portfolio::command::Feedback;
use platform::portfolio::event::Verdict;
use platform::portfolio::messages::flag;
use platform::portfolio::{Answer, Command, Event};
use rulebook::rating::{Rating, ReportReason, Signal};
use rulebook::refusal::Refusal;
use rulebook::template::lifecycle::TemplateStatus;

use crate::world::{NUMBER, TEMPLATE, World, refusal};

const SMALL: &str = "pacing.template.first = 10\npacing.template.reads = 2\nrating.known_after = 5";
const REPORT: Feedback = Feedback::Signal(Signal::Report(ReportReason::Spam));

/// Ten messages that went and so many that are held.
fn held(overrides: &str, people: u64) -> (World, Vec<MessageId>) {
    let mut world = World::paced(overrides);
    let messages: Vec<MessageId> = (0..10 + people)
        .map(|nth| match world.send(1_000 + nth) {
            Answer::Accepted { message, held, .. } => {
                assert_eq!(held, nth >= 10, "message {nth}");
                message
            }
            other => panic!("{other:?}"),
        })
        .collect();
    world.advance(Millis::seconds(1));
    (world, messages)
}

/// How many of these have left, arrived, and failed.
fn progress(world: &World, messages: &[MessageId]) -> [usize; 3] {
    let number = world.portfolio().number(NUMBER).expect("the number");
    [flag::SENT, flag::DELIVERED, flag::FAILED].map(|bit| {
        let records = messages
            .iter()
            .filter_map(|message| number.messages.get(message.seq));
        records.filter(|record| record.any(bit)).count()
    })
}

fn times(world: &World, of: impl Fn(&Event) -> bool) -> Vec<Timestamp> {
    let found = world.events.iter().filter(|(_, event)| of(event));
    found.map(|(at, _)| *at).collect()
}

fn template_status(world: &World) -> TemplateStatus {
    world.portfolio().template(TEMPLATE).expect("the template").status
}

#[test]
fn what_is_held_leaves_in_order_once_those_that_went_are_read() {
    let (mut world, messages) = held(SMALL, 3);
    assert_eq!(progress(&world, &messages), [10, 10, 0]);
    assert_eq!(
        world.portfolio().template(TEMPLATE).map(|t| t.rating()),
        Some(Rating::Green)
    );
    world.feedback(messages[0], Feedback::Read);
    assert_eq!(
        progress(&world, &messages),
        [10, 10, 0],
        "one reader is not enough"
    );
    let answer = world.run(Command::Feedback {
        message: messages[11],
        feedback: Feedback::Delivered,
    });
    assert_eq!(refusal(&answer), Some(Refusal::InvalidParameter), "nobody got it");
    world.feedback(messages[1], Feedback::Read);
    assert_eq!(progress(&world, &messages), [13, 10, 0]);
    let released = world.events.iter().find_map(|(_, event)| match event {
        Event::HeldReleased(e) => Some(e.messages.clone()),
        _ => None,
    });
    assert_eq!(released.as_deref(), Some(&messages[10..]));
    world.advance(Millis::new(699));
    assert_eq!(progress(&world, &messages), [13, 10, 0]);
    world.advance(Millis::new(1));
    assert_eq!(progress(&world, &messages), [13, 13, 0]);
    // GREEN now: the account has something good to show, nothing is paced any more.
    assert_eq!(world.portfolio().pacing.held(TEMPLATE), 0);
    assert!((0..30).all(|nth| matches!(world.send(5_000 + nth), Answer::Accepted { held: false, .. })));
}

#[test]
fn without_feedback_they_leave_an_hour_after_the_first_was_held() {
    let (mut world, messages) = held(SMALL, 3);
    world.advance(Millis::minutes(60) - Millis::seconds(1) - Millis::new(1));
    assert_eq!(progress(&world, &messages), [10, 10, 0]);
    world.advance(Millis::new(1));
    assert_eq!(progress(&world, &messages), [13, 10, 0]);
    let by_time = world.count(|e| matches!(e, Event::PacingJudged(j) if j.by_time));
    assert_eq!(by_time, 1);
}

#[test]
fn a_message_behind_held_ones_is_held_with_them() {
    let (mut world, messages) = held(SMALL, 1);
    assert!(
        matches!(world.send(9_000), Answer::Accepted { held: true, .. }),
        "GREEN by now, still in order"
    );
    world.advance(Millis::minutes(60));
    assert_eq!(progress(&world, &messages), [11, 11, 0]);
    assert!(matches!(world.send(9_001), Answer::Accepted { held: false, .. }));
}

#[test]
fn red_drops_what_is_held_piece_by_piece_in_the_same_instant() {
    let (mut world, messages) = held("pacing.template.first = 10\nlimits.start = 1", 1_200);
    for message in &messages[..10] {
        world.feedback(*message, REPORT);
        if template_status(&world) != TemplateStatus::Approved {
            break;
        }
    }
    assert_eq!(template_status(&world), TemplateStatus::Paused);
    assert_eq!(progress(&world, &messages), [10, 10, 1_200]);
    let pieces: Vec<usize> = (world.events.iter())
        .filter_map(|(_, event)| match event {
            Event::HeldDropped(e) => {
                assert_eq!(e.code, 132_015);
                Some(e.messages.len())
            }
            _ => None,
        })
        .collect();
    assert_eq!(pieces, [512, 512, 176]);
    let dropped = times(&world, |e| matches!(e, Event::HeldDropped(_)));
    let judged = times(
        &world,
        |e| matches!(e, Event::PacingJudged(j) if j.verdict == Verdict::Drop),
    );
    assert!(
        dropped.iter().all(|at| *at == judged[0]),
        "{dropped:?} {judged:?}"
    );
    // Pacing has paused it, not the ladder; in 2023 what was dropped stays counted.
    assert_eq!(world.count(|e| matches!(e, Event::TemplatePaused(_))), 0);
    assert_eq!(world.portfolio().template(TEMPLATE).map(|t| t.pauses), Some(0));
    let portfolio = world.portfolio();
    let scope = portfolio.scope(portfolio.scope_of(NUMBER)).expect("the scope");
    assert_eq!(scope.used(&portfolio.edition().limits, world.now), 1_210);
}

#[test]
fn a_pause_by_pacing_waits_for_unpause_and_five_minutes() {
    let (mut world, messages) = held("pacing.template.first = 10", 1);
    for message in &messages[..10] {
        world.feedback(*message, REPORT);
    }
    let unpause = Command::Unpause { template: TEMPLATE };
    let early = world.run(unpause.clone());
    assert_eq!(refusal(&early), Some(Refusal::TemplateNotEditable));
    world.advance(Millis::minutes(5) - Millis::new(1));
    assert_eq!(
        refusal(&world.run(unpause.clone())),
        Some(Refusal::TemplateNotEditable)
    );
    world.advance(Millis::days(30));
    assert_eq!(
        refusal(&world.send(2_000)),
        Some(Refusal::TemplatePaused),
        "it does not end by itself"
    );
    world.done(unpause.clone());
    assert_eq!(template_status(&world), TemplateStatus::Approved);
    assert!(matches!(world.send(2_000), Answer::Accepted { held: false, .. }));
    assert_eq!(
        refusal(&world.run(unpause)),
        Some(Refusal::TemplateNotEditable),
        "it is not paused"
    );
}

#[test]
fn an_account_with_a_green_template_and_no_trouble_is_not_paced() {
    let mut world = World::paced(SMALL);
    world.broadcast(1_000, 5);
    world.advance(Millis::hours(1));
    assert_eq!(
        world.portfolio().template(TEMPLATE).map(|t| t.rating()),
        Some(Rating::Green)
    );
    world.add_template("news", "Hello {{1}}, here are the news of our shop.");
    for nth in 0..40 {
        let answer = world.send_from(NUMBER, 2_000 + nth, "news");
        assert!(
            matches!(answer, Answer::Accepted { held: false, .. }),
            "{nth}: {answer:?}"
        );
    }
    assert_eq!(
        world.count(|e| matches!(e, Event::PacingBegan(_))),
        1,
        "only the first, before it was GREEN"
    );
}
