//! What is kept apart from the events: the platform's answers, for whoever repeats an idempotency key.

use decider::{Content, Timestamp};

use super::attempts::KEY_KEPT;
use super::command::{Command, Settle};
use super::event::Event;
use crate::ids::AttemptId;

/// An answer to a send is a few hundred bytes; what is longer is not kept.
const ANSWER_BYTES_MAX: usize = 4_096;

/// The key under which the edge may keep what belongs to an attempt.
pub const fn content_key(attempt: AttemptId) -> u64 {
    attempt.0
}

/// The key under which the platform's answer to an attempt is kept.
pub const fn answer_key(attempt: AttemptId) -> u64 {
    (1 << 60) | attempt.0
}

/// See [`decider::Stored::content`].
pub(crate) fn content(command: &Command, event: &Event, at: Timestamp) -> Option<Content> {
    let (Command::Settle(Settle { answer, .. }), Event::Settled(settled)) = (command, event) else {
        return None;
    };
    let bytes = answer
        .as_ref()
        .filter(|bytes| (1..=ANSWER_BYTES_MAX).contains(&bytes.len()))?;
    Some(Content {
        key: answer_key(settled.attempt),
        bytes: bytes.clone(),
        expires: at + KEY_KEPT,
    })
}
