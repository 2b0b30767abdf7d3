//! Which refusals of a number were written down within the last minute, so that a looping app cannot fill the disk.
//!
//! A small cache: two refusals that fall on the same slot only cost an event more.

use decider::{Millis, Timestamp, mix};
use serde::{Deserialize, Serialize};

use crate::ids::{ContactIx, DecisionId};
use crate::refusal::Refusal;

/// Identical refusals within this span are one event.
const SPAN: Millis = Millis::MINUTE;
/// Slots a number; made at its first refusal.
const SLOTS: usize = 64;

/// The cache of one number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecentRefusals(Vec<Option<Slot>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Slot {
    contact: ContactIx,
    refusal: u16,
    at_ms: u64,
    decision: DecisionId,
}

impl RecentRefusals {
    /// The decision that refused the same person for the same reason within the last minute.
    pub fn get(&self, contact: ContactIx, refusal: Refusal, now: Timestamp) -> Option<DecisionId> {
        let slot = (*self.0.get(place(contact, refusal.number()))?)?;
        let same = slot.contact == contact && slot.refusal == refusal.number();
        let over = Timestamp::from_millis(slot.at_ms) + SPAN;
        (same && now < over).then_some(slot.decision)
    }

    /// Remembers a refusal.
    pub fn note(&mut self, contact: ContactIx, refusal: u16, decision: DecisionId, at: Timestamp) {
        if self.0.is_empty() {
            self.0 = vec![None; SLOTS];
        }
        self.0[place(contact, refusal)] = Some(Slot {
            contact,
            refusal,
            at_ms: at.millis(),
            decision,
        });
    }
}

fn place(contact: ContactIx, refusal: u16) -> usize {
    mix(u64::from(contact.0) << 16 | u64::from(refusal)) as usize % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_refusal_is_known_for_a_minute() {
        let mut recent = RecentRefusals::default();
        let at = |ms: u64| Timestamp::from_millis(1_000_000 + ms);
        let (anna, bert) = (ContactIx(1), ContactIx(2));
        recent.note(anna, Refusal::OptedOut.number(), DecisionId(9), at(0));
        let known = Some(DecisionId(9));
        for (contact, refusal, ms, decision) in [
            (anna, Refusal::OptedOut, 0, known),
            (anna, Refusal::OptedOut, 59_999, known),
            (anna, Refusal::OptedOut, 60_000, None),
            (anna, Refusal::LimitUsedUp, 0, None),
            (bert, Refusal::OptedOut, 0, None),
        ] {
            assert_eq!(recent.get(contact, refusal, at(ms)), decision);
        }
    }
}
