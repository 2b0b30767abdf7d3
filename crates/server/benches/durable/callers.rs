//! Many callers on one thread, each waiting for the answer to one command.
//!
//! Answers of one shard come in the order of the commands, so it is enough to wait for the oldest: the others are
//! there when it is their turn.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::{Duration, Instant};

use engine::{Engine, EngineError, Pending};
use platform::Platform;
use platform::portfolio::Answer;

use crate::world::{Draws, send};

/// What a load came to.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) answers: usize,
    pub(crate) accepted: usize,
    pub(crate) span: Duration,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

/// Has `callers` send and wait, again and again, for `span`.
pub(crate) fn load(engine: &Engine<Platform>, callers: usize, span: Duration) -> Load {
    let mut draws = Draws::from(callers as u64 ^ span.as_millis() as u64);
    let mut under_way = VecDeque::with_capacity(callers);
    let mut submit = || {
        let (cell, command) = send(&mut draws);
        (Instant::now(), engine.submit(cell, command))
    };
    under_way.extend((0..callers).map(|_| submit()));
    let (mut times, mut accepted) = (Vec::new(), 0);
    let begun = Instant::now();
    while let Some((sent, pending)) = under_way.pop_front() {
        accepted += usize::from(is_accepted(wait(pending)));
        let now = Instant::now();
        times.push(now - sent);
        if now - begun < span {
            under_way.push_back(submit());
        }
    }
    let span = begun.elapsed();
    times.sort_unstable();
    let at = |share: usize| times[times.len() * share / 100];
    Load {
        answers: times.len(),
        accepted,
        span,
        p50: at(50),
        p99: at(99),
    }
}

fn is_accepted(answer: Result<platform::Answer, EngineError>) -> bool {
    matches!(answer, Ok(platform::Answer::Portfolio(Answer::Accepted { .. })))
}

/// Takes the answer that is there, else sleeps until it is: only the one that is waited for needs a waker.
fn wait<T>(mut pending: Pending<T>) -> Result<T, EngineError> {
    let mut pinned = Pin::new(&mut pending);
    if let Poll::Ready(answer) = pinned.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        return answer;
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    loop {
        match pinned.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(answer) => return answer,
            Poll::Pending => std::thread::park(),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
