//! People: what is known of one, what they want no more, erasing them on request.
//!
//! Must not know: what follows for sends.

use axum::Json;
use axum::extract::{Path, State};
use cloud_api::NodeId;
use decider::{CellId, Timestamp};
use sender::ids::{NumberIx, PersonKey, PhoneNumberId};
use sender::portfolio::command::PeopleCommand;
use sender::portfolio::opt_outs::How;
use sender::portfolio::{Answer, Command, Portfolio};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::{Admin, Reader, With, portfolio};
use super::error::{Answered, Problem};
use super::input::{Asked, Input, person};
use super::page::OfPortfolio;
use super::suppressions::SuppressionView;
use crate::gateway::Gateway;
use crate::graph::answers::iso;

/// What a person wants no more.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OptOutView {
    /// The number (its id) that it was said to.
    number: String,
    /// `platform` (marketing stopped in WhatsApp itself) or `words` (said to the business).
    how: &'static str,
}

/// A person, as far as the gateway knows them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PersonView {
    /// Their phone numbers; business-scoped ids are kept as hashes only.
    phone_numbers: Vec<String>,
    /// When they last wrote or called, to any number.
    last_inbound: Option<String>,
    opt_outs: Vec<OptOutView>,
    /// Null if they are not on the suppression list.
    suppression: Option<SuppressionView>,
}

/// What the gateway knows of a person.
#[utoipa::path(get, path = "/people/{person}", tag = "people", operation_id = "get_person",
    params(("person" = String, Path), OfPortfolio), responses((status = 200, body = PersonView), (status = "4XX", body = Problem)))]
pub(super) async fn get(
    State(gateway): State<Gateway>,
    With(caller): Reader,
    Path(who): Path<String>,
    Asked(which): Asked<OfPortfolio>,
) -> Answered<PersonView> {
    let (_, cell) = portfolio(&gateway, &caller, which.portfolio.as_deref())?;
    let key = person(&who)?;
    let found = gateway
        .seat()
        .query(cell, move |portfolio| view(portfolio, key))
        .await?;
    found.flatten().map(Json).ok_or_else(unknown)
}

fn unknown() -> Problem {
    Problem::not_found("person", "Nothing was sent to, or came from, this person.")
}

fn view(portfolio: &Portfolio, key: PersonKey) -> Option<PersonView> {
    let contact = portfolio.person(key)?;
    let of = portfolio.people.get(contact);
    let last = (0_u16..)
        .zip(&portfolio.numbers)
        .filter_map(|(ix, _)| portfolio.people.last_inbound(contact, &of, NumberIx(ix)));
    let opt_outs = portfolio.opt_outs.of(contact).filter_map(|(number, how)| {
        Some(OptOutView {
            number: portfolio.number(number)?.id.0.to_string(),
            how: match how {
                How::Platform => "platform",
                How::Words => "words",
            },
        })
    });
    let digits = portfolio.people.keys(contact).filter_map(PersonKey::e164);
    Some(PersonView {
        phone_numbers: digits.map(|e164| e164.to_string()).collect(),
        last_inbound: last.max().map(iso),
        opt_outs: opt_outs.collect(),
        suppression: portfolio.suppressions.get(&contact).map(SuppressionView::of),
    })
}

/// A wish that a person told elsewhere.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOptOut {
    /// Of which number (its id).
    number: String,
    /// `true`: they want no more messages; `false`: they want them again.
    stopped: bool,
}

/// What is done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Done {
    pub(super) done: bool,
}

/// Notes that a person wants no more messages, or wants them again, as they said elsewhere than in WhatsApp.
#[utoipa::path(post, path = "/people/{person}/opt_out", tag = "people", operation_id = "opt_out",
    params(("person" = String, Path), OfPortfolio), request_body = NewOptOut,
    responses((status = 200, body = Done), (status = "4XX", body = Problem)))]
pub(super) async fn opt_out(
    State(gateway): State<Gateway>,
    With(caller): Admin,
    Path(who): Path<String>,
    Asked(which): Asked<OfPortfolio>,
    Input(new): Input<NewOptOut>,
) -> Answered<Done> {
    let (_, cell) = portfolio(&gateway, &caller, which.portfolio.as_deref())?;
    let NodeId(number) =
        NodeId::parse(&new.number).ok_or_else(|| Problem::invalid("number must be an id"))?;
    let command = PeopleCommand::OptOut {
        person: person(&who)?,
        number: PhoneNumberId(number),
        stopped: new.stopped,
    };
    carry_out(&gateway, cell, command, "number", "GET /v1/numbers lists them.").await
}

/// Forgets a person: no number and no id leads to them any more. The words and proofs of their consents and the kept answers to
/// sends are gone from the disk when this is answered; their number is in no file after 32 days at most, while the gateway
/// runs: history is kept for 30 days, and what is old is dropped a few times a day. Webhooks that were relayed stay in the
/// delivery log for as long as `webhooks.log_kept_hours` says.
#[utoipa::path(delete, path = "/people/{person}", tag = "people", operation_id = "erase_person",
    params(("person" = String, Path), OfPortfolio), responses((status = 200, body = Done), (status = "4XX", body = Problem)))]
pub(super) async fn erase(
    State(gateway): State<Gateway>,
    With(caller): Admin,
    Path(who): Path<String>,
    Asked(which): Asked<OfPortfolio>,
) -> Answered<Done> {
    let (_, cell) = portfolio(&gateway, &caller, which.portfolio.as_deref())?;
    let command = PeopleCommand::Erase {
        person: person(&who)?,
    };
    let hint = "Nothing was sent to, or came from, this person.";
    let done = carry_out(&gateway, cell, command, "person", hint).await?;
    let (tables, now) = (gateway.seat().tables(), gateway.now());
    // The texts have lost their place already; this takes what is left of them out of the files.
    let purged = tokio::task::spawn_blocking(move || tables.purge_expired(now.millis())).await;
    purged.map_err(|error| Problem::internal(error.to_string()))??;
    Ok(done)
}

/// Decides about a person; `what` is not known if that is not done.
pub(super) async fn carry_out(
    gateway: &Gateway,
    cell: CellId,
    command: PeopleCommand,
    what: &str,
    hint: &str,
) -> Answered<Done> {
    match gateway.seat().portfolio(cell, Command::People(command)).await? {
        Answer::Done => Ok(Json(Done { done: true })),
        _ => Err(Problem::not_found(what, hint)),
    }
}

/// An instant in words, if there is one.
pub(super) fn time(ms: Option<u64>) -> Option<String> {
    ms.map(|ms| iso(Timestamp::from_millis(ms)))
}
