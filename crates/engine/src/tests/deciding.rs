//! Commands, reads and envelopes; what a restart finds; what misbehaves.

use std::sync::mpsc::channel;

use decider::{CellId, Millis};

use super::toy::{Answer, Command, Event};
use super::{LONG, balance, check_replay, done, fresh, frozen, history, insist, open, send, store};
use crate::{Config, EngineError};

#[test]
fn answers_come_in_order_and_survive_a_restart() {
    let store = store();
    let engine = open(&store, frozen(), Config::default());
    assert_eq!(send(&engine, 1, Command::Add(5)), Ok(done(5, 1)));
    assert_eq!(send(&engine, 1, Command::Add(7)), Ok(done(12, 2)));
    assert_eq!(send(&engine, 2, Command::Add(1)), Ok(done(1, 1)));
    assert_eq!(send(&engine, 1, Command::Take(100)), Ok(Answer::Refused));
    let many = vec![Command::Take(2), Command::Take(100), Command::Add(3)];
    let answers = vec![done(10, 3), Answer::Refused, done(13, 4)];
    assert_eq!(engine.submit_all(CellId(1), many).wait(), Ok(answers));
    assert_eq!(balance(&engine, 1), Ok(13));
    assert_eq!(balance(&engine, 99), Ok(0), "a cell to which nothing happened");
    check_replay(&engine);
    engine.shutdown();
    assert_eq!(send(&engine, 1, Command::Add(1)), Err(EngineError::Stopped));

    let engine = open(&store, frozen(), Config::default());
    assert_eq!(balance(&engine, 1), Ok(13));
    assert_eq!(send(&engine, 1, Command::Add(1)), Ok(done(14, 5)));
    check_replay(&engine);
}

#[test]
fn entropy_goes_on_after_a_restart() {
    let draws = |restart: bool| {
        let store = store();
        let mut engine = open(
            &store,
            frozen(),
            Config {
                seed: 9,
                ..Config::default()
            },
        );
        for _ in 0..6 {
            send(&engine, 3, Command::Draw).expect("an answer");
            if restart {
                engine.shutdown();
                engine = open(
                    &store,
                    frozen(),
                    Config {
                        seed: 9,
                        ..Config::default()
                    },
                );
            }
        }
        history(&engine)
    };
    let whole = draws(false);
    assert_eq!(whole, draws(true));
    let distinct: std::collections::BTreeSet<_> = whole.iter().map(|row| format!("{:?}", row.3)).collect();
    assert_eq!(distinct.len(), 6);
}

/// What a misbehaving command leads to, in a cell with a balance of 10 from one event.
#[test]
fn misbehaviour_is_contained() {
    let rows = [
        ("decide panics", vec![Command::PanicInDecide], false),
        ("evolve panics", vec![Command::PanicInEvolve], false),
        ("one event too many", vec![Command::Flood(1_025)], false),
        ("as many events as may be", vec![Command::Flood(1_024)], true),
        (
            "the last of an envelope panics",
            vec![Command::Add(1), Command::PanicInEvolve],
            false,
        ),
        (
            "the first of an envelope panics",
            vec![Command::PanicInDecide, Command::Add(1)],
            false,
        ),
    ];
    for (what, commands, accepted) in rows {
        let engine = fresh();
        let neighbour = send(&engine, 2, Command::Add(3));
        send(&engine, 1, Command::Add(10)).expect("an answer");
        let events = history(&engine).len();
        let outcome = engine.submit_all(CellId(1), commands).wait();
        assert_eq!(outcome.is_ok(), accepted, "{what}");
        if !accepted {
            assert_eq!(outcome, Err(EngineError::Panicked), "{what}");
            assert_eq!(insist(&engine, 1, &Command::Add(1)), done(11, 2), "{what}");
            assert_eq!(history(&engine).len(), events + 1, "{what}");
        }
        assert_eq!(neighbour, Ok(done(3, 1)));
        assert_eq!(balance(&engine, 2), Ok(3), "{what}: the neighbour");
        check_replay(&engine);
    }
}

#[test]
fn a_read_that_panics_changes_nothing() {
    let engine = fresh();
    send(&engine, 1, Command::Add(10)).expect("an answer");
    let read = engine.query(CellId(1), |account| assert_eq!(account.balance, 11));
    assert_eq!(read.wait(), Err(EngineError::Panicked));
    assert_eq!(balance(&engine, 1), Ok(10));
}

#[test]
fn a_full_queue_says_busy() {
    let engine = open(
        &store(),
        frozen(),
        Config {
            queue_max: 3,
            ..Config::default()
        },
    );
    let (go, wait) = channel::<()>();
    let (started, running) = channel();
    let blocker = engine.query(CellId(1), move |_| {
        started.send(()).ok();
        wait.recv_timeout(LONG).ok();
    });
    running.recv_timeout(LONG).expect("the read runs");
    let waiting: Vec<_> = (0..3)
        .map(|_| engine.submit(CellId(1), Command::Add(1)))
        .collect();
    let refused = engine.submit(CellId(1), Command::Add(1)).wait();
    assert!(matches!(refused, Err(EngineError::Busy { .. })), "{refused:?}");
    assert_eq!(engine.health().queue_depth, 3);
    go.send(()).expect("the read waits");
    assert_eq!(blocker.wait(), Ok(()));
    let answers: Vec<_> = waiting.into_iter().map(|answer| answer.wait()).collect();
    assert_eq!(answers, [Ok(done(1, 1)), Ok(done(2, 2)), Ok(done(3, 3))]);
}

#[test]
fn content_is_stored_beside_its_event() {
    let engine = fresh();
    send(&engine, 4, Command::Note("good morning")).expect("an answer");
    let (_, _, _, Event::Noted(key)) = history(&engine)[0] else {
        panic!("a note was written")
    };
    let content = engine.reader().content(4, key).expect("the tables are sound");
    assert_eq!(content.as_deref(), Some("good morning".as_bytes()));
}

/// The same commands with the same stamps give the same history, however they are cut into shards and batches.
#[test]
fn same_seed_same_history() {
    let story = |seed, shards, batch_max| {
        let config = Config {
            seed,
            shards,
            batch_max,
            ..Config::default()
        };
        let engine = open(&store(), frozen(), config);
        for round in 0..20u64 {
            let commands = (0..40u64).map(|n| match (n + round) % 4 {
                0 => (n % 13, Command::Add(n as i64)),
                1 => (
                    n % 13,
                    Command::After(Millis::new(n * 1_000 * round % 977_000), 5),
                ),
                2 => (n % 13, Command::Draw),
                _ => (n % 13, Command::Take(30)),
            });
            let pending: Vec<_> = commands
                .map(|(cell, command)| engine.submit(CellId(cell), command))
                .collect();
            for answer in pending {
                answer.wait().expect("an answer");
            }
            engine.advance_by(Millis::minutes(3)).expect("a virtual clock");
        }
        check_replay(&engine);
        history(&engine)
    };
    let one = story(1, 1, 4_096);
    assert!(one.len() > 600, "{}", one.len());
    assert!(one.is_sorted_by_key(|(at, cell, sequence, _)| (*at, *cell, *sequence)));
    assert!(one == story(1, 4, 4_096), "4 shards");
    assert!(one == story(1, 3, 1), "3 shards, one command a batch");
    assert!(one != story(2, 1, 4_096), "another seed");
}

/// Everybody who waits is answered, also at the end.
#[test]
fn shutdown_answers_everybody() {
    let engine = open(
        &store(),
        frozen(),
        Config {
            batch_max: 2,
            ..Config::default()
        },
    );
    let waiting: Vec<_> = (0..1_000)
        .map(|n| engine.submit(CellId(n % 7), Command::Add(1)))
        .collect();
    engine.shutdown();
    assert!(waiting.into_iter().all(|answer| answer.wait().is_ok()));
    assert_eq!(history_len(&engine), 1_000);
}

fn history_len(engine: &crate::Engine<super::Toy>) -> usize {
    history(engine).len()
}
