//! The cells of a shard and their deadlines.
//!
//! Promises: finding a cell is O(1), moving a deadline at most O(log n) and usually nothing: a later deadline leaves the
//! queue alone, and the entry is put right when it comes up. Idle cells cost nothing but their state.
//! Must not know: commands, storage.

use std::collections::BTreeSet;
use std::sync::Arc;

use decider::{CellId, Stored, Timestamp};
use hashbrown::HashMap;
use ledger::Partition;

use crate::EngineError;
use crate::fold::FoldedCell;

/// Where a cell is in [`Cells`]; valid until that cell is removed.
pub(crate) type Slot = u32;

pub(crate) struct Cell<D: Stored> {
    pub(crate) id: CellId,
    pub(crate) partition: Partition,
    pub(crate) state: D::State,
    /// Number of its events, those not yet durable included.
    pub(crate) sequence: u64,
    /// Stamp of the last one.
    pub(crate) last_at: Timestamp,
    /// The commit job that carries the last one; 0 if it was read from the ledger.
    pub(crate) last_job: u64,
    pub(crate) standing: Standing,
    /// Its one entry in the queue of deadlines: its deadline, or earlier.
    queued: Option<Timestamp>,
}

/// Whether a cell can decide.
#[derive(Clone, Debug)]
pub(crate) enum Standing {
    Live,
    /// Its state is not to be trusted and is being read back.
    Rebuilding,
    Stopped(Arc<str>),
}

impl<D: Stored> Cell<D> {
    pub(crate) fn refusal(&self) -> Option<EngineError> {
        match &self.standing {
            Standing::Live => None,
            Standing::Rebuilding => Some(EngineError::Unavailable),
            Standing::Stopped(reason) => Some(EngineError::CellStopped {
                reason: Arc::clone(reason),
            }),
        }
    }

    /// When it next has work by itself.
    pub(crate) fn deadline(&self) -> Option<Timestamp> {
        let ticks = matches!(self.standing, Standing::Live) && self.sequence > 0;
        if ticks {
            D::next_deadline(&self.state)
        } else {
            None
        }
    }
}

pub(crate) struct Cells<D: Stored> {
    slots: Vec<Option<Cell<D>>>,
    free: Vec<Slot>,
    index: HashMap<u64, Slot>,
    deadlines: BTreeSet<(Timestamp, CellId)>,
}

impl<D: Stored> Cells<D> {
    pub(crate) fn new() -> Self {
        Cells {
            slots: Vec::new(),
            free: Vec::new(),
            index: HashMap::new(),
            deadlines: BTreeSet::new(),
        }
    }

    pub(crate) fn find(&self, id: CellId) -> Option<Slot> {
        self.index.get(&id.0).copied()
    }

    pub(crate) fn get(&self, slot: Slot) -> Option<&Cell<D>> {
        self.slots.get(slot as usize)?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, slot: Slot) -> Option<&mut Cell<D>> {
        self.slots.get_mut(slot as usize)?.as_mut()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Slot, &Cell<D>)> {
        self.slots
            .iter()
            .enumerate()
            .filter_map(|(slot, cell)| Some((slot as Slot, cell.as_ref()?)))
    }

    /// The cell, made if it is new.
    pub(crate) fn find_or_create(&mut self, id: CellId, partition: Partition) -> Slot {
        match self.find(id) {
            Some(slot) => slot,
            None => {
                let state = D::create(id);
                self.insert(
                    FoldedCell {
                        id,
                        state,
                        sequence: 0,
                        last_at: Timestamp::ZERO,
                    },
                    partition,
                )
            }
        }
    }

    pub(crate) fn insert(&mut self, folded: FoldedCell<D>, partition: Partition) -> Slot {
        let FoldedCell {
            id,
            state,
            sequence,
            last_at,
        } = folded;
        let standing = Standing::Live;
        let cell = Cell {
            id,
            partition,
            state,
            sequence,
            last_at,
            last_job: 0,
            standing,
            queued: None,
        };
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            (self.slots.len() - 1) as Slot
        });
        self.index.insert(id.0, slot);
        self.slots[slot as usize] = Some(cell);
        self.refresh(slot);
        slot
    }

    pub(crate) fn remove(&mut self, slot: Slot) {
        if let Some(cell) = self.slots.get_mut(slot as usize).and_then(Option::take) {
            self.index.remove(&cell.id.0);
            self.free.push(slot);
            if let Some(queued) = cell.queued {
                self.deadlines.remove(&(queued, cell.id));
            }
        }
    }

    /// To be called whenever a cell's deadline may have come earlier.
    #[inline]
    pub(crate) fn refresh(&mut self, slot: Slot) {
        let Some(Some(cell)) = self.slots.get_mut(slot as usize) else {
            return;
        };
        let Some(due) = cell.deadline() else { return };
        if cell.queued.is_none_or(|queued| due < queued) {
            requeue(&mut self.deadlines, cell, Some(due));
        }
    }

    /// The earliest deadline of all, ties by cell id. It stays queued until its cell's deadline has moved.
    pub(crate) fn earliest(&mut self) -> Option<(Timestamp, Slot)> {
        while let Some(&(due, id)) = self.deadlines.first() {
            let slot = self.index.get(&id.0).copied();
            let cell = slot.and_then(|slot| Some((slot, self.slots.get_mut(slot as usize)?.as_mut()?)));
            let Some((slot, cell)) = cell else {
                self.deadlines.pop_first();
                continue;
            };
            let actual = cell.deadline();
            if actual == Some(due) {
                return Some((due, slot));
            }
            requeue(&mut self.deadlines, cell, actual);
        }
        None
    }
}

fn requeue<D: Stored>(
    deadlines: &mut BTreeSet<(Timestamp, CellId)>,
    cell: &mut Cell<D>,
    due: Option<Timestamp>,
) {
    if let Some(queued) = cell.queued {
        deadlines.remove(&(queued, cell.id));
    }
    cell.queued = due;
    deadlines.extend(due.map(|due| (due, cell.id)));
}
