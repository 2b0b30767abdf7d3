//! The history of all cells in one order: time, then cell, then sequence.
//!
//! Promises: the same history gives the same export, however it was cut into partitions, frames and shards. Memory is
//! bounded by eight bytes a frame, a chunk of frames a partition, and what is out of order between neighbouring frames.
//! Must not know: what events mean.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use decider::{CellId, Stored, Timestamp};
use ledger::{Frame, LedgerReader, Partition, Position};

use crate::ReplayError;
use crate::engine::Engine;
use crate::frame::FrameReader;
use crate::subscription::{Recorded, recorded_events};

/// Frames read from a partition at a time: a seek for many, and little to hold for 64 partitions.
const CHUNK: usize = 16;

/// Which part of the history is wanted.
#[derive(Clone, Debug, Default)]
pub struct HistoryRange {
    /// Only these cells; empty for all.
    pub cells: Vec<CellId>,
    /// Not before this instant.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub to: Option<Timestamp>,
    /// By partition: not the frames before this one; empty for all that are there.
    pub since: Vec<Position>,
    /// By partition: only the frames before this one; empty for all that are durable now.
    pub until: Vec<Position>,
}

/// Events in order; ends after the first error.
pub struct History<D: Stored> {
    reader: Arc<dyn LedgerReader>,
    range: HistoryRange,
    lanes: Vec<Lane>,
    /// Events read and not given out, by what orders them.
    ready: BTreeMap<(Timestamp, CellId, u64), Recorded<D>>,
}

/// One partition being read.
struct Lane {
    partition: Partition,
    next: Position,
    /// Read and not looked at.
    frames: VecDeque<Frame>,
    /// For each frame from `next` on: no event in it or after it is earlier than this.
    floors: VecDeque<Timestamp>,
}

impl<D: Stored> Engine<D> {
    /// The events of `range` that are durable now and were not trimmed.
    pub fn history(&self, range: HistoryRange) -> Result<History<D>, ReplayError> {
        let shared = self.shared();
        let wanted = |partition: &Partition| {
            range.cells.is_empty()
                || range
                    .cells
                    .iter()
                    .any(|cell| shared.router.partition(*cell) == *partition)
        };
        let partitions = shared.router.all().filter(wanted).collect();
        History::open(Arc::clone(&shared.reader), partitions, range)
    }

    /// By partition: where the durable frames end now. Between two such moments lies a part of the history that never
    /// changes any more ([`HistoryRange::since`], [`HistoryRange::until`]).
    pub fn heads(&self) -> Vec<Position> {
        self.shared().durable.heads()
    }
}

impl<D: Stored> History<D> {
    /// The events of `range` in a ledger that no engine runs on.
    pub fn read(reader: Arc<dyn LedgerReader>, range: HistoryRange) -> Result<Self, ReplayError> {
        let partitions = (0..reader.partitions()).map(Partition).collect();
        History::open(reader, partitions, range)
    }

    fn open(
        reader: Arc<dyn LedgerReader>,
        partitions: Vec<Partition>,
        range: HistoryRange,
    ) -> Result<Self, ReplayError> {
        let lanes = partitions
            .into_iter()
            .map(|partition| Lane::open(reader.as_ref(), partition, &range));
        let lanes = lanes.collect::<Result<Vec<_>, _>>()?;
        Ok(History {
            reader,
            range,
            lanes,
            ready: BTreeMap::new(),
        })
    }
}

impl Lane {
    /// Reads the stamps of all frames once: only with them is it known when an event may be given out.
    fn open(
        reader: &dyn LedgerReader,
        partition: Partition,
        range: &HistoryRange,
    ) -> Result<Self, ReplayError> {
        let bound = |bounds: &[Position]| bounds.get(usize::from(partition.0)).copied();
        let head = reader.head(partition).position;
        let head = bound(&range.until).map_or(head, |until| until.min(head));
        let first = reader.first(partition);
        let mut next = bound(&range.since).map_or(first, |since| since.max(first));
        if next >= head {
            return Ok(Lane {
                partition,
                next,
                frames: VecDeque::new(),
                floors: VecDeque::new(),
            });
        }
        let mut floors = VecDeque::new();
        let mut outcome = Ok(());
        reader.read(partition, next, &mut |frame| {
            let early = range.from.is_some_and(|from| frame.stamped_ms < from.millis());
            match FrameReader::new(&frame.payload) {
                _ if frame.position >= head => return false,
                // Nothing in it is wanted, and nothing was wanted before it.
                Ok(_) if early && floors.is_empty() => next = Position(frame.position.0 + 1),
                Ok(events) => floors.push_back(events.earliest()),
                Err(what) => {
                    outcome = Err(ReplayError::Frame {
                        partition,
                        position: frame.position,
                        what,
                    });
                }
            }
            outcome.is_ok()
        })?;
        outcome?;
        let mut floor = Timestamp::MAX;
        for stamp in floors.iter_mut().rev() {
            floor = floor.min(*stamp);
            *stamp = floor;
        }
        Ok(Lane {
            partition,
            next,
            frames: VecDeque::new(),
            floors,
        })
    }

    fn floor(&self) -> Timestamp {
        self.floors.front().copied().unwrap_or(Timestamp::MAX)
    }

    /// The next frame; `None` at the end.
    fn frame(&mut self, reader: &dyn LedgerReader) -> Result<Option<Frame>, ReplayError> {
        if self.floors.pop_front().is_none() {
            return Ok(None);
        }
        if self.frames.is_empty() {
            let frames = &mut self.frames;
            reader.read(self.partition, self.next, &mut |frame| {
                frames.push_back(frame.clone());
                frames.len() < CHUNK
            })?;
        }
        self.next = Position(self.next.0 + 1);
        Ok(self.frames.pop_front())
    }
}

impl<D: Stored> History<D> {
    fn wants(&self, event: &Recorded<D>) -> bool {
        let cell = self.range.cells.is_empty() || self.range.cells.contains(&event.cell);
        let from = self.range.from.is_none_or(|from| event.at >= from);
        cell && from && self.range.to.is_none_or(|to| event.at < to)
    }

    /// The lane that could still bring the earliest event.
    fn lowest(&self) -> Option<(Timestamp, usize)> {
        let floors = self.lanes.iter().enumerate().map(|(lane, of)| (of.floor(), lane));
        floors
            .filter(|(floor, _)| *floor < self.range.to.unwrap_or(Timestamp::MAX))
            .min()
    }

    fn step(&mut self) -> Result<Option<Recorded<D>>, ReplayError> {
        while let Some((floor, lane)) = self.lowest() {
            if self
                .ready
                .first_key_value()
                .is_some_and(|((at, _, _), _)| *at < floor)
            {
                break;
            }
            let partition = self.lanes[lane].partition;
            let Some(frame) = self.lanes[lane].frame(self.reader.as_ref())? else {
                continue;
            };
            for event in recorded_events::<D>(partition, &frame)? {
                let event = event?;
                if self.wants(&event) {
                    self.ready.insert((event.at, event.cell, event.sequence), event);
                }
            }
        }
        Ok(self.ready.pop_first().map(|(_, event)| event))
    }
}

impl<D: Stored> Iterator for History<D> {
    type Item = Result<Recorded<D>, ReplayError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.step() {
            Ok(event) => event.map(Ok),
            Err(error) => {
                self.lanes.clear();
                self.ready.clear();
                Some(Err(error))
            }
        }
    }
}
