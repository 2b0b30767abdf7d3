//! Uploaded files of a portfolio: what each is, and until when it is there. The bytes are content.
//!
//! Promises: an id names one file for ever; a file that has expired or was deleted is not there. Bounded: what expired is
//! forgotten as new files come. Must not know: the bytes.

use std::collections::VecDeque;

use decider::Timestamp;
use rulebook::media::{MediaKind, TYPES};
use serde::{Deserialize, Serialize};

use crate::ids::{MediumIx, NumberIx};

/// Expired files forgotten with each new one, so that the list shrinks faster than it grows.
const FORGET_MAX: usize = 4;

/// A file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Medium {
    /// The number that it was uploaded to, or sent to.
    pub number: NumberIx,
    /// Its place in [`TYPES`].
    pub mime: u8,
    /// Bytes.
    pub size: u32,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// From a person.
    pub inbound: bool,
    /// The first instant at which it is no longer there, in milliseconds since the Unix epoch.
    pub until_ms: u64,
    /// Deleted by the business.
    pub deleted: bool,
}

impl Medium {
    /// What it is, as `image/png`.
    pub fn mime(&self) -> &'static str {
        TYPES.get(usize::from(self.mime)).map_or("", |(mime, _)| mime)
    }

    /// What it is to the platform.
    pub fn kind(&self) -> MediaKind {
        TYPES
            .get(usize::from(self.mime))
            .map_or(MediaKind::Document, |(_, kind)| *kind)
    }
}

/// All files. Stored as it is: section 61, version 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Media {
    /// The id of the first that is still listed.
    first: u32,
    files: VecDeque<Medium>,
}

impl Media {
    /// The id of the next file.
    pub fn next(&self) -> MediumIx {
        MediumIx(self.first + self.files.len() as u32)
    }

    /// A file that is there at `now`.
    pub fn get(&self, medium: MediumIx, now: Timestamp) -> Option<&Medium> {
        let place = medium.0.checked_sub(self.first)?;
        self.files
            .get(place as usize)
            .filter(|file| !file.deleted && now.millis() < file.until_ms)
    }

    pub(super) fn is_untouched(&self) -> bool {
        self.first == 0 && self.files.is_empty()
    }

    pub(in crate::portfolio) fn on_stored(&mut self, file: Medium, at: Timestamp) {
        for _ in 0..FORGET_MAX {
            let gone = |file: &Medium| file.deleted || file.until_ms <= at.millis();
            if self.files.front().is_some_and(gone) {
                self.files.pop_front();
                self.first += 1;
            }
        }
        self.files.push_back(file);
    }

    pub(in crate::portfolio) fn on_deleted(&mut self, medium: MediumIx) {
        let place = medium.0.checked_sub(self.first);
        if let Some(file) = place.and_then(|place| self.files.get_mut(place as usize)) {
            file.deleted = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(until_ms: u64) -> Medium {
        Medium {
            number: NumberIx(0),
            mime: 7,
            size: 1,
            sha256: [0; 32],
            inbound: false,
            until_ms,
            deleted: false,
        }
    }

    #[test]
    fn files_come_expire_and_go() {
        let at = Timestamp::from_millis;
        let mut media = Media::default();
        for until in [100, 200, 300] {
            media.on_stored(file(until), at(1));
        }
        media.on_deleted(MediumIx(2));
        let there = |media: &Media, now| [0, 1, 2].map(|ix| media.get(MediumIx(ix), at(now)).is_some());
        assert_eq!(there(&media, 99), [true, true, false]);
        assert_eq!(there(&media, 100), [false, true, false]);
        // A new file lets go of those that are gone, and keeps its own id.
        assert_eq!(media.next(), MediumIx(3));
        media.on_stored(file(900), at(250));
        assert_eq!(media.next(), MediumIx(4));
        assert_eq!(media.first, 3);
        assert_eq!(
            media.get(MediumIx(3), at(250)).map(Medium::mime),
            Some("image/png")
        );
        assert_eq!(media.get(MediumIx(0), at(250)), None);
    }
}
