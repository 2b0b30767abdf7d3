//! A ledger that fails on purpose: chosen commits end badly, by a script.
//!
//! Promises: what a fault's name says is what happens to the store below; between faults the ledger below answers.
//! After an `Unknown` the contract holds: every commit is `NotStored` until [`Ledger::reopen`].
//! Must not know: which backend is below.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::{Appended, Commit, Head, Ledger, LedgerError, LedgerReader, Partition, Position, Tables};

/// How a commit ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `NotStored { full: false }`; nothing is stored.
    NotStored,
    /// `NotStored { full: true }`; nothing is stored.
    Full,
    /// The first frame is answered `Conflict` with a head one further, the others `NotStored`; nothing is stored.
    Conflict,
    /// `Unknown`; all of it is stored.
    UnknownStored,
    /// `Unknown`; nothing is stored.
    UnknownLost,
}

/// The faults to come and the count of commits so far. Clones share both.
#[derive(Clone, Debug, Default)]
pub struct Script {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    faults: BTreeMap<u64, Fault>,
    commits: u64,
    reopen_failures: u32,
}

impl Script {
    /// A script in which the `n`-th commit (from 0; those refused before a `reopen` are not counted) ends with `fault`.
    pub fn at(n: u64, fault: Fault) -> Script {
        let script = Script::default();
        script.add(n, fault);
        script
    }

    /// Also fails the `n`-th commit.
    pub fn add(&self, n: u64, fault: Fault) {
        self.with(|state| state.faults.insert(n, fault));
    }

    /// Makes the next `count` calls of [`Ledger::reopen`] fail.
    pub fn fail_reopen(&self, count: u32) {
        self.with(|state| state.reopen_failures = count);
    }

    /// Commits seen so far, failed ones included.
    pub fn commits(&self) -> u64 {
        self.with(|state| state.commits)
    }

    /// Faults that have not happened yet.
    pub fn left(&self) -> usize {
        self.with(|state| state.faults.len())
    }

    fn next(&self) -> Option<Fault> {
        self.with(|state| {
            state.commits += 1;
            state.faults.remove(&(state.commits - 1))
        })
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Any ledger, with faults.
pub struct FaultyLedger<L> {
    inner: L,
    script: Script,
    unknown: bool,
}

impl<L: Ledger> FaultyLedger<L> {
    /// `inner`, failing as `script` says.
    pub fn new(inner: L, script: Script) -> Self {
        FaultyLedger {
            inner,
            script,
            unknown: false,
        }
    }
}

impl<L: Ledger> Ledger for FaultyLedger<L> {
    fn partitions(&self) -> u16 {
        self.inner.partitions()
    }

    fn head(&self, partition: Partition) -> Head {
        self.inner.head(partition)
    }

    fn commit(&mut self, commit: &Commit) -> Vec<Appended> {
        let all = |answer| vec![answer; commit.frames.len()];
        if self.unknown {
            return all(Appended::NotStored { full: false });
        }
        match self.script.next() {
            None => self.inner.commit(commit),
            Some(Fault::NotStored) => all(Appended::NotStored { full: false }),
            Some(Fault::Full) => all(Appended::NotStored { full: true }),
            Some(Fault::Conflict) => {
                let mut answers = all(Appended::NotStored { full: false });
                if let (Some(answer), Some(first)) = (answers.first_mut(), commit.frames.first()) {
                    *answer = Appended::Conflict {
                        head: Position(first.expected.0 + 1),
                    };
                }
                answers
            }
            Some(Fault::UnknownStored) => self.stored_unseen(commit),
            Some(Fault::UnknownLost) => {
                self.unknown = true;
                all(Appended::Unknown)
            }
        }
    }

    fn reopen(&mut self) -> Result<(), LedgerError> {
        let fails = self.script.with(|state| {
            let fails = state.reopen_failures > 0;
            state.reopen_failures = state.reopen_failures.saturating_sub(1);
            fails
        });
        if fails {
            let source = std::io::Error::other("the script says so");
            return Err(LedgerError::Io {
                doing: "reopening the ledger".into(),
                source,
            });
        }
        self.inner.reopen()?;
        self.unknown = false;
        Ok(())
    }

    fn reader(&self) -> Arc<dyn LedgerReader> {
        self.inner.reader()
    }

    fn tables(&self) -> Arc<Tables> {
        self.inner.tables()
    }

    fn put_snapshot(
        &mut self,
        partition: Partition,
        position: Position,
        bytes: &[u8],
    ) -> Result<(), LedgerError> {
        self.inner.put_snapshot(partition, position, bytes)
    }

    fn trim(&mut self, partition: Partition, position: Position) -> Result<(), LedgerError> {
        self.inner.trim(partition, position)
    }

    fn drop_older_snapshots(&mut self, partition: Partition, position: Position) -> Result<(), LedgerError> {
        self.inner.drop_older_snapshots(partition, position)
    }

    fn begin_file(&mut self, before_ms: u64) -> Result<(), LedgerError> {
        self.inner.begin_file(before_ms)
    }
}

impl<L: Ledger> FaultyLedger<L> {
    /// Stores the commit and hides it: `Unknown`, unless the ledger below refused it.
    fn stored_unseen(&mut self, commit: &Commit) -> Vec<Appended> {
        let mut answers = self.inner.commit(commit);
        if answers.iter().all(|answer| *answer == Appended::Stored) {
            self.unknown = true;
            answers.fill(Appended::Unknown);
        }
        answers
    }
}
