//! The values of the log: partitions, positions, frames and commits.

use sha2::{Digest, Sha256};

/// A partition of the log: `0..partitions()`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Partition(pub u16);

/// The number of frames before this one in its partition.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Position(pub u64);

/// The first 16 bytes of SHA-256 over (hash of the frame before, position, payload).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct FrameHash(pub [u8; 16]);

impl FrameHash {
    /// The hash of the frame with `payload` at `position` that follows the frame with this hash.
    pub fn next(self, position: Position, payload: &[u8]) -> FrameHash {
        let mut sha = Sha256::new();
        sha.update(self.0);
        sha.update(position.0.to_le_bytes());
        sha.update(payload);
        let digest = sha.finalize();
        let mut first = [0; 16];
        first.copy_from_slice(&digest[..16]);
        FrameHash(first)
    }
}

/// The end of a partition.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Head {
    /// The position that the next frame gets.
    pub position: Position,
    /// The hash of the last frame; all zero for an empty partition.
    pub hash: FrameHash,
    /// The stamp of the last frame, milliseconds since the Unix epoch; 0 for an empty partition.
    pub stamped_ms: u64,
}

impl Head {
    /// The head after `payload` was stored behind this one.
    pub fn after(self, stamped_ms: u64, payload: &[u8]) -> Head {
        let hash = self.hash.next(self.position, payload);
        Head {
            position: Position(self.position.0 + 1),
            hash,
            stamped_ms,
        }
    }
}

/// A stored frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Where it is.
    pub position: Position,
    /// The latest time stamp in it, milliseconds since the Unix epoch.
    pub stamped_ms: u64,
    /// The events, in the engine's encoding.
    pub payload: Vec<u8>,
}

/// A frame to be stored.
#[derive(Clone, Debug)]
pub struct Append {
    /// Where to.
    pub partition: Partition,
    /// The head that the writer believes in.
    pub expected: Position,
    /// The latest time stamp in the payload, milliseconds since the Unix epoch.
    pub stamped_ms: u64,
    /// The events, in the engine's encoding.
    pub payload: Vec<u8>,
}

/// Text kept apart from the frames, stored with the commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentRecord {
    /// The cell that it belongs to.
    pub cell: u64,
    /// Its key within the cell.
    pub key: u64,
    /// When it may be dropped, milliseconds in the cell's time.
    pub expires_ms: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What is stored together: all of it or nothing.
#[derive(Clone, Debug, Default)]
pub struct Commit {
    /// Frames, at most one a partition.
    pub frames: Vec<Append>,
    /// Content of the events in them.
    pub content: Vec<ContentRecord>,
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// It is durable.
    Stored,
    /// It is not there and will not appear; the same frame may be sent again (`full`: when there is room).
    NotStored {
        /// Because the disk is full.
        full: bool,
    },
    /// Somebody else has written: the partition's head is elsewhere.
    Conflict {
        /// The head found.
        head: Position,
    },
    /// It may or may not be there: reopen and read the head back before answering anybody.
    Unknown,
}
