//! Figures of a portfolio, for measuring and for whoever watches it.

use decider::Timestamp;
use rulebook::edition::Limit;

use super::Portfolio;
use crate::ids::ScopeIx;
use crate::mirror::Source;

/// What is kept, and the bytes that it takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// People known.
    pub people: usize,
    /// Bytes of the tables of keys: who is who.
    pub key_bytes: usize,
    /// Bytes of what decides about people.
    pub people_bytes: usize,
    /// Entries of the windows.
    pub window_entries: usize,
    /// Bytes of the windows.
    pub window_bytes: usize,
    /// Attempts kept.
    pub attempts: usize,
    /// Bytes of the attempts.
    pub attempt_bytes: usize,
}

/// How much of a limit is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Headroom {
    /// The limit in force.
    pub limit: Limit,
    /// Who said so.
    pub source: Source,
    /// People in use by our count.
    pub used: u32,
}

impl Portfolio {
    /// What is kept, and the bytes that it takes.
    pub fn footprint(&self) -> Footprint {
        let (key_bytes, people_bytes) = self.people.heap_bytes();
        Footprint {
            people: self.people.len(),
            key_bytes,
            people_bytes: people_bytes + self.consents.heap_bytes(),
            window_entries: self.scopes.iter().map(|scope| scope.window.len()).sum(),
            window_bytes: self.scopes.iter().map(|scope| scope.window.heap_bytes()).sum(),
            attempts: self.attempts.len(),
            attempt_bytes: self.attempts.heap_bytes(),
        }
    }

    /// How much of a limit is used now.
    pub fn headroom(&self, scope: ScopeIx, now: Timestamp) -> Option<Headroom> {
        let known = self.scope(scope)?;
        let (limit, source) = known.limit(&self.edition.limits);
        Some(Headroom {
            limit,
            source,
            used: known.used(now),
        })
    }
}
