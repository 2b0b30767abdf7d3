//! Which refusals of a number were written down within the last minute, so that a looping app cannot fill the disk.
//!
//! A small cache: two refusals that fall on the same slot only cost an event more.

use decider::{Millis, Timestamp, mix};

use crate::ids::ContactIx;

/// Identical refusals within this span are one event.
const SPAN: Millis = Millis::MINUTE;
/// Slots a number; made at its first refusal.
const SLOTS: usize = 256;

/// The cache of one number.
#[derive(Clone, Debug, Default)]
pub struct RecentRefusals {
    slots: Vec<(u32, u16, u64)>,
}

impl RecentRefusals {
    /// Whether the same refusal of the same person was written down within the last minute.
    pub fn is_known(&self, contact: ContactIx, refusal: u16, now: Timestamp) -> bool {
        self.slots
            .get(slot(contact, refusal))
            .is_some_and(|&(known, of, at)| {
                known == contact.0 && of == refusal && now.millis() < at.saturating_add(SPAN.get()) && at != 0
            })
    }

    /// Remembers a refusal.
    pub fn note(&mut self, contact: ContactIx, refusal: u16, at: Timestamp) {
        if self.slots.is_empty() {
            self.slots = vec![(0, 0, 0); SLOTS];
        }
        self.slots[slot(contact, refusal)] = (contact.0, refusal, at.millis());
    }

    /// The stored form.
    pub fn to_parts(&self) -> Vec<(u32, u16, u64)> {
        self.slots.clone()
    }

    /// From the stored form.
    pub fn from_parts(slots: Vec<(u32, u16, u64)>) -> Self {
        RecentRefusals {
            slots: if slots.len() == SLOTS { slots } else { Vec::new() },
        }
    }
}

fn slot(contact: ContactIx, refusal: u16) -> usize {
    mix(u64::from(contact.0) << 16 | u64::from(refusal)) as usize % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_refusal_is_known_for_a_minute() {
        let mut recent = RecentRefusals::default();
        let at = |ms: u64| Timestamp::from_millis(1_000_000 + ms);
        recent.note(ContactIx(1), 5, at(0));
        for (contact, refusal, ms, known) in [
            (1, 5, 0, true),
            (1, 5, 59_999, true),
            (1, 5, 60_000, false),
            (1, 6, 0, false),
            (2, 5, 0, false),
        ] {
            assert_eq!(recent.is_known(ContactIx(contact), refusal, at(ms)), known);
        }
        assert!(!RecentRefusals::default().is_known(ContactIx(0), 0, Timestamp::ZERO));
    }
}
