//! What single people and the business settle between them: marketing stopped, people blocked.

use serde::{Deserialize, Serialize};

use crate::ids::{ContactIx, NumberIx};

/// See [`Event::MarketingStopped`](super::Event::MarketingStopped).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MarketingStopped {
    /// The number.
    pub number: NumberIx,
    /// Who.
    pub contact: ContactIx,
}

/// See [`Event::MarketingResumed`](super::Event::MarketingResumed).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MarketingResumed {
    /// The number.
    pub number: NumberIx,
    /// Who.
    pub contact: ContactIx,
}

/// See [`Event::UserBlocked`](super::Event::UserBlocked).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserBlocked {
    /// The number.
    pub number: NumberIx,
    /// Who.
    pub contact: ContactIx,
}

/// See [`Event::UserUnblocked`](super::Event::UserUnblocked).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserUnblocked {
    /// The number.
    pub number: NumberIx,
    /// Who.
    pub contact: ContactIx,
}
