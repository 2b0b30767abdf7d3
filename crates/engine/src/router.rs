//! Which partition a cell is in, and which shard owns a partition.

use decider::{CellId, mix};
use ledger::Partition;

/// The partition of a cell never changes: it is a hash modulo the number written into the data directory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Router {
    pub(crate) partitions: u16,
    pub(crate) shards: usize,
}

impl Router {
    pub(crate) fn partition(self, cell: CellId) -> Partition {
        Partition((mix(cell.0) % u64::from(self.partitions)) as u16)
    }

    pub(crate) fn shard_of(self, partition: Partition) -> usize {
        usize::from(partition.0) % self.shards
    }

    pub(crate) fn shard(self, cell: CellId) -> usize {
        self.shard_of(self.partition(cell))
    }

    pub(crate) fn all(self) -> impl Iterator<Item = Partition> {
        (0..self.partitions).map(Partition)
    }
}
