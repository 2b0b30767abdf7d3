//! People who asked for a person: who still waits, and that somebody took over.
//!
//! Must not know: when a request is missed.

use axum::Json;
use axum::extract::{Path, State};
use decider::Timestamp;
use sender::ids::{ContactIx, NumberIx, PersonKey};
use sender::person_requests::{HandOver, Request};
use sender::portfolio::Portfolio;
use sender::portfolio::command::PeopleCommand;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::access::{Reader, Sender, With, portfolio};
use super::error::{Answered, Problem};
use super::input::{Asked, Input, person};
use super::page::{OfPortfolio, Page, Which, limit};
use super::people::{Done, carry_out};
use super::ways::id;
use crate::gateway::Gateway;
use crate::graph::answers::iso;

/// Which requests.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichRequests {
    /// Of this portfolio (its name); needed where a token opens several.
    portfolio: Option<String>,
    /// `open` (still in time) or `missed` only; both if nothing is said.
    state: Option<String>,
    /// The `after` of the page before.
    after: Option<String>,
    /// At most so many entries: 100 if nothing is said, 1,000 at most.
    limit: Option<u32>,
}

/// Somebody who asked for a person and waits.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RequestView {
    /// The number (its id) that they wrote to.
    number: String,
    /// Their phone number; `#` and 16 hexadecimal digits where only a business-scoped id is known.
    person: String,
    /// `open` while somebody may still answer in time, else `missed`.
    state: &'static str,
    asked: String,
    asked_ms: u64,
    /// To be answered by then.
    due: String,
    due_ms: u64,
}

/// Lists people who asked for a person and still wait. Who was answered, in time or late, is not among them any more; metrics
/// count them.
#[utoipa::path(get, path = "/person_requests", tag = "people", operation_id = "list_person_requests", params(WhichRequests),
    responses((status = 200, body = Page<RequestView>), (status = "4XX", body = Problem)))]
pub(super) async fn list(
    State(gateway): State<Gateway>,
    With(caller): Reader,
    Asked(asked): Asked<WhichRequests>,
) -> Answered<Page<RequestView>> {
    let missed = missed(asked.state.as_deref())?;
    let which = Which {
        portfolio: asked.portfolio,
        after: asked.after,
        limit: asked.limit,
    };
    let (_, cell) = portfolio(&gateway, &caller, which.portfolio.as_deref())?;
    let (from, limit) = (which.from()?, limit(which.limit));
    let read = move |portfolio: &Portfolio| {
        let open = portfolio.requests.open();
        let wanted = open.filter(|(_, _, request)| missed.is_none_or(|missed| missed == request.missed));
        let views = wanted
            .skip(from)
            .take(limit + 1)
            .filter_map(|(number, contact, request)| view(portfolio, number, contact, request));
        views.collect::<Vec<_>>()
    };
    let views = gateway.seat().query(cell, read).await?.unwrap_or_default();
    Ok(Json(Page::of(views, from, limit)))
}

/// Whether those that were missed, or the others, are wanted; both if nothing is said.
fn missed(state: Option<&str>) -> Result<Option<bool>, Problem> {
    match state {
        None | Some("") => Ok(None),
        Some("open") => Ok(Some(false)),
        Some("missed") => Ok(Some(true)),
        Some(other) => {
            let what = format!("state: {other:?} is none; there are open and missed");
            Err(Problem::invalid(what))
        }
    }
}

fn view(
    portfolio: &Portfolio,
    number: NumberIx,
    contact: ContactIx,
    request: Request,
) -> Option<RequestView> {
    let key = portfolio.people.e164(contact).and_then(PersonKey::phone);
    let key = key.or_else(|| portfolio.people.keys(contact).next())?;
    Some(RequestView {
        number: portfolio.number(number)?.id.0.to_string(),
        person: key.to_text(),
        state: if request.missed { "missed" } else { "open" },
        asked: iso(Timestamp::from_millis(request.asked_ms)),
        asked_ms: request.asked_ms,
        due: iso(Timestamp::from_millis(request.due_ms)),
        due_ms: request.due_ms,
    })
}

/// Somebody of the business took over a chat.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewHandOver {
    /// The number (its id) that the person wrote to.
    number: String,
}

/// Notes that somebody of the business took over the chat with a person who asked for a person.
#[utoipa::path(post, path = "/people/{person}/handed_over", tag = "people", operation_id = "hand_over",
    params(("person" = String, Path), OfPortfolio), request_body = NewHandOver,
    responses((status = 200, body = Done), (status = "4XX", body = Problem)))]
pub(super) async fn hand_over(
    State(gateway): State<Gateway>,
    With(caller): Sender,
    Path(who): Path<String>,
    Asked(which): Asked<OfPortfolio>,
    Input(new): Input<NewHandOver>,
) -> Answered<Done> {
    let (_, cell) = portfolio(&gateway, &caller, which.portfolio.as_deref())?;
    let command = PeopleCommand::TakeOver {
        person: person(&who)?,
        number: id(&new.number)?,
        how: HandOver::Told,
    };
    let done = carry_out(
        &gateway,
        cell,
        command,
        "open request for a person",
        "GET /v1/person_requests lists them.",
    )
    .await;
    gateway.look_at_requests().await;
    done
}
