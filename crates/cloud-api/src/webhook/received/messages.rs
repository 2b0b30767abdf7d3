//! Fields about single messages and people: `messages`, `user_preferences`, `smb_message_echoes`.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::lenient;
use crate::open_enum::open_enum;

/// The value of field `messages`. Any of its lists may be empty or long.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Messages {
    /// The business's number.
    pub metadata: Metadata,
    /// The people; absent on some failures and on `system` messages.
    pub contacts: Vec<Contact>,
    /// What people wrote.
    pub messages: Vec<Message>,
    /// What became of what was sent.
    pub statuses: Vec<Status>,
    /// Trouble of the app as a whole.
    pub errors: Vec<Failure>,
}

/// The business's number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Metadata {
    /// Digits only.
    pub display_phone_number: String,
    /// Its id.
    #[serde(deserialize_with = "id")]
    pub phone_number_id: String,
}

/// A person. At least one of the ids is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Contact {
    /// Their number; absent where only a user name is known.
    #[serde(deserialize_with = "lenient::text")]
    pub wa_id: Option<String>,
    /// Their business-scoped id.
    pub user_id: Option<String>,
    /// What they call themselves.
    pub profile: Profile,
}

/// See [`Contact::profile`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// A name of their choice.
    pub name: Option<String>,
}

/// A message from a person.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Message {
    /// The message.
    pub id: String,
    /// The person's number, if it is known.
    #[serde(default, deserialize_with = "lenient::text")]
    pub from: Option<String>,
    /// The person's business-scoped id.
    #[serde(default)]
    pub from_user_id: Option<String>,
    /// Seconds since the Unix epoch.
    #[serde(default, deserialize_with = "seconds")]
    pub timestamp: u64,
    /// `type`: `text`, `button`, `interactive`, `system` ... Its value is under the key of that name.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// What it answers.
    #[serde(default)]
    pub context: Option<Answered>,
    /// All other keys.
    #[serde(flatten)]
    pub content: Map<String, Value>,
}

/// See [`Message::context`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Answered {
    /// The message answered.
    pub id: Option<String>,
}

impl Message {
    /// What the person said, in words: the text, or the label of what was tapped.
    pub fn words(&self) -> Option<&str> {
        let value = self.content.get(&self.kind)?;
        let path: &[&str] = match self.kind.as_str() {
            "text" => &["body"],
            "button" => &["text"],
            "interactive" => match value.get("type")?.as_str()? {
                "button_reply" => &["button_reply", "title"],
                "list_reply" => &["list_reply", "title"],
                _ => return None,
            },
            _ => &["caption"],
        };
        path.iter().try_fold(value, |value, key| value.get(key))?.as_str()
    }

    /// The number that a person has from now on, where a `system` message says so.
    pub fn new_number(&self) -> Option<&str> {
        let system = self.content.get("system").filter(|_| self.kind == "system")?;
        system.get("wa_id").or_else(|| system.get("new_wa_id"))?.as_str()
    }
}

open_enum! {
    /// How far a message came.
    StatusKind {
        Sent = "sent",
        Delivered = "delivered",
        Read = "read",
        Played = "played",
        Failed = "failed",
    }
}

/// One status of one message. They come in any order, and some never.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Status {
    /// The message.
    pub id: String,
    /// How far it came.
    pub status: StatusKind,
    /// Seconds since the Unix epoch.
    #[serde(default, deserialize_with = "seconds")]
    pub timestamp: u64,
    /// The person's number, if it is known.
    #[serde(default, deserialize_with = "lenient::text")]
    pub recipient_id: Option<String>,
    /// The person's business-scoped id.
    #[serde(default)]
    pub recipient_user_id: Option<String>,
    /// What the send carried.
    #[serde(default)]
    pub biz_opaque_callback_data: Option<String>,
    /// What it costs.
    #[serde(default)]
    pub pricing: Option<Price>,
    /// Why it failed.
    #[serde(default)]
    pub errors: Vec<Failure>,
}

/// See [`Status::pricing`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Price {
    /// Whether it is billed.
    #[serde(deserialize_with = "lenient::boolean")]
    pub billable: Option<bool>,
    /// Such as `marketing`.
    pub category: Option<String>,
    /// Such as `free_entry_point`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

/// An error inside a webhook.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Failure {
    /// The only stable key.
    pub code: u32,
    /// What it is called.
    pub title: String,
    /// What it is about.
    pub error_data: FailureData,
}

/// See [`Failure::error_data`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct FailureData {
    /// For a person.
    pub details: String,
}

/// The value of field `user_preferences`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The business's number.
    pub metadata: Metadata,
    /// What people chose.
    pub user_preferences: Vec<Preference>,
}

/// What a person chose.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Preference {
    /// Their number, if it is known.
    #[serde(default, deserialize_with = "lenient::text")]
    pub wa_id: Option<String>,
    /// Their business-scoped id.
    #[serde(default)]
    pub user_id: Option<String>,
    /// About what: `marketing_messages`.
    #[serde(default)]
    pub category: String,
    /// `stop` or `resume`.
    pub value: String,
    /// Seconds since the Unix epoch.
    #[serde(default, deserialize_with = "seconds")]
    pub timestamp: u64,
}

/// The value of field `smb_message_echoes`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Echoes {
    /// The business's number.
    pub metadata: Metadata,
    /// What was sent from it without the app.
    pub message_echoes: Vec<Echo>,
}

/// A message that was sent without the app.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Echo {
    /// The message.
    pub id: String,
    /// To whom, if the number is known.
    #[serde(default, deserialize_with = "lenient::text")]
    pub to: Option<String>,
    /// To whom.
    #[serde(default)]
    pub to_user_id: Option<String>,
    /// Seconds since the Unix epoch.
    #[serde(default, deserialize_with = "seconds")]
    pub timestamp: u64,
}

/// Instants are text in one field and integers in the next.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let seconds = lenient::integer(deserializer)?.unwrap_or_default();
    Ok(seconds.try_into().unwrap_or_default())
}

fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(lenient::text(deserializer)?.unwrap_or_default())
}
