//! The suppression list: whom the business itself has decided not to write to.

use axum::Json;
use axum::extract::{Path, State};
use sender::ids::PersonKey;
use sender::lane::{Lane, Lanes};
use sender::portfolio::Portfolio;
use sender::portfolio::command::PeopleCommand;
use sender::portfolio::suppression::{Reason, Suppression};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::{Admin, Reader, With, portfolio};
use super::error::{Answered, Problem};
use super::input::{Asked, Input, person};
use super::page::{OfPortfolio, Page, Which};
use super::people::{Done, carry_out, time};
use super::taken::{Taken, decide_each};
use crate::gateway::Gateway;

/// Lanes from their names; `None` for a name that is none. Nothing said is everything but replies.
pub(super) fn lanes(names: Option<&[String]>) -> Option<Lanes> {
    let Some(names) = names else {
        return Some(Lanes::TEMPLATES);
    };
    names.iter().try_fold(Lanes::NONE, |lanes, name| {
        let lane = Lane::ALL.into_iter().find(|lane| lane.name() == name)?;
        Some(lanes.with(lane))
    })
}

/// The names of lanes.
pub(super) fn names(lanes: Lanes) -> Vec<&'static str> {
    Lane::ALL
        .into_iter()
        .filter(|lane| lanes.contains(*lane))
        .map(Lane::name)
        .collect()
}

/// A place on the list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SuppressionView {
    /// What the person does not get.
    lanes: Vec<&'static str>,
    /// `complaint`, `request`, `legal`, `unreachable` or `other`.
    reason: &'static str,
    /// Null for ever.
    until: Option<String>,
    until_ms: Option<u64>,
}

impl SuppressionView {
    pub(super) fn of(suppression: &Suppression) -> Self {
        SuppressionView {
            lanes: names(suppression.lanes),
            reason: suppression.reason.name(),
            until: time(suppression.until_ms),
            until_ms: suppression.until_ms,
        }
    }
}

/// Somebody on the list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SuppressedView {
    /// Their phone number; `#` and 16 hexadecimal digits where only a business-scoped id is known.
    person: String,
    #[serde(flatten)]
    suppression: SuppressionView,
}

/// People to be put on the list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSuppressions {
    /// Of this portfolio (its name); needed where a token opens several.
    portfolio: Option<String>,
    /// One to 10,000.
    data: Vec<NewSuppression>,
}

/// Somebody to be put on the list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSuppression {
    /// A phone number with country code, or a business-scoped id.
    person: String,
    /// Some of `service`, `authentication`, `utility`, `marketing`; all but `service` if nothing is said.
    lanes: Option<Vec<String>>,
    /// `complaint`, `request`, `legal`, `unreachable` or `other`.
    reason: String,
    /// Until when, in milliseconds since the Unix epoch; for ever if nothing is said.
    until_ms: Option<u64>,
}

/// Puts people on the suppression list; who is on it already gets the new entry, and the same list again changes nothing. An
/// entry that cannot be used stops no other.
#[utoipa::path(post, path = "/suppressions", tag = "people", operation_id = "suppress", request_body = NewSuppressions,
    responses((status = 200, body = Taken), (status = "4XX", body = Problem)))]
pub(super) async fn add(
    State(gateway): State<Gateway>,
    With(caller): Admin,
    Input(new): Input<NewSuppressions>,
) -> Answered<Taken> {
    let (_, cell) = portfolio(&gateway, &caller, new.portfolio.as_deref())?;
    let taken = decide_each(&gateway, cell, &new.data, command).await;
    taken.map(Json)
}

fn command(item: &NewSuppression) -> Result<PeopleCommand, Problem> {
    let lanes = lanes(item.lanes.as_deref());
    let lanes =
        lanes.ok_or_else(|| Problem::invalid("lanes are service, authentication, utility and marketing"))?;
    let reason = Reason::ALL
        .into_iter()
        .find(|reason| reason.name() == item.reason);
    let reason = reason.ok_or_else(|| Problem::invalid(format!("reason cannot be {:?}", item.reason)))?;
    Ok(PeopleCommand::Suppress {
        person: person(&item.person)?,
        suppression: Suppression {
            lanes,
            reason,
            until_ms: item.until_ms,
        },
    })
}

/// Lists who is on the suppression list.
#[utoipa::path(get, path = "/suppressions", tag = "people", operation_id = "list_suppressions", params(Which),
    responses((status = 200, body = Page<SuppressedView>), (status = "4XX", body = Problem)))]
pub(super) async fn list(
    State(gateway): State<Gateway>,
    With(caller): Reader,
    Asked(which): Asked<Which>,
) -> Answered<Page<SuppressedView>> {
    let (_, cell) = portfolio(&gateway, &caller, which.portfolio.as_deref())?;
    let (from, limit) = (which.contact()?, which.limit());
    let read = move |portfolio: &Portfolio| {
        let mut entries = portfolio.suppressions.range(from..);
        let view = |(contact, suppression): (&sender::ids::ContactIx, &Suppression)| {
            let key = portfolio.people.e164(*contact).and_then(PersonKey::phone);
            let key = key.or_else(|| portfolio.people.keys(*contact).next())?;
            Some(SuppressedView {
                person: key.to_text(),
                suppression: SuppressionView::of(suppression),
            })
        };
        let views: Vec<_> = entries.by_ref().take(limit).filter_map(view).collect();
        (views, entries.next().map(|(next, _)| next.0.to_string()))
    };
    let (data, after) = gateway.seat().query(cell, read).await?.unwrap_or_default();
    Ok(Json(Page { data, after }))
}

/// Takes a person off the suppression list.
#[utoipa::path(delete, path = "/suppressions/{person}", tag = "people", operation_id = "unsuppress",
    params(("person" = String, Path), OfPortfolio), responses((status = 200, body = Done), (status = "4XX", body = Problem)))]
pub(super) async fn remove(
    State(gateway): State<Gateway>,
    With(caller): Admin,
    Path(who): Path<String>,
    Asked(which): Asked<OfPortfolio>,
) -> Answered<Done> {
    let (_, cell) = portfolio(&gateway, &caller, which.portfolio.as_deref())?;
    let command = PeopleCommand::Unsuppress {
        person: person(&who)?,
    };
    carry_out(
        &gateway,
        cell,
        command,
        "entry",
        "GET /v1/suppressions lists them.",
    )
    .await
}
