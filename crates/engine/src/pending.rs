//! An answer on its way: a future, and something a thread can wait for.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use crate::EngineError;

/// An answer that comes once it is durable. Await it, or [`Pending::wait`] for it on a thread of one's own.
/// Dropping it does not call the command back.
#[must_use = "a command is not known to be stored before its answer is there"]
pub struct Pending<T>(Inner<T>);

enum Inner<T> {
    Known(Option<Result<T, EngineError>>),
    Coming(oneshot::Receiver<Result<T, EngineError>>),
}

impl<T> Pending<T> {
    pub(crate) fn failed(error: EngineError) -> Self {
        Pending(Inner::Known(Some(Err(error))))
    }

    pub(crate) fn coming(receiver: oneshot::Receiver<Result<T, EngineError>>) -> Self {
        Pending(Inner::Coming(receiver))
    }

    /// Blocks this thread until the answer is there. Not for use inside an async task.
    pub fn wait(self) -> Result<T, EngineError> {
        match self.0 {
            Inner::Known(result) => result.unwrap_or(Err(EngineError::Stopped)),
            Inner::Coming(receiver) => receiver.blocking_recv().unwrap_or(Err(EngineError::Stopped)),
        }
    }
}

/// Nothing in it is ever pinned.
impl<T> Unpin for Pending<T> {}

impl<T> Future for Pending<T> {
    type Output = Result<T, EngineError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Inner::Known(result) => Poll::Ready(result.take().unwrap_or(Err(EngineError::Stopped))),
            Inner::Coming(receiver) => Pin::new(receiver)
                .poll(context)
                .map(|result| result.unwrap_or(Err(EngineError::Stopped))),
        }
    }
}
