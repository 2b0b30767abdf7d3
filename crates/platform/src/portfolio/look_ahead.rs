//! What a send will read, read beforehand: see [`decider::Decider::look_ahead`].
//!
//! Promises: changes nothing, decides nothing; leaving it out changes no answer, only the time that it takes.

use decider::Timestamp;

use super::Portfolio;
use super::command::Send;

impl Portfolio {
    /// First who is written to and by which number; then that person's thread and place in the window; then the entry
    /// that place names.
    pub(crate) const LOOKS_AHEAD: u8 = 3;

    /// One round for one send.
    pub(crate) fn look_ahead(&self, send: &Send, round: u8) -> u64 {
        let contact = self.contacts.id(send.to);
        let (Some(number), Some(scope)) = (self.number(send.number), self.scope(self.scope_of(send.number)))
        else {
            return 0;
        };
        match (round, contact) {
            (0, _) => u64::from(contact.unwrap_or(0)) ^ number.look_ahead() ^ scope.window.look_ahead(),
            (1, Some(contact)) => number.messages.look_ahead(contact) ^ scope.window.look_ahead_for(contact),
            (2, Some(contact)) => scope.window.last(contact).map_or(0, Timestamp::millis),
            _ => 0,
        }
    }
}
