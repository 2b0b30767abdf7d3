//! What an admission will read, read beforehand: see [`decider::Decider::look_ahead`].
//!
//! Promises: changes nothing, decides nothing; leaving it out changes no answer, only the time that it takes.

use core::hint::black_box;

use decider::Timestamp;

use super::Portfolio;
use super::command::Admit;
use crate::ids::{ContactIx, NumberIx};

/// Set in what a round gives where both the person and the number are known: who, and above it which.
const KNOWN: u64 = 1 << 48;

impl Portfolio {
    /// First who is written to, and from which number; then that person's row and place in the window; then what the
    /// window counts by; then the newest attempt to the person, and the entry that the place names.
    pub(crate) const LOOKS_AHEAD: u8 = 4;

    /// One round for one admission.
    pub(crate) fn look_ahead(&self, admit: &Admit, round: u8, before: u64) -> u64 {
        if round == 0 {
            return self.look_at_both(admit).unwrap_or(0);
        }
        let (contact, number) = (ContactIx(before as u32), NumberIx((before >> 32) as u16));
        let Some(scope) = self.scope(self.scope_of(number)).filter(|_| before & KNOWN != 0) else {
            return 0;
        };
        black_box(match round {
            1 => u64::from(self.people.get(contact).last) ^ scope.window.look_ahead_for(contact.0),
            2 => scope.window.look_ahead(),
            _ => {
                let last = self.people.get(contact).last;
                let newest = self.attempts.chain(contact, last).next();
                let noted = scope.window.last(contact.0).map_or(0, Timestamp::millis);
                noted ^ newest.map_or(0, |(_, record)| record.at_ms)
            }
        });
        before
    }

    fn look_at_both(&self, admit: &Admit) -> Option<u64> {
        let number = self.number_of(admit.number)?;
        black_box(self.number(number)?.rates);
        let contact = self.people.find(admit.to)?;
        Some(KNOWN | u64::from(number.0) << 32 | u64::from(contact.0))
    }
}
