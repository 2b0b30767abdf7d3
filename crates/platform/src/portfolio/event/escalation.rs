//! Ways to a person, and testers who look for one.

use rulebook::escalation::{Follow, Kinds, Path, PathKind};
use serde::{Deserialize, Serialize};

use crate::ids::{ContactIx, MessageId, NumberIx};

/// See [`Event::PathsDeclared`](super::Event::PathsDeclared).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PathsDeclared {
    /// The number.
    pub number: NumberIx,
    /// All ways to a person from now on.
    pub paths: Vec<Path>,
}

/// See [`Event::TestBegun`](super::Event::TestBegun).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestBegun {
    /// The number that is tested.
    pub number: NumberIx,
    /// The tester.
    pub contact: ContactIx,
}

/// See [`Event::TesterRead`](super::Event::TesterRead).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TesterRead {
    /// What the business answered.
    pub message: MessageId,
    /// Ways to a person in it.
    pub offered: Kinds,
    /// What the tester does next; nothing when they have seen enough.
    pub follow: Option<Follow>,
}

/// See [`Event::TestEnded`](super::Event::TestEnded).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestEnded {
    /// The number that was tested.
    pub number: NumberIx,
    /// The way to a person that there is, if any.
    pub found: Option<PathKind>,
}
