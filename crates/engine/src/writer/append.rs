//! One commit against the ledger, and the truth about it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use decider::Stored;
use ledger::{Append, Appended, LedgerError, Position};

use super::{Writer, describe};
use crate::EngineError;
use crate::config::Config;
use crate::guard::guarded;
use crate::job::Failed;

/// Between two attempts to open a store that is in trouble: soon enough for callers, seldom enough for the log.
const REOPEN_PAUSE: Duration = Duration::from_millis(100);
/// Attempts after the engine was told to stop: a second, then callers are told that it has stopped.
const REOPEN_TRIES_HURRIED: u32 = 10;

impl<D: Stored> Writer<D> {
    /// Commits what was collected; returns the partitions of which nothing was stored.
    pub(super) fn append(&mut self) -> Vec<Failed> {
        let (ledger, commit) = (&mut self.ledger, &self.commit);
        let outcome = guarded(|| ledger.commit(commit)).unwrap_or_else(|message| {
            tracing::error!(message, "the ledger panicked");
            Vec::new()
        });
        let kept_contract = outcome.len() == self.commit.frames.len();
        if kept_contract && outcome.iter().all(|appended| *appended == Appended::Stored) {
            self.publish(|_| true);
            return Vec::new();
        }
        // Neither a missing answer nor a commit that is stored in part is in the contract: what is there is unknown.
        let open = |appended: &Appended| matches!(appended, Appended::Unknown | Appended::Stored);
        if !kept_contract || outcome.iter().any(open) {
            return match self.read_back() {
                Some(there) => self.sort_out(&there, EngineError::Unavailable),
                None => self.sort_out(&[], EngineError::Stopped),
            };
        }
        let conflict = outcome
            .iter()
            .any(|appended| matches!(appended, Appended::Conflict { .. }));
        if conflict && !self.reopen() {
            return self.sort_out(&[], EngineError::Stopped);
        }
        let full = !conflict && outcome.contains(&Appended::NotStored { full: true });
        self.sort_out(
            &[],
            if full {
                EngineError::Full
            } else {
                EngineError::Unavailable
            },
        )
    }

    /// Shows what is `there` (frame by frame; nothing, if empty) and says what is not.
    fn sort_out(&mut self, there: &[bool], error: EngineError) -> Vec<Failed> {
        let mut shown = there.iter().copied();
        self.publish(|_| shown.next().unwrap_or(false));
        let lost = |(index, _): &(usize, &Append)| !there.get(*index).copied().unwrap_or(false);
        let lost = self.commit.frames.iter().enumerate().filter(lost);
        let failed = lost.map(|(_, append)| {
            let head = self.head(append.partition);
            let foreign = head != append.expected;
            Failed {
                partition: append.partition,
                head,
                foreign,
                error: error.clone(),
            }
        });
        let failed: Vec<_> = failed.collect();
        if !failed.is_empty() {
            tracing::error!(frames = failed.len(), %error, "frames were not stored");
            self.shared
                .health
                .error(format!("{} frames were not stored: {error}", failed.len()));
            self.shared
                .health
                .frames_failed
                .fetch_add(failed.len() as u64, Ordering::Relaxed);
        }
        failed
    }

    /// Opens the store anew and compares what was to be written with what is there, frame by frame; however long it
    /// takes. `None` if the engine was stopped before it could be.
    fn read_back(&mut self) -> Option<Vec<bool>> {
        loop {
            if !self.reopen() {
                return None;
            }
            let there: Result<Vec<_>, _> = self
                .commit
                .frames
                .iter()
                .map(|append| self.is_there(append))
                .collect();
            match there {
                Ok(there) => return Some(there),
                Err(error) if !self.may_retry(&describe(&error)) => return None,
                Err(_) => {}
            }
        }
    }

    fn is_there(&self, append: &Append) -> Result<bool, LedgerError> {
        if self.head(append.partition).0 <= append.expected.0 {
            return Ok(false);
        }
        let mut same = false;
        self.ledger
            .reader()
            .read(append.partition, append.expected, &mut |frame| {
                same = frame.stamped_ms == append.stamped_ms && frame.payload == append.payload;
                false
            })?;
        Ok(same)
    }

    /// Opens the store anew, however long it takes; `false` if the engine was stopped before it could be.
    fn reopen(&mut self) -> bool {
        loop {
            let error = match guarded(|| self.ledger.reopen()) {
                Ok(Ok(())) => return true,
                Ok(Err(error)) => describe(&error),
                Err(message) => message,
            };
            if !self.may_retry(&error) {
                return false;
            }
        }
    }

    /// Lets a moment pass; `false` if the engine is stopping and the store was given its last chance.
    fn may_retry(&mut self, error: &str) -> bool {
        tracing::error!(error, "what is in the ledger cannot be found out; trying again");
        self.shared.health.error(error.to_owned());
        self.tries_hurried += u32::from(self.shared.writer.hurried());
        self.shared.writer.pause(REOPEN_PAUSE);
        self.tries_hurried <= REOPEN_TRIES_HURRIED
    }

    /// Shows the frames that are durable to whoever follows the ledger, and asks for snapshots.
    fn publish(&mut self, mut stored: impl FnMut(&Append) -> bool) {
        let shared = &self.shared;
        for append in self.commit.frames.iter().filter(|append| stored(append)) {
            shared
                .durable
                .set(append.partition, Position(append.expected.0 + 1));
            let (frames, bytes) = &mut self.grown[usize::from(append.partition.0)];
            *frames += 1;
            *bytes += append.payload.len() as u64;
            let newest = shared.snapshots.newest_bytes(append.partition);
            let due = is_snapshot_due(&shared.config, (*frames, *bytes), newest);
            if due && !shared.snapshots.is_asked(append.partition) {
                (*frames, *bytes) = (0, 0);
                shared.snapshots.ask(append.partition);
            }
        }
        shared.durable.announce();
    }
}

/// Reading a frame costs a start what this many bytes of events cost it, whatever is in it.
const FRAME_BYTES: u64 = 4 << 10;

/// Whether a partition is to be snapshotted that has grown by so many frames with so many bytes since its last snapshot,
/// which was `newest` bytes long.
fn is_snapshot_due(config: &Config, (frames, bytes): (u64, u64), newest: u64) -> bool {
    let grown = frames >= config.snapshot_every_frames || bytes >= config.snapshot_every_bytes;
    grown && bytes + frames * FRAME_BYTES >= newest.saturating_mul(config.snapshot_growth)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_state_is_snapshotted_when_as_much_has_come_again() {
        const MB: u64 = 1 << 20;
        // (frames and bytes since, length of the newest snapshot, due)
        let rows = [
            ((8_191, 63 * MB), 0, false),
            ((8_192, 0), 0, true),
            ((8_192, 0), 8 * MB, true),
            ((8_192, 0), 9 * MB, false),
            ((1, 64 * MB), 16 * MB, true),
            ((1, 64 * MB), 17 * MB, false),
            ((70, 68 * MB), 17 * MB, true),
            ((1, u64::MAX / 2), u64::MAX, false),
        ];
        for (since, newest, due) in rows {
            let found = is_snapshot_due(&Config::default(), since, newest);
            assert_eq!(found, due, "{since:?} after {newest}");
        }
    }
}
