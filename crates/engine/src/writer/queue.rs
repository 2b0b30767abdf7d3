//! What waits for the writer: jobs of the shards, in order, and chores.
//!
//! Bounded by what puts in: a shard has at most `in_flight_max` jobs out, one more after a failure, and one more for a snapshot; the snapshot thread one chore at a time.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use decider::Stored;
use ledger::{Partition, Position};
use tokio::sync::oneshot;

use crate::job::Job;

/// Something beside commits that only the owner of the ledger can do.
pub(crate) enum Chore {
    Snapshot {
        partition: Partition,
        position: Position,
        bytes: Vec<u8>,
        to: oneshot::Sender<Result<(), String>>,
    },
    Trim {
        partition: Partition,
        position: Position,
        /// The snapshot at this position is the only one that is still needed.
        alone: bool,
        to: oneshot::Sender<Result<(), String>>,
    },
    /// Begin a new file, if the last was begun before.
    BeginFile {
        before_ms: u64,
        to: oneshot::Sender<Result<(), String>>,
    },
}

pub(crate) struct WriterQueue<D: Stored> {
    lines: Mutex<Lines<D>>,
    arrived: Condvar,
}

struct Lines<D: Stored> {
    /// By shard: jobs of different shards never share a partition, so the first of each go into one commit.
    jobs: Vec<VecDeque<Job<D>>>,
    chores: Vec<Chore>,
    asleep: bool,
    hurried: bool,
    closed: bool,
}

impl<D: Stored> WriterQueue<D> {
    pub(crate) fn new(shards: usize) -> Self {
        let jobs = (0..shards).map(|_| VecDeque::new()).collect();
        let lines = Lines {
            jobs,
            chores: Vec::new(),
            asleep: false,
            hurried: false,
            closed: false,
        };
        WriterQueue {
            lines: Mutex::new(lines),
            arrived: Condvar::new(),
        }
    }

    pub(crate) fn push(&self, job: Job<D>) {
        let mut lines = self.lock();
        if let Some(line) = lines.jobs.get_mut(job.shard) {
            line.push_back(job);
        }
        self.wake(lines);
    }

    /// Dropped, with its sender, when the queue is closed.
    pub(crate) fn chore(&self, chore: Chore) {
        let mut lines = self.lock();
        if !lines.closed {
            lines.chores.push(chore);
        }
        self.wake(lines);
    }

    pub(crate) fn close(&self) {
        let mut lines = self.lock();
        lines.closed = true;
        self.wake(lines);
    }

    /// The engine is stopping: a store in trouble is not waited for much longer.
    pub(crate) fn hurry(&self) {
        self.lock().hurried = true;
    }

    pub(super) fn hurried(&self) -> bool {
        self.lock().hurried
    }

    /// Waits for work and takes it: the first job of every shard, and all chores. `false` when closed and empty.
    pub(super) fn take(&self, jobs: &mut Vec<Job<D>>, chores: &mut Vec<Chore>) -> bool {
        let idle = |lines: &mut Lines<D>| {
            let none = lines.jobs.iter().all(VecDeque::is_empty) && lines.chores.is_empty();
            lines.asleep = none && !lines.closed;
            lines.asleep
        };
        let mut lines = self
            .arrived
            .wait_while(self.lock(), idle)
            .unwrap_or_else(PoisonError::into_inner);
        jobs.extend(lines.jobs.iter_mut().filter_map(VecDeque::pop_front));
        chores.append(&mut lines.chores);
        !(jobs.is_empty() && chores.is_empty() && lines.closed)
    }

    /// Lets time pass before the ledger is tried again.
    pub(super) fn pause(&self, time: Duration) {
        drop(self.arrived.wait_timeout_while(self.lock(), time, |_| true));
    }

    fn lock(&self) -> MutexGuard<'_, Lines<D>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self, mut lines: MutexGuard<'_, Lines<D>>) {
        let asleep = std::mem::replace(&mut lines.asleep, false);
        drop(lines);
        if asleep {
            self.arrived.notify_one();
        }
    }
}
