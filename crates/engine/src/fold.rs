//! What a partition's snapshot and frames give: the one way from stored bytes to states.
//!
//! Promises: start, rebuild, snapshots and [`crate::replay()`] all come through here, so they cannot differ. Events
//! missing or there twice are found.
//! Must not know: threads.

use std::collections::BTreeSet;

use decider::{CellId, Stored, Timestamp};
use hashbrown::HashMap;
use ledger::{Frame, LedgerReader, Partition, Position};

use crate::ReplayError;
use crate::frame::{FrameReader, RawEvent};
use crate::guard::guarded;
use crate::snapshot;

/// One cell as its events give it.
pub(crate) struct FoldedCell<D: Stored> {
    pub(crate) id: CellId,
    pub(crate) state: D::State,
    /// The number of events applied.
    pub(crate) sequence: u64,
    /// The stamp of the last one.
    pub(crate) last_at: Timestamp,
}

/// The cells of one partition, folded up to `position`.
pub(crate) struct Fold<'a, D: Stored> {
    pub(crate) partition: Partition,
    /// All frames before this one are in.
    pub(crate) position: Position,
    pub(crate) cells: Vec<FoldedCell<D>>,
    index: HashMap<u64, u32>,
    /// Only these cells are wanted; `None` wants all.
    only: Option<&'a BTreeSet<CellId>>,
}

impl<'a, D: Stored> Fold<'a, D> {
    pub(crate) fn empty(partition: Partition, only: Option<&'a BTreeSet<CellId>>) -> Self {
        Fold {
            partition,
            position: Position(0),
            cells: Vec::new(),
            index: HashMap::new(),
            only,
        }
    }

    /// Starts from the newest snapshot, or from nothing if there is none.
    pub(crate) fn newest(
        reader: &dyn LedgerReader,
        partition: Partition,
        only: Option<&'a BTreeSet<CellId>>,
    ) -> Result<Self, ReplayError> {
        match reader.snapshots(partition)?.into_iter().next() {
            Some((position, bytes)) => Fold::from_snapshot(partition, position, &bytes, only),
            None => Fold::from_nothing(reader, partition, only),
        }
    }

    /// Starts as early as the ledger allows: from nothing, else from the oldest snapshot.
    pub(crate) fn oldest(reader: &dyn LedgerReader, partition: Partition) -> Result<Self, ReplayError> {
        let first = reader.first(partition);
        if first == Position(0) {
            return Ok(Fold::empty(partition, None));
        }
        let oldest = reader
            .snapshots(partition)?
            .into_iter()
            .rfind(|(position, _)| *position >= first);
        let Some((position, bytes)) = oldest else {
            return Err(ReplayError::Missing { partition, first });
        };
        Fold::from_snapshot(partition, position, &bytes, None)
    }

    fn from_nothing(
        reader: &dyn LedgerReader,
        partition: Partition,
        only: Option<&'a BTreeSet<CellId>>,
    ) -> Result<Self, ReplayError> {
        let first = reader.first(partition);
        let complete = first == Position(0);
        complete
            .then(|| Fold::empty(partition, only))
            .ok_or(ReplayError::Missing { partition, first })
    }

    pub(crate) fn from_snapshot(
        partition: Partition,
        position: Position,
        bytes: &[u8],
        only: Option<&'a BTreeSet<CellId>>,
    ) -> Result<Self, ReplayError> {
        let mut fold = Fold {
            position,
            ..Fold::empty(partition, only)
        };
        let damaged = |what: String| ReplayError::Snapshot {
            partition,
            position,
            what,
        };
        let records = snapshot::decode(bytes).map_err(|what| damaged(what.into()))?;
        for record in records {
            if !fold.wants(record.cell) {
                continue;
            }
            let state = guarded(|| D::decode_state(record.cell, record.state))
                .map_err(|message| ReplayError::Panicked { partition, message })?
                .map_err(|undecodable| damaged(undecodable.to_string()))?;
            fold.insert(FoldedCell {
                id: record.cell,
                state,
                sequence: record.sequence,
                last_at: record.last_at,
            });
        }
        Ok(fold)
    }

    fn wants(&self, cell: CellId) -> bool {
        self.only.is_none_or(|only| only.contains(&cell))
    }

    fn insert(&mut self, cell: FoldedCell<D>) -> usize {
        let slot = self.cells.len();
        self.index.insert(cell.id.0, slot as u32);
        self.cells.push(cell);
        slot
    }

    /// Applies the frames from here to `until`, or to the durable head if that comes first.
    pub(crate) fn run(&mut self, reader: &dyn LedgerReader, until: Position) -> Result<(), ReplayError> {
        let partition = self.partition;
        let mut outcome = Ok(());
        let ran = guarded(|| {
            reader.read(partition, self.position, &mut |frame| {
                if frame.position >= until {
                    return false;
                }
                outcome = self.frame(frame);
                outcome.is_ok()
            })
        });
        ran.map_err(|message| ReplayError::Panicked { partition, message })??;
        outcome
    }

    fn frame(&mut self, frame: &Frame) -> Result<(), ReplayError> {
        let (partition, position) = (self.partition, frame.position);
        let damaged = |what| ReplayError::Frame {
            partition,
            position,
            what,
        };
        let mut slot: Option<usize> = None;
        for event in FrameReader::new(&frame.payload).map_err(damaged)? {
            let event = event.map_err(damaged)?;
            let at = match slot {
                Some(at) if self.cells.get(at).is_some_and(|cell| cell.id == event.cell) => at,
                _ if !self.wants(event.cell) => continue,
                _ => self.find(event.cell),
            };
            slot = Some(at);
            if let Some(cell) = self.cells.get_mut(at) {
                cell.apply(&event)?;
            }
        }
        self.position = Position(frame.position.0 + 1);
        Ok(())
    }

    fn find(&mut self, id: CellId) -> usize {
        match self.index.get(&id.0) {
            Some(&slot) => slot as usize,
            None => self.insert(FoldedCell {
                id,
                state: D::create(id),
                sequence: 0,
                last_at: Timestamp::ZERO,
            }),
        }
    }
}

impl<D: Stored> FoldedCell<D> {
    fn apply(&mut self, raw: &RawEvent<'_>) -> Result<(), ReplayError> {
        let (cell, sequence) = (self.id, raw.sequence);
        if sequence != self.sequence {
            return Err(ReplayError::Gap {
                cell,
                expected: self.sequence,
                found: sequence,
            });
        }
        let event =
            D::decode_event(raw.kind, raw.version, raw.bytes).map_err(|source| ReplayError::Event {
                cell,
                sequence,
                source,
            })?;
        D::evolve(&mut self.state, &event, raw.at);
        self.sequence += 1;
        self.last_at = raw.at;
        Ok(())
    }
}
