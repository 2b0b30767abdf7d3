//! What an operator must know: what waits, what failed, what was stopped.
//!
//! Promises: nothing here is ever a substitute for an answer; lists are bounded.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use decider::{CellId, Timestamp};
use ledger::{Partition, Position};

/// Alarms kept: the first ones say what went wrong, the rest is in the log.
const ALARMS_MAX: usize = 64;
/// Stopped cells listed; more than this many is one fault, not many.
const STOPPED_MAX: usize = 1_024;

/// How the engine is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Commands and reads waiting, all shards together.
    pub queue_depth: usize,
    /// Commits handed over and not yet durable, all shards together.
    pub commits_in_flight: usize,
    /// Frames that were not stored since the start.
    pub frames_failed: u64,
    /// The last failure of the ledger or of a background thread, if any.
    pub last_error: Option<String>,
    /// Cells stopped because their rules misbehaved, with the reason.
    pub stopped: BTreeMap<CellId, Arc<str>>,
    /// Cells being read back from the ledger at this moment.
    pub rebuilding: usize,
    /// A partition whose live state differs from what the ledger gives, and the like: a person must look.
    pub alarms: Vec<Alarm>,
    /// The partition whose newest snapshot is furthest behind: frames since.
    pub snapshot_age_frames: u64,
    /// When the last snapshot was stored, by the engine's clock; `None` if none was since the start.
    pub last_snapshot_at: Option<Timestamp>,
}

/// Something that should never be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// The live state of a cell is not what its events give.
    DigestMismatch {
        /// The cell.
        cell: CellId,
        /// Its partition.
        partition: Partition,
        /// All frames before this one were compared.
        position: Position,
    },
    /// A reactor panicked; it was stopped.
    ReactorPanicked {
        /// Its name.
        name: String,
        /// What the panic said.
        message: String,
    },
}

/// Where the threads of an engine leave their reports.
#[derive(Default)]
pub(crate) struct HealthBoard {
    pub(crate) in_flight: AtomicUsize,
    pub(crate) rebuilding: AtomicUsize,
    pub(crate) frames_failed: AtomicU64,
    notes: Mutex<Notes>,
}

#[derive(Default)]
struct Notes {
    last_error: Option<String>,
    stopped: BTreeMap<CellId, Arc<str>>,
    alarms: VecDeque<Alarm>,
    last_snapshot_at: Option<Timestamp>,
}

impl HealthBoard {
    pub(crate) fn error(&self, error: String) {
        self.notes().last_error = Some(error);
    }

    pub(crate) fn stopped(&self, cell: CellId, reason: Arc<str>) {
        let stopped = &mut self.notes().stopped;
        if stopped.len() < STOPPED_MAX {
            stopped.insert(cell, reason);
        }
    }

    pub(crate) fn alarm(&self, alarm: Alarm) {
        let alarms = &mut self.notes().alarms;
        if alarms.len() < ALARMS_MAX && !alarms.contains(&alarm) {
            alarms.push_back(alarm);
        }
    }

    pub(crate) fn snapshot_stored(&self, at: Timestamp) {
        self.notes().last_snapshot_at = Some(at);
    }

    pub(crate) fn report(&self, queue_depth: usize, snapshot_age_frames: u64) -> Health {
        let notes = self.notes();
        Health {
            queue_depth,
            commits_in_flight: self.in_flight.load(Ordering::Relaxed),
            frames_failed: self.frames_failed.load(Ordering::Relaxed),
            last_error: notes.last_error.clone(),
            stopped: notes.stopped.clone(),
            rebuilding: self.rebuilding.load(Ordering::Relaxed),
            alarms: notes.alarms.iter().cloned().collect(),
            snapshot_age_frames,
            last_snapshot_at: notes.last_snapshot_at,
        }
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
