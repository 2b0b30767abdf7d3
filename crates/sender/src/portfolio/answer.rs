//! What the caller of a portfolio is told.

use decider::Timestamp;

use crate::ids::{AttemptId, ContactIx, DecisionId, NumberIx};
use crate::lane::Lane;
use crate::refusal::Refusal;

/// The outcome of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done, now or before.
    Done,
    /// It was so before, or something later was known: nothing changed.
    Unchanged,
    /// Sends of a log.
    Imported {
        /// They count from now on.
        taken: u16,
        /// They counted already.
        known: u16,
        /// They are too old to count.
        over: u16,
    },
    /// A number was added, now or before.
    Number(NumberIx),
    /// The message may be sent once, under this attempt.
    Admitted {
        /// The decision.
        decision: DecisionId,
        /// To be put into what the message carries, and settled.
        attempt: AttemptId,
        /// How it is treated.
        lane: Lane,
        /// To whom.
        contact: ContactIx,
        /// It counts towards the messaging limit.
        counts: bool,
    },
    /// The idempotency key was seen within 24 hours: the attempt of then stands, and nothing may be sent.
    Repeated {
        /// The attempt of the first time. Its answer is kept as content under [`super::answer_key`].
        attempt: AttemptId,
        /// What became of it.
        outcome: Known,
    },
    /// It may be asked again at a time.
    Held {
        /// The decision.
        decision: DecisionId,
        /// Why.
        refusal: Refusal,
        /// When it could go, as far as is known now.
        until: Timestamp,
    },
    /// It may not be sent.
    Refused {
        /// The decision; `None` where the send itself is wrong.
        decision: Option<DecisionId>,
        /// Why.
        refusal: Refusal,
        /// When it could go, if that is known.
        until: Option<Timestamp>,
    },
    /// There is no such thing in this portfolio, or not any more.
    Unknown(&'static str),
}

/// What is known of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// It was handed out, and nothing was heard since.
    Pending,
    /// The platform took it.
    Accepted,
    /// The platform did not take it.
    Refused {
        /// The Graph code.
        code: u32,
    },
    /// Nobody knows, and it is not sent again.
    Unknown,
}
