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

/// One of so many callers is waited for; the others before it are answered by then. Waking a thread for each answer
/// would cost more than deciding it.
const WAITED_FOR: usize = 16;

/// Has `callers` send and wait, again and again, for `span`.
pub(crate) fn load(engine: &Engine<Platform>, callers: usize, span: Duration) -> Load {
    let mut draws = Draws::from(callers as u64 ^ span.as_millis() as u64);
    let mut waiting = VecDeque::with_capacity(callers);
    let mut submit = || {
        let (cell, command) = send(&mut draws);
        let sent = Instant::now();
        Caller {
            sent,
            pending: engine.submit(cell, command),
            answer: None,
        }
    };
    waiting.extend((0..callers).map(|_| submit()));
    let (mut times, mut accepted) = (Vec::new(), 0);
    let begun = Instant::now();
    while let Some(mut caller) = waiting.pop_front() {
        if !caller.has_answer(Waker::noop()) {
            match waiting.len().min(callers / WAITED_FOR).checked_sub(1) {
                Some(later) => waiting[later].wait(),
                None => caller.wait(),
            }
            caller.wait();
        }
        accepted += usize::from(caller.was_accepted());
        let now = Instant::now();
        times.push(now - caller.sent);
        if now - begun < span {
            waiting.push_back(submit());
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

/// One command under way.
struct Caller {
    sent: Instant,
    pending: Pending<platform::Answer>,
    answer: Option<Result<platform::Answer, EngineError>>,
}

impl Caller {
    fn has_answer(&mut self, waker: &Waker) -> bool {
        if self.answer.is_none()
            && let Poll::Ready(answer) = Pin::new(&mut self.pending).poll(&mut Context::from_waker(waker))
        {
            self.answer = Some(answer);
        }
        self.answer.is_some()
    }

    /// Sleeps until the answer is there.
    fn wait(&mut self) {
        let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
        while !self.has_answer(&waker) {
            std::thread::park();
        }
    }

    fn was_accepted(&self) -> bool {
        matches!(
            self.answer,
            Some(Ok(platform::Answer::Portfolio(Answer::Accepted { .. })))
        )
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
