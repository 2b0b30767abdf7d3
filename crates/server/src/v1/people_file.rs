//! The simulated people of a portfolio: who they are and which numbers they have.

use axum::Json;
use axum::extract::{Path, State};
use decider::CellId;
use platform::people::Listed;
use platform::portfolio::Portfolio;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiResult, ErrorBody};
use super::input::Input;
use super::people::Done;
use super::{Control, ids};

/// Groups of people.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPeople {
    /// The people file, as TOML: see `crates/platform/people/example.toml`.
    #[schema(example = "[[group]]\nname = \"regulars\"\nsize = 1000\ncountry = \"DE\"\n")]
    file: String,
    /// Every draw about these people derives from it, in digits; from the sandbox's seed if nothing is said.
    #[schema(example = "7")]
    seed: Option<String>,
}

/// Who there is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PeopleState {
    /// In order of their numbers.
    groups: Vec<GroupState>,
    /// What every draw about them derives from, in digits; null without a file.
    seed: Option<String>,
    /// So many things are about to happen to messages, or to be done about them.
    expected: usize,
    /// The people file; null if there is none.
    file: Option<String>,
}

/// A group.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GroupState {
    name: String,
    size: u32,
    /// The number of its first person; the others follow without a gap.
    #[schema(example = "495500000000")]
    first_number: String,
    last_number: String,
}

/// Gives the portfolio simulated people in place of those that it had. What is expected of those still happens.
#[utoipa::path(post, path = "/portfolios/{portfolio_id}/people", tag = "people", operation_id = "set_people",
    params(("portfolio_id" = String, Path)), request_body = NewPeople,
    responses((status = 200, body = PeopleState), (status = "4XX", body = ErrorBody)))]
pub(super) async fn set(
    State(control): State<Control>,
    Path(id): Path<String>,
    Input(new): Input<NewPeople>,
) -> ApiResult<PeopleState> {
    let cell = ids::portfolio(&id)?;
    let seed = new.seed.as_deref().map(str::parse).transpose();
    let seed = seed.map_err(|_| super::error::ApiError::invalid("seed must be a whole number below 2^64"))?;
    control.seat().set_people(cell, new.file, seed).await?;
    shown(&control, cell).await
}

/// Shows the simulated people of a portfolio. Magic recipients are there besides, in every portfolio.
#[utoipa::path(get, path = "/portfolios/{portfolio_id}/people", tag = "people", operation_id = "get_people",
    params(("portfolio_id" = String, Path)),
    responses((status = 200, body = PeopleState), (status = "4XX", body = ErrorBody)))]
pub(super) async fn get(State(control): State<Control>, Path(id): Path<String>) -> ApiResult<PeopleState> {
    shown(&control, ids::portfolio(&id)?).await
}

/// Takes the simulated people of a portfolio away. What is expected of them still happens.
#[utoipa::path(delete, path = "/portfolios/{portfolio_id}/people", tag = "people", operation_id = "remove_people",
    params(("portfolio_id" = String, Path)),
    responses((status = 200, body = Done), (status = "4XX", body = ErrorBody)))]
pub(super) async fn remove(State(control): State<Control>, Path(id): Path<String>) -> ApiResult<Done> {
    let cell = ids::portfolio(&id)?;
    control.seat().set_people(cell, String::new(), None).await?;
    Ok(Done::json())
}

async fn shown(control: &Control, cell: CellId) -> ApiResult<PeopleState> {
    let found = control.seat().query(cell, state).await?;
    found.map(Json).ok_or_else(|| ids::unknown("portfolio"))
}

fn state(portfolio: &Portfolio) -> PeopleState {
    let people = portfolio.people.as_ref();
    let cast = people.and_then(|people| people.cast());
    let group = |Listed {
                     name,
                     size,
                     first,
                     last,
                 }| GroupState {
        name,
        size,
        first_number: first.to_string(),
        last_number: last.to_string(),
    };
    PeopleState {
        groups: cast
            .map(|cast| cast.groups().map(group).collect())
            .unwrap_or_default(),
        seed: cast.map(|cast| cast.seed().to_string()),
        expected: people.map_or(0, |people| people.pending()),
        file: cast.map(|cast| cast.text().to_owned()),
    }
}
