//! Deadlines, the clock, and advancing it.

use std::sync::mpsc::channel;

use decider::{CellId, Millis, Timestamp};
use ledger::{Fault, FaultyLedger, MemoryLedger, MemoryStore, Script};

use super::toy::{Answer, Command, Event, Toy, Trap};
use super::{LONG, START, balance, check_replay, done, fresh, frozen, history, insist, open, send, store};
use crate::{AdvanceError, Clock, Config, Engine, EngineError, OpenError};

fn after(seconds: u64, amount: i64) -> Command {
    Command::After(Millis::seconds(seconds), amount)
}

fn at(seconds: u64) -> Timestamp {
    START + Millis::seconds(seconds)
}

#[test]
fn an_advance_runs_deadlines_in_order_of_time_and_cell() {
    for shards in [1, 4] {
        let engine = open(
            &store(),
            frozen(),
            Config {
                shards,
                ..Config::default()
            },
        );
        for (cell, seconds) in [(3, 60), (1, 60), (2, 30), (1, 7 * 86_400), (9, 90_000)] {
            send(&engine, cell, after(seconds, 1)).expect("an answer");
        }
        assert_eq!(engine.next_deadline(), Some(at(30)));
        let advanced = engine.advance(at(8 * 86_400)).expect("a virtual clock");
        assert_eq!(advanced.now, at(8 * 86_400));
        assert_eq!(engine.next_deadline(), None);
        let fired = history(&engine)
            .into_iter()
            .filter(|row| matches!(row.3, Event::Fired { .. }));
        let fired: Vec<_> = fired.map(|(at, cell, ..)| (at / 1_000, cell)).collect();
        assert_eq!(
            fired,
            [(30, 2), (60, 1), (60, 3), (90_000, 9), (604_800, 1)],
            "{shards} shards"
        );
        assert_eq!(balance(&engine, 1), Ok(2));
        check_replay(&engine);
    }
}

#[test]
fn the_clock_steps_from_deadline_to_deadline() {
    let engine = fresh();
    for (cell, seconds) in [(1, 10), (2, 10), (3, 25)] {
        send(&engine, cell, after(seconds, 1)).expect("an answer");
    }
    let steps = [(10, 2), (25, 1), (40, 0), (40, 0)];
    let mut events = history(&engine).len();
    for (now, fired) in steps {
        assert_eq!(engine.advance_to_next(at(40)).map(|a| a.now), Ok(at(now)));
        assert_eq!(history(&engine).len() - events, fired, "at {now} s");
        events += fired;
    }
}

/// A timer set by a command that is due at once fires before the next command of its cell, whatever else waits.
#[test]
fn what_is_due_comes_before_the_next_command() {
    let engine = fresh();
    let first = engine.submit(CellId(1), after(0, 50));
    let second = engine.submit(CellId(1), Command::Take(50));
    first.wait().expect("an answer");
    assert_eq!(second.wait(), Ok(done(0, 3)));
}

#[test]
fn commands_wait_for_an_advance_and_get_its_target() {
    let engine = fresh();
    let (go, wait) = channel::<()>();
    let (started, running) = channel();
    let blocker = engine.query(CellId(1), move |_| {
        started.send(()).ok();
        wait.recv_timeout(LONG).ok();
    });
    running.recv_timeout(LONG).expect("the read runs");
    let advancing = {
        let engine = engine.clone();
        std::thread::spawn(move || engine.advance(at(100)))
    };
    while engine.clock().hold_count() == 0 {
        std::thread::yield_now();
    }
    go.send(()).expect("the read waits");
    blocker.wait().expect("an answer");
    assert_eq!(advancing.join().expect("no panic").map(|a| a.now), Ok(at(100)));
    send(&engine, 1, Command::Add(1)).expect("an answer");
    assert_eq!(history(&engine)[0].0, 100_000);
}

#[test]
fn a_cell_whose_tick_misbehaves_is_stopped() {
    let rows = [
        (Trap::NoEvent, "yielded no event"),
        (Trap::DeadlineStays, "left a deadline"),
        (Trap::TickPanics, "tick was told to"),
    ];
    for (trap, expected) in rows {
        let store = store();
        let engine = open(&store, frozen(), Config::default());
        send(&engine, 1, Command::SetTrap(Millis::MINUTE, trap)).expect("an answer");
        send(&engine, 2, after(60, 1)).expect("an answer");
        engine.advance(at(120)).expect("the others go on");
        assert_eq!(balance(&engine, 2), Ok(1), "{trap:?}: the neighbour");
        let refused = send(&engine, 1, Command::Add(1));
        let Err(EngineError::CellStopped { reason }) = refused else {
            panic!("{trap:?}: {refused:?}")
        };
        assert!(reason.contains(expected), "{trap:?}: {reason}");
        assert_eq!(
            engine.health().stopped.keys().copied().collect::<Vec<_>>(),
            [CellId(1)]
        );
        assert_eq!(
            history(&engine).len(),
            3,
            "{trap:?}: nothing of the tick is stored"
        );
        assert_eq!(
            engine.snapshot_now(),
            Ok(()),
            "{trap:?}: a stopped cell is no mismatch"
        );
    }
}

#[test]
fn with_speed_deadlines_fire_by_themselves() {
    let clock = frozen();
    let engine = open(&store(), clock.clone(), Config::default());
    let mut subscription = engine.subscribe("watch").expect("the tables are sound");
    send(&engine, 1, after(3_600, 1)).expect("an answer");
    clock.resume(1_000_000.0);
    let mut seen = 0;
    while seen < 2 {
        seen += subscription.next_batch(10, LONG).expect("the engine runs").len();
    }
    clock.freeze();
    assert!(clock.now() >= at(3_600));
    assert_eq!(
        history(&engine)[1].0,
        3_600_000,
        "stamped with the instant at which it was due"
    );
}

/// What is due is handled with its own stamp after a restart too, and a cell's stamps never go backwards.
#[test]
fn overdue_deadlines_are_handled_after_a_restart() {
    let store = store();
    let engine = open(&store, frozen(), Config::default());
    send(&engine, 1, after(10, 5)).expect("an answer");
    engine.shutdown();
    let engine = open(&store, Clock::virtual_at(at(1_000), 0.0), Config::default());
    assert_eq!(send(&engine, 1, Command::Add(1)), Ok(done(6, 3)));
    let stamps: Vec<_> = history(&engine).into_iter().map(|row| row.0).collect();
    assert_eq!(stamps, [0, 10_000, 1_000_000]);
}

#[test]
fn a_deadline_that_is_not_stored_holds_the_clock() {
    for (fault, error) in [
        (Fault::Full, EngineError::Full),
        (Fault::NotStored, EngineError::Unavailable),
    ] {
        let script = Script::at(1, fault);
        let ledger = FaultyLedger::new(MemoryLedger::open(store()), script);
        let engine: Engine<Toy> =
            Engine::open(Box::new(ledger), frozen(), Config::default()).expect("the ledger is sound");
        send(&engine, 1, after(10, 5)).expect("an answer");
        assert_eq!(engine.advance(at(60)), Err(AdvanceError::Engine(error)));
        assert!(engine.clock().now() < at(10));
        assert_eq!(engine.advance(at(60)).map(|a| a.now), Ok(at(60)));
        assert_eq!(balance(&engine, 1), Ok(5));
        check_replay(&engine);
    }
}

#[test]
fn the_system_clock_is_not_advanced_and_tolerates_a_little_future() {
    let ahead = |by: Millis| -> Result<Engine<Toy>, OpenError> {
        let store: MemoryStore = store();
        let future = Clock::virtual_at(Clock::system().now() + by, 0.0);
        let engine = open(
            &store,
            future,
            Config {
                snapshot_on_shutdown: false,
                ..Config::default()
            },
        );
        insist(&engine, 1, &Command::Add(1));
        engine.shutdown();
        Engine::open(
            Box::new(MemoryLedger::open(store)),
            Clock::system(),
            Config::default(),
        )
    };
    let engine = ahead(Millis::minutes(9)).expect("nine minutes are tolerated");
    assert_eq!(engine.advance_by(Millis::DAY), Err(AdvanceError::NotVirtual));
    assert_eq!(
        send(&engine, 1, Command::Add(1)),
        Ok(Answer::Done { balance: 2, count: 2 })
    );
    let stamps: Vec<_> = history(&engine).into_iter().map(|row| row.0).collect();
    assert!(stamps[1] >= stamps[0], "never stamps backwards");
    assert!(matches!(
        ahead(Millis::minutes(11)),
        Err(OpenError::LedgerAhead { .. })
    ));
}

#[test]
fn a_virtual_clock_runs_freezes_and_never_goes_back() {
    let clock = Clock::virtual_at(START, 0.0);
    assert_eq!(
        (clock.now(), clock.speed(), clock.is_virtual()),
        (START, 0.0, true)
    );
    clock.resume(1e6);
    while clock.now() < START + Millis::HOUR {
        std::thread::yield_now();
    }
    clock.freeze();
    let frozen = clock.now();
    assert_eq!(clock.now(), frozen);
    clock.raise(START);
    assert_eq!(clock.now(), frozen, "raised to the past");
    clock.resume(f64::NAN);
    assert_eq!(clock.speed(), 0.0);
}
