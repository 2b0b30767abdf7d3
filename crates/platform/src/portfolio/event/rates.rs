//! How much a number may send, who came for free, and what was told of a used-up limit.

use rulebook::throughput::Level;
use serde::{Deserialize, Serialize};

use crate::ids::{ContactIx, MessageId, NumberIx, ScopeIx};

/// See [`Event::ThroughputSet`](super::Event::ThroughputSet).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThroughputSet {
    /// The number.
    pub number: NumberIx,
    /// How fast it may be from now on.
    pub level: Level,
}

/// See [`Event::ThroughputExpected`](super::Event::ThroughputExpected).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThroughputExpected {
    /// The number.
    pub number: NumberIx,
    /// When it is raised if all still holds, in milliseconds since the Unix epoch; 0: it is not.
    pub at_ms: u64,
}

/// See [`Event::ThroughputRaising`](super::Event::ThroughputRaising).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThroughputRaising {
    /// The number.
    pub number: NumberIx,
    /// When it is fast; it can send nothing until then. In milliseconds since the Unix epoch.
    pub until_ms: u64,
}

/// See [`Event::CameByEntryPoint`](super::Event::CameByEntryPoint).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CameByEntryPoint {
    /// The message with which they came.
    pub message: MessageId,
    /// Who.
    pub contact: ContactIx,
}

/// See [`Event::StatusTold`](super::Event::StatusTold).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatusTold {
    /// The scope of the limit.
    pub scope: ScopeIx,
    /// The limit is used up; else there is room again.
    pub restricted: bool,
}

/// See [`Event::StatusQuiet`](super::Event::StatusQuiet).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatusQuiet {
    /// The scope of the limit.
    pub scope: ScopeIx,
}
