//! Appeals against flags, violations, and what became of templates; and their decisions.
//!
//! Must not know: who is right.

use axum::Json;
use axum::extract::{Path, State};
use decider::{CellId, Timestamp};
use platform::portfolio::command::PolicyCommand;
use platform::portfolio::event::Subject;
use platform::portfolio::policy::Appeal;
use platform::portfolio::{Answer, Portfolio};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, ApiResult, ErrorBody};
use super::input::{Input, word};
use super::page::iso;
use super::paths::{Way, declared};
use super::violations::{done, policy};
use super::{Control, ids};
use crate::ids::{phone_id, template_id};

/// More than anybody reads of an appeal.
const TEXT_CHARS_MAX: usize = 10_000;

/// What is said for an appeal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAppeal {
    /// What the review should know.
    text: String,
    /// Of a number: the ways to a person that there are now; what was declared before if nothing is said.
    paths: Option<Vec<Way>>,
}

/// What is said for an appeal of a template.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTemplateAppeal {
    /// What the review should know.
    text: String,
    /// How it is used: a message made of it, as a person gets it.
    #[schema(example = "Hello Ann, your order 17 is on its way.")]
    sample: String,
}

/// An appeal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AppealState {
    /// Counted from 0 within the portfolio.
    appeal: u32,
    /// The number that it is about, if about one.
    phone_number_id: Option<String>,
    /// The violation that it is about, if about one.
    violation: Option<u32>,
    /// The template that it is about, if about one.
    template_id: Option<String>,
    filed: String,
    /// `open`, `granted`, `refused` or `moot` (there was nothing left to decide).
    state: String,
    /// When it was decided; null while it is open.
    decided: Option<String>,
    /// `rules` or `moderator`; null while it is open.
    by: Option<String>,
}

/// The business appeals against a number being FLAGGED or RED by review, with what the review should know. It is decided
/// by the rules in due time, or by a moderator.
#[utoipa::path(post, path = "/numbers/{phone_number_id}/appeal", tag = "policy", operation_id = "appeal_number",
    params(("phone_number_id" = String, Path)), request_body = NewAppeal,
    responses((status = 200, body = AppealState), (status = "4XX", body = ErrorBody)))]
pub(super) async fn of_number(
    State(control): State<Control>,
    Path(id): Path<String>,
    Input(new): Input<NewAppeal>,
) -> ApiResult<AppealState> {
    let (cell, number) = ids::number(&id)?;
    let text = evidence(new.text)?;
    let paths = new.paths.map(declared).transpose()?;
    file(
        &control,
        cell,
        PolicyCommand::AppealNumber { number, text, paths },
    )
    .await
}

/// The business appeals against a violation.
#[utoipa::path(post, path = "/portfolios/{portfolio_id}/violations/{violation}/appeal", tag = "policy",
    operation_id = "appeal_violation", params(("portfolio_id" = String, Path), ("violation" = u32, Path)),
    request_body = NewAppeal,
    responses((status = 200, body = AppealState), (status = "4XX", body = ErrorBody)))]
pub(super) async fn of_violation(
    State(control): State<Control>,
    Path((id, violation)): Path<(String, String)>,
    Input(new): Input<NewAppeal>,
) -> ApiResult<AppealState> {
    if new.paths.is_some() {
        return Err(ApiError::invalid(
            "paths belong to the appeal of a number; declare them at the number",
        ));
    }
    let (cell, violation) = (ids::portfolio(&id)?, ids::place(&violation, "violation")?);
    let text = evidence(new.text)?;
    file(&control, cell, PolicyCommand::AppealViolation { violation, text }).await
}

/// The business appeals for a template that was rejected or disabled, with a sample of its use. Meanwhile its status is
/// IN_APPEAL.
#[utoipa::path(post, path = "/templates/{template_id}/appeal", tag = "policy", operation_id = "appeal_template",
    params(("template_id" = String, Path)), request_body = NewTemplateAppeal,
    responses((status = 200, body = AppealState), (status = "4XX", body = ErrorBody)))]
pub(super) async fn of_template(
    State(control): State<Control>,
    Path(id): Path<String>,
    Input(new): Input<NewTemplateAppeal>,
) -> ApiResult<AppealState> {
    let (cell, template) = ids::template(&id)?;
    let text = with_sample(new.text, &new.sample)?;
    file(&control, cell, PolicyCommand::AppealTemplate { template, text }).await
}

/// What is said for a template, with a sample of its use.
pub(crate) fn with_sample(text: String, sample: &str) -> Result<String, ApiError> {
    if sample.trim().is_empty() {
        return Err(ApiError::invalid("sample must show how the template is used"));
    }
    let text = evidence(text)?;
    evidence(format!("{text}\n\nSample: {sample}"))
}

/// What is said for an appeal.
pub(crate) fn evidence(text: String) -> Result<String, ApiError> {
    if text.trim().is_empty() || text.chars().count() > TEXT_CHARS_MAX {
        return Err(ApiError::invalid(format!(
            "text must have 1 to {TEXT_CHARS_MAX} characters"
        )));
    }
    Ok(text)
}

/// Files an appeal.
pub(crate) async fn file(control: &Control, cell: CellId, command: PolicyCommand) -> ApiResult<AppealState> {
    match policy(control, cell, command).await? {
        Answer::Appeal(appeal) => one(control, cell, appeal).await,
        other => Err(ApiError::of_answer(other)),
    }
}

async fn one(control: &Control, cell: CellId, appeal: u32) -> ApiResult<AppealState> {
    let read = move |portfolio: &Portfolio| {
        let found = portfolio.policy.appeals.get(appeal as usize)?;
        Some(state(cell, appeal, found))
    };
    let state = control.seat().query(cell, read).await?.flatten();
    state.map(Json).ok_or_else(|| ids::unknown("appeal"))
}

fn state(cell: CellId, appeal: u32, of: &Appeal) -> AppealState {
    let (mut number, mut violation, mut template) = (None, None, None);
    match of.subject {
        Subject::Number(ix) => number = Some(phone_id(cell, ix).to_string()),
        Subject::Violation(ix) => violation = Some(ix),
        Subject::Rejection(ix) | Subject::Disabling(ix) => template = Some(template_id(cell, ix).to_string()),
    }
    let by = |by_moderator| if by_moderator { "moderator" } else { "rules" };
    AppealState {
        appeal,
        phone_number_id: number,
        violation,
        template_id: template,
        filed: iso(Timestamp::from_millis(of.filed_ms)),
        state: of
            .decided
            .map_or("open", |(outcome, ..)| outcome.name())
            .to_owned(),
        decided: of.decided.map(|(_, _, at)| iso(Timestamp::from_millis(at))),
        by: of.decided.map(|(_, by_moderator, _)| by(by_moderator).to_owned()),
    }
}

/// The appeals of a portfolio.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Appeals {
    /// In the order in which they were filed.
    data: Vec<AppealState>,
}

/// Lists the appeals of a portfolio.
#[utoipa::path(get, path = "/portfolios/{portfolio_id}/appeals", tag = "policy", operation_id = "list_appeals",
    params(("portfolio_id" = String, Path)),
    responses((status = 200, body = Appeals), (status = "4XX", body = ErrorBody)))]
pub(super) async fn list(State(control): State<Control>, Path(id): Path<String>) -> ApiResult<Appeals> {
    let cell = ids::portfolio(&id)?;
    let read = move |portfolio: &Portfolio| {
        let all = (0..).zip(&portfolio.policy.appeals);
        all.map(|(appeal, of)| state(cell, appeal, of)).collect()
    };
    let data = control.seat().query(cell, read).await?;
    data.map(|data| Json(Appeals { data }))
        .ok_or_else(|| ids::unknown("portfolio"))
}

/// A decision about an appeal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AppealDecision {
    /// `grant` or `refuse`.
    decision: String,
}

/// A moderator decides an appeal now, instead of the rules in due time.
#[utoipa::path(post, path = "/portfolios/{portfolio_id}/appeals/{appeal}/decide", tag = "policy", operation_id = "decide_appeal",
    params(("portfolio_id" = String, Path), ("appeal" = u32, Path)), request_body = AppealDecision,
    responses((status = 200, body = AppealState), (status = "4XX", body = ErrorBody)))]
pub(super) async fn decide(
    State(control): State<Control>,
    Path((id, appeal)): Path<(String, String)>,
    Input(new): Input<AppealDecision>,
) -> ApiResult<AppealState> {
    let (cell, appeal) = (ids::portfolio(&id)?, ids::place(&appeal, "appeal")?);
    let granted = word(&new.decision, "decision", &[("grant", true), ("refuse", false)])?;
    let Json(_) = done(&control, cell, PolicyCommand::DecideAppeal { appeal, granted }).await?;
    one(&control, cell, appeal).await
}
