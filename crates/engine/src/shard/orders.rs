//! What the engine wants of a shard beside deciding.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use decider::{CellId, Stored};
use ledger::Partition;

use super::{Run, Shard};
use crate::cells::{Cell, Slot, Standing};
use crate::fold::FoldedCell;
use crate::guard::guarded;
use crate::queue::{Order, To};
use crate::rebuild::Rebuilt;
use crate::reply::{Digests, Reply, send};

impl<D: Stored> Shard<D> {
    /// Carries out all orders. Requests taken before them have been decided.
    pub(super) fn obey(&mut self) {
        while let Some(order) = self.taken.orders.pop_front() {
            match order {
                Order::Hold => self.held = true,
                Order::RunTo { to, report } => self.run = Some(Run { to, report }),
                Order::Release => self.held = false,
                Order::Rebuilt(rebuilt) => self.rebuilt(rebuilt),
                Order::Digests { partition, to } => self.digests(partition, to),
                Order::Stop => (self.stopping, self.held) = (true, false),
            }
        }
    }

    /// A run ends when no deadline is left up to its instant, those of cells being rebuilt included.
    pub(super) fn end_run(&mut self) {
        let Some(run) = &self.run else { return };
        let due = self.cells.earliest().is_some_and(|(due, _)| due <= run.to);
        if due || self.rebuilding > 0 {
            return;
        }
        if let Some(run) = self.run.take() {
            self.report_settled(run.report);
        }
    }

    fn digests(&mut self, partition: Partition, to: To<Digests>) {
        let position = self.position_after_batch(partition);
        let mut digests = Digests {
            position,
            cells: Vec::new(),
            left_out: Vec::new(),
        };
        for (_, cell) in self.cells.iter().filter(|(_, cell)| cell.partition == partition) {
            match digest(cell) {
                Some(digest) => digests.cells.push((cell.id, digest)),
                None => digests.left_out.push(cell.id),
            }
        }
        self.answer_settled(partition, Reply::Digests { to, digests });
        // What is decided from here on must not come into the frame that the digests are about.
        self.hand_over();
    }

    /// Puts back what was read from the ledger.
    fn rebuilt(&mut self, rebuilt: Rebuilt<D>) {
        let Rebuilt {
            partition,
            wanted,
            outcome,
        } = rebuilt;
        match (wanted, outcome) {
            (Some(wanted), Ok(read)) => {
                for slot in self.awaited(wanted) {
                    self.cells.remove(slot);
                }
                self.put_back(partition, read.cells);
            }
            (Some(wanted), Err(reason)) => {
                for slot in self.awaited(wanted) {
                    self.stop_cell(slot, reason.clone());
                }
            }
            (None, Ok(read)) => {
                let of_partition = |(_, cell): &(Slot, &Cell<D>)| cell.partition == partition;
                let ids: BTreeSet<_> = self
                    .cells
                    .iter()
                    .filter(of_partition)
                    .map(|(_, cell)| cell.id)
                    .collect();
                self.awaited(ids.clone());
                for slot in ids
                    .into_iter()
                    .filter_map(|id| self.cells.find(id))
                    .collect::<Vec<_>>()
                {
                    self.cells.remove(slot);
                }
                self.positions[usize::from(partition.0)] = read.position;
                self.lost[usize::from(partition.0)] = false;
                self.one_less_rebuilding();
                self.put_back(partition, read.cells);
            }
            // The partition stays lost: its callers are told to come back, and health says why.
            (None, Err(_)) => self.one_less_rebuilding(),
        }
    }

    /// Those of `ids` that wait to be rebuilt; they are not counted as such any more.
    fn awaited(&mut self, ids: BTreeSet<CellId>) -> Vec<Slot> {
        let slots = ids.into_iter().filter_map(|id| self.cells.find(id));
        let rebuilding = |slot: &Slot| {
            self.cells
                .get(*slot)
                .is_some_and(|cell| matches!(cell.standing, Standing::Rebuilding))
        };
        let slots: Vec<_> = slots.filter(rebuilding).collect();
        self.spoiled.retain(|(_, slot)| !slots.contains(slot));
        for _ in &slots {
            self.one_less_rebuilding();
        }
        slots
    }

    fn put_back(&mut self, partition: Partition, cells: Vec<FoldedCell<D>>) {
        for cell in cells {
            if self.cells.find(cell.id).is_none() {
                self.cells.insert(cell, partition);
            }
        }
    }

    fn one_less_rebuilding(&mut self) {
        self.rebuilding -= 1;
        self.shared.health.rebuilding.fetch_sub(1, Ordering::Relaxed);
    }

    /// Fails a run whose deadlines were not stored: the clock must not move past them.
    pub(super) fn fail_run(&mut self, error: &crate::EngineError) {
        if let Some(run) = self.run.take() {
            send(run.report, Err(error.clone()));
        }
    }
}

fn digest<D: Stored>(cell: &Cell<D>) -> Option<u64> {
    let sound = matches!(cell.standing, Standing::Live);
    if sound {
        guarded(|| D::digest(&cell.state)).ok()
    } else {
        None
    }
}
