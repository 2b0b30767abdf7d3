//! `health_status`: whether a message could go now, and what stands in the way. Codes and words are those of the refusal
//! that a send would get.

use cloud_api::health::{EntityType, HealthEntity, HealthError};
use decider::Timestamp;
use platform::directory::AppIx;
use platform::ids::{NumberIx, WabaIx};
use platform::portfolio::Portfolio;
use platform::portfolio::template::Template;
use rulebook::policy::Gate;
use rulebook::rating::Rating;
use rulebook::refusal::Refusal;
use rulebook::status::Stage;
use rulebook::template::lifecycle::TemplateStatus;

use crate::ids::{app_id, phone_id, portfolio_id, waba_id};

/// The number as an entity.
pub(super) fn of_number(portfolio: &Portfolio, ix: NumberIx, now: Timestamp) -> Option<HealthEntity> {
    let number = portfolio.number(ix)?;
    let id = phone_id(portfolio.cell, ix);
    let facts = &number.facts;
    let obstacle = if facts.banned || number.gate.any(Gate::DISABLED) {
        Some(Refusal::NumberBanned)
    } else if facts.migrated {
        Some(Refusal::NumberMigrated)
    } else {
        match facts.stage {
            Stage::Pending => Some(Refusal::NumberPending),
            Stage::Offline => Some(Refusal::NumberNotRegistered),
            Stage::Connected => None,
        }
    };
    if let Some(refusal) = obstacle {
        return Some(blocked(EntityType::PhoneNumber, &id.to_string(), refusal));
    }
    let mut info = Vec::new();
    let limits = &portfolio.edition().limits;
    if let Some(scope) = portfolio
        .scope(portfolio.scope_of(ix))
        .filter(|scope| scope.is_used_up())
    {
        let used = scope.used(limits, now);
        info.push(format!(
            "The messaging limit is used up: {used} people in the last 24 hours. Replies still go."
        ));
    }
    if facts.rate_limited {
        let per_day = portfolio.edition().low_quality.per_day;
        info.push(format!(
            "The volume is throttled: {per_day} business-initiated messages in 24 hours. Replies still go."
        ));
    }
    if number.flag.is_some() {
        info.push("The number is flagged for low quality: its messaging limit cannot rise.".to_owned());
    } else if number.rating() == Rating::Red {
        info.push("The quality rating of the number is low.".to_owned());
    }
    Some(if info.is_empty() {
        HealthEntity::available(EntityType::PhoneNumber, id)
    } else {
        HealthEntity::limited(EntityType::PhoneNumber, id, info)
    })
}

/// A template as an entity.
pub(super) fn of_template(id: &str, template: &Template) -> HealthEntity {
    let obstacle = match template.status {
        TemplateStatus::Approved => return HealthEntity::available(EntityType::MessageTemplate, id),
        TemplateStatus::Paused => Refusal::TemplatePaused,
        TemplateStatus::Disabled => Refusal::TemplateDisabled,
        _ => Refusal::TemplateNotApproved,
    };
    blocked(EntityType::MessageTemplate, id, obstacle)
}

/// What every message goes through beside number and template: only an account may be in the way, by policy.
pub(super) fn others(portfolio: &Portfolio, waba: WabaIx, app: AppIx) -> [HealthEntity; 3] {
    let cell = portfolio.cell;
    [
        of_waba(portfolio, waba),
        HealthEntity::available(EntityType::Business, portfolio_id(cell)),
        HealthEntity::available(EntityType::App, app_id(app)),
    ]
}

/// The account as an entity.
fn of_waba(portfolio: &Portfolio, waba: WabaIx) -> HealthEntity {
    let id = waba_id(portfolio.cell, waba).to_string();
    let gate = portfolio.policy.gate(waba);
    if !gate.any(Gate::ACCOUNT) {
        return HealthEntity::available(EntityType::Waba, id);
    }
    let (refusal, detail) = portfolio.blocked(waba);
    if gate.any(Gate::MESSAGES.and(Gate::LOCKED).and(Gate::DISABLED)) {
        return blocked(EntityType::Waba, &id, refusal);
    }
    HealthEntity::limited(EntityType::Waba, id, vec![super::refusals::sentence(&detail)])
}

fn blocked(kind: EntityType, id: &str, refusal: Refusal) -> HealthEntity {
    let error = HealthError {
        error_code: refusal.graph_code(),
        error_description: refusal.title().to_owned(),
        possible_solution: refusal.hint().to_owned(),
    };
    HealthEntity::blocked(kind, id, vec![error])
}
