//! Subscriptions, reactors and the history.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use decider::{CellId, Millis};

use super::toy::{Command, Event, Toy};
use super::{LONG, START, frozen, history, open, send, store};
use crate::{Alarm, Config, Engine, HistoryRange, OutboxRow, Reactor, Recorded, Subscription};

type Seen = Vec<(u64, u64)>;

fn take(subscription: &mut Subscription<Toy>, max: usize) -> Seen {
    let events = subscription
        .next_batch(max, Duration::from_millis(50))
        .expect("the engine runs");
    events
        .iter()
        .map(|event| (event.cell.0, event.sequence))
        .collect()
}

fn take_all(subscription: &mut Subscription<Toy>) -> Seen {
    let mut seen = take(subscription, 100);
    loop {
        let more = take(subscription, 100);
        if more.is_empty() {
            return seen;
        }
        seen.extend(more);
    }
}

fn fill(engine: &Engine<Toy>, rounds: u64) {
    for n in 0..rounds {
        engine
            .submit_all(CellId(n % 6), vec![Command::Add(1), Command::Add(2)])
            .wait()
            .expect("an answer");
    }
}

fn sorted(mut seen: Seen) -> Seen {
    seen.sort_unstable();
    seen
}

/// Every event once, in order within its cell, in pieces that cut frames, over a restart.
#[test]
fn a_subscription_goes_on_where_it_was_committed() {
    let store = store();
    let engine = open(&store, frozen(), Config::default());
    fill(&engine, 30);
    let mut subscription = engine.subscribe("mail").expect("the tables are sound");
    let mut seen = Vec::new();
    for _ in 0..7 {
        seen.extend(take(&mut subscription, 3));
    }
    assert_eq!(seen.len(), 21);
    subscription.commit(&[]).expect("the tables are sound");
    let uncommitted = take(&mut subscription, 5);
    engine.shutdown();

    let engine = open(&store, frozen(), Config::default());
    let mut subscription = engine.subscribe("mail").expect("the tables are sound");
    let rest = take_all(&mut subscription);
    assert!(
        uncommitted.iter().all(|event| rest.contains(event)),
        "what was not committed comes again"
    );
    seen.extend(rest);
    let mut next: BTreeMap<u64, u64> = BTreeMap::new();
    for (cell, sequence) in &seen {
        assert_eq!(
            *next.entry(*cell).and_modify(|n| *n += 1).or_default(),
            *sequence,
            "cell {cell}"
        );
    }
    assert_eq!(seen.len(), 60);
    let other = sorted(take_all(
        &mut engine.subscribe("other").expect("the tables are sound"),
    ));
    assert_eq!(other, sorted(seen), "another name begins at the beginning");
}

/// A watch sees everything from the beginning, again in each process, and stores nothing.
#[test]
fn a_watch_has_no_cursor() {
    let store = store();
    for before in [0, 62] {
        let engine = open(&store, frozen(), Config::default());
        fill(&engine, 30);
        let mut watch = engine.watch();
        assert_eq!(take_all(&mut watch).len(), before + 60);
        watch.commit(&[]).expect("nothing to store");
        assert_eq!(engine.tables().cursors().expect("the tables are sound"), []);
        fill(&engine, 1);
        assert_eq!(take_all(&mut watch).len(), 2, "it goes on from where it was");
        engine.shutdown();
    }
}

/// Waits for a future that is woken by another thread.
fn wait<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}

#[test]
fn changes_are_told_until_the_engine_stops() {
    let engine = open(&store(), frozen(), Config::default());
    let mut changes = engine.changes();
    let waiting = std::thread::spawn(move || [wait(changes.next()), wait(changes.next())]);
    send(&engine, 1, Command::Add(1)).expect("an answer");
    while engine.health().commits_in_flight > 0 {
        std::thread::yield_now();
    }
    engine.shutdown();
    let told = waiting.join().expect("no panic");
    assert!(!told[1], "{told:?}");
    let mut late = engine.changes();
    assert!(!wait(late.next()), "nothing comes after the end");
}

#[test]
fn a_subscription_wakes_threads_and_tasks_and_ends_with_the_engine() {
    let engine = open(&store(), frozen(), Config::default());
    let mut subscription = engine.subscribe("thread").expect("the tables are sound");
    let waiting = std::thread::spawn(move || {
        let first = subscription.next_batch(10, LONG).map(|events| events.len());
        (first.ok(), subscription.next_batch(10, LONG).is_err())
    });
    send(&engine, 1, Command::Add(1)).expect("an answer");
    while engine.health().commits_in_flight > 0 {
        std::thread::yield_now();
    }
    engine.shutdown();
    assert_eq!(waiting.join().expect("no panic"), (Some(1), true));
}

/// One delivery an event, with an id made of cell and sequence.
fn deliver(events: &[Recorded<Toy>]) -> Vec<OutboxRow> {
    let row = |event: &Recorded<Toy>| OutboxRow {
        id: format!("{}/{}", event.cell.0, event.sequence),
        queue: "target".into(),
        created_ms: event.at.millis(),
        due_ms: event.at.millis(),
        payload: Vec::new(),
    };
    events.iter().map(row).collect()
}

fn outbox(engine: &Engine<Toy>) -> u64 {
    engine.tables().counts().expect("the tables are sound").pending
}

#[test]
fn reactors_put_each_event_out_once_over_restarts() {
    let store = store();
    for round in 1..=3 {
        let engine = open(&store, frozen(), Config::default());
        engine.spawn_reactor("webhooks", deliver).expect("a thread");
        fill(&engine, 20);
        // An advance waits for reactors that keep up.
        engine.advance_by(Millis::SECOND).expect("a virtual clock");
        assert_eq!(outbox(&engine), round * 40);
        if round == 2 {
            // As after a crash before the cursor was stored.
            engine.shutdown();
            engine
                .tables()
                .drop_cursors("webhooks")
                .expect("the tables are sound");
        }
    }
}

struct Shaky {
    panics_left: Arc<AtomicUsize>,
    seen: Arc<Mutex<Seen>>,
}

impl Reactor<Toy> for Shaky {
    fn react(&mut self, events: &[Recorded<Toy>]) -> Vec<OutboxRow> {
        if self.panics_left.load(Ordering::SeqCst) > 0 {
            self.panics_left.fetch_sub(1, Ordering::SeqCst);
            panic!("a reactor was told to");
        }
        self.seen
            .lock()
            .expect("no panic")
            .extend(events.iter().map(|event| (event.cell.0, event.sequence)));
        Vec::new()
    }
}

#[test]
fn a_reactor_that_panics_is_alarmed_and_gets_the_same_events_again() {
    let engine = open(&store(), frozen(), Config::default());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let reactor = Shaky {
        panics_left: Arc::new(AtomicUsize::new(2)),
        seen: Arc::clone(&seen),
    };
    engine.spawn_reactor("shaky", reactor).expect("a thread");
    fill(&engine, 5);
    engine.advance_by(Millis::SECOND).expect("a virtual clock");
    assert_eq!(seen.lock().expect("no panic").len(), 10);
    let alarm = Alarm::ReactorPanicked {
        name: "shaky".into(),
        message: "a reactor was told to".into(),
    };
    assert_eq!(engine.health().alarms, [alarm]);
}

/// A long advance stops at each slice for those who keep up, and goes on without those who do not.
#[test]
fn an_advance_waits_for_those_who_keep_up_but_not_for_ever() {
    let config = Config {
        keep_up_wait: Duration::from_millis(20),
        ..Config::default()
    };
    let engine = open(&store(), frozen(), config);
    let slow = engine.subscribe("slow").expect("the tables are sound");
    slow.keep_up(true);
    send(&engine, 1, Command::After(Millis::HOUR, 1)).expect("an answer");
    let advanced = engine.advance(START + Millis::DAY).expect("a virtual clock");
    assert_eq!(advanced.now, START + Millis::DAY);

    let engine = open(&store(), frozen(), Config::default());
    let late = Arc::new(AtomicBool::new(false));
    let (clock, watch) = (engine.clock().clone(), Arc::clone(&late));
    let reactor = move |events: &[Recorded<Toy>]| {
        let fired = events
            .iter()
            .filter(|event| matches!(event.event, Event::Fired { .. }));
        let behind = fired.map(|event| clock.now().since(event.at)).max();
        watch.fetch_or(
            behind.is_some_and(|behind| behind > Millis::hours(6)),
            Ordering::SeqCst,
        );
        Vec::new()
    };
    engine.spawn_reactor("prompt", reactor).expect("a thread");
    for hour in 1..100 {
        send(&engine, hour % 7, Command::After(Millis::hours(hour), 1)).expect("an answer");
    }
    engine.advance(START + Millis::days(5)).expect("a virtual clock");
    assert!(!late.load(Ordering::SeqCst), "a slice is six hours");
}

#[test]
fn the_history_is_ordered_and_cut_as_asked() {
    let engine = open(
        &store(),
        frozen(),
        Config {
            batch_max: 3,
            ..Config::default()
        },
    );
    for n in 0..60 {
        send(&engine, n % 9, Command::After(Millis::minutes(n * 7 % 50), 1)).expect("an answer");
        if n % 6 == 0 {
            engine.advance_by(Millis::minutes(2)).expect("a virtual clock");
        }
    }
    let whole = history(&engine);
    assert!(whole.is_sorted_by_key(|(at, cell, sequence, _)| (*at, *cell, *sequence)));
    let (from, to) = (Millis::minutes(4), Millis::minutes(11));
    let rows = [
        (vec![], None, None),
        (vec![CellId(2), CellId(5)], None, None),
        (vec![], Some(from), None),
        (vec![], Some(from), Some(to)),
        (vec![CellId(8)], None, Some(to)),
    ];
    for (cells, from, to) in rows {
        let range = HistoryRange {
            cells: cells.clone(),
            from: from.map(|span| START + span),
            to: to.map(|span| START + span),
            ..HistoryRange::default()
        };
        let part: Vec<_> = engine
            .history(range)
            .expect("the ledger is sound")
            .map(|event| event.expect("the ledger is sound"))
            .map(|event| {
                (
                    event.at.since(START).get(),
                    event.cell.0,
                    event.sequence,
                    event.event,
                )
            })
            .collect();
        let wanted = whole.iter().filter(|(at, cell, ..)| {
            (cells.is_empty() || cells.contains(&CellId(*cell)))
                && from.is_none_or(|from| *at >= from.get())
                && to.is_none_or(|to| *at < to.get())
        });
        assert_eq!(
            part,
            wanted.cloned().collect::<Vec<_>>(),
            "{cells:?} {from:?} {to:?}"
        );
        assert!(!part.is_empty());
    }
}

/// A reader who goes on from where the ledger ended sees every event once, whatever its time stamp.
#[test]
fn parts_between_heads_make_the_whole() {
    let engine = open(&store(), frozen(), Config::default());
    let mut ends = vec![Vec::new()];
    for n in 0..40 {
        send(&engine, n % 9, Command::After(Millis::minutes(n * 7 % 50), 1)).expect("an answer");
        if n % 10 == 0 {
            engine.advance_by(Millis::minutes(20)).expect("a virtual clock");
        }
        if n % 4 == 0 {
            ends.push(engine.heads());
        }
    }
    ends.push(engine.heads());
    let mut read = Vec::new();
    for part in ends.windows(2) {
        let range = HistoryRange {
            since: part[0].clone(),
            until: part[1].clone(),
            ..HistoryRange::default()
        };
        let events = engine.history(range).expect("the ledger is sound");
        let places = events.map(|event| event.map(|event| (event.at, event.cell, event.sequence)));
        let places: Vec<_> = places.map(|place| place.expect("the ledger is sound")).collect();
        assert!(!places.is_empty() && places.is_sorted());
        read.extend(places);
    }
    assert!(
        !read.is_sorted(),
        "a later part has earlier stamps: else nothing is tested"
    );
    read.sort_unstable();
    let whole = history(&engine);
    let whole: Vec<_> = whole
        .iter()
        .map(|(at, cell, sequence, _)| (START + Millis::new(*at), CellId(*cell), *sequence))
        .collect();
    assert_eq!(read, whole);
}
