//! What an admission will read, read beforehand: see [`decider::Decider::look_ahead`].
//!
//! Promises: changes nothing, decides nothing; leaving it out changes no answer, only the time that it takes.

use decider::Timestamp;

use super::Portfolio;
use super::command::Admit;

impl Portfolio {
    /// First who is written to; then that person's row and place in the window; then the newest attempt to them, and the
    /// entry that the place names.
    pub(crate) const LOOKS_AHEAD: u8 = 3;

    /// One round for one admission.
    pub(crate) fn look_ahead(&self, admit: &Admit, round: u8) -> u64 {
        let contact = self.people.find(admit.to);
        let number = self.number_of(admit.number);
        let (Some(contact), Some(number)) = (contact, number) else {
            return 0;
        };
        let Some(scope) = self.scope(self.scope_of(number)) else {
            return 0;
        };
        match round {
            0 => u64::from(contact.0) ^ scope.window.look_ahead(),
            1 => u64::from(self.people.get(contact).last) ^ scope.window.look_ahead_for(contact.0),
            _ => {
                let last = self.people.get(contact).last;
                let newest = self.attempts.chain(contact, last).next();
                let noted = scope.window.last(contact.0).map_or(0, Timestamp::millis);
                noted ^ newest.map_or(0, |(_, record)| record.at_ms)
            }
        }
    }
}
