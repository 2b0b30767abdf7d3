//! The first step of a limit, decided by the tester in the place of the platform: what is verified, and what an analysis
//! comes to.
//!
//! Must not know: which path leads on, what an analysis looks at; the portfolio's edition says it.

use axum::extract::{Path, State};
use decider::Timestamp;
use platform::ids::NumberIx;
use platform::portfolio::{Command, Portfolio};
use rulebook::first_step::{Outcome, Path as Way};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiResult, ErrorBody};
use super::input::{Input, word};
use super::page::iso;
use super::people::Done;
use super::{Control, ids};

/// What is verified.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewVerification {
    /// `business_verification`, `partner_verification` or `identity_verification`.
    #[schema(example = "business_verification")]
    path: String,
}

/// Verifies the business, or somebody's identity. Where the edition has it lead off the lowest tier, the limits of the
/// portfolio are analysed; and more numbers can be registered.
#[utoipa::path(post, path = "/portfolios/{portfolio_id}/verification", tag = "account", operation_id = "verify",
    params(("portfolio_id" = String, Path)), request_body = NewVerification,
    responses((status = 200, body = Done), (status = "4XX", body = ErrorBody)))]
pub(super) async fn verify(
    State(control): State<Control>,
    Path(id): Path<String>,
    Input(new): Input<NewVerification>,
) -> ApiResult<Done> {
    let cell = ids::portfolio(&id)?;
    let ways = [Way::Business, Way::Partner, Way::Identity].map(|way| (way.name(), way));
    let path = word(&new.path, "path", &ways)?;
    control.carry_out(cell, Command::Verify { path }).await?;
    Ok(Done::json())
}

/// How an analysis ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Decided {
    /// `approved`, `deferred`, `failed` or `need_more_info`.
    #[schema(example = "deferred")]
    outcome: String,
}

/// Decides now whether the limit of a number, or the one that it shares with its portfolio, leaves the lowest tier, whether
/// it is being analysed or not.
#[utoipa::path(post, path = "/numbers/{phone_number_id}/first_step", tag = "account", operation_id = "decide_first_step",
    params(("phone_number_id" = String, Path)), request_body = Decided,
    responses((status = 200, body = Done), (status = "4XX", body = ErrorBody)))]
pub(super) async fn decide(
    State(control): State<Control>,
    Path(id): Path<String>,
    Input(decided): Input<Decided>,
) -> ApiResult<Done> {
    let (cell, number) = ids::number(&id)?;
    let outcomes = Outcome::ALL.map(|outcome| (outcome.name(), outcome));
    let outcome = word(&decided.outcome, "outcome", &outcomes)?;
    control
        .carry_out(cell, Command::DecideFirstStep { number, outcome })
        .await?;
    Ok(Done::json())
}

/// Where a limit is on its way off the lowest tier.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FirstStepState {
    /// What leads off it: `business_verification`, `partner_verification`, `identity_verification`, `volume`.
    paths: Vec<&'static str>,
    /// What of these was verified.
    verified: Vec<&'static str>,
    /// People reached with good templates, for `volume`.
    reached: u32,
    /// So many are needed.
    needed: u32,
    /// Why it is being analysed; null if it is not.
    analysed_for: Option<&'static str>,
    /// When the rules decide.
    decided_at: Option<String>,
    /// How the last analysis ended: `deferred`, `failed`, `need_more_info`.
    last_outcome: Option<&'static str>,
}

/// The first step of a number's limit; `None` if it is past it, or needs none.
pub(super) fn state(portfolio: &Portfolio, ix: NumberIx, now: Timestamp) -> Option<FirstStepState> {
    let progress = portfolio.scope(portfolio.scope_of(ix))?.first.as_deref()?;
    let rules = &portfolio.edition().limits.first_step;
    Some(FirstStepState {
        paths: rules.paths.iter().map(|path| path.name()).collect(),
        verified: portfolio.verification.iter().map(Way::name).collect(),
        reached: progress.reached(now),
        needed: rules.recipients,
        analysed_for: progress.analysis.map(|(path, _)| path.name()),
        decided_at: progress.analysis.map(|(_, due)| iso(due)),
        last_outcome: progress.last.map(Outcome::name),
    })
}
