//! What became of the commits, and cells that must be read back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use decider::{CellId, Stored};
use ledger::Partition;

use super::Shard;
use crate::cells::{Slot, Standing};
use crate::job::{Done, Failed};
use crate::rebuild::RebuildOrder;

impl<D: Stored> Shard<D> {
    pub(super) fn settle(&mut self, done: Done<D>) {
        self.settled = done.number;
        for failed in &done.failed {
            if done.number >= self.healed_from[usize::from(failed.partition.0)] {
                self.fail(failed);
            }
        }
        if let Some(mut settled) = self.in_flight.pop_front() {
            settled.touched.clear();
            self.open.spare_touched.push(settled.touched);
        }
        self.open.payloads.extend(done.payloads);
        self.open.spare_replies.push(done.replies);
    }

    /// Nothing of this partition was stored from that job on: its cells go back to what the ledger says.
    fn fail(&mut self, failed: &Failed) {
        let partition = failed.partition;
        self.positions[usize::from(partition.0)] = failed.head;
        self.healed_from[usize::from(partition.0)] = self.job;
        self.open.healed.push(partition);
        self.fail_run(&failed.error);
        if failed.foreign {
            self.lose(partition);
        }
        let touched = self.in_flight.iter().flat_map(|job| job.touched.iter().copied());
        let of_partition = |slot: &Slot| {
            self.cells
                .get(*slot)
                .is_some_and(|cell| cell.partition == partition)
        };
        for slot in touched.filter(of_partition).collect::<Vec<_>>() {
            self.spoil(slot);
        }
    }

    /// Somebody else wrote to the partition: no cell of it is what it was, and there may be new ones.
    fn lose(&mut self, partition: Partition) {
        tracing::error!(
            partition = partition.0,
            "somebody else writes to this partition; reading it anew"
        );
        let lost = &mut self.lost[usize::from(partition.0)];
        if !std::mem::replace(lost, true) {
            self.rebuilding += 1;
            self.shared.health.rebuilding.fetch_add(1, Ordering::Relaxed);
            drop(self.rebuilds.send(RebuildOrder {
                partition,
                cells: None,
            }));
        }
    }

    /// The cell's state is not to be trusted any more.
    pub(super) fn spoil(&mut self, slot: Slot) {
        let Some(cell) = self.cells.get_mut(slot) else {
            return;
        };
        if !matches!(cell.standing, Standing::Live) {
            return;
        }
        cell.standing = Standing::Rebuilding;
        self.spoiled.push((cell.last_job, slot));
        self.rebuilding += 1;
        self.shared.health.rebuilding.fetch_add(1, Ordering::Relaxed);
    }

    /// Has those cells read back whose last events are settled.
    pub(super) fn ask_for_spoiled(&mut self) {
        let settled = self.settled;
        let ripe: Vec<_> = self.spoiled.extract_if(.., |(job, _)| *job <= settled).collect();
        let mut orders: BTreeMap<Partition, BTreeSet<CellId>> = BTreeMap::new();
        for (_, slot) in ripe {
            if let Some(cell) = self.cells.get(slot) {
                orders.entry(cell.partition).or_default().insert(cell.id);
            }
        }
        for (partition, cells) in orders {
            // The receiver outlives the shards.
            drop(self.rebuilds.send(RebuildOrder {
                partition,
                cells: Some(cells),
            }));
        }
    }
}
