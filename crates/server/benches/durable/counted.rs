//! A ledger that counts what is written to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ledger::segments::SegmentLedger;
use ledger::{Appended, Commit, Head, Ledger, LedgerError, LedgerReader, Partition, Position, Tables};

/// Bytes that the log puts around a commit and around a frame.
const BLOCK_BYTES: u64 = 40;
const FRAME_BYTES: u64 = 42;
const ALIGNMENT: u64 = 8;

#[derive(Default)]
pub(crate) struct Counts {
    commits: AtomicU64,
    bytes: AtomicU64,
}

#[derive(Clone, Copy)]
pub(crate) struct Written {
    pub(crate) commits: u64,
    pub(crate) bytes: u64,
}

impl Counts {
    pub(crate) fn get(&self) -> Written {
        let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Written {
            commits: get(&self.commits),
            bytes: get(&self.bytes),
        }
    }
}

/// The ledger on disk, counted.
pub(crate) struct Counted {
    inner: SegmentLedger,
    counts: Arc<Counts>,
}

impl Counted {
    pub(crate) fn new(inner: SegmentLedger, counts: Arc<Counts>) -> Self {
        Counted { inner, counts }
    }
}

impl Ledger for Counted {
    fn commit(&mut self, commit: &Commit) -> Vec<Appended> {
        let frames = commit
            .frames
            .iter()
            .map(|append| FRAME_BYTES + append.payload.len() as u64);
        let bytes = (BLOCK_BYTES + frames.sum::<u64>()).next_multiple_of(ALIGNMENT);
        self.counts.commits.fetch_add(1, Ordering::Relaxed);
        self.counts.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.inner.commit(commit)
    }

    fn partitions(&self) -> u16 {
        self.inner.partitions()
    }

    fn head(&self, partition: Partition) -> Head {
        self.inner.head(partition)
    }

    fn reopen(&mut self) -> Result<(), LedgerError> {
        self.inner.reopen()
    }

    fn reader(&self) -> Arc<dyn LedgerReader> {
        self.inner.reader()
    }

    fn tables(&self) -> Arc<Tables> {
        self.inner.tables()
    }

    fn put_snapshot(&mut self, partition: Partition, at: Position, bytes: &[u8]) -> Result<(), LedgerError> {
        self.inner.put_snapshot(partition, at, bytes)
    }

    fn trim(&mut self, partition: Partition, position: Position) -> Result<(), LedgerError> {
        self.inner.trim(partition, position)
    }

    fn drop_older_snapshots(&mut self, partition: Partition, at: Position) -> Result<(), LedgerError> {
        self.inner.drop_older_snapshots(partition, at)
    }

    fn begin_file(&mut self, before_ms: u64) -> Result<(), LedgerError> {
        self.inner.begin_file(before_ms)
    }
}
