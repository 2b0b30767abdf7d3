//! The stored form of a window: its entries in order, and little else. Maps, chains and counts are rebuilt.

use decider::Timestamp;
use serde::{Deserialize, Serialize};

use super::log::{Log, NOBODY, Tally};
use super::{Counting, Window};
use crate::index::Index;

/// Everything that a [`Window`] is made of, in a form to be stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowParts {
    /// The span of the limit and the span of the rise, in ms.
    pub spans: (u64, u64),
    /// The sequence number of the first entry.
    pub first: u64,
    /// The instant from which the first entry is stamped, in ms since the Unix epoch.
    pub base: u64,
    /// The entries, oldest first.
    pub entries: Vec<WindowEntry>,
    /// The sequence number of the first entry of the tier.
    pub tier: u64,
    /// The latest instant seen, in ms since the Unix epoch.
    pub settled: u64,
    /// The running digest.
    pub history: u64,
}

/// One entry of [`WindowParts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowEntry {
    /// Who; `None` for an entry that no longer stands for anybody.
    pub contact: Option<u32>,
    /// Milliseconds since the entry before, or since the base.
    pub after: u64,
    /// Whether the message failed later (known only of a contact's newest entry, where it matters).
    pub failed: bool,
}

impl Window {
    /// The stored form.
    pub fn to_parts(&self) -> WindowParts {
        let mut last = self.log.base();
        let entries = (self.log.front_seq()..self.log.next_seq()).filter_map(|seq| {
            let (entry, stamp) = (self.log.entry(seq)?, self.log.stamp(seq)?);
            let after = stamp - core::mem::replace(&mut last, stamp);
            let newest = self.log.is_set(Counting::Accepted, seq);
            let failed = newest && !self.log.is_set(Counting::NotFailed, seq);
            Some(WindowEntry {
                contact: (entry.contact != NOBODY).then_some(entry.contact),
                after,
                failed,
            })
        });
        WindowParts {
            spans: (self.used_span, self.reached_span),
            first: self.log.front_seq(),
            base: self.log.base(),
            entries: entries.collect(),
            tier: self.tier,
            settled: self.settled,
            history: self.history,
        }
    }

    /// The window that [`Window::to_parts`] was taken of.
    pub fn from_parts(parts: &WindowParts) -> Self {
        let mut window = Window {
            used_span: parts.spans.0,
            reached_span: parts.spans.1,
            log: Log::starting_at(parts.first, parts.base),
            heads: Index::new(),
            used: Tally::empty(parts.first),
            reached: Tally::empty(parts.first),
            tier: parts.tier,
            settled: parts.settled,
            history: parts.history,
        };
        let mut at = parts.base;
        for entry in &parts.entries {
            at = at.saturating_add(entry.after);
            window.restore(entry, at);
        }
        window.reached = window.log.tally(parts.tier.max(parts.first));
        window.settle(Timestamp::from_millis(parts.settled));
        window
    }

    fn restore(&mut self, entry: &WindowEntry, at: u64) {
        let seq = self.log.make_ready(at);
        let Some(contact) = entry.contact else {
            return self.log.push(NOBODY, at, seq as u32);
        };
        self.append(seq, contact, at);
        if entry.failed {
            self.mark_failed(seq, None);
        }
    }
}
