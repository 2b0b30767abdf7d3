//! Each message leaves and arrives at its own time, whatever else is under way.

use decider::Millis;
use platform::portfolio::command::Inbound;
use platform::portfolio::{Command, Event};

use crate::world::{NUMBER, World};

/// What happens on the number.
#[derive(Clone, Copy)]
enum Step {
    /// So many sends.
    Send(u64),
    /// So many messages from people.
    Receive(u64),
}

use Step::{Receive, Send};

/// Runs `steps` at their milliseconds after a start; gives what left and arrived, by its millisecond.
fn told(steps: &[(u64, Step)]) -> Vec<(u64, String)> {
    let mut world = World::with("limits.start = 3");
    let start = world.now;
    let mut person = 1_000;
    for (millis, step) in steps {
        world.advance((start + Millis::new(*millis)).since(world.now));
        let (Send(count) | Receive(count)) = *step;
        for from in person..person + count {
            if matches!(step, Send(_)) {
                world.broadcast(from, 1);
            } else {
                world.run(Command::Inbound(Box::new(Inbound {
                    number: NUMBER,
                    from,
                    reply_to: None,
                    content: Vec::new(),
                    profile: String::new(),
                })));
            }
        }
        person += count;
    }
    world.advance(Millis::seconds(5));
    let moves = world.events.iter().filter_map(|(at, event)| {
        let what = match event {
            Event::SentThrough(e) => format!("{}..{} left", e.from, e.until),
            Event::DeliveredThrough(e) => format!("{}..{} arrived", e.from, e.until),
            _ => return None,
        };
        Some((at.since(start).get(), what))
    });
    moves.collect()
}

#[test]
fn each_message_leaves_and_arrives_at_its_own_time() {
    let check = |steps: &[(u64, Step)], expected: &[(u64, &str)]| {
        let told = told(steps);
        let told: Vec<(u64, &str)> = told.iter().map(|(at, what)| (*at, what.as_str())).collect();
        assert_eq!(told, expected);
    };
    check(&[(0, Send(1))], &[(200, "0..1 left"), (900, "0..1 arrived")]);
    // The second leaves while the first is on its way.
    check(
        &[(0, Send(1)), (300, Send(1))],
        &[
            (200, "0..1 left"),
            (500, "1..2 left"),
            (900, "0..1 arrived"),
            (1_200, "1..2 arrived"),
        ],
    );
    // More than one piece of them.
    check(
        &[(0, Send(1)), (300, Send(600))],
        &[
            (200, "0..1 left"),
            (500, "1..513 left"),
            (500, "513..601 left"),
            (900, "0..1 arrived"),
            (1_200, "1..513 arrived"),
            (1_200, "513..601 arrived"),
        ],
    );
    // What people write does not travel, and is passed with what does.
    check(
        &[(0, Send(1)), (300, Receive(600)), (400, Send(1))],
        &[
            (200, "0..1 left"),
            (600, "601..602 left"),
            (900, "0..1 arrived"),
            (1_200, "1..513 arrived"),
            (1_200, "513..601 arrived"),
            (1_300, "601..602 arrived"),
        ],
    );
}
