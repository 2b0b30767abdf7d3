//! Starting and stopping: what is read first, and in which order threads end.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle, ScopedJoinHandle};

use decider::{Millis, Stored, Timestamp};
use ledger::{Ledger, LedgerReader, Partition, Position};

use crate::cells::Cells;
use crate::clock::{Clock, Sleeper};
use crate::config::Config;
use crate::durable::Durable;
use crate::engine::Shared;
use crate::fold::Fold;
use crate::followers::Followers;
use crate::health::HealthBoard;
use crate::queue::{Inbox, Order};
use crate::rebuild::Rebuilder;
use crate::router::Router;
use crate::shard::{Deadlines, Links, Shard};
use crate::snapshots::{self, Snapshots};
use crate::writer::{Writer, WriterQueue};
use crate::{OpenError, ReplayError};

/// The threads of one engine, in the groups in which they end.
#[derive(Default)]
pub(crate) struct Threads {
    shards: Vec<JoinHandle<()>>,
    snapshots: Option<JoinHandle<()>>,
    others: Vec<JoinHandle<()>>,
}

impl Threads {
    /// Finished threads are let go, so that the list stays short.
    pub(crate) fn add(&mut self, thread: JoinHandle<()>) {
        self.others.retain(|other| !other.is_finished());
        self.others.push(thread);
    }
}

/// A ledger further ahead of the system clock than this is refused: every timer would stand still for longer.
const AHEAD_MAX: Millis = Millis::minutes(10);

/// About a seventieth of a processor for snapshots when everybody wants it.
#[cfg(target_os = "linux")]
const NICE: i32 = 19;

pub(crate) fn start<D: Stored>(
    ledger: Box<dyn Ledger>,
    clock: Clock,
    config: Config,
) -> Result<(Arc<Shared<D>>, Threads), OpenError> {
    if let Some(what) = config.fault() {
        return Err(OpenError::Config { what });
    }
    let router = Router {
        partitions: ledger.partitions(),
        shards: config.shards,
    };
    let reader = ledger.reader();
    set_clock(&clock, reader.as_ref())?;
    let folds = read_all::<D>(reader.as_ref())?;

    let health = Arc::new(HealthBoard::default());
    let inboxes: Vec<_> = (0..config.shards)
        .map(|_| Arc::new(Inbox::new(config.queue_max)))
        .collect();
    for inbox in &inboxes {
        let sleeper: Arc<dyn Sleeper> = Arc::clone(inbox) as Arc<dyn Sleeper>;
        clock.wakes(Arc::downgrade(&sleeper));
    }
    let shared = Arc::new(Shared {
        router,
        inboxes,
        writer: Arc::new(WriterQueue::new(config.shards)),
        tables: ledger.tables(),
        durable: Arc::new(Durable::new(reader.as_ref())),
        snapshots: Snapshots::new(newest_snapshots(reader.as_ref())?.into_iter()),
        reader,
        deadlines: Arc::new(Deadlines::new(config.shards)),
        health,
        followers: Followers::default(),
        advancing: Mutex::new(()),
        config,
        clock,
    });
    let threads = spawn(&shared, ledger, folds)?;
    Ok((shared, threads))
}

/// Later than every stamp in the ledger, or not at all.
fn set_clock(clock: &Clock, reader: &dyn LedgerReader) -> Result<(), OpenError> {
    let stamps = (0..reader.partitions()).map(|p| reader.head(Partition(p)).stamped_ms);
    let latest = Timestamp::from_millis(stamps.max().unwrap_or(0));
    let ahead = latest.since(clock.now());
    if !clock.is_virtual() && ahead > AHEAD_MAX {
        return Err(OpenError::LedgerAhead { ahead });
    }
    clock.raise(latest);
    Ok(())
}

/// By partition: the position and the length of the newest.
fn newest_snapshots(reader: &dyn LedgerReader) -> Result<Vec<(Position, u64)>, ReplayError> {
    let newest = |partition| {
        let snapshots = reader.snapshots(Partition(partition))?;
        let newest = snapshots.first();
        Ok(newest.map_or((Position(0), 0), |(position, bytes)| {
            (*position, bytes.len() as u64)
        }))
    };
    (0..reader.partitions()).map(newest).collect()
}

/// Folds all partitions, on as many threads as there are cores.
fn read_all<D: Stored>(reader: &dyn LedgerReader) -> Result<Vec<Fold<'static, D>>, ReplayError> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let fold_some = |start: usize| {
        let mine = (0..reader.partitions()).skip(start).step_by(cores);
        let folds = mine.map(|partition| {
            let mut fold = Fold::newest(reader, Partition(partition), None)?;
            fold.run(reader, Position(u64::MAX))?;
            Ok(fold)
        });
        folds.collect::<Result<Vec<_>, ReplayError>>()
    };
    let folds: Result<Vec<_>, _> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores)
            .map(|start| scope.spawn(move || fold_some(start)))
            .collect();
        workers.into_iter().map(joined).collect()
    });
    let mut folds: Vec<_> = folds?.into_iter().flatten().collect();
    folds.sort_by_key(|fold| fold.partition);
    Ok(folds)
}

fn joined<T>(worker: ScopedJoinHandle<'_, T>) -> T {
    worker
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn spawn<D: Stored>(
    shared: &Arc<Shared<D>>,
    ledger: Box<dyn Ledger>,
    folds: Vec<Fold<'static, D>>,
) -> Result<Threads, OpenError> {
    let mut threads = Threads::default();
    let (rebuilds, orders) = channel();
    let positions: Vec<Position> = folds.iter().map(|fold| fold.position).collect();
    let mut cells: Vec<Cells<D>> = shared.inboxes.iter().map(|_| Cells::new()).collect();
    for fold in folds {
        let of_shard = &mut cells[shared.router.shard_of(fold.partition)];
        for cell in fold.cells {
            of_shard.insert(cell, fold.partition);
        }
    }
    for (number, cells) in cells.into_iter().enumerate() {
        let links = Links {
            shared: Arc::clone(shared),
            rebuilds: rebuilds.clone(),
        };
        let shard = Shard::new(number, links, cells, positions.clone());
        threads
            .shards
            .push(thread(format!("shard-{number}"), move || shard.run())?);
    }
    let writer = Writer::new(ledger, Arc::clone(shared));
    threads
        .others
        .push(thread("writer".into(), move || writer.run())?);
    let of_snapshots = Arc::clone(shared);
    let make = move || {
        give_way();
        snapshots::run(&of_snapshots);
    };
    threads.snapshots = Some(thread("snapshots".into(), make)?);
    let rebuilder = Rebuilder {
        orders,
        shared: Arc::clone(shared),
    };
    threads
        .others
        .push(thread("rebuilder".into(), move || rebuilder.run())?);
    Ok(threads)
}

/// Others go before this thread while they want the processor: a snapshot that comes later costs a longer start, a
/// decision that comes later costs a caller.
#[cfg(target_os = "linux")]
fn give_way() {
    // Of this thread only. A machine that does not allow it makes snapshots as fast as it can.
    let refused = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICE).err();
    tracing::debug!(?refused, "snapshots give way");
}

/// Elsewhere a thread cannot be told apart from its process.
#[cfg(not(target_os = "linux"))]
fn give_way() {}

pub(crate) fn thread(
    name: String,
    work: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>, OpenError> {
    Builder::new().name(name).spawn(work).map_err(OpenError::Thread)
}

/// Shards first, so that whoever waits is answered; then the writer, then whoever follows the ledger.
pub(crate) fn stop<D: Stored>(shared: &Shared<D>, threads: &mut Threads) {
    shared.writer.hurry();
    shared.inboxes.iter().for_each(|inbox| inbox.close());
    shared.snapshots.close();
    join(&mut threads.snapshots.take().into_iter().collect());
    if shared.config.snapshot_on_shutdown && !threads.shards.is_empty() {
        // Nothing depends on it: failures were logged, and the next start reads a little more.
        drop(snapshots::snapshot_all(shared));
    }
    shared.inboxes.iter().for_each(|inbox| inbox.order(Order::Stop));
    join(&mut threads.shards);
    shared.writer.close();
    join(&mut threads.others);
}

/// A thread that drops the last handle cannot wait for itself.
fn join(threads: &mut Vec<JoinHandle<()>>) {
    let own = std::thread::current().id();
    for thread in threads.drain(..).filter(|thread| thread.thread().id() != own) {
        if thread.join().is_err() {
            tracing::error!("a thread of the engine panicked");
        }
    }
}
