//! Tests of the engine, run over the ledger in memory with a toy decider.

mod codec;
mod deciding;
mod faults;
mod following;
mod snapshotting;
mod time;
mod toy;

use std::time::Duration;

use decider::{CellId, Timestamp};
use ledger::{MemoryLedger, MemoryStore};

use self::toy::{Answer, Command, Event, Toy};
use crate::{Clock, Config, Engine, EngineError, HistoryRange};

/// The instant at which every story starts.
const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);
/// Longer than anything here takes; a test that waits so long has failed.
const LONG: Duration = Duration::from_secs(20);

fn frozen() -> Clock {
    Clock::virtual_at(START, 0.0)
}

fn store() -> MemoryStore {
    MemoryStore::new(8).expect("memory is there")
}

fn open(store: &MemoryStore, clock: Clock, config: Config) -> Engine<Toy> {
    Engine::open(Box::new(MemoryLedger::open(store.clone())), clock, config).expect("the ledger is sound")
}

fn fresh() -> Engine<Toy> {
    open(&store(), frozen(), Config::default())
}

fn done(balance: i64, count: u64) -> Answer {
    Answer::Done { balance, count }
}

fn send(engine: &Engine<Toy>, cell: u64, command: Command) -> Result<Answer, EngineError> {
    engine.submit(CellId(cell), command).wait()
}

/// Sends until the engine is well again.
fn insist(engine: &Engine<Toy>, cell: u64, command: &Command) -> Answer {
    for _ in 0..10_000_000 {
        match send(engine, cell, command.clone()) {
            Ok(answer) => return answer,
            Err(error) => assert!(error.retryable(), "{error}"),
        }
        std::thread::yield_now();
    }
    panic!("the engine does not come round");
}

fn balance(engine: &Engine<Toy>, cell: u64) -> Result<i64, EngineError> {
    engine.query(CellId(cell), |account| account.balance).wait()
}

/// The whole history: (milliseconds since the start, cell, sequence, event).
fn history(engine: &Engine<Toy>) -> Vec<(u64, u64, u64, Event)> {
    let all = engine
        .history(HistoryRange::default())
        .expect("the ledger is sound");
    let row = |recorded: crate::Recorded<Toy>| {
        (
            recorded.at.since(START).get(),
            recorded.cell.0,
            recorded.sequence,
            recorded.event,
        )
    };
    all.map(|recorded| row(recorded.expect("the ledger is sound")))
        .collect()
}

/// Live state and ledger agree.
fn check_replay(engine: &Engine<Toy>) {
    let live = engine.digests().expect("the engine runs");
    let replayed = crate::replay::<Toy>(engine.reader().as_ref()).expect("the ledger is sound");
    assert_eq!(live, replayed, "live state and replay");
}
