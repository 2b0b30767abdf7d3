//! The engine's settings: every bound with its reason.

use std::time::Duration;

use decider::Millis;

/// Settings of one engine.
#[derive(Clone, Debug)]
pub struct Config {
    /// All entropy derives from it: the same seed and the same commands with the same stamps give the same history.
    pub seed: u64,
    /// Threads that decide. One keeps two cores busy together with the writer.
    pub shards: usize,
    /// Commands waiting for one shard; beyond it callers are told to come back. 65,536 are well under a tenth of a
    /// second of work, so whoever waits in the queue is answered before its patience ends.
    pub queue_max: usize,
    /// Commands (and as many ticks) decided into one frame set. 4,096 decisions share one flush, more would only
    /// make the first of them wait.
    pub batch_max: usize,
    /// Bytes of events after which a batch is closed: keeps one commit well below the time of a flush.
    pub batch_bytes_max: usize,
    /// Commit jobs of one shard handed over and not yet durable. Two: one being flushed, one ready behind it if it is
    /// large; more would only lengthen the wait of everyone in them.
    pub in_flight_max: usize,
    /// Frames of a partition after which it is snapshotted: bounds the time of a restart and of a rebuild.
    pub snapshot_every_frames: u64,
    /// Bytes of a partition after which it is snapshotted, for the same reason.
    pub snapshot_every_bytes: u64,
    /// A partition is not snapshotted before what was written since the last snapshot is this many times as long as that
    /// one: making it costs what the whole state costs, and a large state under load would be made anew all the time.
    /// Four times keeps the frames that a start reads within a small multiple of the snapshot that it reads anyway.
    pub snapshot_growth: u64,
    /// Whether [`crate::Engine::shutdown`] snapshots every partition that has new frames.
    pub snapshot_on_shutdown: bool,
    /// Frames younger than this are never trimmed.
    pub retention: Millis,
    /// A long advance stops this often and lets subscribers catch up, so that what they hold in memory stays small.
    pub slice: Millis,
    /// Real time that an advance waits for subscribers after each slice before it goes on without them.
    pub keep_up_wait: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            seed: 0,
            shards: 1,
            queue_max: 65_536,
            batch_max: 4_096,
            batch_bytes_max: 1 << 20,
            in_flight_max: 2,
            snapshot_every_frames: 8_192,
            snapshot_every_bytes: 64 << 20,
            snapshot_growth: 4,
            snapshot_on_shutdown: true,
            retention: Millis::days(30),
            slice: Millis::hours(6),
            keep_up_wait: Duration::from_secs(10),
        }
    }
}

impl Config {
    /// What is wrong with these settings, if anything.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let zero = [
            (self.shards, "there must be at least one shard"),
            (self.queue_max, "the queue must hold at least one command"),
            (self.batch_max, "a batch must hold at least one command"),
            (self.batch_bytes_max, "a batch must hold at least one byte"),
            (
                self.in_flight_max,
                "at least one commit must be allowed in flight",
            ),
        ];
        let zero = zero.iter().find(|(value, _)| *value == 0).map(|(_, what)| *what);
        zero.or((self.slice == Millis::ZERO).then_some("a slice must be longer than nothing"))
    }
}
