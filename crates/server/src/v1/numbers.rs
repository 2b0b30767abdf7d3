//! Business phone numbers: added, moved from stage to stage, looked at.

use axum::Json;
use axum::extract::{Path, State};
use decider::{CellId, Timestamp};
use platform::ids::NumberIx;
use platform::portfolio::agenda::Due;
use platform::portfolio::{Command, Portfolio};
use rulebook::rating::RedReason;
use rulebook::status::StageChange;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, ApiResult, ErrorBody};
use super::explain::{Explanation, of_number};
use super::first_step::FirstStepState;
use super::input::{Input, phone, word};
use super::page::iso;
use super::{Control, first_step, ids};
use crate::ids::{phone_id, waba_id};

/// A new number.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewNumber {
    /// Its digits with country code.
    #[schema(example = "15550783882")]
    phone_number: String,
    /// The display name asked for.
    verified_name: String,
}

/// The number that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NumberMade {
    phone_number_id: String,
    /// `PENDING`: its name is not approved and it has no certificate.
    status: String,
}

/// Adds a phone number to a WABA.
#[utoipa::path(post, path = "/wabas/{waba_id}/numbers", tag = "account", operation_id = "add_number",
    params(("waba_id" = String, Path)), request_body = NewNumber,
    responses((status = 200, body = NumberMade), (status = "4XX", body = ErrorBody)))]
pub(super) async fn add(
    State(control): State<Control>,
    Path(id): Path<String>,
    Input(new): Input<NewNumber>,
) -> ApiResult<NumberMade> {
    let (cell, waba) = ids::waba(&id)?;
    let e164 = phone(&new.phone_number)?;
    let number = control
        .seat()
        .add_number(cell, waba, e164, &new.verified_name)
        .await?;
    Ok(Json(NumberMade {
        phone_number_id: phone_id(cell, number).to_string(),
        status: status_now(&control, cell, number).await?,
    }))
}

/// What a number came to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NumberChanged {
    status: String,
}

/// Moves a number from stage to stage: `certificate` (name approved and certificate issued), `name_approved`,
/// `certificate_issued`, `register`, `deregister`, `linked_elsewhere`, `released`, `ban`, `unban`, `migrate`,
/// `delete`, `rate_limit`, `rate_limit_lifted`.
#[utoipa::path(post, path = "/numbers/{phone_number_id}/{change}", tag = "account", operation_id = "change_number",
    params(("phone_number_id" = String, Path), ("change" = String, Path, example = "certificate")),
    responses((status = 200, body = NumberChanged), (status = "4XX", body = ErrorBody)))]
pub(super) async fn change(
    State(control): State<Control>,
    Path((id, change)): Path<(String, String)>,
) -> ApiResult<NumberChanged> {
    let (cell, number) = ids::number(&id)?;
    if change == "certificate" {
        control.seat().certify(cell, number).await?;
    } else {
        let known = StageChange::ALL.into_iter().find(|known| known.name() == change);
        let known = known.ok_or_else(|| {
            let names: Vec<&str> = StageChange::ALL.iter().map(|change| change.name()).collect();
            ApiError::not_found(
                "change of a number",
                &format!("It is certificate or one of {}.", names.join(", ")),
            )
        })?;
        control.seat().stage(cell, number, known).await?;
    }
    Ok(Json(NumberChanged {
        status: status_now(&control, cell, number).await?,
    }))
}

/// Reviewers' judgement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Moderation {
    /// `prohibited_content` or `no_way_to_person`; null lifts it.
    reason: Option<String>,
}

/// Rates a number RED by review, whatever the feedback, or lifts that.
#[utoipa::path(post, path = "/numbers/{phone_number_id}/moderate", tag = "account", operation_id = "moderate_number",
    params(("phone_number_id" = String, Path)), request_body = Moderation,
    responses((status = 200, body = NumberChanged), (status = "4XX", body = ErrorBody)))]
pub(super) async fn moderate(
    State(control): State<Control>,
    Path(id): Path<String>,
    Input(moderation): Input<Moderation>,
) -> ApiResult<NumberChanged> {
    const REASONS: &[(&str, RedReason)] = &[
        ("prohibited_content", RedReason::ProhibitedContent),
        ("no_way_to_person", RedReason::NoWayToPerson),
    ];
    let (cell, number) = ids::number(&id)?;
    let hold = moderation
        .reason
        .as_deref()
        .map(|reason| word(reason, "reason", REASONS))
        .transpose()?;
    control
        .carry_out(cell, Command::Moderate { number, hold })
        .await?;
    Ok(Json(NumberChanged {
        status: status_now(&control, cell, number).await?,
    }))
}

/// A number as the platform sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NumberState {
    phone_number_id: String,
    waba_id: String,
    /// Digits with country code.
    phone_number: String,
    verified_name: String,
    /// As on the screen: OFFLINE is `DISCONNECTED` in the Graph API.
    status: String,
    quality_rating: String,
    messaging_limit: LimitState,
    /// The code that its owner was told last by SMS or call, as long as it is good.
    verification_code: Option<String>,
    /// Since when it is FLAGGED; null if it is not.
    flagged_since: Option<String>,
    /// What is due by itself, in order of time.
    deadlines: Vec<Deadline>,
    /// Why the rating is what it is, in sentences; `/explain` has the figures.
    explanation: Vec<String>,
}

/// A messaging limit and its use.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LimitState {
    #[schema(example = "TIER_1K")]
    tier: String,
    /// Unique recipients in 24 hours; null for unlimited.
    people: Option<u32>,
    /// Unique recipients counted now.
    used: u32,
    /// New recipients who may be written to now; null for unlimited.
    left: Option<u32>,
    /// When RESTRICTED ends if nothing more is sent; null if it is not.
    restricted_until: Option<String>,
    /// The way off the lowest tier; null where use leads off it, or it is left.
    first_step: Option<FirstStepState>,
}

/// Something due by itself.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Deadline {
    /// `rating_review`, `flag_ends`, `limit_frees`, `upgrade_looked_at`, `first_step_decided`,
    /// `throughput_raised` or `messages_travel`.
    pub(crate) what: String,
    at: String,
    pub(crate) at_ms: u64,
}

/// Shows a number: status, rating, limit, deadlines.
#[utoipa::path(get, path = "/numbers/{phone_number_id}", tag = "account", operation_id = "get_number",
    params(("phone_number_id" = String, Path)),
    responses((status = 200, body = NumberState), (status = "4XX", body = ErrorBody)))]
pub(super) async fn get(State(control): State<Control>, Path(id): Path<String>) -> ApiResult<NumberState> {
    let (cell, number) = ids::number(&id)?;
    let now = control.seat().now();
    let read = move |portfolio: &Portfolio| state(cell, portfolio, number, now);
    control.read(cell, "phone number", read).await.map(Json)
}

/// Explains the rating of a number: figures, signals, templates, hours.
#[utoipa::path(get, path = "/numbers/{phone_number_id}/explain", tag = "history", operation_id = "explain_number",
    params(("phone_number_id" = String, Path)),
    responses((status = 200, body = Explanation), (status = "4XX", body = ErrorBody)))]
pub(super) async fn explain(
    State(control): State<Control>,
    Path(id): Path<String>,
) -> ApiResult<Explanation> {
    let (cell, number) = ids::number(&id)?;
    let now = control.seat().now();
    let read = move |portfolio: &Portfolio| of_number(cell, portfolio, number, now);
    control.read(cell, "phone number", read).await.map(Json)
}

async fn status_now(control: &Control, cell: CellId, number: NumberIx) -> Result<String, ApiError> {
    let read = move |portfolio: &Portfolio| Some(status(portfolio, number).to_owned());
    control.read(cell, "phone number", read).await
}

/// The status of a number, as on the screen.
pub(super) fn status(portfolio: &Portfolio, ix: NumberIx) -> &'static str {
    let used_up = portfolio
        .scope(portfolio.scope_of(ix))
        .is_some_and(|scope| scope.is_used_up());
    portfolio
        .number(ix)
        .map_or("UNKNOWN", |number| number.status(used_up).label())
}

fn state(cell: CellId, portfolio: &Portfolio, ix: NumberIx, now: Timestamp) -> Option<NumberState> {
    let number = portfolio.number(ix)?;
    Some(NumberState {
        phone_number_id: phone_id(cell, ix).to_string(),
        waba_id: waba_id(cell, number.waba).to_string(),
        phone_number: number.e164.to_string(),
        verified_name: number.verified_name.clone(),
        status: status(portfolio, ix).to_owned(),
        quality_rating: number.rating().label().to_owned(),
        messaging_limit: limit_state(portfolio, ix, now)?,
        verification_code: portfolio
            .surface
            .access(ix)
            .and_then(|access| access.code(now))
            .map(|code| code.code.to_string()),
        flagged_since: number.flag.as_ref().map(|flag| iso(flag.since)),
        deadlines: deadlines(portfolio, ix),
        explanation: of_number(cell, portfolio, ix, now)?.sentences,
    })
}

fn limit_state(portfolio: &Portfolio, ix: NumberIx, now: Timestamp) -> Option<LimitState> {
    let scope = portfolio.scope(portfolio.scope_of(ix))?;
    let edition = portfolio.edition();
    let (limit, used) = (scope.limit(&edition.limits), scope.used(&edition.limits, now));
    Some(LimitState {
        tier: limit.tier_name(),
        people: limit.people(),
        used,
        left: limit.left(used),
        restricted_until: scope
            .frees_at(&edition.limits, edition.restricted.end, now)
            .map(iso),
        first_step: first_step::state(portfolio, ix, now),
    })
}

/// What is due by itself, in order of time.
pub(crate) fn deadlines(portfolio: &Portfolio, ix: NumberIx) -> Vec<Deadline> {
    let scope = portfolio.scope_of(ix).0;
    let all = [
        (Due::NumberRating(ix.0), "rating_review"),
        (Due::Flag(ix.0), "flag_ends"),
        (Due::Limit(scope), "limit_frees"),
        (Due::Upgrade(scope), "upgrade_looked_at"),
        (Due::FirstStep(scope), "first_step_decided"),
        (Due::Throughput(ix.0), "throughput_raised"),
        (Due::Transit(ix.0), "messages_travel"),
    ];
    let due = |(due, what): (Due, &str)| {
        let at = portfolio.agenda.get(due)?;
        Some(Deadline {
            what: what.to_owned(),
            at: iso(at),
            at_ms: at.millis(),
        })
    };
    let mut deadlines: Vec<Deadline> = all.into_iter().filter_map(due).collect();
    deadlines.sort_by_key(|deadline| deadline.at_ms);
    deadlines
}
