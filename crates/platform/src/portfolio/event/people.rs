//! What happened to simulated people, and what they are about to do.
//!
//! What they do to a message is told by the same events as for anybody: delivered, read, received, signalled.

use serde::{Deserialize, Serialize};

use crate::ids::{MessageId, NumberIx};
use crate::people::Act;

/// See [`super::Event::MagicRefused`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MagicRefused {
    /// From which number.
    pub number: NumberIx,
    /// The Graph error code that the recipient's number asks for.
    pub code: u32,
}

impl MagicRefused {
    /// The code among the refusals of a number, whose own numbers end far below.
    pub(in crate::portfolio) const fn marked(code: u32) -> u16 {
        1 << 15 | (code as u16 & 0x7fff)
    }
}

/// See [`super::Event::Apart`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Apart {
    /// The message.
    pub message: MessageId,
}

/// See [`super::Event::Expected`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expected {
    /// The message that it is about.
    pub message: MessageId,
    /// What will happen.
    pub act: Act,
    /// When, in milliseconds since the Unix epoch.
    pub at_ms: u64,
}

/// See [`super::Event::Acted`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acted {
    /// So many of the things that were expected, the earliest first.
    pub count: u16,
}

/// See [`super::Event::LinkFollowed`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkFollowed {
    /// The message.
    pub message: MessageId,
}

/// See [`super::Event::PeopleSet`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeopleSet {
    /// Every draw about them derives from it.
    pub seed: u64,
    /// The people file; empty for nobody.
    pub file: String,
}
