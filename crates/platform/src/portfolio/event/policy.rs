//! Violations, what they bring, appeals against them, and what low quality costs.

use rulebook::appeal::Outcome;
use rulebook::policy::Gate;
use serde::{Deserialize, Serialize};

use crate::ids::{MessageId, NumberIx, TemplateIx, WabaIx};

/// See [`Event::Violated`](super::Event::Violated).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Violated {
    /// Counted from 0 within the portfolio.
    pub violation: u32,
    /// The account.
    pub waba: WabaIx,
    /// The number that it was found on, if on one.
    pub number: Option<NumberIx>,
    /// The type, such as `SPAM`.
    pub kind: String,
    /// What it brings.
    pub measure: Measure,
    /// What is blocked while it stands.
    pub gate: Gate,
}

/// What a violation brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure {
    /// A notice.
    Warning,
    /// A restriction.
    Restriction {
        /// When it ends, in milliseconds since the Unix epoch.
        until_ms: u64,
    },
    /// Nothing is sent until an appeal is granted.
    Lock,
    /// The account is disabled.
    Disable,
    /// The account is off the platform.
    OffBoarding,
}

/// See [`Event::ViolationEnded`](super::Event::ViolationEnded).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ViolationEnded {
    /// Which violation.
    pub violation: u32,
    /// It was taken back and counts no more; else its restriction is over.
    pub reversed: bool,
    /// What other violations of the account still block.
    pub left: Vec<Blocked>,
}

/// What one violation blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// What is blocked.
    pub gate: Gate,
    /// Until when, in milliseconds since the Unix epoch; `None`: until an appeal is granted.
    pub until_ms: Option<u64>,
}

/// What an appeal is filed against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// A number's flag, or its RED by review.
    Number(NumberIx),
    /// A violation.
    Violation(u32),
    /// The rejection of a template.
    Rejection(TemplateIx),
    /// That a template was disabled.
    Disabling(TemplateIx),
}

impl Subject {
    /// The template that it is about, if about one.
    pub fn template(self) -> Option<TemplateIx> {
        match self {
            Subject::Rejection(template) | Subject::Disabling(template) => Some(template),
            Subject::Number(_) | Subject::Violation(_) => None,
        }
    }
}

/// See [`Event::AppealFiled`](super::Event::AppealFiled).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AppealFiled {
    /// Counted from 0 within the portfolio.
    pub appeal: u32,
    /// Against what.
    pub subject: Subject,
    /// When the rules decide, in milliseconds since the Unix epoch.
    pub due_ms: u64,
}

/// See [`Event::AppealDecided`](super::Event::AppealDecided).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AppealDecided {
    /// Which appeal.
    pub appeal: u32,
    /// How.
    pub outcome: Outcome,
    /// By a moderator, not by the rules.
    pub by_moderator: bool,
}

/// See [`Event::Filtered`](super::Event::Filtered).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Filtered {
    /// The message.
    pub message: MessageId,
}

/// See [`Event::Throttled`](super::Event::Throttled).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Throttled {
    /// The number.
    pub number: NumberIx,
}
