//! What the business wants of single people.

use crate::ids::NumberIx;

/// One person, one wish (Graph: `/<PHONE>/block_users`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecipientCommand {
    /// Blocks a person who wrote within the last 24 h: neither can reach the other any more.
    Block {
        /// On which number.
        number: NumberIx,
        /// Who: digits with country code.
        e164: u64,
    },
    /// Unblocks a person.
    Unblock {
        /// On which number.
        number: NumberIx,
        /// Who: digits with country code.
        e164: u64,
    },
}
