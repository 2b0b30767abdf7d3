//! What is kept of a message apart from its event: text, parameter values, and what comes back in its webhooks.
//!
//! One format for both directions, JSON with short lives; what simulated people write is stored by the portfolio itself, as
//! plain words. Promises: what is absent is not written; a message that
//! carries nothing has no content at all.
//! Must not know: who reads it.

use std::borrow::Cow;

use platform::SAID;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The content of one message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MessageContent<'a> {
    /// The text of a text message.
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub body: Option<Cow<'a, str>>,
    /// The type of a message that is neither text nor template: `image`, `interactive` ...
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub kind: Option<Cow<'a, str>>,
    /// The object of that type, as it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Cow<'a, Value>>,
    /// Of a template: the values of its body's placeholders, in the order in which they were given.
    #[serde(skip_serializing_if = "Vec::is_empty", borrow)]
    pub params: Vec<Cow<'a, str>>,
    /// What the person who wrote calls themselves.
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub name: Option<Cow<'a, str>>,
    /// `forwarded` and the like, which stand in the context.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_more: Option<Map<String, Value>>,
    /// The advertisement that led to a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referral: Option<Value>,
    /// Of a message that cannot be shown: why not.
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub unsupported: Option<Cow<'a, str>>,
    /// The message that this one answers, by its id on the wire.
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub context: Option<Cow<'a, str>>,
    /// Comes back in every status of the message.
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub biz_opaque_callback_data: Option<Cow<'a, str>>,
}

impl<'a> MessageContent<'a> {
    /// A text message.
    pub fn text(body: &'a str) -> Self {
        MessageContent {
            body: Some(Cow::Borrowed(body)),
            ..MessageContent::default()
        }
    }

    /// A message of another type, with the object of that type.
    pub fn object(kind: &'a str, value: &'a Value) -> Self {
        MessageContent {
            kind: Some(Cow::Borrowed(kind)),
            value: Some(Cow::Borrowed(value)),
            ..MessageContent::default()
        }
    }

    /// The stored bytes; empty if there is nothing to store.
    pub fn to_bytes(&self) -> Vec<u8> {
        if *self == MessageContent::default() {
            return Vec::new();
        }
        // Text and lists of text can always be written.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// From stored bytes. What cannot be read is nothing: content is never needed to decide.
    pub fn read(bytes: &'a [u8]) -> Self {
        if let Some((&SAID, words)) = bytes.split_first() {
            return core::str::from_utf8(words).map_or_else(|_| Self::default(), Self::text);
        }
        serde_json::from_slice(bytes).unwrap_or_default()
    }
}
