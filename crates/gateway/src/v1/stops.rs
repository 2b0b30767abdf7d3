//! Stops: what is not sent until somebody resumes it. Replies are never stopped.

use axum::Json;
use axum::extract::State;
use cloud_api::NodeId;
use sender::ids::{PhoneNumberId, TemplateKey, WabaId};
use sender::portfolio::command::{StopCommand, StopWhat};
use sender::portfolio::stops::StopOf;
use sender::portfolio::{Answer, Command, Portfolio};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::{Admin, Reader, With, portfolio};
use super::error::{Answered, Problem};
use super::input::{Asked, Input};
use super::page::OfPortfolio;
use super::people::Done;
use super::suppressions::{lanes, names};
use crate::gateway::Gateway;

/// A stop, or its end. Without `number` and `template` it is about the whole portfolio.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewStop {
    /// Of this portfolio (its name); needed where a token opens several.
    portfolio: Option<String>,
    /// What this number (its id) sends.
    number: Option<String>,
    /// What is sent with this template.
    template: Option<StoppedTemplate>,
    /// Some of `authentication`, `utility`, `marketing`; an empty list resumes. All of them if nothing is said.
    lanes: Option<Vec<String>>,
}

/// A template by name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StoppedTemplate {
    /// Its account (the platform's id).
    waba: String,
    name: String,
    language: String,
}

/// Stops sending, or resumes it.
#[utoipa::path(post, path = "/stops", tag = "sending", operation_id = "stop", request_body = NewStop,
    responses((status = 200, body = Done), (status = "4XX", body = Problem)))]
pub(super) async fn set(
    State(gateway): State<Gateway>,
    With(caller): Admin,
    Input(new): Input<NewStop>,
) -> Answered<Done> {
    let (_, cell) = portfolio(&gateway, &caller, new.portfolio.as_deref())?;
    let id = |text: &str, what: &str| {
        let id = NodeId::parse(text).map(|NodeId(id)| id);
        id.ok_or_else(|| Problem::invalid(format!("{what} must be an id")))
    };
    let what = match (&new.number, &new.template) {
        (None, None) => StopWhat::Portfolio,
        (Some(number), None) => StopWhat::Number(PhoneNumberId(id(number, "number")?)),
        (None, Some(template)) => {
            let waba = WabaId(id(&template.waba, "waba")?);
            StopWhat::Template(waba, TemplateKey::of(&template.name, &template.language))
        }
        _ => return Err(Problem::invalid("give number or template, not both")),
    };
    let lanes = lanes(new.lanes.as_deref());
    let lanes = lanes.ok_or_else(|| Problem::invalid("lanes are authentication, utility and marketing"))?;
    let lanes = (lanes.bits() != 0).then_some(lanes);
    match gateway
        .seat()
        .portfolio(cell, Command::Stop(StopCommand { what, lanes }))
        .await?
    {
        Answer::Done => Ok(Json(Done { done: true })),
        _ => Err(Problem::not_found(
            "number or account",
            "GET /v1/numbers lists them.",
        )),
    }
}

/// A stop in force.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StopView {
    /// `portfolio`, `number` or `template`.
    of: &'static str,
    /// Of a number: its id.
    number: Option<String>,
    /// Of a template: its name, if a poll has told it.
    template: Option<String>,
    language: Option<String>,
    lanes: Vec<&'static str>,
    /// By an incident, not by a person.
    incident: bool,
}

/// All stops in force.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StopList {
    data: Vec<StopView>,
}

/// Lists the stops in force.
#[utoipa::path(get, path = "/stops", tag = "sending", operation_id = "list_stops", params(OfPortfolio),
    responses((status = 200, body = StopList), (status = "4XX", body = Problem)))]
pub(super) async fn list(
    State(gateway): State<Gateway>,
    With(caller): Reader,
    Asked(which): Asked<OfPortfolio>,
) -> Answered<StopList> {
    let (_, cell) = portfolio(&gateway, &caller, which.portfolio.as_deref())?;
    let read = |portfolio: &Portfolio| {
        let named = |(of, stop)| {
            let (number, key) = match of {
                StopOf::Portfolio => (None, None),
                StopOf::Number(ix) => (portfolio.number(ix).map(|number| number.id), None),
                StopOf::Template(ix) => (None, portfolio.template(ix).map(|template| template.key)),
            };
            (of, stop, number, key)
        };
        portfolio.stops.iter().map(named).collect::<Vec<_>>()
    };
    let stops = gateway.seat().query(cell, read).await?.unwrap_or_default();
    let view = |(of, stop, number, key): (
        StopOf,
        sender::portfolio::stops::Stop,
        Option<PhoneNumberId>,
        Option<TemplateKey>,
    )| {
        let (template, language) = key.and_then(|key| gateway.names().get(key)).unzip();
        StopView {
            of: match of {
                StopOf::Portfolio => "portfolio",
                StopOf::Number(_) => "number",
                StopOf::Template(_) => "template",
            },
            number: number.map(|number| number.0.to_string()),
            template,
            language,
            lanes: names(stop.lanes),
            incident: stop.incident,
        }
    };
    let data = stops.into_iter().map(view).collect();
    Ok(Json(StopList { data }))
}
