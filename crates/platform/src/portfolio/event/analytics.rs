//! What people do with messages beside reading them.

use serde::{Deserialize, Serialize};

use crate::ids::MessageId;

/// See [`Event::Clicked`](super::Event::Clicked).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clicked {
    /// The message.
    pub message: MessageId,
    /// The place of the button among those of its template, counted from 0.
    pub button: u8,
}
