//! What an admission will read, asked for beforehand: see [`decider::Decider::look_ahead`].
//!
//! Promises: changes nothing, decides nothing; leaving it out changes no answer, only the time that it takes.

use super::Portfolio;
use super::command::Admit;
use crate::ids::{ContactIx, NumberIx};

/// Set in what the first round gives where the number is known: which, above the place of the command.
const NUMBER: u64 = 1 << 48;
/// Set in what the second gives where the person is known as well: who, in the place's stead.
const PERSON: u64 = 1 << 49;

impl Portfolio {
    /// First the number, and where the person will be found; then that person's row and place in the window; then the
    /// newest attempt to the person, and the entry that the place names.
    pub(crate) const LOOKS_AHEAD: u8 = 3;

    /// One round for one admission.
    pub(crate) fn look_ahead(&self, admit: &Admit, round: u8, before: u64) -> u64 {
        if round == 0 {
            self.people.prefetch_key(admit.to);
            return self.look_ahead_from(admit).map_or(0, |from| from | before);
        }
        let number = NumberIx((before >> 32) as u16);
        let Some(scope) = self.scope(self.scope_of(number)).filter(|_| before & NUMBER != 0) else {
            return 0;
        };
        if round == 1 {
            scope.window.prefetch();
            let known = self.people.find(admit.to);
            // Whoever is new gets an id then: the next one, after those of the commands before.
            let contact =
                known.unwrap_or_else(|| ContactIx(self.people.next().0.wrapping_add(before as u32)));
            scope.window.prefetch_head(contact.0);
            self.people.prefetch(contact);
            return known.map_or(0, |contact| before >> 32 << 32 | PERSON | u64::from(contact.0));
        }
        if before & PERSON != 0 {
            let contact = ContactIx(before as u32);
            self.attempts.prefetch(self.people.get(contact).last);
            scope.window.prefetch_newest(contact.0);
        }
        before
    }

    /// The number that a message is from, as a round tells the next.
    fn look_ahead_from(&self, admit: &Admit) -> Option<u64> {
        let number = self.number_of(admit.number)?;
        self.number(number)?.prefetch();
        Some(NUMBER | u64::from(number.0) << 32)
    }
}
