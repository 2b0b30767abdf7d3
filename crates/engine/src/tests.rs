//! Tests of the engine, run over the ledger in memory with a toy decider.

mod deciding;
mod toy;

use decider::{CellId, Timestamp};
use ledger::{MemoryLedger, MemoryStore};

use self::toy::{Answer, Command, Toy};
use crate::{Clock, Config, Engine};

/// The instant at which every story starts.
const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn frozen() -> Clock {
    Clock::virtual_at(START, 0.0)
}

fn open(store: &MemoryStore, clock: Clock, config: Config) -> Engine<Toy> {
    Engine::open(Box::new(MemoryLedger::open(store.clone())), clock, config).expect("the ledger is sound")
}

fn store() -> MemoryStore {
    MemoryStore::new(8).expect("memory is there")
}

fn done(balance: i64, count: u64) -> Answer {
    Answer::Done { balance, count }
}

/// Live state and ledger agree.
fn check_replay(engine: &Engine<Toy>) {
    let live = engine.digests().expect("the engine runs");
    let replayed = crate::replay::<Toy>(engine.reader().as_ref()).expect("the ledger is sound");
    assert_eq!(live, replayed, "live state and replay");
}

fn add(engine: &Engine<Toy>, cell: u64, amount: i64) -> Answer {
    engine
        .submit(CellId(cell), Command::Add(amount))
        .wait()
        .expect("an answer")
}
