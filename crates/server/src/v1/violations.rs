//! Violations of policy, recorded by a moderator, and what they bring.
//!
//! Must not know: what brings what.

use axum::Json;
use axum::extract::{Path, State};
use decider::{CellId, Timestamp};
use platform::portfolio::command::PolicyCommand;
use platform::portfolio::event::Measure;
use platform::portfolio::policy::{Standing, Violation};
use platform::portfolio::{Answer, Command, Portfolio};
use rulebook::policy::Step;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, ApiResult, ErrorBody};
use super::input::Input;
use super::page::iso;
use super::people::Done;
use super::{Control, ids};
use crate::ids::{phone_id, waba_id};

/// A violation of policy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewViolation {
    /// Its type: any word of A to Z, 0 to 9 and _.
    #[schema(example = "ALCOHOL")]
    violation_type: String,
    /// The number that it was found on, if on one.
    phone_number_id: Option<String>,
    /// What it brings: `warning`, a span for a restriction such as `3d`, `lock`, `disable`, `off_boarding`. The ladder of
    /// the edition says if nothing is said.
    step: Option<String>,
}

/// A violation that was recorded.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ViolationState {
    /// Counted from 0 within the portfolio.
    violation: u32,
    waba_id: String,
    /// The number that it was found on, if on one.
    phone_number_id: Option<String>,
    violation_type: String,
    /// What it brought: `warning`, `restriction`, `lock`, `disable` or `off_boarding`.
    brought: String,
    found: String,
    /// When the restriction ends; null for all else.
    until: Option<String>,
    /// `stands`, `over` or `reversed`.
    state: String,
}

/// A moderator records a violation of an account, with what it brings.
#[utoipa::path(post, path = "/wabas/{waba_id}/violations", tag = "policy", operation_id = "record_violation",
    params(("waba_id" = String, Path)), request_body = NewViolation,
    responses((status = 200, body = ViolationState), (status = "4XX", body = ErrorBody)))]
pub(super) async fn violate(
    State(control): State<Control>,
    Path(id): Path<String>,
    Input(new): Input<NewViolation>,
) -> ApiResult<ViolationState> {
    let (cell, waba) = ids::waba(&id)?;
    let number = new.phone_number_id.as_deref().map(ids::number).transpose()?;
    if number.is_some_and(|(of, _)| of != cell) {
        return Err(ids::unknown("phone number"));
    }
    let command = PolicyCommand::Violate {
        waba,
        number: number.map(|(_, number)| number),
        kind: new.violation_type,
        step: new.step.as_deref().map(step).transpose()?,
    };
    match policy(&control, cell, command).await? {
        Answer::Violation(violation) => one(&control, cell, violation).await,
        other => Err(ApiError::of_answer(other)),
    }
}

/// What a violation brings, by its word.
pub(crate) fn step(name: &str) -> Result<Step, ApiError> {
    Step::named(name).ok_or_else(|| {
        let known = "warning, a span such as 3d, lock, disable or off_boarding";
        ApiError::invalid(format!("step cannot be {name:?}; it is {known}"))
    })
}

async fn one(control: &Control, cell: CellId, violation: u32) -> ApiResult<ViolationState> {
    let read = move |portfolio: &Portfolio| {
        let found = portfolio.policy.violations.get(violation as usize)?;
        Some(state(cell, violation, found))
    };
    let state = control.seat().query(cell, read).await?.flatten();
    state.map(Json).ok_or_else(|| ids::unknown("violation"))
}

fn state(cell: CellId, violation: u32, of: &Violation) -> ViolationState {
    let (brought, until) = match of.measure {
        Measure::Warning => ("warning", None),
        Measure::Restriction { until_ms } => ("restriction", Some(iso(Timestamp::from_millis(until_ms)))),
        Measure::Lock => ("lock", None),
        Measure::Disable => ("disable", None),
        Measure::OffBoarding => ("off_boarding", None),
    };
    let state = match of.standing {
        Standing::Stands => "stands",
        Standing::Over => "over",
        Standing::Reversed => "reversed",
    };
    ViolationState {
        violation,
        waba_id: waba_id(cell, of.waba).to_string(),
        phone_number_id: of.number.map(|number| phone_id(cell, number).to_string()),
        violation_type: of.kind.clone(),
        brought: brought.to_owned(),
        found: iso(Timestamp::from_millis(of.at_ms)),
        until,
        state: state.to_owned(),
    }
}

/// The violations of a portfolio.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Violations {
    /// In the order in which they were found.
    data: Vec<ViolationState>,
}

/// Lists the violations of a portfolio.
#[utoipa::path(get, path = "/portfolios/{portfolio_id}/violations", tag = "policy", operation_id = "list_violations",
    params(("portfolio_id" = String, Path)),
    responses((status = 200, body = Violations), (status = "4XX", body = ErrorBody)))]
pub(super) async fn list(State(control): State<Control>, Path(id): Path<String>) -> ApiResult<Violations> {
    let cell = ids::portfolio(&id)?;
    let read = move |portfolio: &Portfolio| {
        let all = (0..).zip(&portfolio.policy.violations);
        all.map(|(violation, of)| state(cell, violation, of)).collect()
    };
    let data = control.seat().query(cell, read).await?;
    data.map(|data| Json(Violations { data }))
        .ok_or_else(|| ids::unknown("portfolio"))
}

/// A moderator takes a violation back: what it blocked is free, and it counts no more.
#[utoipa::path(post, path = "/portfolios/{portfolio_id}/violations/{violation}/reverse", tag = "policy",
    operation_id = "reverse_violation", params(("portfolio_id" = String, Path), ("violation" = u32, Path)),
    responses((status = 200, body = Done), (status = "4XX", body = ErrorBody)))]
pub(super) async fn reverse(
    State(control): State<Control>,
    Path((id, violation)): Path<(String, String)>,
) -> ApiResult<Done> {
    let (cell, violation) = (ids::portfolio(&id)?, ids::place(&violation, "violation")?);
    done(&control, cell, PolicyCommand::Reverse { violation }).await
}

/// A command about policy that has no answer of its own.
pub(crate) async fn done(control: &Control, cell: CellId, command: PolicyCommand) -> ApiResult<Done> {
    match policy(control, cell, command).await? {
        Answer::Done => Ok(Done::json()),
        other => Err(ApiError::of_answer(other)),
    }
}

/// A command about policy.
pub(crate) async fn policy(
    control: &Control,
    cell: CellId,
    command: PolicyCommand,
) -> Result<Answer, ApiError> {
    let command = Command::Policy(Box::new(command));
    Ok(control.seat().portfolio(cell, command).await?)
}
