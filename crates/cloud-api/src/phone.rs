//! The phone number node.

use serde::Serialize;
use serde_json::Value;

use crate::fields::{Fields, NodeType, select};
use crate::health::HealthStatus;
use crate::open_enum::open_enum;
use crate::route::NodeId;
use crate::{GraphError, Params, json};

/// Fields of a phone number (cloud-api-wire.md §1.4).
pub const PHONE_NODE: NodeType = NodeType {
    name: "WhatsAppBusinessPhoneNumber",
    defaults: &[
        "verified_name",
        "code_verification_status",
        "display_phone_number",
        "quality_rating",
        "platform_type",
        "throughput",
        "last_onboarded_time",
        "webhook_configuration",
    ],
    on_request: &[
        "account_mode",
        "certificate",
        "conversational_automation",
        "country_code",
        "country_dial_code",
        "eligibility_for_api_business_global_search",
        "health_status",
        "host_platform",
        "is_official_business_account",
        "is_on_biz_app",
        "is_pin_enabled",
        "is_preverified_number",
        "messaging_limit_tier",
        "name_status",
        "new_certificate",
        "new_display_name",
        "new_name_status",
        "official_business_account",
        "quality_score",
        "search_visibility",
        "status",
        "unified_cert_status",
        "username",
        "whatsapp_business_manager_messaging_limit",
        "whatsapp_business_profile",
    ],
};

open_enum! {
    /// A quality rating, of a number or a template.
    Quality { Green = "GREEN", Yellow = "YELLOW", Red = "RED", Unknown = "UNKNOWN" }
}

open_enum! {
    /// `status` of a number.
    PhoneStatus {
        Pending = "PENDING",
        Deleted = "DELETED",
        Migrated = "MIGRATED",
        Banned = "BANNED",
        Restricted = "RESTRICTED",
        RateLimited = "RATE_LIMITED",
        Flagged = "FLAGGED",
        Connected = "CONNECTED",
        Disconnected = "DISCONNECTED",
        Unknown = "UNKNOWN",
        Unverified = "UNVERIFIED",
    }
}

open_enum! {
    /// A messaging limit: unique recipients in 24 hours.
    Tier {
        Tier50 = "TIER_50",
        Tier250 = "TIER_250",
        Tier1K = "TIER_1K",
        Tier2K = "TIER_2K",
        Tier10K = "TIER_10K",
        Tier100K = "TIER_100K",
        Unlimited = "TIER_UNLIMITED",
        NotSet = "TIER_NOT_SET",
    }
}

open_enum! {
    /// `throughput.level`.
    ThroughputLevel { Standard = "STANDARD", High = "HIGH", NotApplicable = "NOT_APPLICABLE" }
}

open_enum! {
    /// `code_verification_status`.
    CodeVerification { Verified = "VERIFIED", NotVerified = "NOT_VERIFIED", Expired = "EXPIRED" }
}

open_enum! {
    /// `name_status` and `new_name_status`.
    NameStatus {
        Approved = "APPROVED",
        AvailableWithoutReview = "AVAILABLE_WITHOUT_REVIEW",
        Declined = "DECLINED",
        Expired = "EXPIRED",
        None = "NONE",
        PendingReview = "PENDING_REVIEW",
    }
}

open_enum! {
    /// `account_mode`.
    AccountMode { Live = "LIVE", Sandbox = "SANDBOX" }
}

/// `quality_score` of a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QualityScore {
    /// The rating.
    pub score: Quality,
}

/// `throughput`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Throughput {
    /// Its level.
    pub level: ThroughputLevel,
}

/// `webhook_configuration`: where the webhooks of a number go, from the widest to the narrowest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WebhookConfiguration {
    /// The app's own address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// The account's override.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whatsapp_business_account: Option<String>,
    /// The number's override.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
}

/// A phone number with every field that it has a value for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhoneNode {
    /// Its id.
    #[serde(serialize_with = "json::as_text")]
    pub id: NodeId,
    /// Such as `+1 555-078-3881`.
    pub display_phone_number: String,
    /// The display name.
    pub verified_name: String,
    /// Its rating; comes again in `quality_score`.
    pub quality_rating: Quality,
    /// Its rating in the newer form.
    pub quality_score: QualityScore,
    /// Its status.
    pub status: PhoneStatus,
    /// The limit in the older form; absent where limits belong to the portfolio.
    pub messaging_limit_tier: Option<Tier>,
    /// The limit.
    pub whatsapp_business_manager_messaging_limit: Tier,
    /// How fast it may send.
    pub throughput: Throughput,
    /// Always `CLOUD_API` on this seat, but for numbers that are not registered.
    pub platform_type: String,
    /// Whether the number was proved to be the owner's.
    pub code_verification_status: CodeVerification,
    /// Review of the display name.
    pub name_status: NameStatus,
    /// Review of a display name that is to replace it.
    pub new_name_status: NameStatus,
    /// Live, or for tests.
    pub account_mode: AccountMode,
    /// Whether a PIN is set.
    pub is_pin_enabled: bool,
    /// Whether it has the badge.
    pub is_official_business_account: bool,
    /// The certificate that registration needs.
    pub certificate: Option<String>,
    /// Registration, as [`crate::time::graph_time`] writes it.
    pub last_onboarded_time: Option<String>,
    /// Where its webhooks go.
    pub webhook_configuration: WebhookConfiguration,
    /// Whether it can send.
    pub health_status: HealthStatus,
}

impl PhoneNode {
    /// The fields that were asked for.
    pub fn select(&self, fields: Option<&Fields>) -> Result<Value, GraphError> {
        select(&json::to_value(self), fields, &PHONE_NODE)
    }
}

/// `POST /<phone>/register`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterRequest {
    /// Six digits.
    pub pin: String,
}

impl RegisterRequest {
    /// Reads it; the error names the parameter.
    pub fn of(params: &Params) -> Result<Self, GraphError> {
        require_product(params)?;
        Ok(RegisterRequest {
            pin: six_digits(params.required("pin")?)?,
        })
    }
}

/// `POST /<phone>/request_code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeRequest {
    /// By call, not by SMS.
    pub voice: bool,
}

impl CodeRequest {
    /// Reads it; the error names the parameter.
    pub fn of(params: &Params) -> Result<Self, GraphError> {
        let method = params.required("code_method")?;
        params.required("language")?;
        match method.to_ascii_uppercase().as_str() {
            "SMS" => Ok(CodeRequest { voice: false }),
            "VOICE" => Ok(CodeRequest { voice: true }),
            _ => {
                let why = format!("must be one of {{SMS, VOICE}} - got {method:?}");
                Err(GraphError::invalid_parameter("code_method", &why))
            }
        }
    }
}

/// `POST /<phone>/verify_code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeEntry {
    /// Six digits; people write them with a dash.
    pub code: u32,
}

impl CodeEntry {
    /// Reads it; the error names the parameter.
    pub fn of(params: &Params) -> Result<Self, GraphError> {
        let given = params.required("code")?.replace(['-', ' '], "");
        let digits = given.len() == 6 && given.bytes().all(|byte| byte.is_ascii_digit());
        let code = given.parse().ok().filter(|_| digits);
        code.map(|code| CodeEntry { code })
            .ok_or_else(|| GraphError::invalid_parameter("code", "must be 6 digits"))
    }
}

/// `POST /<phone>`: settings of a number, any of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhoneSettings {
    /// A new PIN, six digits.
    pub pin: Option<String>,
    /// A new override of where webhooks go.
    pub webhook: Option<WebhookOverride>,
}

/// An override of where webhooks go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebhookOverride {
    /// Back to the next wider level.
    Remove,
    /// To this address, once it has answered the challenge with this token.
    Set {
        /// At most [`CALLBACK_URI_CHARS_MAX`] characters.
        uri: String,
        /// What the challenge carries.
        verify_token: String,
    },
}

/// Characters of `override_callback_uri` (cloud-api-wire.md §1.7).
pub const CALLBACK_URI_CHARS_MAX: usize = 200;

impl PhoneSettings {
    /// Reads them; the error names the parameter.
    pub fn of(params: &Params) -> Result<Self, GraphError> {
        let configuration = params.nested("webhook_configuration")?;
        let webhook = configuration
            .map(|nested| WebhookOverride::of(&nested, "webhook_configuration"))
            .transpose()?;
        let pin = params.text("pin")?.map(six_digits).transpose()?;
        Ok(PhoneSettings { pin, webhook })
    }
}

impl WebhookOverride {
    /// Reads `override_callback_uri` and `verify_token`; without an address, the override goes. `parent` is the
    /// parameter that they stand in, or empty.
    pub fn of(params: &Params, parent: &str) -> Result<Self, GraphError> {
        let Some(uri) = params.text("override_callback_uri")? else {
            return Ok(WebhookOverride::Remove);
        };
        let name = |key: &str| {
            if parent.is_empty() {
                key.to_owned()
            } else {
                format!("{parent}['{key}']")
            }
        };
        if uri.chars().count() > CALLBACK_URI_CHARS_MAX {
            let why = format!("must be at most {CALLBACK_URI_CHARS_MAX} characters long");
            return Err(GraphError::invalid_parameter(
                &name("override_callback_uri"),
                &why,
            ));
        }
        let verify_token = params.text("verify_token")?;
        let verify_token =
            verify_token.ok_or_else(|| GraphError::missing_parameter(&name("verify_token")))?;
        Ok(WebhookOverride::Set { uri, verify_token })
    }
}

fn six_digits(pin: String) -> Result<String, GraphError> {
    let good = pin.len() == 6 && pin.bytes().all(|byte| byte.is_ascii_digit());
    if good {
        Ok(pin)
    } else {
        Err(GraphError::invalid_parameter("pin", "must be 6 digits"))
    }
}

pub(crate) fn require_product(params: &Params) -> Result<(), GraphError> {
    match params.required("messaging_product")?.as_str() {
        "whatsapp" => Ok(()),
        got => {
            let why = format!("must be one of {{WHATSAPP}} - got {got:?}");
            Err(GraphError::invalid_parameter("messaging_product", &why))
        }
    }
}
