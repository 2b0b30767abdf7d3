//! What happened to the directory. Frozen structs, as in [`crate::portfolio::event`].

use serde::{Deserialize, Serialize};
use stored::events;

use super::{Rights, TokenIx};
use crate::ids::{PhoneNumberId, WabaId};

events! {
    /// A cell was taken for a portfolio.
    1200 v 1 PortfolioOpened,
    /// A number, and its account, belong to a portfolio.
    1201 v 1 NumberClaimed,
    /// A number belongs to none any more.
    1202 v 1 NumberReleased,
    /// A token was made.
    1210 v 1 TokenCreated,
    /// A token was revoked.
    1211 v 1 TokenRevoked,
}

/// See [`Event::PortfolioOpened`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PortfolioOpened {
    /// Its name.
    pub name: String,
}

/// See [`Event::NumberClaimed`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberClaimed {
    /// The number.
    pub number: PhoneNumberId,
    /// Its account.
    pub waba: WabaId,
    /// The portfolio.
    pub cell: u64,
}

/// See [`Event::NumberReleased`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberReleased {
    /// The number.
    pub number: PhoneNumberId,
}

/// See [`Event::TokenCreated`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenCreated {
    /// SHA-256 of it.
    pub hash: [u8; 32],
    /// The portfolio that it opens.
    pub cell: Option<u64>,
    /// What it is for.
    pub label: String,
    /// The numbers that it may send from.
    pub numbers: Vec<PhoneNumberId>,
    /// What it may do.
    pub rights: Rights,
}

/// See [`Event::TokenRevoked`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenRevoked {
    /// Which.
    pub token: TokenIx,
}
