//! Portfolios and their WABAs.

use axum::Json;
use axum::extract::{Path, State};
use decider::CellId;
use platform::ids::{NumberIx, WabaIx};
use platform::portfolio::Portfolio;
use platform::portfolio::event::Settings;
use rulebook::edition::{EditionError, EditionId, Overrides};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, ApiResult, ErrorBody};
use super::input::{Asked, Input};
use super::page::{Page, Which, given};
use super::{Control, ids, numbers};
use crate::ids::{phone_id, portfolio_id, waba_id};

/// WABAs and numbers shown of a portfolio: the list is for finding ids, not for auditing.
const SHOWN_MAX: usize = 100;

/// A new portfolio. What is left out is as the sandbox was started.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPortfolio {
    /// Its name.
    #[schema(example = "Lucky Shrub")]
    name: String,
    /// The rules that hold.
    #[schema(example = "2023-per-number")]
    edition: Option<String>,
    /// Values that differ from the edition's, as TOML. They may name it: `extends = "2026-per-portfolio"`.
    #[schema(example = "flagged.recovery = \"on_day_7\"")]
    overrides: Option<String>,
    /// Messages leave and arrive by themselves; else only by feedback.
    transit: Option<bool>,
    /// Errors that the platform reports by webhook come in the answer instead.
    errors_at_once: Option<bool>,
    /// Pair, throughput and management limits hold.
    enforce_rates: Option<bool>,
    /// Templates are reviewed by the rules in due time; else only by the tester.
    auto_review: Option<bool>,
}

/// The portfolio that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PortfolioMade {
    portfolio_id: String,
}

/// Makes a portfolio.
#[utoipa::path(post, path = "/portfolios", tag = "account", operation_id = "create_portfolio", request_body = NewPortfolio,
    responses((status = 200, body = PortfolioMade), (status = "4XX", body = ErrorBody)))]
pub(super) async fn create(
    State(control): State<Control>,
    Input(new): Input<NewPortfolio>,
) -> ApiResult<PortfolioMade> {
    let settings = settings(&new, control.seat().defaults())?;
    let cell = control.seat().create_portfolio(&new.name, Some(settings)).await?;
    Ok(Json(PortfolioMade {
        portfolio_id: portfolio_id(cell).to_string(),
    }))
}

fn settings(new: &NewPortfolio, defaults: &Settings) -> Result<Settings, ApiError> {
    let wrong = |error: EditionError| ApiError::invalid(error.to_string());
    let overrides = Overrides::parse(new.overrides.as_deref().unwrap_or_default()).map_err(wrong)?;
    let edition = match (&new.edition, overrides.extends()) {
        (Some(name), _) => EditionId::named(name).map_err(wrong)?.number(),
        (None, Some(extended)) => extended.number(),
        (None, None) => defaults.edition,
    };
    // Values that differ belong to their edition.
    let inherited = if edition == defaults.edition {
        defaults.overrides.clone()
    } else {
        String::new()
    };
    Ok(Settings {
        edition,
        overrides: new.overrides.clone().unwrap_or(inherited),
        transit: new.transit.unwrap_or(defaults.transit),
        errors_at_once: new.errors_at_once.unwrap_or(defaults.errors_at_once),
        enforce_rates: new.enforce_rates.unwrap_or(defaults.enforce_rates),
        auto_review: new.auto_review.unwrap_or(defaults.auto_review),
    })
}

/// A portfolio in the list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PortfolioListed {
    portfolio_id: String,
    name: String,
    /// The rules that hold.
    edition: String,
    /// At most 100.
    wabas: Vec<WabaListed>,
    /// At most 100.
    numbers: Vec<NumberListed>,
}

/// A WABA in the list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WabaListed {
    waba_id: String,
    name: String,
}

/// A number in the list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NumberListed {
    phone_number_id: String,
    waba_id: String,
    /// Digits with country code.
    phone_number: String,
    status: String,
    quality_rating: String,
}

/// Lists portfolios with their WABAs and numbers.
#[utoipa::path(get, path = "/portfolios", tag = "account", operation_id = "list_portfolios", params(Which),
    responses((status = 200, body = Page<PortfolioListed>), (status = "4XX", body = ErrorBody)))]
pub(super) async fn list(
    State(control): State<Control>,
    Asked(which): Asked<Which>,
) -> ApiResult<Page<PortfolioListed>> {
    let after = given(which.after.as_deref())
        .map(ids::portfolio)
        .transpose()?
        .map_or(0, |cell| cell.0);
    let last = control.seat().view().portfolios.len() as u64;
    let end = last.min(after.saturating_add(which.limit() as u64));
    let mut data = Vec::new();
    for cell in (after + 1..=end).map(CellId) {
        data.extend(
            control
                .seat()
                .query(cell, move |portfolio| listed(cell, portfolio))
                .await?,
        );
    }
    let after = (end < last).then(|| portfolio_id(CellId(end)).to_string());
    Ok(Json(Page { data, after }))
}

fn listed(cell: CellId, portfolio: &Portfolio) -> PortfolioListed {
    let wabas = portfolio.wabas.iter().zip(0..).take(SHOWN_MAX);
    let numbers = portfolio.numbers.iter().zip(0..).take(SHOWN_MAX);
    PortfolioListed {
        portfolio_id: portfolio_id(cell).to_string(),
        name: portfolio.name.clone(),
        edition: portfolio.edition().name().to_owned(),
        wabas: wabas
            .map(|(name, ix)| WabaListed {
                waba_id: waba_id(cell, WabaIx(ix)).to_string(),
                name: name.clone(),
            })
            .collect(),
        numbers: numbers
            .map(|(number, ix)| NumberListed {
                phone_number_id: phone_id(cell, NumberIx(ix)).to_string(),
                waba_id: waba_id(cell, number.waba).to_string(),
                phone_number: number.e164.to_string(),
                status: numbers::status(portfolio, NumberIx(ix)).to_owned(),
                quality_rating: number.rating().label().to_owned(),
            })
            .collect(),
    }
}

/// A new WABA.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWaba {
    /// Its name.
    name: String,
}

/// The WABA that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WabaMade {
    waba_id: String,
}

/// Adds a WhatsApp Business Account to a portfolio.
#[utoipa::path(post, path = "/portfolios/{portfolio_id}/wabas", tag = "account", operation_id = "add_waba",
    params(("portfolio_id" = String, Path)), request_body = NewWaba,
    responses((status = 200, body = WabaMade), (status = "4XX", body = ErrorBody)))]
pub(super) async fn add_waba(
    State(control): State<Control>,
    Path(id): Path<String>,
    Input(new): Input<NewWaba>,
) -> ApiResult<WabaMade> {
    let cell = ids::portfolio(&id)?;
    let waba = control.seat().add_waba(cell, &new.name).await?;
    Ok(Json(WabaMade {
        waba_id: waba_id(cell, waba).to_string(),
    }))
}
