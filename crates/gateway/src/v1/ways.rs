//! Declared ways to a person, by number.
//!
//! Must not know: which ways count, what follows if there are none.

use axum::Json;
use axum::extract::{Path, State};
use cloud_api::NodeId;
use decider::CellId;
use rulebook::escalation::{Path as Way, PathKind};
use sender::ids::PhoneNumberId;
use sender::portfolio::{Answer, Command, Portfolio};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::{Admin, Reader, With, portfolio};
use super::error::{Answered, Problem};
use super::input::{Asked, Input};
use super::page::OfPortfolio;
use crate::gateway::Gateway;

/// A way to a person that a number declares.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWay {
    /// `in_chat_transfer`, `phone`, `email`, `web_support`, `support_form`, `store_visit`; also `social_account`, `help_centre`
    /// and `app_link`, which do not count.
    kind: String,
    /// A number, an address, a link.
    #[serde(default)]
    target: String,
}

/// All ways to a person that a number declares.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWays {
    /// At most 20; none takes all of them back.
    data: Vec<NewWay>,
}

/// A way to a person that a number declares.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WayView {
    kind: &'static str,
    target: String,
    /// Whether it leads to a person directly, as the policy wants.
    counts: bool,
}

/// The ways to a person of a number.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Ways {
    data: Vec<WayView>,
    /// Whether one of them counts: else the platform may rate the number low for it.
    sufficient: bool,
}

impl Ways {
    fn of(ways: &[Way]) -> Self {
        let view = |way: &Way| WayView {
            kind: way.kind.name(),
            target: way.target.clone(),
            counts: way.kind.counts(),
        };
        Ways {
            data: ways.iter().map(view).collect(),
            sufficient: rulebook::escalation::is_valid(ways),
        }
    }
}

/// Lists the ways to a person that a number declares.
#[utoipa::path(get, path = "/numbers/{number}/ways", tag = "people", operation_id = "list_ways",
    params(("number" = String, Path), OfPortfolio), responses((status = 200, body = Ways), (status = "4XX", body = Problem)))]
pub(super) async fn ways(
    State(gateway): State<Gateway>,
    With(caller): Reader,
    Path(number): Path<String>,
    Asked(which): Asked<OfPortfolio>,
) -> Answered<Ways> {
    let (_, cell) = portfolio(&gateway, &caller, which.portfolio.as_deref())?;
    let ways = declared(&gateway, cell, id(&number)?).await?;
    Ok(Json(Ways::of(&ways)))
}

/// Declares the ways to a person of a number, all of them; those that do not count are kept too.
#[utoipa::path(put, path = "/numbers/{number}/ways", tag = "people", operation_id = "declare_ways",
    params(("number" = String, Path), OfPortfolio), request_body = NewWays,
    responses((status = 200, body = Ways), (status = "4XX", body = Problem)))]
pub(super) async fn declare(
    State(gateway): State<Gateway>,
    With(caller): Admin,
    Path(number): Path<String>,
    Asked(which): Asked<OfPortfolio>,
    Input(new): Input<NewWays>,
) -> Answered<Ways> {
    let (_, cell) = portfolio(&gateway, &caller, which.portfolio.as_deref())?;
    let ways: Result<Vec<Way>, Problem> = new.data.into_iter().map(way).collect();
    let (number, ways) = (id(&number)?, ways?);
    let declare = Command::DeclareWays {
        number,
        ways: ways.clone(),
    };
    match gateway.seat().portfolio(cell, declare).await? {
        Answer::Done => Ok(Json(Ways::of(&ways))),
        Answer::Unknown("number") => Err(unknown_number()),
        _ => Err(Problem::invalid(
            "a number has at most 20 ways, none longer than 2,048 bytes",
        )),
    }
}

fn way(new: NewWay) -> Result<Way, Problem> {
    let kind = PathKind::ALL.into_iter().find(|kind| kind.name() == new.kind);
    let known = || PathKind::ALL.map(PathKind::name).join(", ");
    let kind = kind
        .ok_or_else(|| Problem::invalid(format!("kind cannot be {:?}: there are {}", new.kind, known())))?;
    Ok(Way {
        kind,
        target: new.target.trim().to_owned(),
    })
}

pub(super) async fn declared(
    gateway: &Gateway,
    cell: CellId,
    number: PhoneNumberId,
) -> Result<Vec<Way>, Problem> {
    let read = move |portfolio: &Portfolio| Some(portfolio.ways(portfolio.number_of(number)?).to_vec());
    let found = gateway.seat().query(cell, read).await?;
    found.flatten().ok_or_else(unknown_number)
}

pub(super) fn id(text: &str) -> Result<PhoneNumberId, Problem> {
    let id = NodeId::parse(text).ok_or_else(|| Problem::invalid("number must be an id"))?;
    Ok(PhoneNumberId(id.0))
}

fn unknown_number() -> Problem {
    Problem::not_found("number", "GET /v1/numbers lists them.")
}
