//! The answer to an accepted message, written straight into bytes: it is the busiest answer of all.

use core::fmt::Display;
use std::io::Write;

use crate::ids::{UserId, Wamid};
use crate::json;

/// `message_status`: what became of an accepted template message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageStatus {
    /// `accepted`.
    Accepted,
    /// `held_for_quality_assessment`: pacing holds it back.
    Held,
    /// `paused`.
    Paused,
}

impl MessageStatus {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            MessageStatus::Accepted => "accepted",
            MessageStatus::Held => "held_for_quality_assessment",
            MessageStatus::Paused => "paused",
        }
    }
}

/// An accepted message.
#[derive(Clone, Copy, Debug)]
pub struct Accepted<'a> {
    /// The recipient exactly as the request wrote it.
    pub input: &'a str,
    /// The recipient's number; `None` when only a business-scoped user id is known.
    pub wa_id: Option<u64>,
    /// The recipient's business-scoped user id, where the platform has them.
    pub user_id: Option<UserId>,
    /// The message.
    pub wamid: Wamid,
    /// For templates, always; for other messages, never.
    pub status: Option<MessageStatus>,
}

impl Accepted<'_> {
    /// Appends the body of the answer to `out`.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(br#"{"messaging_product":"whatsapp","contacts":[{"input":"#);
        json::append(out, self.input);
        if let Some(wa_id) = self.wa_id {
            put(out, r#","wa_id":""#, wa_id);
            out.push(b'"');
        }
        if let Some(user_id) = self.user_id {
            put(out, r#","user_id":""#, user_id);
            out.push(b'"');
        }
        put(out, r#"}],"messages":[{"id":""#, self.wamid);
        out.push(b'"');
        if let Some(status) = self.status {
            put(out, r#","message_status":""#, status.as_str());
            out.push(b'"');
        }
        out.extend_from_slice(b"}]}");
    }

    /// The body of the answer.
    pub fn body(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        self.write(&mut out);
        out
    }
}

fn put(out: &mut Vec<u8>, before: &str, value: impl Display) {
    // Writing to a Vec cannot fail.
    let _ = write!(out, "{before}{value}");
}
