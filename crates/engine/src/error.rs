//! What a caller, or whoever opens the engine, can be told went wrong.

use std::sync::Arc;
use std::time::Duration;

use decider::{CellId, Millis, Undecodable};
use ledger::{LedgerError, Partition, Position};

/// Why a caller gets no answer. Nothing of the command is in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The queue of the shard is full.
    #[error("busy: too many commands are waiting")]
    Busy {
        /// When to try again.
        retry_after: Duration,
    },
    /// The append was not stored, or the cell is being rebuilt after one that was not.
    #[error("the cell is unavailable for a moment")]
    Unavailable,
    /// The disk is full.
    #[error("no room left for the ledger")]
    Full,
    /// The cell was stopped because its own rules misbehaved; it needs a person.
    #[error("the cell was stopped: {reason}")]
    CellStopped {
        /// What it did.
        reason: Arc<str>,
    },
    /// Deciding this command panicked, or yielded more events than one command may.
    #[error("the command could not be decided")]
    Panicked,
    /// The engine is shutting down.
    #[error("the engine has stopped")]
    Stopped,
}

impl EngineError {
    /// Whether the same command may succeed later without anybody doing anything.
    pub fn retryable(&self) -> bool {
        match self {
            EngineError::Busy { .. } | EngineError::Unavailable | EngineError::Full => true,
            EngineError::CellStopped { .. } | EngineError::Panicked | EngineError::Stopped => false,
        }
    }
}

/// Why stored bytes do not give a state.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The ledger could not be read.
    #[error("the ledger cannot be read")]
    Ledger(#[from] LedgerError),
    /// A frame is not in the engine's encoding.
    #[error("frame {position:?} of {partition:?}: {what}")]
    Frame {
        /// The partition.
        partition: Partition,
        /// The frame.
        position: Position,
        /// What does not hold.
        what: &'static str,
    },
    /// An event cannot be decoded.
    #[error("event {sequence} of {cell:?}: {source}")]
    Event {
        /// The cell.
        cell: CellId,
        /// The event's number in the cell, from 0.
        sequence: u64,
        /// Why.
        source: Undecodable,
    },
    /// Events of a cell are missing or there twice.
    #[error("{cell:?} has {expected} events, the next in the ledger is number {found}")]
    Gap {
        /// The cell.
        cell: CellId,
        /// The number that should come next.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// A snapshot is not in the engine's encoding, or a state in it cannot be decoded.
    #[error("snapshot of {partition:?} before {position:?}: {what}")]
    Snapshot {
        /// The partition.
        partition: Partition,
        /// The snapshot is the fold of all frames before this one.
        position: Position,
        /// What does not hold.
        what: String,
    },
    /// Frames were trimmed that no snapshot covers.
    #[error("{partition:?} begins at {first:?} and has no snapshot")]
    Missing {
        /// The partition.
        partition: Partition,
        /// The first frame that is there.
        first: Position,
    },
    /// Applying a stored event panicked.
    #[error("replaying {partition:?} panicked: {message}")]
    Panicked {
        /// The partition.
        partition: Partition,
        /// What the panic said.
        message: String,
    },
}

impl ReplayError {
    /// Whether reading again may help: the store could not be read just now.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self, ReplayError::Ledger(_))
    }
}

/// Why the engine does not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The ledger does not give a state.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The ledger is from the future: the system clock is wrong, and every timer would stand still.
    #[error("the ledger is {ahead:?} ahead of the system clock")]
    LedgerAhead {
        /// By how much; up to ten minutes are tolerated.
        ahead: Millis,
    },
    /// The configuration makes no sense.
    #[error("{what}")]
    Config {
        /// What is wrong with it.
        what: &'static str,
    },
    /// A thread could not be started.
    #[error("a thread could not be started")]
    Thread(#[source] std::io::Error),
}

/// Why time was not advanced, or not as far as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdvanceError {
    /// The system clock cannot be advanced.
    #[error("the system clock cannot be advanced")]
    NotVirtual,
    /// A deadline on the way was not stored; the clock stands before it. Advance again.
    #[error(transparent)]
    Engine(#[from] EngineError),
}
