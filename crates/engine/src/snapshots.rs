//! Snapshots, off the shard threads; what they make dispensable is dropped by [`crate::upkeep`].
//!
//! Promises: a snapshot is the fold of the one before and the frames since, and is stored only if every cell in it has
//! the digest that the live state has at the same position, before and after being encoded; a difference is an alarm.
//! Must not know: what is inside a state.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use decider::{CellId, Stored};
use ledger::{Partition, Position};
use tokio::sync::oneshot;

use crate::engine::{Engine, Shared};
use crate::fold::Fold;
use crate::guard::guarded;
use crate::health::Alarm;
use crate::reply::Digests;
use crate::snapshot;
use crate::upkeep::{done, purge, trim};
use crate::writer::{Chore, describe};

/// Which partitions are due, and how far each was snapshotted.
pub(crate) struct Snapshots {
    due: Mutex<Due>,
    asked: Condvar,
    /// By partition.
    newest: Vec<Newest>,
    /// One snapshot at a time: memory for one partition, and no two of the same.
    alone: Mutex<()>,
}

/// The newest snapshot of a partition.
#[derive(Default)]
struct Newest {
    /// All frames before this one are in it.
    position: AtomicU64,
    /// Its length.
    bytes: AtomicU64,
    /// The next was asked for and is not there yet: what is written meanwhile counts for the one after it.
    asked: AtomicBool,
}

#[derive(Default)]
struct Due {
    partitions: BTreeSet<Partition>,
    closed: bool,
}

/// Why a partition was not snapshotted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// The live state differs from what the ledger gives. [`crate::Health`] names the cells.
    #[error("{cells} cells of {partition:?} differ from what the ledger gives")]
    Mismatch {
        /// The partition.
        partition: Partition,
        /// How many cells.
        cells: usize,
    },
    /// The ledger could not be read or written, or the engine is stopping. It is tried again.
    #[error("{partition:?} was not snapshotted: {reason}")]
    Failed {
        /// The partition.
        partition: Partition,
        /// Why.
        reason: String,
    },
}

impl Snapshots {
    /// From the position and the length in bytes of every partition's newest snapshot.
    pub(crate) fn new(newest: impl Iterator<Item = (Position, u64)>) -> Self {
        let newest = newest.map(|(position, bytes)| Newest {
            position: position.0.into(),
            bytes: bytes.into(),
            asked: false.into(),
        });
        Snapshots {
            due: Mutex::default(),
            asked: Condvar::new(),
            newest: newest.collect(),
            alone: Mutex::new(()),
        }
    }

    /// Whether a snapshot of the partition was asked for that is not there yet.
    pub(crate) fn is_asked(&self, partition: Partition) -> bool {
        let newest = self.newest.get(usize::from(partition.0));
        newest.is_some_and(|newest| newest.asked.load(Ordering::Acquire))
    }

    fn set_asked(&self, partition: Partition, asked: bool) {
        if let Some(newest) = self.newest.get(usize::from(partition.0)) {
            newest.asked.store(asked, Ordering::Release);
        }
    }

    /// The partition has grown enough.
    pub(crate) fn ask(&self, partition: Partition) {
        self.set_asked(partition, true);
        self.lock().partitions.insert(partition);
        self.asked.notify_all();
    }

    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.asked.notify_all();
    }

    pub(crate) fn newest(&self, partition: Partition) -> Position {
        let newest = self.newest.get(usize::from(partition.0));
        Position(newest.map_or(0, |newest| newest.position.load(Ordering::Acquire)))
    }

    /// The length of the partition's newest snapshot.
    pub(crate) fn newest_bytes(&self, partition: Partition) -> u64 {
        let newest = self.newest.get(usize::from(partition.0));
        newest.map_or(0, |newest| newest.bytes.load(Ordering::Acquire))
    }

    fn stored(&self, partition: Partition, position: Position, bytes: u64) {
        if let Some(newest) = self.newest.get(usize::from(partition.0)) {
            newest.bytes.store(bytes, Ordering::Release);
            newest.position.fetch_max(position.0, Ordering::AcqRel);
        }
    }

    /// Waits for a partition that is due; `None` when closed.
    fn next(&self) -> Option<Partition> {
        let idle = |due: &mut Due| due.partitions.is_empty() && !due.closed;
        let mut due = self
            .asked
            .wait_while(self.lock(), idle)
            .unwrap_or_else(PoisonError::into_inner);
        if due.closed {
            None
        } else {
            due.partitions.pop_first()
        }
    }

    fn lock(&self) -> MutexGuard<'_, Due> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D: Stored> Engine<D> {
    /// Snapshots every partition that has frames since its last one, trims, and purges content that has expired. For shutdown and tests; otherwise it
    /// happens by itself. Blocks; tries all partitions and returns the first failure.
    pub fn snapshot_now(&self) -> Result<(), SnapshotError> {
        snapshot_all(self.shared())
    }
}

pub(crate) fn snapshot_all<D: Stored>(shared: &Shared<D>) -> Result<(), SnapshotError> {
    let outcomes: Vec<_> = shared
        .router
        .all()
        .map(|partition| snapshot_partition(shared, partition))
        .collect();
    outcomes.into_iter().collect()
}

/// The background thread: until closed.
pub(crate) fn run<D: Stored>(shared: &Arc<Shared<D>>) {
    while let Some(partition) = shared.snapshots.next() {
        // Failures are logged and shown by health; the partition comes again when it has grown further.
        drop(snapshot_partition(shared, partition));
        shared.snapshots.set_asked(partition, false);
    }
}

fn snapshot_partition<D: Stored>(shared: &Shared<D>, partition: Partition) -> Result<(), SnapshotError> {
    let _alone = shared
        .snapshots
        .alone
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let made = guarded(|| make(shared, partition));
    let made = made.unwrap_or_else(|reason| Err(SnapshotError::Failed { partition, reason }));
    made.inspect_err(|error| {
        tracing::error!(%error, "no snapshot");
        shared.health.error(error.to_string());
    })
}

fn make<D: Stored>(shared: &Shared<D>, partition: Partition) -> Result<(), SnapshotError> {
    let failed = |reason: String| SnapshotError::Failed { partition, reason };
    if shared.durable.head(partition) <= shared.snapshots.newest(partition) {
        return Ok(());
    }
    let live = shared
        .digests(partition)
        .map_err(|error| failed(error.to_string()))?;
    let mut fold =
        Fold::<D>::newest(shared.reader.as_ref(), partition, None).map_err(|e| failed(describe(&e)))?;
    fold.run(shared.reader.as_ref(), live.position)
        .map_err(|error| failed(describe(&error)))?;
    if fold.position != live.position {
        return Err(failed("its frames changed meanwhile".into()));
    }
    compare(shared, partition, &live, &digests(&fold))?;
    let bytes = snapshot::encode(&mut fold.cells);
    let decoded = Fold::<D>::from_snapshot(partition, fold.position, &bytes, None);
    compare(
        shared,
        partition,
        &live,
        &digests(&decoded.map_err(|error| failed(describe(&error)))?),
    )?;
    drop(fold);
    put(shared, partition, live.position, bytes).map_err(failed)?;
    purge(shared)
        .and_then(|()| trim(shared, partition))
        .map_err(failed)
}

fn digests<D: Stored>(fold: &Fold<'_, D>) -> BTreeMap<CellId, u64> {
    fold.cells
        .iter()
        .map(|cell| (cell.id, D::digest(&cell.state)))
        .collect()
}

/// The ledger must give exactly the live cells; those that do not decide at the moment may be anything.
fn compare<D: Stored>(
    shared: &Shared<D>,
    partition: Partition,
    live: &Digests,
    folded: &BTreeMap<CellId, u64>,
) -> Result<(), SnapshotError> {
    let expected: BTreeMap<CellId, u64> = live.cells.iter().copied().collect();
    let differs = |cell: &&CellId| expected.get(cell) != folded.get(cell) && !live.left_out.contains(cell);
    let all: BTreeSet<&CellId> = expected.keys().chain(folded.keys()).collect();
    let differing: Vec<CellId> = all.into_iter().filter(differs).copied().collect();
    for cell in &differing {
        let alarm = Alarm::DigestMismatch {
            cell: *cell,
            partition,
            position: live.position,
        };
        tracing::error!(?alarm, "the live state is not what the ledger gives");
        shared.health.alarm(alarm);
    }
    if differing.is_empty() {
        Ok(())
    } else {
        Err(SnapshotError::Mismatch {
            partition,
            cells: differing.len(),
        })
    }
}

fn put<D: Stored>(
    shared: &Shared<D>,
    partition: Partition,
    position: Position,
    bytes: Vec<u8>,
) -> Result<(), String> {
    let length = bytes.len() as u64;
    let (to, stored) = oneshot::channel();
    shared.writer.chore(Chore::Snapshot {
        partition,
        position,
        bytes,
        to,
    });
    done(stored)?;
    shared.snapshots.stored(partition, position, length);
    shared.health.snapshot_stored(shared.clock.now());
    Ok(())
}
