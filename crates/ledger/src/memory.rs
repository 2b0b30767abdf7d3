//! The ledger in memory: for tests and `--ephemeral`.
//!
//! Promises: the same contract as a ledger on disk, except that it ends with its [`MemoryStore`]. A store may be
//! opened again ("restarted"), also while another ledger is open on it: the expected position keeps them apart.
//! Must not know: files.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Appended, Commit, Frame, Head, Ledger, LedgerError, LedgerReader, Partition, Position, Tables};

/// Frames handed to a reader under one lock.
const BATCH: usize = 64;

/// What outlives a [`MemoryLedger`]. Cloning gives another handle to the same store.
#[derive(Clone)]
pub struct MemoryStore {
    partitions: Arc<[Mutex<Stored>]>,
    tables: Arc<Tables>,
    /// Serialises commits, whichever ledger they come through; holds the number of commits.
    commits: Arc<Mutex<u64>>,
}

/// The stamp and the payload of a frame.
type Kept = (u64, Arc<[u8]>);

#[derive(Default)]
struct Stored {
    head: Head,
    first: u64,
    frames: Vec<Kept>,
    snapshots: Vec<(Position, Arc<[u8]>)>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new(partitions: u16) -> Result<MemoryStore, LedgerError> {
        Ok(MemoryStore {
            partitions: (0..partitions).map(|_| Mutex::default()).collect(),
            tables: Arc::new(Tables::in_memory()?),
            commits: Arc::default(),
        })
    }

    /// The same, whose partitions begin at `heads`: as if what was before had been trimmed.
    fn starting_at(heads: &[Head]) -> Result<MemoryStore, LedgerError> {
        let begun = |head: &Head| {
            Mutex::new(Stored {
                head: *head,
                first: head.position.0,
                ..Stored::default()
            })
        };
        Ok(MemoryStore {
            partitions: heads.iter().map(begun).collect(),
            ..MemoryStore::new(0)?
        })
    }

    fn stored(&self, partition: Partition) -> MutexGuard<'_, Stored> {
        locked(&self.partitions[usize::from(partition.0)])
    }
}

/// The writing half over a [`MemoryStore`].
pub struct MemoryLedger {
    store: MemoryStore,
}

impl MemoryLedger {
    /// A ledger over a store of its own.
    pub fn new(partitions: u16) -> Result<MemoryLedger, LedgerError> {
        MemoryStore::new(partitions).map(MemoryLedger::open)
    }

    /// An empty ledger whose partitions begin at `heads`: for what a whole ledger in one file holds.
    pub(crate) fn starting_at(heads: &[Head]) -> Result<MemoryLedger, LedgerError> {
        MemoryStore::starting_at(heads).map(MemoryLedger::open)
    }

    /// A ledger over what is in `store`.
    pub fn open(store: MemoryStore) -> MemoryLedger {
        MemoryLedger { store }
    }

    /// The store, to be opened again after this ledger is gone.
    pub fn store(&self) -> MemoryStore {
        self.store.clone()
    }
}

impl Ledger for MemoryLedger {
    fn partitions(&self) -> u16 {
        self.store.partitions.len() as u16
    }

    fn head(&self, partition: Partition) -> Head {
        self.store.stored(partition).head
    }

    fn commit(&mut self, commit: &Commit) -> Vec<Appended> {
        let mut commits = locked(&self.store.commits);
        if let Some(refused) = conflicts(commit, |partition| self.store.stored(partition).head.position) {
            return refused;
        }
        if !commit.content.is_empty()
            && let Err(error) = self.store.tables.put_content(*commits + 1, &commit.content)
        {
            let full = matches!(error, LedgerError::Full);
            return vec![Appended::NotStored { full }; commit.frames.len()];
        }
        *commits += 1;
        // All or nothing for readers of several partitions too: every partition is locked before the first changes.
        let mut touched: Vec<_> = commit
            .frames
            .iter()
            .map(|append| (append, self.store.stored(append.partition)))
            .collect();
        for (append, stored) in &mut touched {
            stored.head = stored.head.after(append.stamped_ms, &append.payload);
            stored
                .frames
                .push((append.stamped_ms, append.payload.as_slice().into()));
        }
        vec![Appended::Stored; commit.frames.len()]
    }

    fn reopen(&mut self) -> Result<(), LedgerError> {
        Ok(())
    }

    fn reader(&self) -> Arc<dyn LedgerReader> {
        Arc::new(self.store.clone())
    }

    fn tables(&self) -> Arc<Tables> {
        Arc::clone(&self.store.tables)
    }

    fn put_snapshot(
        &mut self,
        partition: Partition,
        position: Position,
        bytes: &[u8],
    ) -> Result<(), LedgerError> {
        let mut stored = self.store.stored(partition);
        check_snapshot(position, stored.head)?;
        stored.snapshots.retain(|(kept, _)| *kept != position);
        stored.snapshots.push((position, bytes.into()));
        stored
            .snapshots
            .sort_by_key(|(position, _)| std::cmp::Reverse(*position));
        stored.snapshots.truncate(2);
        Ok(())
    }

    fn trim(&mut self, partition: Partition, position: Position) -> Result<(), LedgerError> {
        let mut stored = self.store.stored(partition);
        let until = position.min(stored.head.position).0;
        let dropped = until.saturating_sub(stored.first);
        stored.frames.drain(..dropped as usize);
        stored.first += dropped;
        Ok(())
    }

    fn drop_older_snapshots(&mut self, partition: Partition, position: Position) -> Result<(), LedgerError> {
        let mut stored = self.store.stored(partition);
        if stored
            .snapshots
            .first()
            .is_some_and(|(newest, _)| *newest == position)
        {
            stored.snapshots.truncate(1);
        }
        Ok(())
    }

    /// There are no files.
    fn begin_file(&mut self, _before_ms: u64) -> Result<(), LedgerError> {
        Ok(())
    }
}

impl LedgerReader for MemoryStore {
    fn partitions(&self) -> u16 {
        self.partitions.len() as u16
    }

    fn head(&self, partition: Partition) -> Head {
        self.stored(partition).head
    }

    fn first(&self, partition: Partition) -> Position {
        Position(self.stored(partition).first)
    }

    fn read(
        &self,
        partition: Partition,
        from: Position,
        visit: &mut dyn FnMut(&Frame) -> bool,
    ) -> Result<(), LedgerError> {
        let mut frame = Frame {
            position: from,
            stamped_ms: 0,
            payload: Vec::new(),
        };
        loop {
            let batch = self.batch(partition, frame.position)?;
            if batch.is_empty() {
                return Ok(());
            }
            for (stamped_ms, payload) in batch {
                frame.stamped_ms = stamped_ms;
                frame.payload.clear();
                frame.payload.extend_from_slice(&payload);
                if !visit(&frame) {
                    return Ok(());
                }
                frame.position.0 += 1;
            }
        }
    }

    fn snapshots(&self, partition: Partition) -> Result<Vec<(Position, Vec<u8>)>, LedgerError> {
        let stored = self.stored(partition);
        Ok(stored
            .snapshots
            .iter()
            .map(|(position, bytes)| (*position, bytes.to_vec()))
            .collect())
    }

    fn content(&self, cell: u64, key: u64) -> Result<Option<Vec<u8>>, LedgerError> {
        self.tables.content(cell, key)
    }

    fn tables(&self) -> Arc<Tables> {
        Arc::clone(&self.tables)
    }
}

impl MemoryStore {
    /// The next frames from `from` on; taken out under the lock, visited without it.
    fn batch(&self, partition: Partition, from: Position) -> Result<Vec<Kept>, LedgerError> {
        let stored = self.stored(partition);
        let Some(skip) = from.0.checked_sub(stored.first) else {
            return Err(LedgerError::Trimmed {
                partition: partition.0,
                first: stored.first,
            });
        };
        Ok(stored
            .frames
            .iter()
            .skip(skip as usize)
            .take(BATCH)
            .cloned()
            .collect())
    }
}

/// The answers to a commit that does not fit the heads, or `None` if all of it does. Shared by the backends.
/// A commit with two frames of one partition breaks the contract: the second is refused as a conflict.
pub(crate) fn conflicts(commit: &Commit, head: impl Fn(Partition) -> Position) -> Option<Vec<Appended>> {
    let answer = |(index, append): (usize, &crate::Append)| {
        let before = commit.frames[..index]
            .iter()
            .filter(|other| other.partition == append.partition)
            .count();
        match head(append.partition) {
            found if before == 0 && found == append.expected => Appended::NotStored { full: false },
            head => Appended::Conflict { head },
        }
    };
    let answers: Vec<_> = commit.frames.iter().enumerate().map(answer).collect();
    answers
        .iter()
        .any(|answer| matches!(answer, Appended::Conflict { .. }))
        .then_some(answers)
}

/// A snapshot folds frames that are there.
pub(crate) fn check_snapshot(position: Position, head: Head) -> Result<(), LedgerError> {
    if position <= head.position {
        return Ok(());
    }
    let what = format!(
        "the snapshot is of {} frames, but there are {}",
        position.0, head.position.0
    );
    let source = std::io::Error::new(std::io::ErrorKind::InvalidInput, what);
    Err(LedgerError::Io {
        doing: "storing a snapshot".into(),
        source,
    })
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that runs under these locks leaves them half changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
