//! Commands that nobody waits for: they go along with the next command that somebody waits for, or a moment later, so that
//! they cost neither a wake-up nor a flush of their own.
//!
//! Promises: they are decided before whatever is submitted after them. Must not know: what they are.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use decider::CellId;
use sender::portfolio::Command;

use super::Seat;

/// How long they wait at most: a few flushes. Whoever reads what the ledger gives, and does not ask the seat, sees them as
/// much later.
const WAITS: Duration = Duration::from_millis(2);
/// So many go at once whether or not anybody waits: what one commit takes at little cost.
const WAITING_MAX: usize = 256;

/// Those that wait.
#[derive(Default)]
pub(super) struct Later(Mutex<Vec<(CellId, Command)>>);

impl Later {
    fn lock(&self) -> MutexGuard<'_, Vec<(CellId, Command)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// Has a command decided that nobody waits for. On a clock of a test it is decided at once, before time goes on.
    pub(crate) fn submit_later(&self, cell: CellId, command: Command) {
        if self.engine().clock().is_virtual() {
            drop(self.submit(cell, command));
            return;
        }
        let mut waiting = self.0.later.lock();
        waiting.push((cell, command));
        let count = waiting.len();
        drop(waiting);
        if count >= WAITING_MAX {
            self.0.send_off();
        } else if count == 1 {
            let seat = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(WAITS).await;
                seat.0.send_off();
            });
        }
    }
}

impl super::Inner {
    /// Submits what waits. What is submitted after this call comes after it.
    pub(super) fn send_off(&self) {
        let mut waiting = self.later.lock();
        for (cell, command) in waiting.drain(..) {
            // Nobody waits; the engine says by itself what it cannot decide.
            drop(self.engine.submit(cell, sender::Command::Portfolio(command)));
        }
    }

    /// Nothing that waits is lost when the engine ends.
    pub(super) fn shutdown(&self) {
        self.send_off();
        self.engine.shutdown();
    }
}

#[cfg(test)]
mod tests {
    use engine::Clock;
    use sender::portfolio::Portfolio;

    use super::*;

    const CELL: CellId = CellId(1);

    fn seat() -> Seat {
        Seat::open(None, Clock::system()).expect("a seat in memory opens")
    }

    fn open() -> Command {
        Command::Open {
            name: "shop".into(),
            edition: 3,
        }
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_decided_before_what_is_asked_next() {
        let seat = seat();
        let is_open = |portfolio: &Portfolio| portfolio.settings.is_some();
        seat.submit_later(CELL, open());
        let seen = seat.query(CELL, is_open).await.expect("it is read");
        assert_eq!(seen, Some(true));
    }

    #[tokio::test]
    async fn what_nobody_waits_for_does_not_wait_for_ever() {
        let seat = seat();
        let engine = seat.engine().clone();
        seat.submit_later(CELL, open());
        let decided = async {
            let is_open = |state: &sender::State| state.portfolio().is_some_and(|p| p.settings.is_some());
            while !engine.query(CELL, is_open).await.expect("it is read") {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), decided)
            .await
            .expect("it is decided");
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_not_lost_at_the_end() {
        let seat = seat();
        seat.submit_later(CELL, open());
        let reader = seat.engine().reader();
        let ending = seat.clone();
        let ended = tokio::task::spawn_blocking(move || ending.shutdown()).await;
        ended.expect("it ends");
        let frames = (0..reader.partitions()).map(|p| reader.head(ledger::Partition(p)).position.0);
        assert_eq!(frames.sum::<u64>(), 1);
    }
}
