//! The one thread that writes: commits whatever the shards have handed over in one go, then lets the answers out.
//!
//! Promises: an answer leaves only when everything before it in its partition is durable; after a frame that was not
//! stored every later frame of that partition is dropped, with its answers, until its shard has healed the partition.
//! An unknown outcome is looked up in the ledger before anybody is answered.
//! Must not know: commands, states.

mod append;
mod queue;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use decider::Stored;
use ledger::{Append, Commit, ContentRecord, Ledger, LedgerError, Partition, Position};

pub(crate) use self::queue::{Chore, WriterQueue};
use crate::EngineError;
use crate::engine::Shared;
use crate::guard::guarded;
use crate::job::{Done, Failed, Job};
use crate::reply::{Held, send};

pub(crate) struct Writer<D: Stored> {
    ledger: Box<dyn Ledger>,
    shared: Arc<Shared<D>>,
    /// By partition: what callers are told of frames that come after one that failed.
    poisoned: Vec<Option<EngineError>>,
    /// By partition: frames and bytes since a snapshot was last asked for.
    grown: Vec<(u64, u64)>,
    /// Attempts to find out what is in the ledger since the engine was told to stop.
    tries_hurried: u32,
    commit: Commit,
    jobs: Vec<Job<D>>,
    chores: Vec<Chore>,
    /// Emptied lists of answers, given back to the shards.
    spare: Vec<Vec<Held<D>>>,
}

impl<D: Stored> Writer<D> {
    pub(crate) fn new(ledger: Box<dyn Ledger>, shared: Arc<Shared<D>>) -> Self {
        let poisoned = vec![None; usize::from(shared.router.partitions)];
        let since = |p| {
            shared
                .durable
                .head(p)
                .0
                .saturating_sub(shared.snapshots.newest(p).0)
        };
        let grown = shared
            .router
            .all()
            .map(|partition| (since(partition), 0))
            .collect();
        Writer {
            ledger,
            shared,
            poisoned,
            grown,
            tries_hurried: 0,
            commit: Commit::default(),
            jobs: Vec::new(),
            chores: Vec::new(),
            spare: Vec::new(),
        }
    }

    /// Until the queue is closed and empty.
    pub(crate) fn run(mut self) {
        while self.shared.writer.take(&mut self.jobs, &mut self.chores) {
            self.write();
            for chore in std::mem::take(&mut self.chores) {
                self.chore(chore);
            }
        }
        self.shared.durable.close();
    }

    fn write(&mut self) {
        if self.jobs.is_empty() {
            return;
        }
        let mut jobs = std::mem::take(&mut self.jobs);
        for job in &mut jobs {
            self.collect(job);
        }
        let failed = if self.commit.frames.is_empty() {
            Vec::new()
        } else {
            self.append()
        };
        for failed in &failed {
            self.poisoned[usize::from(failed.partition.0)] = Some(failed.error.clone());
        }
        let mut payloads: Vec<_> = self.commit.frames.drain(..).collect();
        self.commit.content.clear();
        for job in jobs.drain(..) {
            self.settle(job, &failed, &mut payloads);
        }
        self.jobs = jobs;
    }

    /// Moves what is good of a job into the commit.
    fn collect(&mut self, job: &mut Job<D>) {
        for partition in job.healed.drain(..) {
            self.poisoned[usize::from(partition.0)] = None;
        }
        if self.poisoned.iter().all(Option::is_none) {
            self.commit.frames.append(&mut job.frames);
            self.commit.content.append(&mut job.content);
            return;
        }
        let (poisoned, router) = (&self.poisoned, self.shared.router);
        let good = |partition: Partition| poisoned[usize::from(partition.0)].is_none();
        let frame = |frame: &mut Append| good(frame.partition);
        let content = |record: &mut ContentRecord| good(router.partition(decider::CellId(record.cell)));
        self.commit.frames.extend(job.frames.extract_if(.., frame));
        self.commit.content.extend(job.content.extract_if(.., content));
    }

    /// Tells the shard first, so that it goes on deciding while the answers go out.
    fn settle(&mut self, mut job: Job<D>, failed: &[Failed], payloads: &mut Vec<Append>) {
        let shard = job.shard;
        let of_shard = |partition: Partition| self.shared.router.shard_of(partition) == shard;
        let own = payloads.extract_if(.., |append| of_shard(append.partition));
        let done = Done {
            number: job.number,
            failed: failed
                .iter()
                .filter(|failed| of_shard(failed.partition))
                .cloned()
                .collect(),
            payloads: own.map(|append| append.payload).collect(),
            replies: self.spare.pop().unwrap_or_default(),
        };
        self.shared.health.in_flight.fetch_sub(1, Ordering::Relaxed);
        self.shared.inboxes[shard].done(done);
        for Held { partition, reply } in job.replies.drain(..) {
            let poison = self.poisoned[usize::from(partition.0)].clone();
            reply.settle(poison.map_or(Ok(()), Err));
        }
        let poison = self
            .shared
            .router
            .all()
            .filter(|p| of_shard(*p))
            .find_map(|p| self.poisoned[usize::from(p.0)].clone());
        for report in job.reports {
            send(report, poison.clone().map_or(Ok(()), Err));
        }
        self.spare.push(job.replies);
    }

    fn chore(&mut self, chore: Chore) {
        match chore {
            Chore::Snapshot {
                partition,
                position,
                bytes,
                to,
            } => {
                let stored = self.contained(|ledger| ledger.put_snapshot(partition, position, &bytes));
                send(to, stored);
            }
            Chore::Trim {
                partition,
                position,
                alone,
                to,
            } => {
                let trimmed = self.contained(|ledger| {
                    if alone {
                        ledger.drop_older_snapshots(partition, position)?;
                    }
                    ledger.trim(partition, position)
                });
                send(to, trimmed);
            }
            Chore::BeginFile { before_ms, to } => {
                let begun = self.contained(|ledger| ledger.begin_file(before_ms));
                send(to, begun);
            }
        }
    }

    fn contained(
        &mut self,
        work: impl FnOnce(&mut dyn Ledger) -> Result<(), LedgerError>,
    ) -> Result<(), String> {
        let ledger = self.ledger.as_mut();
        guarded(|| work(ledger).map_err(|error| describe(&error))).flatten()
    }

    fn head(&self, partition: Partition) -> Position {
        self.ledger.head(partition).position
    }
}

/// An error with its causes in one line.
pub(crate) fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
