//! A snapshot in sections: one a subject, each with a number and versions of its own.
//!
//! Promises: a subject adds state without touching the stored form of any other; a section without content takes no
//! room; a section that this version does not know is refused, not dropped.

use decider::Undecodable;
use serde::{Deserialize, Serialize};

/// How reading a section went; `None`: its version is unknown.
pub type Loaded = Option<Result<(), postcard::Error>>;

/// One subject's part of the stored form of a `P`.
#[derive(Debug)]
pub struct Section<P> {
    /// Permanent, never used twice.
    pub id: u16,
    /// The version that `store` writes.
    pub version: u8,
    /// The content; `None` while there is none.
    pub store: fn(&P) -> Option<Vec<u8>>,
    /// Reads any version into a `P` whose core was read already. `None`: an unknown version.
    pub load: fn(&mut P, u8, &[u8]) -> Loaded,
}

/// The stored form of a section.
#[derive(Debug, Serialize, Deserialize)]
pub struct StoredSection {
    id: u16,
    version: u8,
    bytes: Vec<u8>,
}

/// All sections of `whole` that have content.
pub fn store<P>(sections: &[Section<P>], whole: &P) -> Vec<StoredSection> {
    let stored = |section: &Section<P>| {
        Some(StoredSection {
            id: section.id,
            version: section.version,
            bytes: (section.store)(whole)?,
        })
    };
    sections.iter().filter_map(stored).collect()
}

/// Reads what [`store`] wrote, in this version or an earlier one.
pub fn load<P>(sections: &[Section<P>], whole: &mut P, stored: &[StoredSection]) -> Result<(), Undecodable> {
    for StoredSection { id, version, bytes } in stored {
        let known = sections.iter().find(|section| section.id == *id);
        match known.and_then(|section| (section.load)(whole, *version, bytes)) {
            Some(read) => read.map_err(|error| undecodable(*id, *version, &error.to_string()))?,
            None => return Err(undecodable(*id, *version, "unknown to this version")),
        }
    }
    Ok(())
}

fn undecodable(id: u16, version: u8, problem: &str) -> Undecodable {
    Undecodable {
        reason: format!("section {id} v{version} of a portfolio: {problem}"),
    }
}
