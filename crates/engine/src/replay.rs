//! What the ledger alone says: the check on everything that a running engine keeps in memory.

use std::collections::BTreeMap;

use decider::{CellId, Stored};
use ledger::{LedgerReader, Partition, Position};

use crate::ReplayError;
use crate::fold::Fold;

/// The digest of every cell, by folding all frames that are there from the very first, or from the oldest snapshot
/// where frames were trimmed.
pub fn replay<D: Stored>(reader: &dyn LedgerReader) -> Result<BTreeMap<CellId, u64>, ReplayError> {
    let mut digests = BTreeMap::new();
    for partition in (0..reader.partitions()).map(Partition) {
        let mut fold = Fold::<D>::oldest(reader, partition)?;
        fold.run(reader, Position(u64::MAX))?;
        digests.extend(fold.cells.iter().map(|cell| (cell.id, D::digest(&cell.state))));
    }
    Ok(digests)
}
