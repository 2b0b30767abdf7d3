//! Mail to the administrators of portfolios: real mail, through a mail server.
//!
//! What is told follows from durable events, in the words of `platform`; mails wait in the outbox beside the webhooks and
//! are sent again until they are taken. Must not know: the rules.

mod config;
mod letter;
mod mail;

pub use config::{Account, MailConfig, MailConfigError, Password, Security};
pub(crate) use letter::letters;
pub(crate) use mail::{Letter, Mailer, Refused};

/// The queue of the outbox that mails wait in: one server is one target.
pub(crate) const QUEUE: &str = "mail";
