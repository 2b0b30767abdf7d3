//! What happened to a portfolio: the only thing that is ever stored of it.
//!
//! Each event is the frozen struct of its (kind, version): it is never edited; a change adds a version with its own
//! kind of reading. Frequent events are `Copy`: dense ids and small integers, no text.
//! A phone number of a person appears in [`ContactSeen`] only; no message text appears anywhere.

mod administrators;
mod analytics;
mod care;
mod escalation;
mod first_step;
mod misuse;
mod pacing;
mod people;
mod policy;
mod rates;
mod recipients;
mod surface;
mod templates;

use rulebook::rating::{Rating, RedReason};
use rulebook::status::StageChange;
use rulebook::template::draft::TemplateDraft;
use serde::{Deserialize, Serialize};

use crate::codec::events;
pub use misuse::{MisuseEnded, MisuseFound};
pub use rates::{
    CameByEntryPoint, StatusQuiet, StatusTold, ThroughputExpected, ThroughputRaising, ThroughputSet,
};
pub use recipients::{MarketingResumed, MarketingStopped, UserBlocked, UserUnblocked};
pub use templates::{DeletionDeferred, NameReserved, TtlSet};

use crate::ids::{ContactIx, MessageId, NumberIx, ScopeIx, TemplateIx, WabaIx};

pub use administrators::{Administrator, AdministratorsSet};
pub use first_step::{Analysed, AnalysisBegan, Verified};

pub use analytics::Clicked;
pub use care::{
    Archived, CategoryChanged, CategoryNoticed, CategoryReviewAsked, CategoryReviewed, Unarchived, UseSeen,
};
pub use escalation::{PathsDeclared, TestBegun, TestEnded, TesterRead};
pub use pacing::{
    Held, HeldArrived, HeldDropped, HeldReleased, PacingBegan, PacingJudged, PacingPaused, Verdict, WatchSet,
};
pub use people::{Acted, Apart, Expected, LinkFollowed, MagicRefused, PeopleSet};
pub use policy::{
    AppealDecided, AppealFiled, Blocked, Filtered, Measure, Subject, Throttled, Violated, ViolationEnded,
};
pub use surface::{
    CodeEntered, CodeSent, InsightsEnabled, MediumDeleted, MediumStored, PinSet, ProfileSet, QrDeleted,
    QrSaved, RegistrationCalled, SentAsMarketing, SettingsSet,
};

events! {
    /// The portfolio began.
    1 v 1 Opened,
    /// It got a WABA.
    2 v 1 WabaAdded,
    /// It got a business phone number.
    3 v 1 NumberAdded,
    /// A number moved from stage to stage.
    4 v 1 Staged,
    /// A person became known.
    10 v 1 ContactSeen,
    /// Two identities turned out to be one person.
    11 v 1 ContactsMerged,
    /// A message to a person was accepted.
    20 v 1 Accepted,
    /// A person wrote or called.
    21 v 1 Received,
    /// All messages up to one left for their recipients.
    22 v 1 SentThrough,
    /// All messages up to one arrived, except at people who have blocked the number.
    23 v 1 DeliveredThrough,
    /// One message arrived.
    24 v 1 Delivered,
    /// One message was read by its recipient.
    25 v 1 Read,
    /// One message failed after it was accepted.
    26 v 1 Failed,
    /// A send was refused (identical refusals within a minute are one event).
    27 v 1 Refused,
    /// The business read a person's message.
    28 v 1 MarkedRead,
    /// A person reacted against a message or the number.
    30 v 1 Signalled,
    /// A person unblocked the number.
    31 v 1 Unblocked,
    /// The rating of a number changed.
    40 v 1 NumberRated,
    /// The rating of a template changed.
    41 v 1 TemplateRated,
    /// The hourly evaluation of a number.
    42 v 1 NumberEvaluated,
    /// The hourly evaluation of a template.
    43 v 1 TemplateEvaluated,
    /// Reviewers rated a number RED by themselves, or lifted that.
    44 v 1 NumberHeld,
    /// A number is FLAGGED from now on.
    50 v 1 Flagged,
    /// FLAGGED ended.
    51 v 1 FlagEnded,
    /// The flag's timer ran on (recovery "good for 7 days").
    52 v 1 FlagExtended,
    /// The messaging limit is used up: RESTRICTED.
    53 v 1 LimitReached,
    /// There is room again.
    54 v 1 LimitFreed,
    /// The messaging limit moved to another tier.
    55 v 1 TierChanged,
    /// All but time is there for the next tier.
    56 v 1 UpgradeExpected,
    /// What was there for the next tier is no longer.
    57 v 1 UpgradeMissed,
    /// A template was submitted.
    60 v 1 TemplateCreated,
    /// A template was approved or rejected.
    61 v 1 TemplateReviewed,
    /// A template was edited and is in review again.
    62 v 1 TemplateEdited,
    /// A template was deleted.
    63 v 1 TemplateDeleted,
    /// A template was paused for quality.
    64 v 1 TemplatePaused,
    /// A pause ended.
    65 v 1 TemplateUnpaused,
    /// A template was disabled for good.
    66 v 1 TemplateDisabled,
    /// The administrators were told (e-mail and notification).
    70 v 1 Noticed,
    /// The messages of a template count for its pacing from now on.
    90 v 1 PacingBegan,
    /// A message that was accepted waits for feedback on others.
    91 v 1 Held,
    /// What becomes of held messages was decided.
    92 v 1 PacingJudged,
    /// Held messages left for their recipients.
    93 v 1 HeldReleased,
    /// Messages that had been held arrived, except at people who have blocked the number.
    94 v 1 HeldArrived,
    /// Held messages failed.
    95 v 1 HeldDropped,
    /// A template was paused by pacing, until somebody unpauses it.
    96 v 1 PacingPaused,
    /// The name of a deleted template cannot be used for a time.
    97 v 1 NameReserved,
    /// A template is deleted as soon as nothing of it is held.
    98 v 1 DeletionDeferred,
    /// How long messages of a template may wait for their delivery.
    99 v 1 TtlSet,
    /// A person stopped marketing of a number through the platform.
    110 v 1 MarketingStopped,
    /// A person lets marketing of a number come again.
    111 v 1 MarketingResumed,
    /// The business blocked a person on a number.
    112 v 1 UserBlocked,
    /// The business unblocked a person.
    113 v 1 UserUnblocked,
    /// A number has another throughput.
    114 v 1 ThroughputSet,
    /// A person came by a free entry point.
    117 v 1 CameByEntryPoint,
    /// It was told that a limit is used up, or has room again.
    118 v 1 StatusTold,
    /// There was nothing to tell: in the end all was as it had been told.
    119 v 1 StatusQuiet,
    /// An account was found to send marketing as utility.
    120 v 1 MisuseFound,
    /// What followed from that has ended.
    121 v 1 MisuseEnded,
    /// The portfolio has these administrators from now on.
    130 v 1 AdministratorsSet,
    /// A number was to be registered or deregistered, and what became of its PIN.
    160 v 1 RegistrationCalled,
    /// A number has a new PIN.
    161 v 1 PinSet,
    /// A code was sent to the owner of a number.
    162 v 1 CodeSent,
    /// Somebody told a code.
    163 v 1 CodeEntered,
    /// A file came in.
    164 v 1 MediumStored,
    /// A file was deleted.
    165 v 1 MediumDeleted,
    /// A number has a new profile.
    166 v 1 ProfileSet,
    /// A QR code was made or changed.
    167 v 1 QrSaved,
    /// A QR code was deleted.
    168 v 1 QrDeleted,
    /// A number has new settings.
    169 v 1 SettingsSet,
    /// An account keeps insights from now on.
    170 v 1 InsightsEnabled,
    /// A message went by the interface for marketing.
    171 v 1 SentAsMarketing,
    /// Business or identity are verified.
    172 v 1 Verified,
    /// A limit is analysed for its first step.
    173 v 1 AnalysisBegan,
    /// The analysis has ended.
    174 v 1 Analysed,
    /// All holds for a higher throughput, or no longer does.
    175 v 1 ThroughputExpected,
    /// A number is being raised to a higher throughput and can send nothing.
    176 v 1 ThroughputRaising,
    /// The platform watches the portfolio, or no longer.
    177 v 1 WatchSet,
    /// A send to a magic recipient was refused with the code that the recipient asks for.
    150 v 1 MagicRefused,
    /// A message does not arrive with the others of its number.
    151 v 1 Apart,
    /// Something will happen to a message, or its person will do something about it.
    152 v 1 Expected,
    /// What was expected has happened, or has become impossible.
    153 v 1 Acted,
    /// A person followed a link in a message.
    154 v 1 LinkFollowed,
    /// The portfolio got simulated people.
    155 v 1 PeopleSet,
    /// The business said how people reach a person at a number.
    131 v 1 PathsDeclared,
    /// A tester begins to look for a way to a person.
    132 v 1 TestBegun,
    /// A tester read an answer of the business.
    133 v 1 TesterRead,
    /// A tester has come to a conclusion.
    134 v 1 TestEnded,
    /// A violation of policy was recorded, with what it brings.
    135 v 1 Violated,
    /// A violation was taken back, or its restriction is over.
    136 v 1 ViolationEnded,
    /// An appeal was filed.
    137 v 1 AppealFiled,
    /// An appeal was decided.
    138 v 1 AppealDecided,
    /// A message of a number of low quality will not arrive.
    139 v 1 Filtered,
    /// A number was of low quality for so long that the rules throttle it.
    140 v 1 Throttled,
    /// A person tapped a button of a template.
    180 v 1 Clicked,
    /// The category of a template will be changed.
    181 v 1 CategoryNoticed,
    /// The category of a template was changed.
    182 v 1 CategoryChanged,
    /// The business asked for a review of the category of a template.
    183 v 1 CategoryReviewAsked,
    /// Such a review was decided.
    184 v 1 CategoryReviewed,
    /// A template was put away.
    185 v 1 Archived,
    /// A template was taken out again.
    186 v 1 Unarchived,
    /// A template was found to be in use.
    187 v 1 UseSeen,
}

/// Which rules hold and how the seat behaves towards this portfolio.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The edition's permanent number. An edition's values never change once it is released.
    pub edition: u16,
    /// Values that differ from the edition's, as TOML (`flagged.recovery = "on_day_7"`); empty for none.
    pub overrides: String,
    /// Messages are sent and delivered by themselves after the edition's transit times; else by the tester only.
    pub transit: bool,
    /// Errors that the platform reports by webhook come in the answer instead.
    pub errors_at_once: bool,
    /// Pair and throughput limits hold.
    pub enforce_rates: bool,
    /// Templates are reviewed by the rules after the edition's review time; else by the tester only.
    pub auto_review: bool,
}

/// See [`Event::Opened`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// The portfolio's name.
    pub name: String,
    /// Its rules.
    pub settings: Settings,
}

/// See [`Event::WabaAdded`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WabaAdded {
    /// Its name.
    pub name: String,
}

/// See [`Event::NumberAdded`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberAdded {
    /// The owner.
    pub waba: WabaIx,
    /// The business's own number: digits with country code.
    pub e164: u64,
    /// The display name asked for.
    pub verified_name: String,
}

/// See [`Event::Staged`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Staged {
    /// Which number.
    pub number: NumberIx,
    /// What happened to it.
    pub change: StageChange,
    /// Index into the edition's tiers at that moment: what the limit was when this happened.
    pub tier: u8,
}

/// See [`Event::ContactSeen`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContactSeen {
    /// The new id, always the next.
    pub contact: ContactIx,
    /// Digits with country code.
    pub e164: u64,
}

/// See [`Event::ContactsMerged`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContactsMerged {
    /// Given up.
    pub from: ContactIx,
    /// Stays.
    pub into: ContactIx,
}

/// See [`Event::Accepted`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Accepted {
    /// The message.
    pub message: MessageId,
    /// To whom.
    pub contact: ContactIx,
    /// With which template, or [`TemplateIx::NONE`].
    pub template: TemplateIx,
    /// Outside an open customer service window.
    pub business_initiated: bool,
}

/// See [`Event::Received`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Received {
    /// The message.
    pub message: MessageId,
    /// From whom.
    pub contact: ContactIx,
    /// The message that it answers.
    pub reply_to: Option<u32>,
    /// A call, not a message.
    pub call: bool,
}

/// See [`Event::SentThrough`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentThrough {
    /// The number.
    pub number: NumberIx,
    /// The first of the sequence numbers that it is about.
    pub from: u32,
    /// The first sequence number that has not left yet.
    pub until: u32,
}

/// See [`Event::DeliveredThrough`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeliveredThrough {
    /// The number.
    pub number: NumberIx,
    /// The first of the sequence numbers that it is about.
    pub from: u32,
    /// The first sequence number that has not arrived yet.
    pub until: u32,
}

/// See [`Event::Delivered`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivered {
    /// The message.
    pub message: MessageId,
}

/// See [`Event::Read`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Read {
    /// The message.
    pub message: MessageId,
}

/// See [`Event::Failed`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failed {
    /// The message.
    pub message: MessageId,
    /// The platform's error code.
    pub code: u32,
}

/// See [`Event::Refused`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    /// From which number.
    pub number: NumberIx,
    /// To whom, or [`ContactIx::NONE`].
    pub contact: ContactIx,
    /// The permanent number of the refusal.
    pub refusal: u16,
}

/// See [`Event::MarkedRead`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MarkedRead {
    /// The person's message.
    pub message: MessageId,
}

/// See [`Event::Signalled`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signalled {
    /// The number.
    pub number: NumberIx,
    /// Who.
    pub contact: ContactIx,
    /// The message charged; `None`: the number itself, with an exposure of one.
    pub charged: Option<u32>,
    /// The permanent number of the signal.
    pub signal: u8,
    /// The lighter signal of the same person on the same message that this one replaces.
    pub replaces: Option<u8>,
    /// The lighter signal was weighed as part of a burst.
    pub replaced_burst: bool,
    /// It adds to the evidence: not a repetition of what was already counted.
    pub counts: bool,
    /// The message was part of a burst.
    pub burst: bool,
}

/// See [`Event::Unblocked`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unblocked {
    /// The number.
    pub number: NumberIx,
    /// Who.
    pub contact: ContactIx,
}

/// Why a rating moved: the figures at that moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Why {
    /// What moved it.
    pub cause: Cause,
    /// Exposure, in thousandths of a message.
    pub exposure_milli: u64,
    /// Harm, in thousandths of a block.
    pub harm_milli: u64,
    /// P(rate > yellow), in millionths.
    pub over_yellow_ppm: u32,
    /// P(rate > red), in millionths.
    pub over_red_ppm: u32,
}

/// What moved a rating.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// A person's signal.
    Harm,
    /// Enough messages are known.
    Evidence,
    /// The hourly evaluation.
    Hour,
    /// Reviewers, by themselves.
    Review,
    /// A pause ended: a new start.
    Unpaused,
    /// Too few people read what they were sent.
    Engagement,
    /// An appeal was granted: feedback alone rates it.
    Appeal,
}

/// See [`Event::NumberRated`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberRated {
    /// The number.
    pub number: NumberIx,
    /// Before.
    pub from: Rating,
    /// After.
    pub to: Rating,
    /// Why.
    pub why: Why,
}

/// See [`Event::TemplateRated`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateRated {
    /// The template.
    pub template: TemplateIx,
    /// Before.
    pub from: Rating,
    /// After.
    pub to: Rating,
    /// Why.
    pub why: Why,
}

/// See [`Event::NumberEvaluated`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberEvaluated {
    /// The number.
    pub number: NumberIx,
    /// The peak of its exposure, in thousandths of a message.
    pub peak_milli: u64,
}

/// See [`Event::TemplateEvaluated`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateEvaluated {
    /// The template.
    pub template: TemplateIx,
    /// The peak of its exposure, in thousandths of a message.
    pub peak_milli: u64,
}

/// See [`Event::NumberHeld`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberHeld {
    /// The number.
    pub number: NumberIx,
    /// Why; `None`: lifted.
    pub hold: Option<RedReason>,
}

/// See [`Event::Flagged`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flagged {
    /// The number.
    pub number: NumberIx,
    /// Index into the edition's tiers at that moment: what the limit was when this happened.
    pub tier: u8,
}

/// See [`Event::FlagEnded`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlagEnded {
    /// The number.
    pub number: NumberIx,
    /// Recovered in time; else the tier is lowered.
    pub recovered: bool,
    /// Index into the edition's tiers at that moment: what the limit was when this happened.
    pub tier: u8,
}

/// See [`Event::FlagExtended`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlagExtended {
    /// The number.
    pub number: NumberIx,
}

/// See [`Event::LimitReached`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LimitReached {
    /// The scope of the limit.
    pub scope: ScopeIx,
    /// How many people are in use.
    pub used: u32,
}

/// See [`Event::LimitFreed`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LimitFreed {
    /// The scope of the limit.
    pub scope: ScopeIx,
}

/// See [`Event::TierChanged`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TierChanged {
    /// The scope of the limit.
    pub scope: ScopeIx,
    /// Index into the edition's tiers, before.
    pub from: u8,
    /// Index into the edition's tiers, after.
    pub to: u8,
    /// People reached in the last 7 days on the old tier.
    pub reached: u32,
}

/// See [`Event::UpgradeExpected`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct UpgradeExpected {
    /// The scope of the limit.
    pub scope: ScopeIx,
    /// When it is looked at again, in milliseconds since the Unix epoch.
    pub at_ms: u64,
}

/// See [`Event::UpgradeMissed`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct UpgradeMissed {
    /// The scope of the limit.
    pub scope: ScopeIx,
    /// By rating, flag or status: it is looked at again when one of these changes. Else for lack of recipients.
    pub blocked: bool,
}

/// See [`Event::TemplateCreated`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateCreated {
    /// The account.
    pub waba: WabaIx,
    /// The template.
    pub draft: Box<TemplateDraft>,
}

/// How a review ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Decision {
    /// Fit to be sent.
    Approve,
    /// Not fit.
    Reject {
        /// The platform's reason, such as `INVALID_FORMAT`.
        reason: String,
        /// What is wrong, in words.
        explanation: String,
        /// What to do about it.
        recommendation: String,
    },
}

/// See [`Event::TemplateReviewed`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateReviewed {
    /// The template.
    pub template: TemplateIx,
    /// How the review ended.
    pub decision: Decision,
    /// Decided by the tester, not by the rules.
    pub by_tester: bool,
}

/// See [`Event::TemplateEdited`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateEdited {
    /// The template.
    pub template: TemplateIx,
    /// Its new content.
    pub draft: Box<TemplateDraft>,
}

/// See [`Event::TemplateDeleted`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateDeleted {
    /// The template.
    pub template: TemplateIx,
}

/// See [`Event::TemplatePaused`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplatePaused {
    /// The template.
    pub template: TemplateIx,
    /// 1 for the first pause, 2 for the second.
    pub instance: u8,
    /// When it ends by itself, in milliseconds since the Unix epoch.
    pub until_ms: u64,
}

/// See [`Event::TemplateUnpaused`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateUnpaused {
    /// The template.
    pub template: TemplateIx,
}

/// See [`Event::TemplateDisabled`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateDisabled {
    /// The template.
    pub template: TemplateIx,
}

/// What the administrators are told about (S8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// A number's rating fell.
    RatingFell(NumberIx),
    /// A number is FLAGGED.
    Flagged(NumberIx),
    /// FLAGGED ended; `true`: recovered, `false`: one tier lower.
    FlagEnded(NumberIx, bool),
    /// A messaging limit is used up; at most one in 24 hours a scope.
    Restricted(ScopeIx),
    /// A limit rose or fell.
    Limit(ScopeIx),
    /// A template was approved or rejected, paused, unpaused or disabled.
    Template(TemplateIx),
}

/// See [`Event::Noticed`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Noticed {
    /// About what.
    pub notice: Notice,
}
