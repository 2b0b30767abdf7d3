//! What an admission will read, read beforehand: see [`decider::Decider::look_ahead`].
//!
//! Promises: changes nothing, decides nothing; leaving it out changes no answer, only the time that it takes.

use core::hint::black_box;

use super::Portfolio;
use super::command::Admit;
use crate::ids::{ContactIx, NumberIx};

/// Set in what a round gives where the number is known: which, above who.
const NUMBER: u64 = 1 << 48;
/// Set where the person is known as well.
const PERSON: u64 = 1 << 49;

impl Portfolio {
    /// First the number, and where the person will be found; then that person's row and place in the window; then what
    /// the window counts by; then the newest attempt to the person, and the entry that the place names.
    pub(crate) const LOOKS_AHEAD: u8 = 4;

    /// One round for one admission.
    pub(crate) fn look_ahead(&self, admit: &Admit, round: u8, before: u64) -> u64 {
        if round == 0 {
            black_box(self.people.look_ahead(admit.to));
            let number = self.number_of(admit.number);
            return number.map_or(0, |number| NUMBER | u64::from(number.0) << 32);
        }
        let number = NumberIx((before >> 32) as u16);
        let Some(scope) = self.scope(self.scope_of(number)).filter(|_| before & NUMBER != 0) else {
            return 0;
        };
        match round {
            1 => {
                black_box(self.number(number).map(|number| number.rates));
                let Some(contact) = self.people.find(admit.to) else {
                    return before;
                };
                black_box((
                    self.people.get(contact).last,
                    scope.window.look_ahead_for(contact.0),
                ));
                return before | PERSON | u64::from(contact.0);
            }
            2 => drop(black_box(scope.window.look_ahead())),
            _ if before & PERSON != 0 => {
                let contact = ContactIx(before as u32);
                let newest = self.attempts.chain(contact, self.people.get(contact).last).next();
                black_box((
                    newest.map(|(_, record)| record.at_ms),
                    scope.window.last(contact.0),
                ));
            }
            _ => {}
        }
        before
    }
}
