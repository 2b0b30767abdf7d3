//! What was told: about numbers, limits, accounts, templates, messages and people. Frozen structs.

use rulebook::rating::Rating;
use rulebook::status::Status;
use rulebook::template::draft::Category;
use rulebook::throughput::Level;
use serde::{Deserialize, Serialize};

use crate::ids::{AttemptId, ContactIx, MessageKey, NumberIx, ScopeIx, TemplateIx, WabaIx};
use crate::mirror::{LimitValue, Source};
use crate::portfolio::account::Restriction;
use crate::portfolio::opt_outs::How;
use crate::portfolio::stops::{Stop, StopOf};
use crate::portfolio::suppression::Suppression;
use crate::portfolio::template::Standing;

/// Who said something, and for which instant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct By {
    /// Who.
    pub source: Source,
    /// In milliseconds since the Unix epoch.
    pub at_ms: u64,
}

/// See [`super::Event::NumberTold`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberTold {
    /// Which.
    pub number: NumberIx,
    /// What.
    pub fact: NumberFact,
    /// By whom.
    pub by: By,
}

/// About a number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum NumberFact {
    /// Its status.
    Status(Status),
    /// Its rating.
    Rating(Rating),
    /// How fast it may be.
    Level(Level),
    /// Throttled for its quality until then, in milliseconds since the Unix epoch; 0: no longer.
    ThrottledUntil(u64),
    /// Too fast (130429): nothing but replies until then, in milliseconds since the Unix epoch.
    SlowUntil(u64),
}

/// See [`super::Event::LimitTold`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LimitTold {
    /// Whose.
    pub scope: ScopeIx,
    /// The limit.
    pub limit: LimitValue,
    /// By whom.
    pub by: By,
}

/// See [`super::Event::AccountTold`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountTold {
    /// Which.
    pub waba: WabaIx,
    /// What.
    pub fact: AccountFact,
    /// By whom.
    pub by: By,
}

/// About an account.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum AccountFact {
    /// Disabled or locked, or no longer.
    Disabled(bool),
    /// A restriction, and its end in milliseconds since the Unix epoch: see [`crate::portfolio::account`].
    Restricted(Restriction, u64),
    /// Trouble with the payment, or no longer.
    Payment(bool),
}

/// See [`super::Event::TemplateTold`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateTold {
    /// Which.
    pub template: TemplateIx,
    /// What.
    pub fact: TemplateFact,
    /// By whom.
    pub by: By,
}

/// About a template.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum TemplateFact {
    /// Its status, and until when.
    Standing(Standing),
    /// Its rating.
    Quality(Rating),
    /// Its category.
    Category(Category),
    /// Its owner agrees to this category.
    Agreed(Category),
}

/// How far a message came. The numbers are permanent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum Progress {
    /// It left.
    Sent = 0,
    /// It arrived.
    Delivered = 1,
    /// It was read.
    Read = 2,
    /// It failed.
    Failed = 3,
}

/// See [`super::Event::StatusSeen`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatusSeen {
    /// The attempt.
    pub attempt: AttemptId,
    /// The message.
    pub message: MessageKey,
    /// How far it came.
    pub progress: Progress,
    /// Why it failed; 0 for none.
    pub code: u32,
    /// For which instant, in milliseconds since the Unix epoch.
    pub at_ms: u64,
}

/// See [`super::Event::ForeignSeen`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForeignSeen {
    /// From which number.
    pub number: NumberIx,
    /// To whom: the id of the key that was written to, which may have been merged into another.
    pub contact: ContactIx,
    /// The message.
    pub message: MessageKey,
    /// For which instant, in milliseconds since the Unix epoch.
    pub at_ms: u64,
}

/// See [`super::Event::InboundSeen`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct InboundSeen {
    /// To which number.
    pub number: NumberIx,
    /// From whom.
    pub contact: ContactIx,
    /// In seconds since the Unix epoch.
    pub at_s: u32,
}

/// See [`super::Event::OptOutTold`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OptOutTold {
    /// Who.
    pub contact: ContactIx,
    /// To which number.
    pub number: NumberIx,
    /// How.
    pub how: How,
    /// Out, not in again.
    pub out: bool,
    /// By whom.
    pub by: By,
}

/// See [`super::Event::NotBefore`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotBefore {
    /// To whom.
    pub contact: ContactIx,
    /// In seconds since the Unix epoch.
    pub until_s: u32,
}

/// See [`super::Event::IdentityChanged`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct IdentityChanged {
    /// Who.
    pub contact: ContactIx,
    /// For which instant, in seconds since the Unix epoch.
    pub at_s: u32,
}

/// See [`super::Event::SuppressionSet`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SuppressionSet {
    /// Who.
    pub contact: ContactIx,
    /// What for; `None`: taken off.
    pub suppression: Option<Suppression>,
}

/// See [`super::Event::PersonErased`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonErased {
    /// Who.
    pub contact: ContactIx,
}

/// See [`super::Event::StopSet`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StopSet {
    /// What.
    pub of: StopOf,
    /// The stop; `None`: it ended.
    pub stop: Option<Stop>,
}

/// See [`super::Event::LogImported`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogImported {}

/// See [`super::Event::Alarmed`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alarmed {
    /// What about.
    pub alarm: Alarm,
}

/// What somebody should look after at once. The order is permanent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Alarm {
    /// The platform limits a number for its quality (131048).
    Throttled(NumberIx),
    /// An account is disabled, locked or restricted, as a send was told (131031, 368).
    AccountStopped(WabaIx),
    /// A send was told of trouble with the payment (131042).
    Payment(WabaIx),
    /// Sends were accepted, and no status has come since this instant, in milliseconds since the Unix epoch.
    Silence(u64),
}
