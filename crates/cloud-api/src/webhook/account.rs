//! Account-level fields about numbers, limits and the account itself.

use serde::Serialize;

use super::WebhookValue;
use crate::open_enum::open_enum;
use crate::phone::Tier;

open_enum! {
    /// `event` of `phone_number_quality_update`.
    PhoneQualityEvent {
        Onboarding = "ONBOARDING",
        ThroughputUpgrade = "THROUGHPUT_UPGRADE",
        Flagged = "FLAGGED",
        Unflagged = "UNFLAGGED",
        Upgrade = "UPGRADE",
        Downgrade = "DOWNGRADE",
        Restricted = "RESTRICTED",
        Unrestricted = "UNRESTRICTED",
    }
}

/// `phone_number_quality_update`. It has no id: a receiver matches the digits of the number.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PhoneQualityUpdate<'a> {
    /// Digits only.
    pub display_phone_number: &'a str,
    /// What happened.
    pub event: PhoneQualityEvent,
    /// The limit before, where it changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_limit: Option<Tier>,
    /// The limit from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_limit: Option<Tier>,
    /// The same under its newer name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_daily_conversations_per_business: Option<Tier>,
}

impl WebhookValue for PhoneQualityUpdate<'_> {
    const FIELD: &'static str = "phone_number_quality_update";
    const TIMED: bool = true;
}

/// `business_capability_update`. Limits are integers, -1 for unlimited.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
pub struct BusinessCapabilityUpdate {
    /// The limit of each number: where limits belong to numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_daily_conversation_per_phone: Option<i64>,
    /// The limit of the portfolio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_daily_conversations_per_business: Option<i64>,
    /// Numbers that the portfolio may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_phone_numbers_per_business: Option<u32>,
    /// Numbers that the account may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_phone_numbers_per_waba: Option<u32>,
}

impl WebhookValue for BusinessCapabilityUpdate {
    const FIELD: &'static str = "business_capability_update";
    const TIMED: bool = true;
}

open_enum! {
    /// `event` of `account_update`.
    AccountEvent {
        AccountViolation = "ACCOUNT_VIOLATION",
        AccountRestriction = "ACCOUNT_RESTRICTION",
        DisabledUpdate = "DISABLED_UPDATE",
        AccountDeleted = "ACCOUNT_DELETED",
        AccountOffboarded = "ACCOUNT_OFFBOARDED",
        AccountReconnected = "ACCOUNT_RECONNECTED",
        PartnerAdded = "PARTNER_ADDED",
        PartnerRemoved = "PARTNER_REMOVED",
        VerifiedAccount = "VERIFIED_ACCOUNT",
    }
}

open_enum! {
    /// `ban_info.waba_ban_state`.
    BanState {
        Disable = "DISABLE",
        Reinstate = "REINSTATE",
        ScheduleForDisable = "SCHEDULE_FOR_DISABLE",
    }
}

open_enum! {
    /// `decision` of `account_review_update`.
    ReviewDecision {
        Approved = "APPROVED",
        Rejected = "REJECTED",
        Pending = "PENDING",
        Deferred = "DEFERRED",
    }
}

/// `account_review_update`: how the review of an account stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AccountReviewUpdate {
    /// How it stands.
    pub decision: ReviewDecision,
}

impl WebhookValue for AccountReviewUpdate {
    const FIELD: &'static str = "account_review_update";
    const TIMED: bool = true;
}

/// `account_update`. Receivers take every key but `event` as optional.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AccountUpdate<'a> {
    /// What happened.
    pub event: AccountEvent,
    /// Digits of the number that it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<&'a str>,
    /// On `ACCOUNT_VIOLATION`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub violation_info: Option<ViolationInfo<'a>>,
    /// On `ACCOUNT_RESTRICTION`.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub restriction_info: &'a [RestrictionInfo<'a>],
    /// On `DISABLED_UPDATE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ban_info: Option<BanInfo>,
}

/// See [`AccountUpdate::violation_info`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct ViolationInfo<'a> {
    /// Which policy.
    pub violation_type: &'a str,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remediation: Option<&'a str>,
}

/// See [`AccountUpdate::restriction_info`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct RestrictionInfo<'a> {
    /// Such as `RESTRICTED_BIZ_INITIATED_MESSAGING`.
    pub restriction_type: &'a str,
    /// Its end, in seconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration: Option<u64>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remediation: Option<&'a str>,
}

/// See [`AccountUpdate::ban_info`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct BanInfo {
    /// Disabled, about to be, or back.
    pub waba_ban_state: BanState,
    /// As [`crate::time::spoken_date`] writes it.
    pub waba_ban_date: String,
}

impl WebhookValue for AccountUpdate<'_> {
    const FIELD: &'static str = "account_update";
    const TIMED: bool = true;
}

open_enum! {
    /// `event` of `security`.
    SecurityEvent {
        PinChanged = "PIN_CHANGED",
        PinResetRequest = "PIN_RESET_REQUEST",
        PinRequestSuccess = "PIN_REQUEST_SUCCESS",
    }
}

/// `security`: the PIN of a number.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SecurityUpdate<'a> {
    /// Digits only.
    pub display_phone_number: &'a str,
    /// What happened.
    pub event: SecurityEvent,
    /// Who wanted it; absent where an app did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requester: Option<&'a str>,
}

impl WebhookValue for SecurityUpdate<'_> {
    const FIELD: &'static str = "security";
    const TIMED: bool = true;
}

open_enum! {
    /// `entity_type` of `account_alerts`.
    AlertEntity {
        Business = "BUSINESS",
        PhoneNumber = "PHONE_NUMBER",
        CurrentStatusId = "CURRENT_STATUS_ID",
    }
}

open_enum! {
    /// `alert_severity` of `account_alerts`.
    AlertSeverity {
        Critical = "CRITICAL",
        Warning = "WARNING",
        Informational = "INFORMATIONAL",
    }
}

open_enum! {
    /// `alert_status` of `account_alerts`.
    AlertStatus {
        Active = "ACTIVE",
        None = "NONE",
    }
}

/// `account_alerts`: something the business should look at.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AccountAlert<'a> {
    /// What it is about.
    pub entity_type: AlertEntity,
    /// Its id, as text.
    pub entity_id: &'a str,
    /// What it says.
    pub alert_info: AlertInfo<'a>,
}

/// See [`AccountAlert::alert_info`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AlertInfo<'a> {
    /// How bad it is.
    pub alert_severity: AlertSeverity,
    /// Whether it still holds.
    pub alert_status: AlertStatus,
    /// Such as `INCREASED_CAPABILITIES_ELIGIBILITY_FAILED`.
    pub alert_type: &'a str,
    /// For a person.
    pub alert_description: &'a str,
}

impl WebhookValue for AccountAlert<'_> {
    const FIELD: &'static str = "account_alerts";
    const TIMED: bool = true;
}
