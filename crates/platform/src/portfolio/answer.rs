//! What the caller of a portfolio is told.

use rulebook::refusal::Refusal;
use rulebook::template::check::Finding;

use crate::ids::{ContactIx, MediumIx, MessageId, NumberIx, TemplateIx, WabaIx};

/// The outcome of a command.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Done.
    Done,
    /// A WABA was added.
    Waba(WabaIx),
    /// A number was added.
    Number(NumberIx),
    /// A violation was recorded: which one.
    Violation(u32),
    /// An appeal was filed: which one.
    Appeal(u32),
    /// A template was taken for review.
    Template(TemplateIx),
    /// A file was stored.
    Medium(MediumIx),
    /// A QR code was made or changed.
    Qr(u64),
    /// The message was accepted.
    Accepted {
        /// Its id.
        message: MessageId,
        /// To whom.
        contact: ContactIx,
        /// It will be reported as failed by webhook for this reason.
        fails: Option<Refusal>,
        /// It waits for feedback on others.
        held: bool,
        /// Its person has an id of their own for this business, which the caller is told.
        has_user_id: bool,
    },
    /// A person's message arrived.
    Received {
        /// Its id.
        message: MessageId,
        /// From whom.
        contact: ContactIx,
    },
    /// Refused with the Graph error code that a magic recipient asks for.
    Code(u32),
    /// The rules say no.
    Refused {
        /// Why.
        refusal: Refusal,
        /// The facts of this case: a lower-case fragment.
        detail: String,
    },
    /// A template was not taken: what is wrong with it.
    Findings(Vec<Finding>),
    /// There is no such thing in this portfolio.
    Unknown(&'static str),
}

impl Answer {
    /// A refusal with the facts of the case.
    pub fn refused(refusal: Refusal, detail: impl Into<String>) -> Self {
        Answer::Refused {
            refusal,
            detail: detail.into(),
        }
    }
}
