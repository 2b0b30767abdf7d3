//! One commit against the ledger, and the truth about it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use decider::Stored;
use ledger::{Append, Appended, Position};

use super::{Writer, describe};
use crate::EngineError;
use crate::guard::guarded;
use crate::job::Failed;

/// Between two attempts to open a store that is in trouble: soon enough for callers, seldom enough for the log.
const REOPEN_PAUSE: Duration = Duration::from_millis(100);
/// Attempts after the engine was told to stop: a second, then callers are told that it has stopped.
const REOPEN_TRIES_CLOSING: u32 = 10;

impl<D: Stored> Writer<D> {
    /// Commits what was collected; returns the partitions of which nothing was stored.
    pub(super) fn append(&mut self) -> Vec<Failed> {
        let commit = &self.commit;
        let ledger = &mut self.ledger;
        let outcome = guarded(|| ledger.commit(commit)).unwrap_or_else(|message| {
            tracing::error!(message, "the ledger panicked");
            Vec::new()
        });
        let stored = outcome.len() == commit.frames.len() && outcome.iter().all(|a| *a == Appended::Stored);
        if stored {
            self.publish(|_| true);
            return Vec::new();
        }
        // An answer a frame is the contract; anything else says nothing about what is there.
        let kept_contract = outcome.len() == commit.frames.len();
        let unknown = !kept_contract || outcome.contains(&Appended::Unknown);
        let conflict = outcome
            .iter()
            .any(|appended| matches!(appended, Appended::Conflict { .. }));
        let error = if outcome.contains(&Appended::NotStored { full: true }) && !unknown && !conflict {
            EngineError::Full
        } else {
            EngineError::Unavailable
        };
        let read_back = !(unknown || conflict) || self.reopen();
        let error = if read_back { error } else { EngineError::Stopped };
        self.sort_out(error, read_back)
    }

    /// Compares what was to be written with what is there.
    fn sort_out(&mut self, error: EngineError, read_back: bool) -> Vec<Failed> {
        let mut failed = Vec::new();
        let mut there = vec![false; self.commit.frames.len()];
        for (append, there) in self.commit.frames.iter().zip(&mut there) {
            let head = self.head(append.partition);
            *there = read_back && self.is_there(append);
            if !*there {
                let foreign = head != append.expected;
                failed.push(Failed {
                    partition: append.partition,
                    head,
                    foreign,
                    error: error.clone(),
                });
            }
        }
        let mut there = there.into_iter();
        self.publish(|_| there.next().unwrap_or(false));
        if !failed.is_empty() {
            let text = format!("{} frames were not stored: {error}", failed.len());
            tracing::error!(frames = failed.len(), %error, "frames were not stored");
            self.shared.health.error(text);
            self.shared
                .health
                .frames_failed
                .fetch_add(failed.len() as u64, Ordering::Relaxed);
        }
        failed
    }

    fn is_there(&self, append: &Append) -> bool {
        if self.head(append.partition).0 <= append.expected.0 {
            return false;
        }
        let mut same = false;
        let read = self
            .ledger
            .reader()
            .read(append.partition, append.expected, &mut |frame| {
                same = frame.stamped_ms == append.stamped_ms && frame.payload == append.payload;
                false
            });
        read.is_ok() && same
    }

    /// Opens the store anew, however long it takes; `false` if the engine was stopped before it could be.
    fn reopen(&mut self) -> bool {
        let mut tries_closing = 0;
        loop {
            let error = match guarded(|| self.ledger.reopen()) {
                Ok(Ok(())) => return true,
                Ok(Err(error)) => describe(&error),
                Err(message) => message,
            };
            tracing::error!(error, "the ledger cannot be opened anew; trying again");
            self.shared.health.error(error);
            tries_closing += u32::from(self.shared.writer.hurried());
            if tries_closing > REOPEN_TRIES_CLOSING {
                return false;
            }
            self.shared.writer.pause(REOPEN_PAUSE);
        }
    }

    /// Shows the frames that are durable to whoever follows the ledger.
    fn publish(&mut self, mut stored: impl FnMut(&Append) -> bool) {
        for append in &self.commit.frames {
            if stored(append) {
                self.shared
                    .durable
                    .set(append.partition, Position(append.expected.0 + 1));
            }
        }
        self.shared.durable.announce();
    }
}
