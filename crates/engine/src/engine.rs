//! The engine's handle: takes commands and reads, answers for the whole.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use decider::{CellId, Stored, Timestamp};
use ledger::{Ledger, LedgerReader, Tables};
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::config::Config;
use crate::durable::Durable;
use crate::followers::Followers;
use crate::health::HealthBoard;
use crate::queue::{Inbox, Order, Request};
use crate::reply::{Digests, Reading};
use crate::router::Router;
use crate::shard::Deadlines;
use crate::snapshots::Snapshots;
use crate::threads::{self, Threads};
use crate::writer::WriterQueue;
use crate::{EngineError, Health, OpenError, Pending};

/// A running engine. Clones are handles to the same one; when the last is dropped, it is shut down.
pub struct Engine<D: Stored>(Arc<Owner<D>>);

struct Owner<D: Stored> {
    shared: Arc<Shared<D>>,
    threads: Mutex<Threads>,
}

/// What handles, subscriptions and background threads share.
pub(crate) struct Shared<D: Stored> {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) router: Router,
    pub(crate) inboxes: Vec<Arc<Inbox<D>>>,
    pub(crate) writer: Arc<WriterQueue<D>>,
    pub(crate) reader: Arc<dyn LedgerReader>,
    pub(crate) tables: Arc<Tables>,
    pub(crate) durable: Arc<Durable>,
    pub(crate) deadlines: Arc<Deadlines>,
    pub(crate) health: Arc<HealthBoard>,
    pub(crate) followers: Followers,
    pub(crate) snapshots: Snapshots,
    /// One advance at a time.
    pub(crate) advancing: Mutex<()>,
}

impl<D: Stored> Clone for Engine<D> {
    fn clone(&self) -> Self {
        Engine(Arc::clone(&self.0))
    }
}

impl<D: Stored> Engine<D> {
    /// Reads the ledger into state and starts deciding.
    pub fn open(ledger: Box<dyn Ledger>, clock: Clock, config: Config) -> Result<Engine<D>, OpenError> {
        let (shared, threads) = threads::start(ledger, clock, config)?;
        Ok(Engine(Arc::new(Owner {
            shared,
            threads: Mutex::new(threads),
        })))
    }

    /// Decides `command` in `cell`. The answer comes when everything it describes is durable.
    pub fn submit(&self, cell: CellId, command: D::Command) -> Pending<D::Answer> {
        let (to, pending) = oneshot::channel();
        self.push(Request::One { cell, command, to }, pending)
    }

    /// Decides `commands` one after another; what they lead to is stored together and answered once. After an error
    /// nothing of any of them is stored.
    pub fn submit_all(&self, cell: CellId, commands: Vec<D::Command>) -> Pending<Vec<D::Answer>> {
        let (to, pending) = oneshot::channel();
        self.push(Request::Many { cell, commands, to }, pending)
    }

    /// Reads one cell, as it is after everything submitted to it before. `read` runs on the thread that decides:
    /// it should be short, and bounded in what it collects.
    pub fn query<T, F>(&self, cell: CellId, read: F) -> Pending<T>
    where
        F: FnOnce(&D::State) -> T + Send + 'static,
        T: Send + 'static,
    {
        let (to, pending) = oneshot::channel();
        let read = Box::new(Reading::new(read, to));
        self.push(Request::Read { cell, read }, pending)
    }

    fn push<T>(&self, request: Request<D>, pending: oneshot::Receiver<Result<T, EngineError>>) -> Pending<T> {
        let shard = self.shared().router.shard(request.cell());
        match self.shared().inboxes[shard].push(request) {
            Ok(()) => Pending::coming(pending),
            Err(error) => Pending::failed(error),
        }
    }

    /// The clock that stamps what this engine decides.
    pub fn clock(&self) -> &Clock {
        &self.shared().clock
    }

    /// The earliest instant at which some cell has work by itself. Whoever has an answer sees the deadlines that the
    /// command led to.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.shared().deadlines.earliest()
    }

    /// Reads what is durable: frames, snapshots, content.
    pub fn reader(&self) -> Arc<dyn LedgerReader> {
        Arc::clone(&self.shared().reader)
    }

    /// Cursors, outbox and content.
    pub fn tables(&self) -> Arc<Tables> {
        Arc::clone(&self.shared().tables)
    }

    /// The digest of every cell that decides, each taken when all its events are durable: to be compared with
    /// [`crate::replay()`].
    pub fn digests(&self) -> Result<BTreeMap<CellId, u64>, EngineError> {
        let all = self
            .shared()
            .router
            .all()
            .map(|partition| self.shared().digests(partition));
        let all: Result<Vec<Digests>, EngineError> = all.collect();
        Ok(all?.into_iter().flat_map(|digests| digests.cells).collect())
    }

    /// How it is doing.
    pub fn health(&self) -> Health {
        let depth = self.shared().inboxes.iter().map(|inbox| inbox.depth()).sum();
        let shared = self.shared();
        let behind = |p| {
            shared
                .durable
                .head(p)
                .0
                .saturating_sub(shared.snapshots.newest(p).0)
        };
        let snapshot_age = shared.router.all().map(behind).max().unwrap_or(0);
        shared.health.report(depth, snapshot_age)
    }

    /// Takes no more commands, answers those that wait, and ends the threads. Later calls do nothing. Blocks: an async
    /// task calls it where blocking is allowed.
    pub fn shutdown(&self) {
        self.0.shutdown();
    }

    /// Has `thread` waited for at the end.
    pub(crate) fn add_thread(&self, thread: JoinHandle<()>) {
        self.0
            .threads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .add(thread);
    }

    pub(crate) fn shared(&self) -> &Arc<Shared<D>> {
        &self.0.shared
    }
}

impl<D: Stored> Owner<D> {
    fn shutdown(&self) {
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        threads::stop(&self.shared, &mut threads);
    }
}

impl<D: Stored> Drop for Owner<D> {
    fn drop(&mut self) {
        self.shutdown();
    }
}

impl<D: Stored> Shared<D> {
    /// What the shard of `partition` says of it, once that is durable.
    pub(crate) fn digests(&self, partition: ledger::Partition) -> Result<Digests, EngineError> {
        let (to, digests) = oneshot::channel();
        self.inboxes[self.router.shard_of(partition)].order(Order::Digests { partition, to });
        Pending::coming(digests).wait()
    }
}
