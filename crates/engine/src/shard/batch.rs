//! The batch being decided, and what was handed over.

use std::sync::atomic::Ordering;

use decider::Stored;
use ledger::{Append, ContentRecord, Partition, Position};

use super::Shard;
use crate::EngineError;
use crate::cells::Slot;
use crate::frame::FrameBuilder;
use crate::job::Job;
use crate::reply::{Held, Reply, Reporter, send};

/// What the batch has led to so far.
pub(super) struct Open<D: Stored> {
    /// By partition.
    frames: Vec<FrameBuilder>,
    /// Partitions with events, in order of their first.
    partitions: Vec<Partition>,
    /// Cells with events, some of them twice.
    touched: Vec<Slot>,
    content: Vec<ContentRecord>,
    replies: Vec<Held<D>>,
    pub(super) reports: Vec<Reporter>,
    pub(super) healed: Vec<Partition>,
    /// Bytes of events.
    pub(super) size: usize,
    /// Emptied buffers.
    pub(super) payloads: Vec<Vec<u8>>,
    pub(super) spare_replies: Vec<Vec<Held<D>>>,
    pub(super) spare_touched: Vec<Vec<Slot>>,
}

/// A job that was handed over and is not settled.
pub(super) struct InFlight {
    pub(super) touched: Vec<Slot>,
}

impl<D: Stored> Open<D> {
    pub(super) fn new(partitions: usize) -> Self {
        Open {
            frames: (0..partitions).map(|_| FrameBuilder::default()).collect(),
            partitions: Vec::new(),
            touched: Vec::new(),
            content: Vec::new(),
            replies: Vec::new(),
            reports: Vec::new(),
            healed: Vec::new(),
            size: 0,
            payloads: Vec::new(),
            spare_replies: Vec::new(),
            spare_touched: Vec::new(),
        }
    }

    fn is_empty(&self) -> bool {
        self.partitions.is_empty() && self.replies.is_empty() && self.reports.is_empty()
    }
}

impl<D: Stored> Shard<D> {
    /// Puts what the desk holds of a cell into the batch.
    pub(super) fn keep(&mut self, slot: Slot) {
        if self.desk.is_empty() {
            return;
        }
        let Some(cell) = self.cells.get_mut(slot) else {
            return;
        };
        let Some(frame) = self.open.frames.get_mut(usize::from(cell.partition.0)) else {
            return;
        };
        if frame.is_empty() {
            self.open.partitions.push(cell.partition);
        }
        self.open.size += self.desk.hand_over(cell, frame, &mut self.open.content);
        if cell.last_job != self.job {
            cell.last_job = self.job;
            self.open.touched.push(slot);
        }
        self.cells.refresh(slot);
    }

    /// Lets an answer out: at once if everything it describes is durable, else with the batch.
    pub(super) fn answer(&mut self, slot: Slot, reply: Reply<D>) {
        let Some(cell) = self.cells.get(slot) else {
            return reply.settle(Err(EngineError::Unavailable));
        };
        if cell.last_job <= self.settled {
            reply.settle(Ok(()));
        } else {
            self.open.replies.push(Held {
                partition: cell.partition,
                reply,
            });
        }
    }

    /// Lets an answer about a whole partition out, when everything handed over so far is settled.
    pub(super) fn answer_settled(&mut self, partition: Partition, reply: Reply<D>) {
        if self.all_settled() {
            reply.settle(Ok(()));
        } else {
            self.open.replies.push(Held { partition, reply });
        }
    }

    /// Reports when everything handed over or decided so far is settled.
    pub(super) fn report_settled(&mut self, report: Reporter) {
        if self.all_settled() {
            send(report, Ok(()));
        } else {
            self.open.reports.push(report);
        }
    }

    /// Where `partition` ends once the batch is in.
    pub(super) fn position_after_batch(&self, partition: Partition) -> Position {
        let index = usize::from(partition.0);
        Position(self.positions[index].0 + u64::from(!self.open.frames[index].is_empty()))
    }

    /// Whether the batch has reached its bounds: nothing more is decided until it was handed over.
    pub(super) fn is_full(&self) -> bool {
        let config = &self.shared.config;
        self.open.size >= config.batch_bytes_max || self.open.replies.len() >= config.batch_max
    }

    pub(super) fn all_settled(&self) -> bool {
        self.in_flight.is_empty() && self.open.is_empty()
    }

    /// Closes the batch and gives it to the writer.
    pub(super) fn hand_over(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let mut frames = Vec::with_capacity(self.open.partitions.len());
        for partition in self.open.partitions.drain(..) {
            let index = usize::from(partition.0);
            let mut payload = self.open.payloads.pop().unwrap_or_default();
            let stamped_ms = self.open.frames[index].finish(&mut payload).millis();
            let expected = self.positions[index];
            frames.push(Append {
                partition,
                expected,
                stamped_ms,
                payload,
            });
            self.positions[index] = Position(expected.0 + 1);
        }
        let job = Job {
            shard: self.number,
            number: self.job,
            frames,
            content: std::mem::take(&mut self.open.content),
            replies: self.swap_replies(),
            reports: std::mem::take(&mut self.open.reports),
            healed: std::mem::take(&mut self.open.healed),
        };
        let spare = self.open.spare_touched.pop().unwrap_or_default();
        let touched = std::mem::replace(&mut self.open.touched, spare);
        self.in_flight.push_back(InFlight { touched });
        self.job += 1;
        self.open.size = 0;
        self.shared.health.in_flight.fetch_add(1, Ordering::Relaxed);
        self.shared.writer.push(job);
    }

    fn swap_replies(&mut self) -> Vec<Held<D>> {
        let spare = self.open.spare_replies.pop().unwrap_or_default();
        std::mem::replace(&mut self.open.replies, spare)
    }
}
