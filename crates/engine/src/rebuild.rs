//! Reads cells back from the ledger, off the shard threads.
//!
//! Promises: a cell that cannot be read because the store is in trouble is tried again; one whose events cannot be
//! applied is stopped, with the reason.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use decider::{CellId, Stored};
use ledger::{Partition, Position};

use crate::ReplayError;
use crate::engine::Shared;
use crate::fold::{Fold, FoldedCell};
use crate::queue::Order;
use crate::writer::describe;

/// Cells of one partition to be read back (`None`: all). Unbounded in number, but a cell is in one at a time.
pub(crate) struct RebuildOrder {
    pub(crate) partition: Partition,
    pub(crate) cells: Option<BTreeSet<CellId>>,
}

/// What the ledger says of them.
pub(crate) struct Rebuilt<D: Stored> {
    pub(crate) partition: Partition,
    pub(crate) wanted: Option<BTreeSet<CellId>>,
    /// Cells of which no event was ever stored are not among those read.
    pub(crate) outcome: Result<Read<D>, String>,
}

pub(crate) struct Read<D: Stored> {
    /// All frames before this one are in.
    pub(crate) position: Position,
    pub(crate) cells: Vec<FoldedCell<D>>,
}

pub(crate) struct Rebuilder<D: Stored> {
    pub(crate) orders: Receiver<RebuildOrder>,
    pub(crate) shared: Arc<Shared<D>>,
}

/// Between two attempts to read a store that is in trouble.
const PAUSE: Duration = Duration::from_millis(200);

impl<D: Stored> Rebuilder<D> {
    /// Until every shard is gone.
    pub(crate) fn run(self) {
        while let Ok(order) = self.orders.recv() {
            let outcome = self.read(&order);
            let RebuildOrder {
                partition,
                cells: wanted,
            } = order;
            let rebuilt = Rebuilt {
                partition,
                wanted,
                outcome,
            };
            self.shared.inboxes[self.shared.router.shard_of(partition)].order(Order::Rebuilt(rebuilt));
        }
    }

    fn read(&self, order: &RebuildOrder) -> Result<Read<D>, String> {
        loop {
            let error = match self.fold(order) {
                Ok(read) => return Ok(read),
                Err(error) => error,
            };
            let text = describe(&error);
            tracing::error!(partition = order.partition.0, text, "cells cannot be read back");
            self.shared.health.error(text.clone());
            if !error.may_pass() || !self.shared.durable.rest(PAUSE) {
                return Err(text);
            }
        }
    }

    fn fold(&self, order: &RebuildOrder) -> Result<Read<D>, ReplayError> {
        let reader = self.shared.reader.as_ref();
        let mut fold = Fold::newest(reader, order.partition, order.cells.as_ref())?;
        fold.run(reader, Position(u64::MAX))?;
        Ok(Read {
            position: fold.position,
            cells: fold.cells,
        })
    }
}
