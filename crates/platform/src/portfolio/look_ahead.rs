//! What a send will read, asked for beforehand: see [`decider::Decider::look_ahead`].
//!
//! Promises: changes nothing, decides nothing; leaving it out changes no answer, only the time that it takes.

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
        match round {
            0 => {
                self.contacts.prefetch(send.to);
                number.prefetch();
                scope.window.prefetch();
                0
            }
            1 => self.contacts.id(send.to).map_or(0, |contact| {
                number.messages.prefetch(contact);
                scope.window.prefetch_head(contact);
                KNOWN | u64::from(contact)
            }),
            _ => {
                if before & KNOWN != 0 {
                    scope.window.prefetch_newest(before as u32);
                }
                before
            }
        }
    }
}
