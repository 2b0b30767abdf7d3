//! What a send will read, read beforehand: see [`decider::Decider::look_ahead`].
//!
//! Promises: changes nothing, decides nothing; leaving it out changes no answer, only the time that it takes.

use core::hint::black_box;

use decider::Timestamp;

use super::Portfolio;
use super::command::Send;

/// Set in what a round gives where the person is known; the low bits are who.
const KNOWN: u64 = 1 << 32;

impl Portfolio {
    /// First who is written to and by which number; then that person's thread and place in the window; then the entry
    /// that place names.
    pub(crate) const LOOKS_AHEAD: u8 = 3;

    /// One round for one send.
    pub(crate) fn look_ahead(&self, send: &Send, round: u8, before: u64) -> u64 {
        let (Some(number), Some(scope)) = (self.number(send.number), self.scope(self.scope_of(send.number)))
        else {
            return 0;
        };
        if round == 0 {
            black_box(number.look_ahead() ^ scope.window.look_ahead());
            return self.contacts.id(send.to).map_or(0, |id| KNOWN | u64::from(id));
        }
        if before & KNOWN != 0 {
            let contact = before as u32;
            black_box(match round {
                1 => number.messages.look_ahead(contact) ^ scope.window.look_ahead_for(contact),
                _ => scope.window.last(contact).map_or(0, Timestamp::millis),
            });
        }
        before
    }
}
