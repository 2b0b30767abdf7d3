//! Dropping what is not needed any more, off the shard threads.
//!
//! Promises: frames are dropped only behind the oldest of: second-newest snapshot, slowest cursor, retention; where nothing
//! happened for as long as the retention, behind the newest snapshot, which then stands alone. Must not know: what is inside
//! a frame.

use decider::{Millis, Stored};
use ledger::{Partition, Position};
use tokio::sync::oneshot;

use crate::SnapshotError;
use crate::engine::{Engine, Shared};
use crate::snapshots::snapshot_all;
use crate::writer::{Chore, describe};

/// A file for frames is written for so long at most, so that what is in it can be dropped as a whole some day.
const FILE_MAX: Millis = Millis::DAY;

impl<D: Stored> Engine<D> {
    /// What has to be done now and then where little happens, so that nothing stays for ever: snapshots every partition that
    /// has new frames, purges content, begins a new file for frames once a day, and drops frames and snapshots that are
    /// older than the retention. With this done at least every `n` hours, what was erased is in no file any more after the
    /// retention, a day, and twice `n` hours, unless a subscriber lags behind. Blocks; returns the first failure.
    pub fn upkeep(&self) -> Result<(), SnapshotError> {
        let shared = self.shared();
        let snapshotted = snapshot_all(shared);
        let failed = |reason: String| SnapshotError::Failed {
            partition: Partition(0),
            reason,
        };
        begin_file(shared).map_err(failed)?;
        for partition in shared.router.all() {
            let failed = |reason: String| SnapshotError::Failed { partition, reason };
            trim(shared, partition).map_err(failed)?;
        }
        purge(shared).map_err(failed)?;
        let emptied = shared.tables.truncate_wal();
        emptied.map_err(|error| failed(describe(&error)))?;
        snapshotted
    }
}

/// Drops content whose time to live has ended.
pub(crate) fn purge<D: Stored>(shared: &Shared<D>) -> Result<(), String> {
    let purged = shared.tables.purge_expired(shared.clock.now().millis());
    purged.map(drop).map_err(|error| describe(&error))
}

fn begin_file<D: Stored>(shared: &Shared<D>) -> Result<(), String> {
    let (to, begun) = oneshot::channel();
    let before_ms = shared.clock.now().back(FILE_MAX).millis();
    shared.writer.chore(Chore::BeginFile { before_ms, to });
    done(begun)
}

/// Drops the frames of a partition that nobody needs any more, and snapshots that are older than everything kept.
pub(crate) fn trim<D: Stored>(shared: &Shared<D>, partition: Partition) -> Result<(), String> {
    let snapshots = shared
        .reader
        .snapshots(partition)
        .map_err(|error| describe(&error))?;
    let Some((newest, _)) = snapshots.first() else {
        return Ok(());
    };
    let cursors = shared.tables.cursors().map_err(|error| describe(&error))?;
    let cursors = cursors.iter().filter(|cursor| cursor.partition == partition);
    let slowest = cursors.map(|cursor| cursor.position).fold(*newest, Position::min);
    let old = retained(shared, partition, slowest).map_err(|error| describe(&error))?;
    // Where nothing happened for as long as frames are kept, no second snapshot ever comes: the newest stands alone.
    let alone = old == *newest;
    let until = match snapshots.get(1) {
        _ if alone => old,
        Some((second, _)) => old.min(*second),
        None => return Ok(()),
    };
    let (to, trimmed) = oneshot::channel();
    shared.writer.chore(Chore::Trim {
        partition,
        position: until,
        alone,
        to,
    });
    done(trimmed)
}

pub(crate) fn done(answer: oneshot::Receiver<Result<(), String>>) -> Result<(), String> {
    answer
        .blocking_recv()
        .unwrap_or_else(|_| Err("the engine has stopped".into()))
}

/// The first frame before `until` that is young enough to be kept, else `until`.
fn retained<D: Stored>(
    shared: &Shared<D>,
    partition: Partition,
    until: Position,
) -> Result<Position, ledger::LedgerError> {
    let kept_from = shared.clock.now().back(shared.config.retention).millis();
    let mut position = shared.reader.first(partition);
    shared.reader.read(partition, position, &mut |frame| {
        let goes = frame.position < until && frame.stamped_ms < kept_from;
        if goes {
            position = Position(frame.position.0 + 1);
        }
        goes
    })?;
    Ok(position)
}
