//! What surrounds the messages of a portfolio: PINs and codes, media, profiles, QR codes, settings.
//!
//! Promises: nothing of it is touched by a send of text or of a template; each subject has its own commands, its own
//! events and its own section of the snapshot, whose stored form is the subject's state as it is.
//! Must not know: ratings, limits, windows.

pub mod access;
pub mod media;
pub mod pages;
mod story;

use std::collections::BTreeMap;

use decider::mix;
use serde::Serialize;

use super::Event;
use super::snapshot::sections::{Loaded, Section, write};
use crate::ids::NumberIx;
use access::Access;
use media::Media;
use pages::Pages;

/// The state of all subjects.
#[derive(Debug, Default)]
pub struct Surface {
    access: BTreeMap<NumberIx, Access>,
    /// Uploaded files.
    pub media: Media,
    /// Profiles, QR codes and settings of numbers.
    pub pages: Pages,
    /// Of all events so far: they are rare, and each changes what it is about.
    digest: u64,
}

impl Surface {
    /// PIN and code of a number; a number that nothing has happened to has neither.
    pub fn access(&self, number: NumberIx) -> Option<&Access> {
        self.access.get(&number)
    }

    pub(super) fn access_mut(&mut self, number: NumberIx) -> &mut Access {
        self.access.entry(number).or_default()
    }

    /// Takes an event into the digest.
    pub(super) fn note(&mut self, event: &Event) {
        let mut bytes = Vec::new();
        event.write(&mut bytes);
        let kind = u64::from(event.kind().0);
        self.digest = bytes.chunks(8).fold(mix(self.digest ^ kind), |digest, chunk| {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            mix(digest ^ u64::from_le_bytes(word))
        });
    }

    /// Changes with every event of any subject.
    pub(super) fn digest(&self) -> u64 {
        self.digest
    }
}

/// PINs and codes, by number.
pub(crate) const ACCESS: Section = Section {
    id: 60,
    version: 1,
    store: |portfolio| stored(&portfolio.surface.access, portfolio.surface.access.is_empty()),
    load: |portfolio, version, bytes| read(version, bytes, &mut portfolio.surface.access),
};

/// Uploaded files; their bytes are content.
pub(crate) const MEDIA: Section = Section {
    id: 61,
    version: 1,
    store: |portfolio| stored(&portfolio.surface.media, portfolio.surface.media.is_untouched()),
    load: |portfolio, version, bytes| read(version, bytes, &mut portfolio.surface.media),
};

/// Profiles, QR codes and settings.
pub(crate) const PAGES: Section = Section {
    id: 62,
    version: 1,
    store: |portfolio| {
        stored(
            &portfolio.surface.pages,
            portfolio.surface.pages == Pages::default(),
        )
    },
    load: |portfolio, version, bytes| read(version, bytes, &mut portfolio.surface.pages),
};

/// The digest of all subjects.
pub(crate) const DIGEST: Section = Section {
    id: 69,
    version: 1,
    store: |portfolio| stored(&portfolio.surface.digest, portfolio.surface.digest == 0),
    load: |portfolio, version, bytes| read(version, bytes, &mut portfolio.surface.digest),
};

fn stored<T: Serialize>(value: &T, empty: bool) -> Option<Vec<u8>> {
    (!empty).then(|| write(value))
}

fn read<T: serde::de::DeserializeOwned>(version: u8, bytes: &[u8], into: &mut T) -> Loaded {
    match version {
        1 => Some(postcard::from_bytes(bytes).map(|value| *into = value)),
        _ => None,
    }
}
