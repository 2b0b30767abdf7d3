//! Field `user_preferences`: what people asked the platform to keep from a business, and to let through again.

use serde::Serialize;

use super::WebhookValue;
use super::messages::{Contact, Metadata, number_as_text};
use crate::ids::UserId;

/// The value of field `user_preferences`. It has no `entry.time`; its own time is an integer.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct UserPreferences<'a> {
    messaging_product: &'static str,
    metadata: Metadata<'a>,
    contacts: [Contact<'a>; 1],
    user_preferences: [Preference<'a>; 1],
}

impl WebhookValue for UserPreferences<'_> {
    const FIELD: &'static str = "user_preferences";
    const TIMED: bool = false;
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Preference<'a> {
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "number_as_text")]
    wa_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    detail: &'a str,
    category: &'static str,
    value: &'static str,
    timestamp: u64,
}

impl<'a> UserPreferences<'a> {
    /// A person stopped marketing messages, or lets them come again, at `timestamp` (seconds since the Unix epoch).
    pub fn marketing(metadata: Metadata<'a>, contact: Contact<'a>, stopped: bool, timestamp: u64) -> Self {
        let (value, detail) = if stopped {
            ("stop", "User requested to stop marketing messages")
        } else {
            ("resume", "User requested to resume marketing messages")
        };
        let preference = Preference {
            wa_id: contact.wa_id,
            user_id: contact.user_id,
            detail,
            category: "marketing_messages",
            value,
            timestamp,
        };
        UserPreferences {
            messaging_product: "whatsapp",
            metadata,
            contacts: [contact],
            user_preferences: [preference],
        }
    }
}
