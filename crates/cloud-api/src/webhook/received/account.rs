//! Fields about numbers, limits and the account.

use core::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

use crate::lenient;
use crate::phone::Tier;
use crate::webhook::account::{AccountEvent, BanState, PhoneQualityEvent};

/// A messaging limit as the platform states it, in any of its spellings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Limit {
    /// So many people in 24 hours.
    People(u64),
    /// `-1`, or `TIER_UNLIMITED`.
    Unlimited,
    /// Anything else, as it came. Never to be taken for "no limit".
    Unknown(String),
}

impl Limit {
    fn of_word(word: &str) -> Limit {
        match Tier::parse(word) {
            Tier::Tier50 => Limit::People(50),
            Tier::Tier250 => Limit::People(250),
            Tier::Tier1K => Limit::People(1_000),
            Tier::Tier2K => Limit::People(2_000),
            Tier::Tier10K => Limit::People(10_000),
            Tier::Tier100K => Limit::People(100_000),
            Tier::Unlimited => Limit::Unlimited,
            Tier::NotSet | Tier::Other(_) => {
                let number = word.parse().map(Limit::of_number);
                number.unwrap_or_else(|_| Limit::Unknown(word.to_owned()))
            }
        }
    }

    fn of_number(number: i64) -> Limit {
        match u64::try_from(number) {
            Ok(people) => Limit::People(people),
            Err(_) if number == -1 => Limit::Unlimited,
            Err(_) => Limit::Unknown(number.to_string()),
        }
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Spelling;
        impl Visitor<'_> for Spelling {
            type Value = Limit;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a limit")
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<Limit, E> {
                Ok(Limit::of_number(number))
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Limit, E> {
                Ok(Limit::People(number))
            }
            fn visit_str<E: Error>(self, word: &str) -> Result<Limit, E> {
                Ok(Limit::of_word(word))
            }
        }
        deserializer.deserialize_any(Spelling)
    }
}

/// The value of `phone_number_quality_update`. It has no id: match the digits.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct NumberQuality {
    /// Digits only.
    pub display_phone_number: String,
    /// What happened.
    pub event: PhoneQualityEvent,
    /// The limit, in the older form.
    #[serde(default)]
    pub current_limit: Option<Limit>,
    /// The limit, in the newer form.
    #[serde(default)]
    pub max_daily_conversations_per_business: Option<Limit>,
}

impl NumberQuality {
    /// The limit from now on, if the update says one.
    pub fn limit(&self) -> Option<&Limit> {
        self.max_daily_conversations_per_business
            .as_ref()
            .or(self.current_limit.as_ref())
    }
}

/// The value of `phone_number_name_update`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct NameUpdate {
    /// Digits only.
    pub display_phone_number: String,
    /// `APPROVED`, `REJECTED`, `DEFERRED` or `PENDING`.
    pub decision: String,
    /// The name.
    #[serde(default)]
    pub requested_verified_name: Option<String>,
    /// Why not.
    #[serde(default)]
    pub rejection_reason: Option<String>,
}

/// The value of `business_capability_update`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Capability {
    /// The limit of the portfolio.
    pub max_daily_conversations_per_business: Option<Limit>,
    /// The limit of each number.
    pub max_daily_conversation_per_phone: Option<Limit>,
    /// Numbers that the portfolio may have.
    #[serde(deserialize_with = "lenient::integer")]
    pub max_phone_numbers_per_business: Option<i64>,
    /// Numbers that the account may have.
    #[serde(deserialize_with = "lenient::integer")]
    pub max_phone_numbers_per_waba: Option<i64>,
}

/// The value of `account_update`. Every key but `event` is optional.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct AccountUpdate {
    /// What happened.
    pub event: AccountEvent,
    /// Digits of the number that it is about.
    #[serde(default, deserialize_with = "lenient::text")]
    pub phone_number: Option<String>,
    /// On a violation.
    #[serde(default)]
    pub violation_info: Option<Violation>,
    /// On a restriction.
    #[serde(default)]
    pub restriction_info: Vec<Restriction>,
    /// When it is disabled, about to be, or back.
    #[serde(default)]
    pub ban_info: Option<Ban>,
}

/// See [`AccountUpdate::violation_info`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Violation {
    /// Which policy.
    pub violation_type: String,
    /// What to do.
    #[serde(default)]
    pub remediation: Option<String>,
}

/// See [`AccountUpdate::restriction_info`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Restriction {
    /// Such as `RESTRICTED_BIZ_INITIATED_MESSAGING`.
    pub restriction_type: String,
    /// Its end, in seconds since the Unix epoch; absent where the platform does not say.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub expiration: Option<i64>,
    /// What to do.
    #[serde(default)]
    pub remediation: Option<String>,
}

/// See [`AccountUpdate::ban_info`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Ban {
    /// Which of them.
    pub waba_ban_state: BanState,
    /// A date for a person, such as `April 17, 2025`.
    #[serde(default)]
    pub waba_ban_date: Option<String>,
}

/// The value of `account_alerts`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Alert {
    /// `BUSINESS`, `PHONE_NUMBER` ...
    #[serde(default)]
    pub entity_type: String,
    /// Its id.
    #[serde(default, deserialize_with = "lenient::text")]
    pub entity_id: Option<String>,
    /// What it says.
    pub alert_info: AlertInfo,
}

/// See [`Alert::alert_info`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct AlertInfo {
    /// `CRITICAL`, `WARNING` or `INFORMATIONAL`.
    pub alert_severity: String,
    /// `ACTIVE` or `NONE`.
    pub alert_status: String,
    /// Such as `INCREASED_CAPABILITIES_ELIGIBILITY_FAILED`.
    pub alert_type: String,
    /// For a person.
    pub alert_description: String,
}
