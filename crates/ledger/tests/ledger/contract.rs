//! The contract on every backend.

use ledger::suite::{self, PARTITIONS};
use ledger::{Ledger, MemoryLedger, MemoryStore, SegmentLedger};

use crate::support::options;

#[test]
fn memory_keeps_the_contract() {
    suite::run(&mut || {
        let store = MemoryStore::new(PARTITIONS).unwrap();
        Box::new(move || Box::new(MemoryLedger::open(store.clone())) as Box<dyn Ledger>)
    });
}

#[test]
fn segments_keep_the_contract() {
    suite::run(&mut || {
        let dir = tempfile::tempdir().unwrap();
        Box::new(move || Box::new(SegmentLedger::open(dir.path(), options()).unwrap()) as Box<dyn Ledger>)
    });
}
