//! Answers that wait for what they describe to become durable.
//!
//! Promises: an answer is given once, and only as a success when everything it describes is in the ledger.

use decider::{CellId, Stored};
use ledger::{Partition, Position};
use tokio::sync::oneshot;

use crate::EngineError;
use crate::queue::To;

/// Gets a result once what was asked is durable, or has failed.
pub(crate) type Reporter = To<()>;

/// An answer with whom it is for.
pub(crate) enum Reply<D: Stored> {
    One {
        to: To<D::Answer>,
        answer: D::Answer,
    },
    Many {
        to: To<Vec<D::Answer>>,
        answers: Vec<D::Answer>,
    },
    Read(Box<dyn Read<D::State>>),
    Digests {
        to: To<Digests>,
        digests: Digests,
    },
}

/// What a shard says of one partition: for comparison with a fold of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Digests {
    /// All frames before this one are in the states.
    pub(crate) position: Position,
    /// Cells that decide; those being rebuilt and those stopped are left out.
    pub(crate) cells: Vec<(CellId, u64)>,
    /// Cells left out.
    pub(crate) left_out: Vec<CellId>,
}

impl<D: Stored> Reply<D> {
    pub(crate) fn settle(self, outcome: Result<(), EngineError>) {
        match self {
            Reply::One { to, answer } => send(to, outcome.map(|()| answer)),
            Reply::Many { to, answers } => send(to, outcome.map(|()| answers)),
            Reply::Read(read) => read.finish(outcome),
            Reply::Digests { to, digests } => send(to, outcome.map(|()| digests)),
        }
    }
}

/// An answer held back, with the partition whose frames it waits for.
pub(crate) struct Held<D: Stored> {
    pub(crate) partition: Partition,
    pub(crate) reply: Reply<D>,
}

/// A read of one cell: done at once, its result given out when what it saw is durable.
pub(crate) trait Read<S>: Send {
    fn run(&mut self, state: &S);
    fn finish(self: Box<Self>, outcome: Result<(), EngineError>);
}

/// The reading function, then its result, then who gets it.
pub(crate) struct Reading<F, T> {
    read: Option<F>,
    seen: Option<T>,
    to: To<T>,
}

impl<F, T> Reading<F, T> {
    pub(crate) fn new(read: F, to: To<T>) -> Self {
        Reading {
            read: Some(read),
            seen: None,
            to,
        }
    }
}

impl<S, F: FnOnce(&S) -> T + Send, T: Send> Read<S> for Reading<F, T> {
    fn run(&mut self, state: &S) {
        self.seen = self.read.take().map(|read| read(state));
    }

    fn finish(self: Box<Self>, outcome: Result<(), EngineError>) {
        let Reading { seen, to, .. } = *self;
        send(to, outcome.and_then(|()| seen.ok_or(EngineError::Panicked)));
    }
}

/// A caller who no longer waits is no reason to complain.
pub(crate) fn send<T>(to: oneshot::Sender<T>, value: T) {
    drop(to.send(value));
}
