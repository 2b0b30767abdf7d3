//! How far each partition is durable, for whoever follows the ledger.
//!
//! Promises: a position shown here can be read back. Waiting costs the writer one lock a commit.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use ledger::{LedgerReader, Partition, Position};
use tokio::sync::Notify;

pub(crate) struct Durable {
    heads: Vec<AtomicU64>,
    moves: Mutex<Moves>,
    moved: Condvar,
    notify: Notify,
}

#[derive(Default)]
struct Moves {
    count: u64,
    closed: bool,
}

impl Durable {
    pub(crate) fn new(reader: &dyn LedgerReader) -> Self {
        let head = |partition| AtomicU64::new(reader.head(Partition(partition)).position.0);
        Durable {
            heads: (0..reader.partitions()).map(head).collect(),
            moves: Mutex::default(),
            moved: Condvar::new(),
            notify: Notify::new(),
        }
    }

    pub(crate) fn head(&self, partition: Partition) -> Position {
        let head = self.heads.get(usize::from(partition.0));
        Position(head.map_or(0, |head| head.load(Ordering::Acquire)))
    }

    pub(crate) fn heads(&self) -> Vec<Position> {
        self.heads
            .iter()
            .map(|head| Position(head.load(Ordering::Acquire)))
            .collect()
    }

    /// Sets where `partition` ends now; [`Durable::announce`] tells the others.
    pub(crate) fn set(&self, partition: Partition, head: Position) {
        if let Some(slot) = self.heads.get(usize::from(partition.0)) {
            slot.store(head.0, Ordering::Release);
        }
    }

    pub(crate) fn announce(&self) {
        self.change(|moves| moves.count += 1);
    }

    /// Nothing will become durable any more: whoever waits is let go.
    pub(crate) fn close(&self) {
        self.change(|moves| moves.closed = true);
    }

    fn change(&self, change: impl FnOnce(&mut Moves)) {
        change(&mut self.moves.lock().unwrap_or_else(PoisonError::into_inner));
        self.moved.notify_all();
        self.notify.notify_waiters();
    }

    /// A number that grows with every announcement; take it before looking at the heads.
    pub(crate) fn count(&self) -> u64 {
        self.moves.lock().unwrap_or_else(PoisonError::into_inner).count
    }

    /// Waits until something was announced after `seen`, the engine stopped, or `patience` ran out.
    /// `false` if the engine stopped.
    pub(crate) fn wait(&self, seen: u64, patience: Duration) -> bool {
        let moves = self.moves.lock().unwrap_or_else(PoisonError::into_inner);
        let still = |moves: &mut Moves| moves.count == seen && !moves.closed;
        let waited = self.moved.wait_timeout_while(moves, patience, still);
        !waited.unwrap_or_else(PoisonError::into_inner).0.closed
    }

    /// Lets `time` pass; `false`, and early, if the engine stopped.
    pub(crate) fn rest(&self, time: Duration) -> bool {
        let moves = self.moves.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.moved.wait_timeout_while(moves, time, |moves| !moves.closed);
        !waited.unwrap_or_else(PoisonError::into_inner).0.closed
    }

    /// Like [`Durable::wait`] for an async task, without patience.
    pub(crate) async fn wait_async(&self, seen: u64) -> bool {
        loop {
            let notified = self.notify.notified();
            {
                let moves = self.moves.lock().unwrap_or_else(PoisonError::into_inner);
                if moves.closed || moves.count != seen {
                    return !moves.closed;
                }
            }
            notified.await;
        }
    }
}
