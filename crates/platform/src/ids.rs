//! Dense ids inside one portfolio. What the outside sees (strings of digits, `wamid`s) is made from them at the edge.

use serde::{Deserialize, Serialize};

macro_rules! dense_id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub struct $name(pub $inner);

        impl $name {
            /// The index into the portfolio's list.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

dense_id!(
    /// A WhatsApp Business Account, counted from 0 within its portfolio.
    WabaIx(u16)
);
dense_id!(
    /// A business phone number, counted from 0 within its portfolio.
    NumberIx(u16)
);
dense_id!(
    /// A template (one name in one language), counted from 0 within its portfolio.
    TemplateIx(u32)
);
dense_id!(
    /// A person, counted from 0 within the portfolio.
    ContactIx(u32)
);
dense_id!(
    /// An uploaded file, counted from 0 within the portfolio.
    MediumIx(u32)
);
dense_id!(
    /// What a messaging limit counts for: a number (its index) or the whole portfolio (0), by edition.
    ScopeIx(u16)
);

impl TemplateIx {
    /// "No template": a free-form message.
    pub const NONE: TemplateIx = TemplateIx(u32::MAX);
}

impl ContactIx {
    /// "Nobody that the portfolio knows": a refused send to a stranger.
    pub const NONE: ContactIx = ContactIx(u32::MAX);
}

/// A message: its number, and its place among all messages of that number, both directions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct MessageId {
    /// The business phone number.
    pub number: NumberIx,
    /// Counted from 0 within the number.
    pub seq: u32,
}

impl MessageId {
    /// The key under which the message's content is kept.
    pub const fn content_key(self) -> u64 {
        ((self.number.0 as u64) << 32) | self.seq as u64
    }
}

/// The key under which the bytes of an uploaded file are kept: apart from all other keys.
pub const fn medium_key(medium: MediumIx) -> u64 {
    (1 << 61) | medium.0 as u64
}

/// The key under which a person's profile name is kept: apart from all message keys.
pub const fn profile_key(contact: ContactIx) -> u64 {
    (1 << 62) | contact.0 as u64
}

/// The key under which the evidence of an appeal is kept: apart from all others.
pub const fn appeal_key(appeal: u32) -> u64 {
    (1 << 60) | appeal as u64
}
