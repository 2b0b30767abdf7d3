//! What travels between a shard and the writer: a commit with its answers, and back what became of it.

use decider::Stored;
use ledger::{Append, ContentRecord, Partition, Position};

use crate::EngineError;
use crate::reply::{Held, Reporter};

/// Everything decided in one batch of one shard. Jobs of a shard are numbered from 1 and settled in order.
pub(crate) struct Job<D: Stored> {
    pub(crate) shard: usize,
    pub(crate) number: u64,
    pub(crate) frames: Vec<Append>,
    pub(crate) content: Vec<ContentRecord>,
    pub(crate) replies: Vec<Held<D>>,
    /// Told once this job and all before it are settled, and whether any of them failed.
    pub(crate) reports: Vec<Reporter>,
    /// Failed partitions whose failure the shard has dealt with: from this job on their frames are good again.
    pub(crate) healed: Vec<Partition>,
}

/// What became of a job.
pub(crate) struct Done<D: Stored> {
    pub(crate) number: u64,
    /// Partitions of which nothing of this job was stored.
    pub(crate) failed: Vec<Failed>,
    /// Payload buffers to use again.
    pub(crate) payloads: Vec<Vec<u8>>,
    /// A list to use again.
    pub(crate) replies: Vec<Held<D>>,
}

/// A partition that was not written to.
#[derive(Clone, Debug)]
pub(crate) struct Failed {
    pub(crate) partition: Partition,
    /// Where it really ends.
    pub(crate) head: Position,
    /// Somebody else wrote there: every cell of the partition may have changed.
    pub(crate) foreign: bool,
    /// What callers are told.
    pub(crate) error: EngineError,
}
