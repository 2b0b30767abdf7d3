//! `POST /<phone>/messages`: what an app sends, and what it is told.
//!
//! Promises: a good body is read in one pass into its final types; a defect is looked for only after that failed,
//! and names its field. Nothing is checked here that depends on the account, the template or the time.

mod answer;
mod free;
mod interactive;
mod parse;
mod template;
mod value;

pub use answer::{Accepted, MessageStatus};
pub use free::{FreeForm, FreeKind};
pub use parse::{BODY_CHARS_MAX, CALLBACK_DATA_CHARS_MAX, parse_message};
pub use template::{ComponentKind, Currency, Fallback, Language, MediaRef, Parameter, ParameterKind};
pub use template::{SendCard, SendComponent, TemplateSend};

/// One request to `/messages`.
#[derive(Clone, Debug, PartialEq)]
pub enum MessageRequest {
    /// A message to a person.
    Send(Box<Outgoing>),
    /// Mark as read, perhaps with a typing indicator.
    MarkRead(MarkRead),
}

/// A message to a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// The phone number as the app wrote it, in almost any format, or a group id; `None` with `recipient` only.
    pub to: Option<String>,
    /// Business-scoped user id; `to` wins where both are given.
    pub recipient: Option<String>,
    /// True if `recipient_type` is `group`.
    pub to_group: bool,
    /// What is sent.
    pub kind: OutgoingKind,
    /// The message that this one answers (`context.message_id`).
    pub context: Option<String>,
    /// Comes back in the statuses of the message; at most [`CALLBACK_DATA_CHARS_MAX`] characters.
    pub biz_opaque_callback_data: Option<String>,
}

impl Outgoing {
    /// What `contacts[].input` of the answer echoes.
    pub fn input(&self) -> &str {
        self.to
            .as_deref()
            .or(self.recipient.as_deref())
            .unwrap_or_default()
    }
}

/// What a message holds.
#[derive(Clone, Debug, PartialEq)]
pub enum OutgoingKind {
    /// `text`.
    Text {
        /// 1 to [`BODY_CHARS_MAX`] characters.
        body: String,
        /// Whether a link in it is shown with a preview.
        preview_url: bool,
    },
    /// `template`.
    Template(TemplateSend),
    /// Anything else: media, location, contacts, interactive messages, reactions.
    Free(FreeForm),
}

/// Mark as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkRead {
    /// The inbound message, up to which everything was read.
    pub message_id: String,
    /// Whether a typing indicator is shown.
    pub typing: bool,
}
