//! The durable log: what was decided, in frames, in a fixed number of partitions.
//!
//! Promises: a frame that was answered [`Appended::Stored`] is on stable storage and is read back byte for byte,
//! in order, after any crash; a commit is stored whole or not at all, its content with it.
//! Must not know: what the bytes mean.
//!
//! Two backends: [`memory`] (tests, `--ephemeral`) and [`segments`] (one directory: append-only segment files for
//! frames, SQLite for tables). Both run the suite in [`suite`].

pub mod archive;
pub mod faulty;
mod frame;
pub mod memory;
pub mod segments;
pub mod suite;
pub mod tables;

pub use faulty::{Fault, FaultyLedger, Script};
pub use frame::{Append, Appended, Commit, ContentRecord, Frame, FrameHash, Head, Partition, Position};
pub use memory::{MemoryLedger, MemoryStore};
pub use segments::{SegmentLedger, verify};
pub use tables::{Attempt, Cursor, Deliveries, Delivery, DeliveryState, NewDelivery, Tables, Then};

use std::sync::Arc;

/// The writing half: one owner, one thread.
///
/// # Contract
/// - `commit` stores all frames of the commit and its content, or nothing of it. It returns one [`Appended`] a frame, in
///   order. Content is durable before the first frame is.
/// - A frame is stored only if `expected` equals the partition's head; else [`Appended::Conflict`] and nothing
///   of that commit is stored (the other frames get [`Appended::NotStored`]).
/// - After [`Appended::Unknown`] every further `commit` answers `NotStored` until [`Ledger::reopen`] has read the head back.
/// - Nothing is read by a [`LedgerReader`] before it is durable.
pub trait Ledger: Send {
    /// Number of partitions, fixed when the ledger was made.
    fn partitions(&self) -> u16;

    /// Where `partition` ends: the position that the next frame will get.
    fn head(&self, partition: Partition) -> Head;

    /// Stores a commit. Blocks until it is durable or known to have failed.
    fn commit(&mut self, commit: &Commit) -> Vec<Appended>;

    /// After `Unknown`: opens the store anew and finds out what is there. [`Ledger::head`] tells the truth afterwards.
    fn reopen(&mut self) -> Result<(), LedgerError>;

    /// A handle for reading, usable from any thread.
    fn reader(&self) -> Arc<dyn LedgerReader>;

    /// The tables beside the log, usable from any thread.
    fn tables(&self) -> Arc<Tables>;

    /// Keeps a snapshot of a partition: the fold of all its frames before `position`. The two newest are kept.
    fn put_snapshot(
        &mut self,
        partition: Partition,
        position: Position,
        bytes: &[u8],
    ) -> Result<(), LedgerError>;

    /// Drops frames of `partition` before `position` where that frees whole files; keeps more rather than less.
    fn trim(&mut self, partition: Partition, position: Position) -> Result<(), LedgerError>;

    /// Keeps the newest snapshot of `partition` only, if it is the one at `position`.
    fn drop_older_snapshots(&mut self, partition: Partition, position: Position) -> Result<(), LedgerError>;

    /// Begins a new file for frames, if there are frames in the one that is written and it was begun by a commit stamped
    /// before `before_ms`: so that what is in it can be trimmed some day though little comes.
    fn begin_file(&mut self, before_ms: u64) -> Result<(), LedgerError>;
}

impl Ledger for Box<dyn Ledger> {
    fn partitions(&self) -> u16 {
        (**self).partitions()
    }

    fn head(&self, partition: Partition) -> Head {
        (**self).head(partition)
    }

    fn commit(&mut self, commit: &Commit) -> Vec<Appended> {
        (**self).commit(commit)
    }

    fn reopen(&mut self) -> Result<(), LedgerError> {
        (**self).reopen()
    }

    fn reader(&self) -> Arc<dyn LedgerReader> {
        (**self).reader()
    }

    fn tables(&self) -> Arc<Tables> {
        (**self).tables()
    }

    fn put_snapshot(
        &mut self,
        partition: Partition,
        position: Position,
        bytes: &[u8],
    ) -> Result<(), LedgerError> {
        (**self).put_snapshot(partition, position, bytes)
    }

    fn trim(&mut self, partition: Partition, position: Position) -> Result<(), LedgerError> {
        (**self).trim(partition, position)
    }

    fn drop_older_snapshots(&mut self, partition: Partition, position: Position) -> Result<(), LedgerError> {
        (**self).drop_older_snapshots(partition, position)
    }

    fn begin_file(&mut self, before_ms: u64) -> Result<(), LedgerError> {
        (**self).begin_file(before_ms)
    }
}

/// The reading half: sees durable frames only.
pub trait LedgerReader: Send + Sync {
    /// Number of partitions.
    fn partitions(&self) -> u16;

    /// The durable head of `partition`.
    fn head(&self, partition: Partition) -> Head;

    /// The first position that was not trimmed away.
    fn first(&self, partition: Partition) -> Position;

    /// Frames of `partition` from `from` on, in order, until `visit` returns false or the durable head is reached.
    /// A `from` before [`LedgerReader::first`] is [`LedgerError::Trimmed`].
    fn read(
        &self,
        partition: Partition,
        from: Position,
        visit: &mut dyn FnMut(&Frame) -> bool,
    ) -> Result<(), LedgerError>;

    /// The newest snapshots of `partition`, newest first: (position, bytes), checksums verified.
    fn snapshots(&self, partition: Partition) -> Result<Vec<(Position, Vec<u8>)>, LedgerError>;

    /// Content by cell and key; `None` if never stored, expired and purged, or erased.
    fn content(&self, cell: u64, key: u64) -> Result<Option<Vec<u8>>, LedgerError>;

    /// The tables beside the log, usable from any thread.
    fn tables(&self) -> Arc<Tables>;
}

/// Why the ledger could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The data directory is held by another process.
    #[error("data directory {path} is in use by another process")]
    InUse {
        /// The directory.
        path: String,
    },
    /// Something is there already.
    #[error("{path} is not empty")]
    NotEmpty {
        /// The directory.
        path: String,
    },
    /// Written by a newer version of this program.
    #[error("data directory {path} has format {found}, this version reads up to {known}")]
    Newer {
        /// The directory.
        path: String,
        /// Its format number.
        found: u32,
        /// The highest format number that this version reads.
        known: u32,
    },
    /// Stored bytes are not what was written.
    #[error("{file} is damaged at byte {offset}: {what}")]
    Damaged {
        /// The file.
        file: String,
        /// Where.
        offset: u64,
        /// What does not hold.
        what: String,
    },
    /// The frames asked for were dropped by [`Ledger::trim`].
    #[error("partition {partition} is trimmed: its first frame is {first}")]
    Trimmed {
        /// The partition.
        partition: u16,
        /// The first position that is still there.
        first: u64,
    },
    /// The disk is full; nothing of the commit was stored.
    #[error("no room left for the ledger")]
    Full,
    /// Reading or writing failed.
    #[error("{doing} failed")]
    Io {
        /// What was being done.
        doing: String,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// The table store failed.
    #[error("{doing} failed")]
    Tables {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        #[source]
        source: rusqlite::Error,
    },
}
