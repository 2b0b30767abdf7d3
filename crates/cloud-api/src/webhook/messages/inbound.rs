//! Messages that people write.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::{WebhookError, number_as_text};
use crate::ids::{UserId, Wamid};
use crate::json;

/// A message from a person.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Inbound<'a> {
    /// The person's number, if it is known.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "number_as_text")]
    pub from: Option<u64>,
    /// The person, where they have such ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_user_id: Option<UserId>,
    /// The message.
    pub id: Wamid,
    /// Seconds since the Unix epoch; text on the wire.
    #[serde(serialize_with = "json::as_text")]
    pub timestamp: u64,
    /// `type`, and the key of that name.
    #[serde(flatten)]
    pub content: Content<'a>,
    /// What it answers, or where it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<Context<'a>>,
    /// The advertisement that led to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referral: Option<&'a Value>,
    /// Why it cannot be shown.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub errors: &'a [WebhookError<'a>],
}

/// What a message answers, or where it comes from.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Context<'a> {
    /// Digits of the sender of the message answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<&'a str>,
    /// The message answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Wamid>,
    /// `forwarded`, `frequently_forwarded`, `referred_product`.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub more: Option<&'a Map<String, Value>>,
}

/// What a message holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Content<'a> {
    /// `text`.
    Text {
        /// What was written.
        body: &'a str,
    },
    /// `button`: a tap on a quick reply of a template.
    Button {
        /// What was sent as its parameter, else its label.
        payload: &'a str,
        /// Its label.
        text: &'a str,
    },
    /// `interactive`: a tap on a reply button of a free-form message.
    ButtonReply {
        /// The button.
        id: &'a str,
        /// Its label.
        title: &'a str,
    },
    /// `interactive`: a choice from a list.
    ListReply {
        /// The row.
        id: &'a str,
        /// Its label.
        title: &'a str,
        /// Its second line.
        description: Option<&'a str>,
    },
    /// `reaction`.
    Reaction {
        /// The message reacted to.
        message_id: Wamid,
        /// `None` takes the reaction back.
        emoji: Option<&'a str>,
    },
    /// Any other type: its word, and the object of that name.
    Object {
        /// `image`, `location`, `order`, `system` ...
        kind: &'a str,
        /// What it holds.
        value: &'a Value,
    },
}

impl Serialize for Content<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Content::Object { kind, value } => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("type", kind)?;
                map.serialize_entry(kind, value)?;
                return map.end();
            }
            Content::Text { body } => Wire::Text { text: Body { body } },
            Content::Button { payload, text } => Wire::Button {
                button: Tap { payload, text },
            },
            Content::ButtonReply { id, title } => Wire::Interactive {
                interactive: Reply::ButtonReply {
                    button_reply: Choice {
                        id,
                        title,
                        description: None,
                    },
                },
            },
            Content::ListReply {
                id,
                title,
                description,
            } => Wire::Interactive {
                interactive: Reply::ListReply {
                    list_reply: Choice {
                        id,
                        title,
                        description,
                    },
                },
            },
            Content::Reaction { message_id, emoji } => Wire::Reaction {
                reaction: Emoji { message_id, emoji },
            },
        }
        .serialize(serializer)
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Wire<'a> {
    Text { text: Body<'a> },
    Button { button: Tap<'a> },
    Interactive { interactive: Reply<'a> },
    Reaction { reaction: Emoji<'a> },
}

#[derive(Serialize)]
struct Body<'a> {
    body: &'a str,
}

#[derive(Serialize)]
struct Tap<'a> {
    payload: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Reply<'a> {
    ButtonReply { button_reply: Choice<'a> },
    ListReply { list_reply: Choice<'a> },
}

#[derive(Serialize)]
struct Choice<'a> {
    id: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
}

#[derive(Serialize)]
struct Emoji<'a> {
    message_id: Wamid,
    #[serde(skip_serializing_if = "Option::is_none")]
    emoji: Option<&'a str>,
}
