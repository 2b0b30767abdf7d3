//! What people agreed to, and that they asked for a person. Frozen structs.

use rulebook::escalation::Path;
use serde::{Deserialize, Serialize};

use crate::consent::Consent;
use crate::ids::{ContactIx, NumberIx, TopicKey};
use crate::person_requests::HandOver;

/// See [`super::Event::ConsentTold`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConsentTold {
    /// Who.
    pub contact: ContactIx,
    /// What, as it is from now on.
    pub consent: Consent,
}

/// See [`super::Event::TopicNamed`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopicNamed {
    /// Its key.
    pub topic: TopicKey,
    /// Its name, as it was first written.
    pub name: String,
}

/// See [`super::Event::PersonAsked`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonAsked {
    /// Whom they wrote to.
    pub number: NumberIx,
    /// Who.
    pub contact: ContactIx,
    /// To be answered within so many milliseconds.
    pub within_ms: u64,
}

/// See [`super::Event::TakenOver`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TakenOver {
    /// Whom they wrote to.
    pub number: NumberIx,
    /// Who asked.
    pub contact: ContactIx,
    /// How.
    pub how: HandOver,
}

/// See [`super::Event::PersonMissed`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonMissed {
    /// Whom they wrote to.
    pub number: NumberIx,
    /// Who asked.
    pub contact: ContactIx,
}

/// See [`super::Event::WaysDeclared`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaysDeclared {
    /// Of which number.
    pub number: NumberIx,
    /// All of them.
    pub ways: Vec<Path>,
}
