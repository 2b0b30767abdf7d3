//! Decisions about sends, and what became of attempts. Frozen structs.

use serde::{Deserialize, Serialize};

use crate::ids::{AttemptId, ContactIx, DecisionId, MessageKey, NumberIx, TemplateIx, TopicKey};
use crate::lane::Lane;
use crate::portfolio::facts::Facts;

/// See [`super::Event::Admitted`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Admitted {
    /// The decision, always the next.
    pub decision: DecisionId,
    /// The attempt, always the next.
    pub attempt: AttemptId,
    /// From which number.
    pub number: NumberIx,
    /// To whom: the id of the key that is written to, which may have been merged into another.
    pub contact: ContactIx,
    /// With which template, or [`TemplateIx::NONE`].
    pub template: TemplateIx,
    /// How it is treated.
    pub lane: Lane,
    /// What it is about.
    pub topic: TopicKey,
    /// The text, hashed; 0 where it was not told.
    pub text: u32,
    /// The idempotency key, hashed.
    pub key: Option<u128>,
    /// Sent by somebody else.
    pub elsewhere: bool,
    /// What it was decided by.
    pub facts: Facts,
}

/// See [`super::Event::Declined`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Declined {
    /// The decision, always the next.
    pub decision: DecisionId,
    /// From which number.
    pub number: NumberIx,
    /// To whom.
    pub contact: ContactIx,
    /// With which template, or [`TemplateIx::NONE`].
    pub template: TemplateIx,
    /// How it would be treated.
    pub lane: Lane,
    /// What it is about.
    pub topic: TopicKey,
    /// The permanent number of the reason.
    pub refusal: u16,
    /// When it could go, in milliseconds since the Unix epoch; `None` where nobody knows.
    pub until_ms: Option<u64>,
    /// Held, not refused.
    pub held: bool,
    /// What it was decided by.
    pub facts: Facts,
}

/// See [`super::Event::Settled`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settled {
    /// The attempt.
    pub attempt: AttemptId,
    /// What became of it.
    pub outcome: SettledAs,
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SettledAs {
    /// The platform took it.
    Accepted {
        /// Its message.
        message: MessageKey,
        /// It is held until feedback on others is known.
        held: bool,
    },
    /// The platform did not take it.
    Refused {
        /// The Graph code.
        code: u32,
    },
    /// Nobody knows.
    Unknown,
}

/// See [`super::Event::AttemptsLost`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttemptsLost {
    /// All attempts from this one on that have no outcome
    pub from: AttemptId,
    /// before this one.
    pub until: AttemptId,
}
