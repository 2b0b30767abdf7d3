//! Pacing: messages held, judged, and what became of them.

use serde::{Deserialize, Serialize};

use crate::ids::{MessageId, TemplateIx};

/// See [`Event::PacingBegan`](super::Event::PacingBegan).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PacingBegan {
    /// The template, or [`TemplateIx::NONE`] for all of the portfolio.
    pub of: TemplateIx,
}

/// See [`Event::Held`](super::Event::Held).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// The template that is paced, or [`TemplateIx::NONE`] for all of the portfolio.
    pub of: TemplateIx,
    /// The message, accepted a moment before.
    pub message: MessageId,
}

/// What becomes of held messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Verdict {
    /// All of them fail.
    Drop,
    /// So many of them go, in order.
    Release(u32),
}

/// See [`Event::PacingJudged`](super::Event::PacingJudged).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PacingJudged {
    /// The template, or [`TemplateIx::NONE`] for all of the portfolio.
    pub of: TemplateIx,
    /// What becomes of those that are held.
    pub verdict: Verdict,
    /// The time was over, nobody's feedback decided.
    pub by_time: bool,
}

/// See [`Event::HeldReleased`](super::Event::HeldReleased).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldReleased {
    /// The template, or [`TemplateIx::NONE`] for all of the portfolio.
    pub of: TemplateIx,
    /// The messages that leave, in order.
    pub messages: Vec<MessageId>,
}

/// See [`Event::HeldArrived`](super::Event::HeldArrived).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldArrived {
    /// The template, or [`TemplateIx::NONE`] for all of the portfolio.
    pub of: TemplateIx,
    /// The messages, in order.
    pub messages: Vec<MessageId>,
}

/// See [`Event::HeldDropped`](super::Event::HeldDropped).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldDropped {
    /// The template, or [`TemplateIx::NONE`] for all of the portfolio.
    pub of: TemplateIx,
    /// The platform's error code.
    pub code: u32,
    /// The messages that fail, in order.
    pub messages: Vec<MessageId>,
}

/// See [`Event::WatchSet`](super::Event::WatchSet).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WatchSet {
    /// Watched from now on; else no longer.
    pub watched: bool,
}

/// See [`Event::PacingPaused`](super::Event::PacingPaused).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PacingPaused {
    /// The template.
    pub template: TemplateIx,
}
