//! One thread that decides for its cells: takes everything waiting, decides it, hands the frames to the writer, and
//! goes on deciding while those become durable.
//!
//! Promises: the cells of a shard decide one command after another; a cell's due deadlines come before its next command;
//! no answer leaves before what it describes is durable; nothing that a command does ends the thread.
//! Must not know: how frames are stored.

mod batch;
mod decide;
mod orders;
mod settle;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use decider::{Stored, Timestamp};
use ledger::Position;

use self::batch::{InFlight, Open};
use crate::cells::{Cells, Slot};
use crate::desk::Desk;
use crate::engine::Shared;
use crate::queue::{Inbox, Taken};
use crate::rebuild::RebuildOrder;
use crate::reply::Reporter;

/// From this size on a batch does not wait for the commit before it: about a thousand decisions, as many as make the
/// time of deciding comparable to that of a flush.
const PIPELINED_BYTES: usize = 16 << 10;

/// How often other threads are let run before a batch is begun, as long as that brings more requests. No timer: where
/// nobody else has anything to do, this takes a microsecond.
const GATHER_ROUNDS: usize = 8;

/// What ties a shard to the rest of the engine.
pub(crate) struct Links<D: Stored> {
    pub(crate) shared: Arc<Shared<D>>,
    pub(crate) rebuilds: Sender<RebuildOrder>,
}

pub(crate) struct Shard<D: Stored> {
    number: usize,
    shared: Arc<Shared<D>>,
    rebuilds: Sender<RebuildOrder>,
    inbox: Arc<Inbox<D>>,
    cells: Cells<D>,
    desk: Desk<D>,
    /// By partition: where its next frame goes, as far as this shard knows.
    positions: Vec<Position>,
    /// By partition: the first job after the shard learned of the last failure. What earlier jobs report of the
    /// partition is old news.
    healed_from: Vec<u64>,
    open: Open<D>,
    in_flight: VecDeque<InFlight>,
    /// The number of the job that is open.
    job: u64,
    /// All jobs up to this one are settled.
    settled: u64,
    taken: Taken<D>,
    /// By partition: somebody else wrote there, and all of it is being read back.
    lost: Vec<bool>,
    /// Cells to be rebuilt once the job with their last sound events is settled.
    spoiled: Vec<(u64, Slot)>,
    /// Cells and lost partitions being rebuilt.
    rebuilding: usize,
    /// Time is being advanced: requests wait.
    held: bool,
    run: Option<Run>,
    stopping: bool,
}

/// An order to handle every deadline up to an instant.
struct Run {
    to: Timestamp,
    report: Reporter,
}

impl<D: Stored> Shard<D> {
    pub(crate) fn new(number: usize, links: Links<D>, cells: Cells<D>, positions: Vec<Position>) -> Self {
        let Links { shared, rebuilds } = links;
        let partitions = positions.len();
        Shard {
            number,
            desk: Desk::new(shared.config.seed),
            inbox: Arc::clone(&shared.inboxes[number]),
            shared,
            rebuilds,
            cells,
            positions,
            healed_from: vec![0; partitions],
            open: Open::new(partitions),
            in_flight: VecDeque::new(),
            job: 1,
            settled: 0,
            taken: Taken {
                requests: VecDeque::new(),
                orders: VecDeque::new(),
                done: VecDeque::new(),
            },
            lost: vec![false; partitions],
            spoiled: Vec::new(),
            rebuilding: 0,
            held: false,
            run: None,
            stopping: false,
        }
    }

    /// Until it is told to stop and everything that waited is answered.
    pub(crate) fn run(mut self) {
        self.publish_deadline();
        while !self.finished() {
            let wanted = self.may_decide() && self.taken.requests.is_empty() && self.taken.orders.is_empty();
            let patience = self.patience();
            self.inbox.take(wanted, patience, &mut self.taken);
            while let Some(done) = self.taken.done.pop_front() {
                if !done.failed.is_empty() {
                    // What was decided on top of it must fail with it: the writer sees to that.
                    self.hand_over();
                }
                self.settle(done);
            }
            if !self.is_full() {
                self.gather();
                self.decide_batch();
                if self.taken.requests.is_empty() {
                    self.obey();
                    self.end_run();
                }
                self.ask_for_spoiled();
            }
            self.publish_deadline();
            if self.may_hand_over() {
                self.hand_over();
            }
        }
    }

    /// Callers who were answered together come back together. The first of them wakes this thread; without a word to
    /// the others it would take a flush for that one alone, and they would wait for it and for their own.
    fn gather(&mut self) {
        if self.taken.requests.is_empty() || !self.in_flight.is_empty() {
            return;
        }
        for _ in 0..GATHER_ROUNDS {
            std::thread::yield_now();
            let full = self.taken.requests.len() >= self.shared.config.batch_max;
            if full || !self.inbox.take_more(&mut self.taken) {
                return;
            }
        }
    }

    fn finished(&self) -> bool {
        let idle = self.taken.requests.is_empty() && self.taken.orders.is_empty();
        self.stopping && idle && self.all_settled() && self.inbox.depth() == 0
    }

    /// Whether the batch may go. While a commit is under way a small batch waits for it and gathers what comes
    /// meanwhile: a flush costs the same for one decision as for a thousand. A large one goes ahead, so that the
    /// writer is never idle.
    fn may_hand_over(&self) -> bool {
        let pipelined =
            self.open.size >= PIPELINED_BYTES && self.in_flight.len() < self.shared.config.in_flight_max;
        self.in_flight.is_empty() || pipelined
    }

    fn may_decide(&self) -> bool {
        !self.is_full() && !self.held
    }

    /// How long there will be nothing to do unless something arrives; `None` is for ever.
    fn patience(&mut self) -> Option<Duration> {
        if self.is_full() {
            return None;
        }
        if !self.taken.orders.is_empty() || !self.taken.requests.is_empty() {
            return Some(Duration::ZERO);
        }
        let (due, _) = self.cells.earliest()?;
        match &self.run {
            Some(run) => (due <= run.to).then_some(Duration::ZERO),
            None if self.held => None,
            None => self.shared.clock.real_time_until(due),
        }
    }

    /// Shows when this shard next has work by itself. Done before the answers of a batch can leave, so that whoever
    /// has an answer sees the deadlines it led to.
    fn publish_deadline(&mut self) {
        let earliest = self.cells.earliest().map(|(due, _)| due);
        self.shared.deadlines.set(self.number, earliest);
    }
}

/// However the thread ends, nobody waits for it in vain.
impl<D: Stored> Drop for Shard<D> {
    fn drop(&mut self) {
        self.inbox.end();
        self.shared.deadlines.set(self.number, None);
    }
}

/// The earliest deadline of every shard.
pub(crate) struct Deadlines(Vec<std::sync::atomic::AtomicU64>);

impl Deadlines {
    pub(crate) fn new(shards: usize) -> Self {
        Deadlines((0..shards).map(|_| u64::MAX.into()).collect())
    }

    fn set(&self, shard: usize, due: Option<Timestamp>) {
        if let Some(slot) = self.0.get(shard) {
            slot.store(
                due.unwrap_or(Timestamp::MAX).millis(),
                std::sync::atomic::Ordering::Release,
            );
        }
    }

    pub(crate) fn earliest(&self) -> Option<Timestamp> {
        let load = |slot: &std::sync::atomic::AtomicU64| slot.load(std::sync::atomic::Ordering::Acquire);
        self.0
            .iter()
            .map(load)
            .min()
            .filter(|due| *due != u64::MAX)
            .map(Timestamp::from_millis)
    }
}
