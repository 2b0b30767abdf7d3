//! What an event is told as: the facts of each webhook, read from the portfolio.
//!
//! Promises: the same event gives the same drafts with the same item numbers, also much later: what decides is in the
//! event or in flags that never change again. Two facts are those of the moment in which a draft is made: the category that
//! a template's status is told with, and whether the business is verified when a limit changes.
//! Must not know: who listens, bytes, message text.

mod account;
mod limits;
mod messages;
mod policy;
mod pricing;
mod templates;

use cloud_api::phone::Tier;
use cloud_api::webhook::WebhookValue;
use cloud_api::webhook::account::{
    AccountAlert, AccountReviewUpdate, AccountUpdate, BusinessCapabilityUpdate, PhoneQualityUpdate,
    SecurityUpdate,
};
use cloud_api::webhook::messages::Messages;
use cloud_api::webhook::preferences::UserPreferences;
use cloud_api::webhook::template::{TemplateCategoryUpdate, TemplateQualityUpdate, TemplateStatusUpdate};
use decider::Timestamp;
use platform::ids::{NumberIx, WabaIx};
use platform::portfolio::{Event, Portfolio};
use rulebook::edition::Limit;
use rulebook::first_step::Outcome;
use rulebook::rating::RedReason;
use rulebook::throughput::Level;

pub(super) use account::{Account, PhoneQuality, Security};
pub(super) use limits::{Alert, Entity};
pub(super) use messages::{Failure, Inbound, Parties, Preference, Status};
pub(super) use templates::{TemplateCategory, TemplateQuality, TemplateStatus};

/// One webhook to be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Draft {
    /// Names it among those of its event.
    pub(super) item: u32,
    /// The account that it is about.
    pub(super) waba: WabaIx,
    /// The number that it is about, if one.
    pub(super) number: Option<NumberIx>,
    /// What it says.
    pub(super) change: Change,
}

/// What a webhook says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    Status(Status),
    Inbound(Inbound),
    Preference(Preference),
    TemplateStatus(TemplateStatus),
    TemplateQuality(TemplateQuality),
    TemplateCategory(TemplateCategory),
    PhoneQuality(PhoneQuality),
    Capability(BusinessCapabilityUpdate),
    Account(Account),
    Security(Security),
    Review(AccountReviewUpdate),
    Alert(Alert),
}

impl Change {
    /// The field that apps subscribe to.
    pub(super) fn field(&self) -> &'static str {
        match self {
            Change::Status(_) | Change::Inbound(_) => Messages::FIELD,
            Change::Preference(_) => UserPreferences::FIELD,
            Change::TemplateStatus(_) => TemplateStatusUpdate::FIELD,
            Change::TemplateQuality(_) => TemplateQualityUpdate::FIELD,
            Change::TemplateCategory(_) => TemplateCategoryUpdate::FIELD,
            Change::PhoneQuality(_) => PhoneQualityUpdate::FIELD,
            Change::Capability(_) => BusinessCapabilityUpdate::FIELD,
            Change::Account(_) => AccountUpdate::FIELD,
            Change::Security(_) => SecurityUpdate::FIELD,
            Change::Review(_) => AccountReviewUpdate::FIELD,
            Change::Alert(_) => AccountAlert::FIELD,
        }
    }
}

/// Whether an event is told at all: asked of every event, so it must be cheap.
pub(super) fn is_told(event: &Event) -> bool {
    match event {
        Event::Received(e) => !e.call,
        Event::NumberHeld(e) => e.hold == Some(RedReason::ProhibitedContent),
        Event::ThroughputSet(e) => e.level == Level::High,
        Event::Verified(e) => e.numbers > 0,
        Event::Analysed(e) => e.outcome != Outcome::Approved,
        Event::SentThrough(_)
        | Event::DeliveredThrough(_)
        | Event::Delivered(_)
        | Event::Read(_)
        | Event::Failed(_)
        | Event::TemplateReviewed(_)
        | Event::HeldReleased(_)
        | Event::HeldArrived(_)
        | Event::HeldDropped(_)
        | Event::PacingPaused(_)
        | Event::TemplatePaused(_)
        | Event::TemplateUnpaused(_)
        | Event::TemplateDisabled(_)
        | Event::TemplateDeleted(_)
        | Event::DeletionDeferred(_)
        | Event::CategoryNoticed(_)
        | Event::CategoryChanged(_)
        | Event::Archived(_)
        | Event::Unarchived(_)
        | Event::TemplateRated(_)
        | Event::Staged(_)
        | Event::Flagged(_)
        | Event::FlagEnded(_)
        | Event::TierChanged(_)
        | Event::PinSet(_)
        | Event::MarketingStopped(_)
        | Event::MarketingResumed(_)
        | Event::StatusTold(_)
        | Event::MisuseFound(_)
        | Event::MisuseEnded(_)
        | Event::Violated(_)
        | Event::AppealFiled(_)
        | Event::AppealDecided(_) => true,
        Event::ViolationEnded(e) => e.reversed,
        _ => false,
    }
}

/// The webhooks that an event of `at` leads to.
pub(super) fn drafts(portfolio: &Portfolio, event: &Event, at: Timestamp) -> Vec<Draft> {
    let mut out = Vec::new();
    match event {
        Event::SentThrough(e) => messages::sent_through(portfolio, e, &mut out),
        Event::DeliveredThrough(e) => messages::delivered_through(portfolio, e, &mut out),
        Event::Delivered(e) => messages::delivered(portfolio, e.message, &mut out),
        Event::Read(e) => messages::read(portfolio, e.message, &mut out),
        Event::Failed(e) => messages::failed(portfolio, e, &mut out),
        Event::Received(e) => messages::received(portfolio, e, &mut out),
        Event::MarketingStopped(e) => messages::preference(portfolio, e.number, e.contact, true, &mut out),
        Event::MarketingResumed(e) => messages::preference(portfolio, e.number, e.contact, false, &mut out),
        Event::TemplateReviewed(e) => templates::reviewed(portfolio, e, &mut out),
        Event::TemplatePaused(e) => templates::paused(portfolio, e, at, &mut out),
        Event::HeldReleased(e) => messages::released(portfolio, e, &mut out),
        Event::HeldArrived(e) => messages::released_arrived(portfolio, e, &mut out),
        Event::HeldDropped(e) => messages::dropped(portfolio, e, &mut out),
        Event::PacingPaused(e) => templates::paced(portfolio, e.template, &mut out),
        Event::TemplateUnpaused(e) => templates::unpaused(portfolio, e.template, &mut out),
        Event::TemplateDisabled(e) => templates::disabled(portfolio, e.template, at, &mut out),
        Event::TemplateDeleted(e) => templates::deleted(portfolio, e.template, &mut out),
        Event::DeletionDeferred(e) => templates::deletion_deferred(portfolio, e.template, &mut out),
        Event::CategoryNoticed(e) => templates::category_noticed(portfolio, e, &mut out),
        Event::CategoryChanged(e) => templates::category_changed(portfolio, e, &mut out),
        Event::Archived(e) => templates::archived(portfolio, e.template, &mut out),
        Event::Unarchived(e) => templates::unarchived(portfolio, e.template, &mut out),
        Event::TemplateRated(e) => templates::rated(portfolio, e, &mut out),
        Event::Staged(e) => account::staged(portfolio, e, at, &mut out),
        Event::NumberHeld(e) => account::held(portfolio, e, &mut out),
        Event::Flagged(e) => account::flagged(portfolio, e, &mut out),
        Event::FlagEnded(e) => account::flag_ended(portfolio, e, &mut out),
        Event::TierChanged(e) => account::tier_changed(portfolio, e, &mut out),
        Event::PinSet(e) => account::pin_set(portfolio, e.number, &mut out),
        Event::Violated(e) => policy::violated(portfolio, e, at, &mut out),
        Event::ViolationEnded(e) => policy::ended(portfolio, e, at, &mut out),
        Event::AppealFiled(e) => policy::filed(portfolio, e, &mut out),
        Event::AppealDecided(e) => policy::decided(portfolio, e, at, &mut out),
        Event::StatusTold(e) => limits::status_told(portfolio, e, &mut out),
        Event::ThroughputSet(e) => limits::throughput_set(portfolio, e, &mut out),
        Event::Verified(e) => limits::verified(portfolio, e, &mut out),
        Event::Analysed(e) => limits::analysed(portfolio, e, &mut out),
        Event::MisuseFound(e) => limits::misuse_found(portfolio, e, &mut out),
        Event::MisuseEnded(e) => limits::misuse_ended(portfolio, e, &mut out),
        _ => {}
    }
    out
}

/// A limit as the wire names it.
fn tier_of(limit: Limit) -> Tier {
    Tier::parse(&limit.tier_name())
}
