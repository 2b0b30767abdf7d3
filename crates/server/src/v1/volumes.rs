//! How much a number or an account may send, decided by the tester in the place of the platform: throughput, misuse
//! of the utility category, and whether a portfolio is watched.
//!
//! Must not know: what follows from either; the portfolio's edition says it.

use axum::Json;
use axum::extract::{Path, State};
use platform::portfolio::agenda::Due;
use platform::portfolio::{Command, Portfolio};
use rulebook::throughput::Level;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiResult, ErrorBody};
use super::input::{Input, word};
use super::page::iso;
use super::people::Done;
use super::{Control, ids};

/// How fast a number may be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewThroughput {
    /// `standard`, `high` or `coexistence`.
    #[schema(example = "high")]
    level: String,
}

/// Gives a number another throughput; it holds where the portfolio enforces rates.
#[utoipa::path(post, path = "/numbers/{phone_number_id}/throughput", tag = "account", operation_id = "set_throughput",
    params(("phone_number_id" = String, Path)), request_body = NewThroughput,
    responses((status = 200, body = Done), (status = "4XX", body = ErrorBody)))]
pub(super) async fn throughput(
    State(control): State<Control>,
    Path(id): Path<String>,
    Input(new): Input<NewThroughput>,
) -> ApiResult<Done> {
    let (cell, number) = ids::number(&id)?;
    let levels = Level::ALL.map(|level| (level.name(), level));
    let level = word(&new.level, "level", &levels)?;
    control
        .carry_out(cell, Command::SetThroughput { number, level })
        .await?;
    Ok(Done::json())
}

/// Whether the platform watches a portfolio.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWatch {
    /// From now on; false: no longer.
    watched: bool,
}

/// The platform watches a portfolio for suspicious activity, or no longer: while it does, the templates of the portfolio are
/// paced however much it has sent, where the edition has pacing of portfolios.
#[utoipa::path(post, path = "/portfolios/{portfolio_id}/watch", tag = "policy", operation_id = "watch_portfolio",
    params(("portfolio_id" = String, Path)), request_body = NewWatch,
    responses((status = 200, body = Done), (status = "4XX", body = ErrorBody)))]
pub(super) async fn watch(
    State(control): State<Control>,
    Path(id): Path<String>,
    Input(new): Input<NewWatch>,
) -> ApiResult<Done> {
    let (cell, watched) = (ids::portfolio(&id)?, new.watched);
    control.carry_out(cell, Command::SetWatch { watched }).await?;
    Ok(Done::json())
}

/// How far an account has come.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MisuseState {
    /// `warned`, `capped`, `restricted` or `restricted with its portfolio`.
    #[schema(example = "capped")]
    step: String,
    /// When that ends; null for a warning.
    until: Option<String>,
}

/// A utility template of the account turns out to be marketing: one step of the ladder further.
#[utoipa::path(post, path = "/wabas/{waba_id}/misuse", tag = "account", operation_id = "find_misuse",
    params(("waba_id" = String, Path)),
    responses((status = 200, body = MisuseState), (status = "4XX", body = ErrorBody)))]
pub(super) async fn misuse(State(control): State<Control>, Path(id): Path<String>) -> ApiResult<MisuseState> {
    let (cell, waba) = ids::waba(&id)?;
    control.carry_out(cell, Command::FindMisuse { waba }).await?;
    let read = move |portfolio: &Portfolio| {
        Some(MisuseState {
            step: portfolio.conduct(waba)?.step.label().to_owned(),
            until: portfolio.agenda.get(Due::Misuse(waba.0)).map(iso),
        })
    };
    control.read(cell, "WABA", read).await.map(Json)
}
