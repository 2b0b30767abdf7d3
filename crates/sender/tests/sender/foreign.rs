//! We are not the only sender: what others send from our numbers takes a place in the window as ours does.

use decider::Millis;
use rulebook::edition::{EditionId, Limit};
use sender::Refusal;
use sender::ids::{AttemptId, MessageKey};
use sender::mirror::Source;
use sender::policy::Caution;
use sender::portfolio::command::{News, Progress, Said, StatusNews};
use sender::portfolio::{Answer, Command};

use crate::world::{NUMBER, World, foreign, person, refusal};

const ANNA: u64 = 15_550_001_000;
const BERT: u64 = 15_550_002_000;

#[test]
fn foreign_sends_count() {
    let status =
        |news: fn(StatusNews) -> StatusNews| move |to| News::Status(news(foreign(MessageKey(7), Some(to))));
    let echo = |to| News::Echo {
        number: NUMBER,
        to: person(to),
        message: MessageKey(7),
    };
    type Tell = Box<dyn Fn(u64) -> News>;
    // (what is told, counted of somebody outside a window, and inside one)
    let rows: Vec<(Tell, u32, u32)> = vec![
        (Box::new(status(|s| s)), 1, 0),
        (Box::new(echo), 1, 0),
        (
            Box::new(status(|s| StatusNews {
                counts: Some(true),
                ..s
            })),
            1,
            1,
        ),
        (
            Box::new(status(|s| StatusNews {
                counts: Some(false),
                ..s
            })),
            0,
            0,
        ),
        (
            Box::new(status(|s| StatusNews {
                progress: Progress::Delivered,
                ..s
            })),
            1,
            0,
        ),
        (
            Box::new(status(|s| StatusNews {
                progress: Progress::Failed,
                ..s
            })),
            0,
            0,
        ),
        (Box::new(status(|s| StatusNews { to: None, ..s })), 0, 0),
    ];
    for (place, (tell, outside, inside)) in rows.into_iter().enumerate() {
        for (to, used) in [(ANNA, outside), (BERT, inside)] {
            let mut world = World::new();
            world.wrote(BERT, Said::Nothing);
            world.hear(Source::Webhook, tell(to));
            world.hear(Source::Webhook, tell(to));
            assert_eq!(world.used(), used, "row {place}");
            world.check_stored();
        }
    }
}

#[test]
fn a_status_of_an_attempt_of_another_time_is_nobody_s_use() {
    let mut world = World::new();
    world.set(|policy| policy.caution = Caution::Off);
    let sent = world.sent(ANNA);
    world.advance(Millis::days(10));
    // Kept no more, once others came.
    for n in 1..8 {
        world.sent(ANNA + n);
    }
    assert!(world.portfolio().attempts.get(sent).is_none());
    let used = world.used();
    world.hear(
        Source::Webhook,
        News::Status(StatusNews {
            attempt: Some(AttemptId(0)),
            ..foreign(MessageKey(7), Some(ANNA))
        }),
    );
    assert_eq!(world.used(), used);
}

#[test]
fn a_send_log_ends_the_first_day_s_caution() {
    let mut world = World::fresh(EditionId::PER_PORTFOLIO_2026);
    world.limit(Limit::People(10));
    world.set(|policy| policy.reserve_permille = 0);
    let hours = |n| Millis::hours(n);
    let sends = vec![
        (person(ANNA), world.now.back(hours(30))),
        (person(ANNA + 1), world.now.back(hours(20))),
        (person(ANNA + 2), world.now.back(hours(10))),
        (person(ANNA + 2), world.now.back(hours(5))),
    ];
    let import = |sends| Command::ImportSends {
        number: NUMBER,
        sends,
        complete: true,
    };
    let imported = |taken, known, over| Answer::Imported { taken, known, over };
    assert_eq!(world.run(import(sends.clone())), imported(3, 0, 1));
    assert_eq!(world.used(), 2);
    let before = (world.portfolio().digest(), world.events.len());
    assert_eq!(world.run(import(sends)), imported(0, 3, 1));
    assert_eq!(
        (world.portfolio().digest(), world.events.len()),
        before,
        "the same log again changes nothing"
    );
    let went = (10..30)
        .filter(|n| refusal(world.template(ANNA + n)).is_none())
        .count();
    assert_eq!(went, 8, "all of the limit");
    assert_eq!(refusal(world.template(ANNA + 40)), Some(Refusal::LimitUsedUp));
    world.advance(hours(4) + Millis::seconds(70));
    assert_eq!(
        refusal(world.template(ANNA + 40)),
        None,
        "a place came back at its time"
    );
    let many = vec![(person(ANNA), world.now); 501];
    assert!(matches!(world.run(import(many)), Answer::Unknown(_)));
    world.check_stored();
}
