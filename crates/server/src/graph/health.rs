//! `health_status`: whether a message could go now, and everything that stands in the way, entity by entity. Codes and words
//! are those of the refusal that a send would get, but where the platform's page has a code of its own.
//!
//! Promises: an entity is BLOCKED by what refuses every message, LIMITED by what refuses some of them or holds them up.
//! Must not know: the wire's shape. An app has nothing in its way here: whoever may not call is not answered.

use cloud_api::health::{EntityType, HealthEntity, HealthError};
use decider::Timestamp;
use platform::directory::AppIx;
use platform::ids::{NumberIx, TemplateIx, WabaIx};
use platform::portfolio::Portfolio;
use platform::portfolio::agenda::Due;
use platform::portfolio::number::Number;
use rulebook::edition::Scope;
use rulebook::misuse::Step;
use rulebook::policy::Gate;
use rulebook::rating::Rating;
use rulebook::refusal::Refusal;
use rulebook::status::Stage;
use rulebook::template::lifecycle::TemplateStatus;

use super::accounts::is_verified;
use super::refusals::sentence;
use crate::ids::{app_id, phone_id, portfolio_id, template_id, waba_id};

/// The page on `health_status` has this code for templates that are not approved.
const TEMPLATE_NOT_APPROVED: u32 = 141_002;

/// The number as an entity.
pub(super) fn of_number(portfolio: &Portfolio, ix: NumberIx, now: Timestamp) -> Option<HealthEntity> {
    let number = portfolio.number(ix)?;
    let blocked = against_number(number);
    let limited = if blocked.is_empty() {
        limits_of_number(portfolio, number, ix, now)
    } else {
        Vec::new()
    };
    let id = phone_id(portfolio.cell, ix).to_string();
    Some(entity(EntityType::PhoneNumber, &id, blocked, limited))
}

fn against_number(number: &Number) -> Vec<HealthError> {
    let facts = &number.facts;
    let pending = facts.stage == Stage::Pending;
    let causes = [
        (
            facts.banned || number.gate.any(Gate::DISABLED),
            Refusal::NumberBanned,
        ),
        (facts.migrated, Refusal::NumberMigrated),
        (pending, Refusal::NumberPending),
        (pending && !facts.name_approved, Refusal::NameNotApproved),
        (facts.stage == Stage::Offline, Refusal::NumberNotRegistered),
        (number.down_until().is_some(), Refusal::Maintenance),
    ];
    let holds = causes.into_iter().filter(|(holds, _)| *holds);
    holds.map(|(_, refusal)| error(refusal)).collect()
}

fn limits_of_number(portfolio: &Portfolio, number: &Number, ix: NumberIx, now: Timestamp) -> Vec<String> {
    let rules = portfolio.edition();
    let mut info = Vec::new();
    if rules.limits.scope == Scope::Number {
        info.extend(used_up(portfolio, ix, now));
    }
    if number.facts.rate_limited {
        let per_day = rules.low_quality.per_day;
        info.push(format!(
            "The volume is throttled: {per_day} business-initiated messages in 24 hours. Replies still go."
        ));
    }
    let red = number.rating() == Rating::Red;
    if number.flag.is_some() {
        info.push("The number is flagged for low quality: its messaging limit cannot rise.".to_owned());
    } else if red {
        info.push("The quality rating of the number is low.".to_owned());
    }
    let filtered = rules.low_quality.filtered_ppm;
    if red && filtered > 0 {
        let share = f64::from(filtered) / 1e4;
        info.push(format!(
            "For its low quality {share} % of its business-initiated messages do not arrive."
        ));
    }
    info
}

/// That the limit of a number, or the one it shares, is used up.
fn used_up(portfolio: &Portfolio, ix: NumberIx, now: Timestamp) -> Option<String> {
    let scope = portfolio.scope(portfolio.scope_of(ix))?;
    scope.is_used_up().then(|| {
        let used = scope.used(&portfolio.edition().limits, now);
        format!("The messaging limit is used up: {used} people in the last 24 hours. Replies still go.")
    })
}

/// A template as an entity.
pub(super) fn of_template(portfolio: &Portfolio, ix: TemplateIx) -> Option<HealthEntity> {
    let template = portfolio.template(ix)?;
    let obstacle = match template.status {
        TemplateStatus::Approved => None,
        TemplateStatus::Paused => Some(error(Refusal::TemplatePaused)),
        TemplateStatus::Disabled => Some(error(Refusal::TemplateDisabled)),
        _ => Some(HealthError {
            error_code: TEMPLATE_NOT_APPROVED,
            ..error(Refusal::TemplateNotApproved)
        }),
    };
    let held = portfolio.pacing.held(ix);
    let waits = (held > 0).then(|| {
        format!("Messages of the template wait for feedback on those that went before them: {held}.")
    });
    let id = template_id(portfolio.cell, ix).to_string();
    let (blocked, limited) = (Vec::from_iter(obstacle), Vec::from_iter(waits));
    Some(entity(EntityType::MessageTemplate, &id, blocked, limited))
}

/// What every message goes through beside number and template.
pub(super) fn others(portfolio: &Portfolio, waba: WabaIx, app: AppIx, now: Timestamp) -> [HealthEntity; 3] {
    [
        of_waba(portfolio, waba),
        of_portfolio(portfolio, now),
        HealthEntity::available(EntityType::App, app_id(app)),
    ]
}

/// The account as an entity: by policy, or for misuse of the utility category.
fn of_waba(portfolio: &Portfolio, waba: WabaIx) -> HealthEntity {
    let gate = portfolio.policy.gate(waba);
    let (mut blocked, mut limited) = (Vec::new(), Vec::new());
    if gate.any(Gate::ACCOUNT) {
        let (refusal, detail) = portfolio.blocked(waba);
        if gate.any(Gate::MESSAGES.and(Gate::LOCKED).and(Gate::DISABLED)) {
            blocked.push(error(refusal));
        } else {
            limited.push(sentence(&detail));
        }
    }
    let ends = portfolio.agenda.get(Due::Misuse(waba.0));
    let until = ends.map_or_else(String::new, |at| {
        format!(" until {} (Unix seconds)", at.seconds())
    });
    match portfolio.conduct(waba).map(|conduct| conduct.step) {
        Some(Step::Capped) => {
            let cap = portfolio.edition().misuse.cap;
            limited.push(format!(
                "For misuse of the category {cap} utility messages go in 24 hours{until}."
            ));
        }
        Some(Step::Restricted | Step::PortfolioRestricted) => {
            limited.push(format!("It may have no utility templates{until}."));
        }
        Some(Step::Warned) | None => {}
    }
    let id = waba_id(portfolio.cell, waba).to_string();
    entity(EntityType::Waba, &id, blocked, limited)
}

/// The portfolio as an entity.
fn of_portfolio(portfolio: &Portfolio, now: Timestamp) -> HealthEntity {
    let mut limited = Vec::new();
    if !is_verified(portfolio) {
        limited.push(
            "The business is not verified: its messaging limit stays low until it is, or enough people were reached \
             with good templates."
                .to_owned(),
        );
    }
    if portfolio.shared_limit().is_some() {
        limited.extend(used_up(portfolio, NumberIx(0), now));
    }
    let held = portfolio.pacing.held(TemplateIx::NONE);
    if held > 0 {
        limited.push(format!(
            "{held} messages wait for feedback on those that went before them, and so does every further template."
        ));
    }
    let id = portfolio_id(portfolio.cell).to_string();
    entity(EntityType::Business, &id, Vec::new(), limited)
}

/// Blocked by any error, else limited by any information.
fn entity(kind: EntityType, id: &str, blocked: Vec<HealthError>, limited: Vec<String>) -> HealthEntity {
    match (blocked.is_empty(), limited.is_empty()) {
        (false, _) => HealthEntity::blocked(kind, id, blocked),
        (true, false) => HealthEntity::limited(kind, id, limited),
        (true, true) => HealthEntity::available(kind, id),
    }
}

fn error(refusal: Refusal) -> HealthError {
    HealthError {
        error_code: refusal.graph_code(),
        error_description: refusal.title().to_owned(),
        possible_solution: refusal.hint().to_owned(),
    }
}
