//! Figures of a portfolio, for measuring.

use super::Portfolio;

/// What is kept, and the bytes that it takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// People known.
    pub people: usize,
    /// Bytes of the contact table.
    pub people_bytes: usize,
    /// Live pairs of scope and recipient.
    pub pairs: usize,
    /// Bytes of the windows.
    pub pairs_bytes: usize,
    /// Messages kept.
    pub messages: usize,
    /// Bytes of messages and threads.
    pub messages_bytes: usize,
}

impl Portfolio {
    /// What is kept, and the bytes that it takes.
    pub fn footprint(&self) -> Footprint {
        let mut footprint = Footprint {
            people: self.contacts.len(),
            people_bytes: self.contacts.heap_bytes(),
            ..Footprint::default()
        };
        for scope in &self.scopes {
            footprint.pairs += scope.window.len();
            footprint.pairs_bytes += scope.window.heap_bytes();
        }
        for number in &self.numbers {
            let (messages, bytes) = number.messages.footprint();
            footprint.messages += messages;
            footprint.messages_bytes += bytes;
        }
        footprint
    }
}
