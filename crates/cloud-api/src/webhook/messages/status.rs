//! What became of messages that the business sent.

use serde::Serialize;

use super::{WebhookError, number_as_text};
use crate::ids::{UserId, Wamid};
use crate::json;
use crate::open_enum::open_enum;

/// How far a message came.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryStatus {
    /// Accepted by the platform and on its way.
    Sent,
    /// On the person's device.
    Delivered,
    /// Seen.
    Read,
    /// A voice message was played.
    Played,
    /// It will not arrive: see `errors`.
    Failed,
}

/// One status of one message.
#[derive(Clone, Debug, Serialize)]
pub struct Status<'a> {
    /// The message.
    pub id: Wamid,
    /// How far it came.
    pub status: DeliveryStatus,
    /// Seconds since the Unix epoch; text on the wire.
    #[serde(serialize_with = "json::as_text")]
    pub timestamp: u64,
    /// The person's number, if it is known.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "number_as_text")]
    pub recipient_id: Option<u64>,
    /// The person, where they have such ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient_user_id: Option<UserId>,
    /// Left out since v24 but for free entry points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<Conversation<'a>>,
    /// On `sent`, and on one of `delivered` and `read`; never on `failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pricing: Option<Pricing>,
    /// What the send carried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub biz_opaque_callback_data: Option<&'a str>,
    /// Why it failed.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub errors: &'a [WebhookError<'a>],
}

/// The conversation that a message belongs to, in the older form.
#[derive(Clone, Debug, Serialize)]
pub struct Conversation<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its end, on `sent` only; text on the wire.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "number_as_text")]
    pub expiration_timestamp: Option<u64>,
    /// How it began; `authentication_international` with an underscore.
    #[serde(rename = "origin", serialize_with = "origin")]
    pub origin_type: &'a str,
}

open_enum! {
    /// `pricing.category`.
    PricingCategory {
        Marketing = "marketing",
        MarketingLite = "marketing_lite",
        Utility = "utility",
        Authentication = "authentication",
        AuthenticationInternational = "authentication-international",
        Service = "service",
        ReferralConversion = "referral_conversion",
    }
}

open_enum! {
    /// `pricing.type`.
    PricingType {
        Regular = "regular",
        FreeCustomerService = "free_customer_service",
        FreeEntryPoint = "free_entry_point",
    }
}

/// What a message costs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Pricing {
    billable: bool,
    pricing_model: &'static str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<PricingType>,
    category: PricingCategory,
}

impl Pricing {
    /// Per message, as since July 2025; only the regular kind is billed.
    pub fn per_message(kind: PricingType, category: PricingCategory) -> Self {
        Pricing {
            billable: kind == PricingType::Regular,
            pricing_model: "PMP",
            kind: Some(kind),
            category,
        }
    }

    /// Per conversation, as until June 2025.
    pub fn per_conversation(billable: bool, category: PricingCategory) -> Self {
        Pricing {
            billable,
            pricing_model: "CBP",
            kind: None,
            category,
        }
    }
}

fn origin<S: serde::Serializer>(kind: &str, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Origin<'a> {
        #[serde(rename = "type")]
        kind: &'a str,
    }
    Origin { kind }.serialize(serializer)
}
