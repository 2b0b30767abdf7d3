//! The status of a phone number (rules S1, S2, S3 and S10, all editions).
//!
//! What is stored are independent facts ([`NumberFacts`]); the status that is shown follows from them by a fixed
//! precedence. FLAGGED and RESTRICTED have rules of their own (`flag`, `window`); here they are only facts.
//!
//! Promises: every change is legal or refused by name; the same facts show the same status.
//! Must not know: ratings, limits, time.

mod change;

use serde::{Deserialize, Serialize};

pub use change::{IllegalTransition, StageChange, apply};

/// How far a number has come on its way to sending.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[repr(u8)]
pub enum Stage {
    /// S1: awaiting verification, or without a certificate, or linked to another account.
    #[default]
    Pending = 1,
    /// S2: name confirmed and certificate there, no active connection.
    Offline = 2,
    /// S3: registered.
    Connected = 3,
}

/// Everything that the status of a number follows from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct NumberFacts {
    /// How far it has come.
    pub stage: Stage,
    /// The display name was approved.
    pub name_approved: bool,
    /// The certificate was issued.
    pub certificate: bool,
    /// It is linked to another account.
    pub linked_elsewhere: bool,
    /// It may neither send nor receive.
    pub banned: bool,
    /// It was moved to another account.
    pub migrated: bool,
    /// It was removed.
    pub deleted: bool,
    /// Its volume is throttled.
    pub rate_limited: bool,
    /// S4: its rating is, or was until lately, RED.
    pub flagged: bool,
    /// S7: its messaging limit, or that of its portfolio, is used up.
    pub limit_used_up: bool,
}

/// The status of a number, as it is shown. The numbers are permanent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum Status {
    /// Not ready: see [`Stage::Pending`].
    Pending = 1,
    /// Ready, and not registered: see [`Stage::Offline`].
    Offline = 2,
    /// In full use.
    Connected = 3,
    /// Warned for low quality.
    Flagged = 4,
    /// Its messaging limit is used up; replies go.
    Restricted = 5,
    /// Its volume is throttled.
    RateLimited = 6,
    /// It may neither send nor receive.
    Banned = 7,
    /// Moved to another account.
    Migrated = 8,
    /// Removed.
    Deleted = 9,
    /// Not known.
    Unknown = 10,
    /// Added, its code not yet verified.
    Unverified = 11,
}

impl Status {
    /// All of them, by number.
    pub const ALL: [Status; 11] = [
        Status::Pending,
        Status::Offline,
        Status::Connected,
        Status::Flagged,
        Status::Restricted,
        Status::RateLimited,
        Status::Banned,
        Status::Migrated,
        Status::Deleted,
        Status::Unknown,
        Status::Unverified,
    ];

    /// The permanent number.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The value of the Graph API's `status` field.
    pub fn api_value(self) -> &'static str {
        match self {
            Status::Pending => "PENDING",
            Status::Offline => "DISCONNECTED",
            Status::Connected => "CONNECTED",
            Status::Flagged => "FLAGGED",
            Status::Restricted => "RESTRICTED",
            Status::RateLimited => "RATE_LIMITED",
            Status::Banned => "BANNED",
            Status::Migrated => "MIGRATED",
            Status::Deleted => "DELETED",
            Status::Unknown => "UNKNOWN",
            Status::Unverified => "UNVERIFIED",
        }
    }

    /// The word on the screen: the API value but for OFFLINE.
    pub fn label(self) -> &'static str {
        match self {
            Status::Offline => "OFFLINE",
            other => other.api_value(),
        }
    }
}

/// The status that is shown (S10): the first fact in this order that holds.
pub fn shown(facts: &NumberFacts) -> Status {
    let order = [
        (facts.deleted, Status::Deleted),
        (facts.migrated, Status::Migrated),
        (facts.banned, Status::Banned),
        (facts.stage == Stage::Pending, Status::Pending),
        (facts.stage == Stage::Offline, Status::Offline),
        (facts.rate_limited, Status::RateLimited),
        (facts.limit_used_up, Status::Restricted),
        (facts.flagged, Status::Flagged),
    ];
    let first = order.into_iter().find(|(holds, _)| *holds);
    first.map_or(Status::Connected, |(_, status)| status)
}

#[cfg(test)]
mod tests;
