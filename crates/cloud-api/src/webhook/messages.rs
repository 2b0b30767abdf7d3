//! Field `messages`: what people write, and what became of what the business sent.

mod inbound;
mod status;

use serde::{Serialize, Serializer};

pub use inbound::{Content, Context, Inbound};
pub use status::{Conversation, DeliveryStatus, Pricing, PricingCategory, PricingType, Status};

use super::WebhookValue;
use crate::error::title;
use crate::ids::UserId;
use crate::json;
use crate::route::NodeId;

/// The value of field `messages`. Empty lists are left out; by default one list holds one item.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Messages<'a> {
    messaging_product: &'static str,
    metadata: Metadata<'a>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    contacts: &'a [Contact<'a>],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    messages: &'a [Inbound<'a>],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    statuses: &'a [Status<'a>],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [WebhookError<'a>],
}

impl WebhookValue for Messages<'_> {
    const FIELD: &'static str = "messages";
    const TIMED: bool = false;
}

/// The business's number.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Metadata<'a> {
    /// Digits only: `15550783881`.
    pub display_phone_number: &'a str,
    /// Its id.
    #[serde(serialize_with = "json::as_text")]
    pub phone_number_id: NodeId,
}

/// A person.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Contact<'a> {
    /// What they call themselves.
    #[serde(rename = "profile", serialize_with = "profile")]
    pub name: &'a str,
    /// Their number; absent for people who are known by a user name only.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "number_as_text")]
    pub wa_id: Option<u64>,
    /// Their business-scoped id, where the platform has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
}

impl<'a> Messages<'a> {
    /// What people wrote.
    pub fn inbound(metadata: Metadata<'a>, contacts: &'a [Contact<'a>], messages: &'a [Inbound<'a>]) -> Self {
        Messages {
            contacts,
            messages,
            ..Self::empty(metadata)
        }
    }

    /// What became of messages. The platform's pages leave `contacts` out when all of them failed; some clients
    /// then lose the failure, so a seat can keep them (`contacts_on_failed`).
    pub fn statuses(
        metadata: Metadata<'a>,
        contacts: &'a [Contact<'a>],
        statuses: &'a [Status<'a>],
        contacts_on_failed: bool,
    ) -> Self {
        let failed = statuses
            .iter()
            .all(|status| status.status == DeliveryStatus::Failed);
        let contacts = if failed && !contacts_on_failed {
            &[]
        } else {
            contacts
        };
        Messages {
            contacts,
            statuses,
            ..Self::empty(metadata)
        }
    }

    /// Trouble of the app as a whole.
    pub fn errors(metadata: Metadata<'a>, errors: &'a [WebhookError<'a>]) -> Self {
        Messages {
            errors,
            ..Self::empty(metadata)
        }
    }

    fn empty(metadata: Metadata<'a>) -> Self {
        Messages {
            messaging_product: "whatsapp",
            metadata,
            contacts: &[],
            messages: &[],
            statuses: &[],
            errors: &[],
        }
    }
}

/// An error inside a webhook: the platform's title of its code, and details.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WebhookError<'a> {
    /// Its code.
    pub code: u32,
    /// What it is about.
    pub details: &'a str,
}

impl Serialize for WebhookError<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let title = title(self.code);
        Shape {
            code: self.code,
            title,
            message: title,
            error_data: Data {
                details: self.details,
            },
            href: "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        }
        .serialize(serializer)
    }
}

#[derive(Serialize)]
struct Shape<'a> {
    code: u32,
    title: &'a str,
    message: &'a str,
    error_data: Data<'a>,
    href: &'a str,
}

#[derive(Serialize)]
struct Data<'a> {
    details: &'a str,
}

fn profile<S: Serializer>(name: &str, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Profile<'a> {
        name: &'a str,
    }
    Profile { name }.serialize(serializer)
}

/// Numbers of people and instants are text in this field.
pub(super) fn number_as_text<S: Serializer>(number: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) => serializer.collect_str(number),
        None => serializer.serialize_none(),
    }
}
