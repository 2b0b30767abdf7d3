//! What moderators do about policy, and what a business files against it.

use rulebook::escalation::Path;
use rulebook::policy::Step;

use crate::ids::{MessageId, NumberIx, TemplateIx, WabaIx};

/// One wish about policy.
#[derive(Clone, Debug)]
pub enum PolicyCommand {
    /// A moderator records a violation.
    Violate {
        /// Of which account.
        waba: WabaIx,
        /// Found on which number, if on one.
        number: Option<NumberIx>,
        /// The type, such as `SPAM`.
        kind: String,
        /// What it brings; `None`: the edition's ladder says.
        step: Option<Step>,
    },
    /// A moderator takes a violation back.
    Reverse {
        /// Which violation.
        violation: u32,
    },
    /// The business appeals against a number's flag, or its RED by review.
    AppealNumber {
        /// Which number.
        number: NumberIx,
        /// Evidence: kept apart from the events.
        text: String,
        /// Ways to a person that there are now; `None`: as declared before.
        paths: Option<Vec<Path>>,
    },
    /// The business appeals against a violation.
    AppealViolation {
        /// Which violation.
        violation: u32,
        /// Evidence: kept apart from the events.
        text: String,
    },
    /// The business appeals for a template that was rejected or disabled.
    AppealTemplate {
        /// Which template.
        template: TemplateIx,
        /// Evidence, with a sample of its use: kept apart from the events.
        text: String,
    },
    /// A moderator decides an appeal before the rules do.
    DecideAppeal {
        /// Which appeal.
        appeal: u32,
        /// What it was filed against is taken back.
        granted: bool,
    },
    /// A tester begins to look for a way to a person at a number.
    BeginTest {
        /// Which number.
        number: NumberIx,
        /// The tester's first words, in the edge's own format.
        content: Vec<u8>,
    },
    /// A message of the business has reached the tester whom it was sent to.
    TesterReads {
        /// Which message.
        message: MessageId,
        /// What it says.
        said: Said,
    },
    /// The business says how people reach a person at one of its numbers.
    DeclarePaths {
        /// Which number.
        number: NumberIx,
        /// All of them.
        paths: Vec<Path>,
    },
}

impl PolicyCommand {
    /// What is said for an appeal.
    pub fn evidence(&self) -> Option<&str> {
        match self {
            PolicyCommand::AppealNumber { text, .. }
            | PolicyCommand::AppealViolation { text, .. }
            | PolicyCommand::AppealTemplate { text, .. } => Some(text),
            _ => None,
        }
    }
}

/// What a message says to whoever reads it, as the edge tells.
#[derive(Clone, Debug)]
pub struct Said {
    /// Everything that can be read, but for the options.
    pub text: String,
    /// Titles of what can be chosen.
    pub options: Vec<String>,
    /// What is kept of the message with which an option is chosen, in the order of the options; the edge's own format.
    pub replies: Vec<Vec<u8>>,
    /// What is kept of a message of plain words; the edge's own format.
    pub words: fn(&str) -> Vec<u8>,
}
