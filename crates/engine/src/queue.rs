//! What waits for a shard: commands and reads of callers, orders of the engine, and news from the writer.
//!
//! Promises: callers are told [`EngineError::Busy`] rather than made to wait for room; orders and news always get in
//! (there are at most a few an engine operation, a commit or a rebuild). One lock for pushing, one for taking all.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use decider::{CellId, Stored, Timestamp};
use ledger::Partition;
use tokio::sync::oneshot;

use crate::EngineError;
use crate::clock::Sleeper;
use crate::job::Done;
use crate::rebuild::Rebuilt;
use crate::reply::{self, Read, Reporter};

/// Where an answer goes.
pub(crate) type To<T> = oneshot::Sender<Result<T, EngineError>>;

/// What a caller wants of a cell.
pub(crate) enum Request<D: Stored> {
    One {
        cell: CellId,
        command: D::Command,
        to: To<D::Answer>,
    },
    Many {
        cell: CellId,
        commands: Vec<D::Command>,
        to: To<Vec<D::Answer>>,
    },
    Read {
        cell: CellId,
        read: Box<dyn Read<D::State>>,
    },
}

impl<D: Stored> Request<D> {
    /// What it counts in the queue.
    fn weight(&self) -> usize {
        match self {
            Request::One { .. } | Request::Read { .. } => 1,
            Request::Many { commands, .. } => commands.len().max(1),
        }
    }

    pub(crate) fn cell(&self) -> CellId {
        match self {
            Request::One { cell, .. } | Request::Many { cell, .. } | Request::Read { cell, .. } => *cell,
        }
    }

    pub(crate) fn refuse(self, error: EngineError) {
        match self {
            Request::One { to, .. } => reply::send(to, Err(error)),
            Request::Many { to, .. } => reply::send(to, Err(error)),
            Request::Read { read, .. } => read.finish(Err(error)),
        }
    }
}

/// What the engine wants of a shard.
pub(crate) enum Order<D: Stored> {
    /// Take no more requests.
    Hold,
    /// Handle every deadline up to `to`; report when that is durable.
    RunTo { to: Timestamp, report: Reporter },
    /// Take requests again.
    Release,
    /// Cells read back from the ledger.
    Rebuilt(Rebuilt<D>),
    /// Digests of the partition's cells, reported when what they describe is durable.
    Digests {
        partition: Partition,
        to: To<reply::Digests>,
    },
    /// Decide what is waiting, then end.
    Stop,
}

pub(crate) struct Inbox<D: Stored> {
    waiting: Mutex<Waiting<D>>,
    arrived: Condvar,
    max: usize,
}

struct Waiting<D: Stored> {
    requests: VecDeque<Request<D>>,
    weight: usize,
    orders: VecDeque<Order<D>>,
    done: VecDeque<Done<D>>,
    /// The clock was moved: look at the deadlines.
    nudged: bool,
    sleep: Sleep,
    /// No more requests.
    closed: bool,
    /// The shard is gone: no more orders either.
    ended: bool,
}

/// What a shard that sleeps waits for.
#[derive(Clone, Copy)]
enum Sleep {
    Awake,
    /// Orders and news: it would not take requests now.
    ForOrders,
    ForAnything,
}

/// What a shard takes at once.
pub(crate) struct Taken<D: Stored> {
    pub(crate) requests: VecDeque<Request<D>>,
    pub(crate) orders: VecDeque<Order<D>>,
    pub(crate) done: VecDeque<Done<D>>,
}

/// Told to a caller who finds the queue full: by then most of what waits has been decided.
const RETRY_AFTER: Duration = Duration::from_millis(100);

impl<D: Stored> Inbox<D> {
    pub(crate) fn new(max: usize) -> Self {
        let waiting = Waiting {
            requests: VecDeque::new(),
            weight: 0,
            orders: VecDeque::new(),
            done: VecDeque::new(),
            nudged: false,
            sleep: Sleep::Awake,
            closed: false,
            ended: false,
        };
        Inbox {
            waiting: Mutex::new(waiting),
            arrived: Condvar::new(),
            max,
        }
    }

    /// Puts a request in, if there is room.
    pub(crate) fn push(&self, request: Request<D>) -> Result<(), EngineError> {
        let mut waiting = self.lock();
        if waiting.closed {
            return Err(EngineError::Stopped);
        }
        if waiting.weight >= self.max {
            return Err(EngineError::Busy {
                retry_after: RETRY_AFTER,
            });
        }
        waiting.weight += request.weight();
        waiting.requests.push_back(request);
        self.wake(waiting, true);
        Ok(())
    }

    /// Once the shard is gone the order is dropped, and whoever waits for its outcome is let go.
    pub(crate) fn order(&self, order: Order<D>) {
        let mut waiting = self.lock();
        if !waiting.ended {
            waiting.orders.push_back(order);
        }
        self.wake(waiting, false);
    }

    pub(crate) fn done(&self, done: Done<D>) {
        let mut waiting = self.lock();
        waiting.done.push_back(done);
        self.wake(waiting, false);
    }

    /// From now on requests are refused with [`EngineError::Stopped`].
    pub(crate) fn close(&self) {
        self.lock().closed = true;
    }

    /// The shard is gone: everything that waits is dropped.
    pub(crate) fn end(&self) {
        let mut waiting = self.lock();
        (waiting.closed, waiting.ended) = (true, true);
        let left = (
            std::mem::take(&mut waiting.requests),
            std::mem::take(&mut waiting.orders),
        );
        drop(waiting);
        drop(left);
    }

    /// Commands and reads that wait.
    pub(crate) fn depth(&self) -> usize {
        self.lock().weight
    }

    /// Waits until there is something, at most for `patience` (`None`: as long as it takes), and takes all of it;
    /// requests only if they are `wanted`.
    pub(crate) fn take(&self, wanted: bool, patience: Option<Duration>, into: &mut Taken<D>) {
        let mut waiting = self.lock();
        // Also says what is worth waking for.
        let idle = |waiting: &mut Waiting<D>| {
            let requests = wanted && !waiting.requests.is_empty();
            let busy = requests || !waiting.orders.is_empty() || !waiting.done.is_empty() || waiting.nudged;
            waiting.sleep = match (busy, wanted) {
                (true, _) => Sleep::Awake,
                (false, true) => Sleep::ForAnything,
                (false, false) => Sleep::ForOrders,
            };
            !busy
        };
        if patience != Some(Duration::ZERO) {
            let patience = patience.unwrap_or(Duration::MAX);
            let waited = self.arrived.wait_timeout_while(waiting, patience, idle);
            waiting = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        waiting.sleep = Sleep::Awake;
        waiting.nudged = false;
        if wanted && into.requests.is_empty() {
            std::mem::swap(&mut waiting.requests, &mut into.requests);
            waiting.weight = 0;
        }
        into.orders.append(&mut waiting.orders);
        into.done.append(&mut waiting.done);
    }

    /// Takes the requests that came since [`Inbox::take`] as well; says whether there were any.
    pub(crate) fn take_more(&self, into: &mut Taken<D>) -> bool {
        let mut waiting = self.lock();
        let came = !waiting.requests.is_empty();
        into.requests.append(&mut waiting.requests);
        waiting.weight = 0;
        came
    }

    fn lock(&self) -> MutexGuard<'_, Waiting<D>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waking costs a system call, so it is done once, and only for a shard that sleeps for this.
    fn wake(&self, mut waiting: MutexGuard<'_, Waiting<D>>, request: bool) {
        let wakes = match waiting.sleep {
            Sleep::Awake => false,
            Sleep::ForOrders => !request,
            Sleep::ForAnything => true,
        };
        if wakes {
            waiting.sleep = Sleep::Awake;
            drop(waiting);
            self.arrived.notify_one();
        }
    }
}

impl<D: Stored> Sleeper for Inbox<D> {
    fn clock_changed(&self) {
        let mut waiting = self.lock();
        waiting.nudged = true;
        self.wake(waiting, false);
    }
}
