//! Webhooks as a receiver reads them: any number of changes a post, whatever the platform adds later.
//!
//! Promises: a change that does not fit its type is handed on as such and takes no other with it; ids are text, however
//! they came; an absent or unknown limit reads as *unknown*, never as *unlimited*.
//! Must not know: whether the post may be trusted ([`super::signature`]), and what follows from it.

mod account;
mod messages;
mod template;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use account::{AccountUpdate, Alert, Capability, Limit, NameUpdate, NumberQuality, Restriction};
pub use messages::{
    Contact, Echo, Echoes, Failure, Message, Messages, Metadata, Preference, Preferences, Status,
};
pub use template::{CategoryUpdate, TemplateQuality, TemplateStatusChange};

use crate::lenient;

/// One change of one post.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// `entry.id`: the account, or the portfolio for `PARTNER_*` updates.
    pub entry: String,
    /// `entry.time`, in seconds since the Unix epoch: on account-level fields.
    pub seconds: Option<u64>,
    /// The field that the app subscribed to.
    pub field: String,
    /// What it says.
    pub news: News,
}

/// What a change says, by its field.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// `messages`: what people wrote, and what became of what was sent.
    Messages(Box<Messages>),
    /// `user_preferences`: marketing stopped or resumed by a person.
    Preferences(Preferences),
    /// `smb_message_echoes`: what was sent from the number without the app.
    Echoes(Echoes),
    /// `message_template_status_update`.
    TemplateStatus(TemplateStatusChange),
    /// `message_template_quality_update`.
    TemplateQuality(TemplateQuality),
    /// `template_category_update`.
    TemplateCategory(CategoryUpdate),
    /// `phone_number_quality_update`.
    NumberQuality(NumberQuality),
    /// `phone_number_name_update`.
    NumberName(NameUpdate),
    /// `business_capability_update`.
    Capability(Capability),
    /// `account_update`.
    Account(AccountUpdate),
    /// `account_alerts`.
    Alert(Alert),
    /// A field that nothing here reads.
    Other,
    /// A value that does not have the shape of its field; where, and why.
    Misfit(String),
}

/// A post that is no webhook of the platform.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the post is no webhook: {0}")]
pub struct Unreadable(String);

/// Reads the changes of one post, in their order.
pub fn read(body: &[u8]) -> Result<Vec<Change>, Unreadable> {
    let post: Post = serde_json::from_slice(body).map_err(|error| Unreadable(error.to_string()))?;
    if post.object != crate::account::WEBHOOK_OBJECT {
        return Err(Unreadable(format!("its object is `{}`", post.object)));
    }
    let changes = post.entry.into_iter().flat_map(|entry| {
        let (id, seconds) = (
            entry.id.unwrap_or_default(),
            entry.time.and_then(|time| time.try_into().ok()),
        );
        entry.changes.into_iter().map(move |change| Change {
            entry: id.clone(),
            seconds,
            news: news(&change.field, change.value),
            field: change.field,
        })
    });
    Ok(changes.collect())
}

fn news(field: &str, value: Value) -> News {
    match field {
        "messages" => typed(value, |messages| News::Messages(Box::new(messages))),
        "user_preferences" => typed(value, News::Preferences),
        "smb_message_echoes" => typed(value, News::Echoes),
        "message_template_status_update" => typed(value, News::TemplateStatus),
        "message_template_quality_update" => typed(value, News::TemplateQuality),
        "template_category_update" => typed(value, News::TemplateCategory),
        "phone_number_quality_update" => typed(value, News::NumberQuality),
        "phone_number_name_update" => typed(value, News::NumberName),
        "business_capability_update" => typed(value, News::Capability),
        "account_update" => typed(value, News::Account),
        "account_alerts" => typed(value, News::Alert),
        _ => News::Other,
    }
}

fn typed<T: DeserializeOwned>(value: Value, news: impl FnOnce(T) -> News) -> News {
    match serde_path_to_error::deserialize(value) {
        Ok(value) => news(value),
        Err(error) => News::Misfit(error.to_string()),
    }
}

#[derive(Deserialize)]
struct Post {
    object: String,
    #[serde(default)]
    entry: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default, deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient::integer")]
    time: Option<i64>,
    #[serde(default)]
    changes: Vec<RawChange>,
}

#[derive(Deserialize)]
struct RawChange {
    field: String,
    #[serde(default)]
    value: Value,
}
