//! Resumable uploads of apps: sessions that take a file in pieces and give a handle for it. The bytes are content.
//!
//! Promises: pieces follow one another without gap or overlap; a session that is done takes no more. Bounded: sessions
//! are forgotten after 30 days, and no more are open at once than a test needs. Must not know: the bytes, the handle.

use decider::{Millis, Timestamp};
use serde::{Deserialize, Serialize};

use super::AppIx;

/// How long a session and its file are kept: as long as media. (The platform's page on resumable uploads has no value.)
pub const KEPT: Millis = Millis::days(30);
/// Sessions at once.
pub(super) const SESSIONS_MAX: usize = 10_000;
/// Bytes of a file: the largest that a template's header may have.
pub(super) const BYTES_MAX: u32 = 100 << 20;
/// Pieces of a file: their numbers are part of the key of their content.
pub(super) const PIECES_MAX: u16 = 1_000;

/// One session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Which one: counted from 0, for ever.
    pub number: u32,
    /// Whose.
    pub app: AppIx,
    /// What the file is, as `image/png`.
    pub mime: String,
    /// Bytes that it will have.
    pub length: u32,
    /// Bytes that have come.
    pub received: u32,
    /// Pieces that have come.
    pub pieces: u16,
    /// When it is forgotten, in milliseconds since the Unix epoch.
    pub until_ms: u64,
}

impl Upload {
    /// Whether all of it is there.
    pub fn is_done(&self) -> bool {
        self.received == self.length
    }
}

/// All sessions, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uploads {
    next: u32,
    sessions: Vec<Upload>,
}

impl Uploads {
    /// A session that is not forgotten.
    pub fn get(&self, number: u32) -> Option<&Upload> {
        self.sessions.iter().find(|upload| upload.number == number)
    }

    /// The number of the next one.
    pub fn next(&self) -> u32 {
        self.next
    }

    pub(super) fn count(&self, now: Timestamp) -> usize {
        let open = |upload: &&Upload| upload.until_ms > now.millis();
        self.sessions.iter().filter(open).count()
    }

    pub(super) fn on_begun(&mut self, upload: Upload, at: Timestamp) {
        self.sessions.retain(|upload| upload.until_ms > at.millis());
        self.next = upload.number + 1;
        self.sessions.push(upload);
    }

    pub(super) fn on_received(&mut self, number: u32, bytes: u32) {
        let upload = self.sessions.iter_mut().find(|upload| upload.number == number);
        if let Some(upload) = upload {
            upload.received += bytes;
            upload.pieces += 1;
        }
    }
}

/// The key under which a piece of an upload is kept in the directory's cell.
pub const fn piece_key(number: u32, piece: u16) -> u64 {
    ((number as u64) << 16) | piece as u64
}
