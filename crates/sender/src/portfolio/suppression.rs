//! The suppression list: whom the business itself has decided not to write to, why, and until when.

use decider::Timestamp;
use serde::{Deserialize, Serialize};

use crate::lane::Lanes;

/// Why somebody is on the list. The numbers are permanent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum Reason {
    /// The person complained.
    Complaint = 0,
    /// The person asked for it, elsewhere than in WhatsApp.
    Request = 1,
    /// A law or a court.
    Legal = 2,
    /// Nobody is reached there.
    Unreachable = 3,
    /// Anything else.
    Other = 4,
}

impl Reason {
    /// All of them.
    pub const ALL: [Reason; 5] = [
        Reason::Complaint,
        Reason::Request,
        Reason::Legal,
        Reason::Unreachable,
        Reason::Other,
    ];

    /// The name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Complaint => "complaint",
            Reason::Request => "request",
            Reason::Legal => "legal",
            Reason::Unreachable => "unreachable",
            Reason::Other => "other",
        }
    }
}

/// A place on the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Suppression {
    /// What the person does not get. Replies too, if service is among them.
    pub lanes: Lanes,
    /// Why.
    pub reason: Reason,
    /// Its end, in milliseconds since the Unix epoch; `None` for never.
    pub until_ms: Option<u64>,
}

impl Suppression {
    /// Whether it is in force.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.until_ms.is_none_or(|until| now.millis() < until)
    }
}
