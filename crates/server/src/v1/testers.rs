//! Testers who write to a number and look for a way to a person.
//!
//! Must not know: what they follow, which ways count.

use axum::Json;
use axum::extract::{Path, State};
use cloud_api::Direction;
use decider::Timestamp;
use platform::portfolio::command::PolicyCommand;
use platform::portfolio::number::tester::Tester;
use platform::portfolio::{Answer, Portfolio};
use rulebook::escalation::{HELLO, PathKind};
use serde::Serialize;
use utoipa::ToSchema;

use super::error::{ApiError, ApiResult, ErrorBody};
use super::page::iso;
use super::violations::policy;
use super::{Control, ids};
use crate::content::MessageContent;
use crate::ids::wamid;

/// A tester at work.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TesterMade {
    /// Who writes: answers to this person are read by the tester.
    wa_id: String,
    /// Their first message.
    message_id: String,
}

/// A tester writes to the number, asks how to reach a person, and follows what the business offers. They conclude when they
/// found a way, when nothing leads on, or when no answer came in the edition's time.
#[utoipa::path(post, path = "/numbers/{phone_number_id}/testers", tag = "policy", operation_id = "send_tester",
    params(("phone_number_id" = String, Path)),
    responses((status = 200, body = TesterMade), (status = "4XX", body = ErrorBody)))]
pub(super) async fn send(State(control): State<Control>, Path(id): Path<String>) -> ApiResult<TesterMade> {
    let (cell, number) = ids::number(&id)?;
    let content = MessageContent::text(HELLO).to_bytes();
    match policy(&control, cell, PolicyCommand::BeginTest { number, content }).await? {
        Answer::Received { message, contact } => {
            let phone = control
                .seat()
                .query(cell, move |portfolio| portfolio.phone_of(contact))
                .await?;
            Ok(Json(TesterMade {
                wa_id: phone
                    .flatten()
                    .map_or_else(String::new, |phone| phone.to_string()),
                message_id: wamid(cell, message, Direction::Inbound).to_string(),
            }))
        }
        other => Err(ApiError::of_answer(other)),
    }
}

/// The last tester of a number.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TesterState {
    wa_id: String,
    begun: String,
    /// Messages that they wrote.
    messages: u32,
    /// Ways that they were offered.
    offered: Vec<String>,
    /// `at_work`, `found` or `not_found`.
    state: String,
    /// The way that they found; null while they are at work, and when they found none.
    found: Option<String>,
    /// When they concluded; null while they are at work.
    ended: Option<String>,
}

/// Shows the last tester of a number.
#[utoipa::path(get, path = "/numbers/{phone_number_id}/testers", tag = "policy", operation_id = "get_tester",
    params(("phone_number_id" = String, Path)),
    responses((status = 200, body = TesterState), (status = "4XX", body = ErrorBody)))]
pub(super) async fn get(State(control): State<Control>, Path(id): Path<String>) -> ApiResult<TesterState> {
    let (cell, number) = ids::number(&id)?;
    let read = move |portfolio: &Portfolio| {
        let tester = portfolio.number(number)?.tester.as_deref()?;
        Some(state(portfolio, tester))
    };
    let state = control.seat().query(cell, read).await?.flatten();
    state.map(Json).ok_or_else(|| ids::unknown("tester"))
}

fn state(portfolio: &Portfolio, tester: &Tester) -> TesterState {
    let time = |ms| iso(Timestamp::from_millis(ms));
    let state = match tester.ended {
        None => "at_work",
        Some((Some(_), _)) => "found",
        Some((None, _)) => "not_found",
    };
    let name = |kind: PathKind| kind.name().to_owned();
    TesterState {
        wa_id: portfolio
            .phone_of(tester.contact)
            .map_or_else(String::new, |phone| phone.to_string()),
        begun: time(tester.begun_ms),
        messages: tester.messages,
        offered: tester.seen.offered.iter().map(name).collect(),
        state: state.to_owned(),
        found: tester.ended.and_then(|(found, _)| found).map(name),
        ended: tester.ended.map(|(_, at)| time(at)),
    }
}
