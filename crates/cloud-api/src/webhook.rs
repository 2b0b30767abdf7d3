//! Webhooks that the platform seat sends, to the byte, and what a receiver needs to trust and read them.
//!
//! Promises: one change a post (several clients read only the first); `entry.time` on account-level fields only;
//! the bytes are ASCII and are those that get signed. Must not know: who subscribed, and when to retry.

pub mod account;
pub mod challenge;
pub mod messages;
pub mod preferences;
pub mod received;
pub mod signature;
pub mod template;

use serde::Serialize;
use serde_json::Value;

use crate::account::WEBHOOK_OBJECT;
use crate::json;
use crate::route::NodeId;

/// A change that webhooks tell of.
pub trait WebhookValue: Serialize {
    /// The `field` that apps subscribe to.
    const FIELD: &'static str;
    /// Whether `entry.time` is sent: on account-level fields.
    const TIMED: bool;
}

/// The body of one post. `entry` is the account (the portfolio for `PARTNER_*` updates), `seconds` the time since
/// the Unix epoch.
pub fn body<V: WebhookValue>(entry: NodeId, seconds: u64, value: &V) -> Vec<u8> {
    write(entry, V::TIMED.then_some(seconds), V::FIELD, value)
}

/// The body of one post with a value that this crate has no type for, such as one that a tester gave.
pub fn raw_body(entry: NodeId, seconds: Option<u64>, field: &str, value: &Value) -> Vec<u8> {
    write(entry, seconds, field, value)
}

fn write<V: Serialize>(entry: NodeId, time: Option<u64>, field: &str, value: &V) -> Vec<u8> {
    json::to_bytes(&Post {
        object: WEBHOOK_OBJECT,
        entry: [Entry {
            id: entry,
            time,
            changes: [Change { field, value }],
        }],
    })
}

#[derive(Serialize)]
struct Post<'a, V> {
    object: &'a str,
    entry: [Entry<'a, V>; 1],
}

#[derive(Serialize)]
struct Entry<'a, V> {
    #[serde(serialize_with = "json::as_text")]
    id: NodeId,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<u64>,
    changes: [Change<'a, V>; 1],
}

#[derive(Serialize)]
struct Change<'a, V> {
    field: &'a str,
    value: &'a V,
}
