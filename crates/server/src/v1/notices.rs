//! Who looks after a portfolio, and what they were told by mail and notification.
//!
//! Must not know: the words of a notice, how mail is sent.

use axum::Json;
use axum::extract::{Path, State};
use decider::CellId;
use engine::Recorded;
use platform::portfolio::event::Administrator;
use platform::portfolio::notices::is_notice;
use platform::portfolio::{self, Answer, Command, Portfolio};
use platform::{Event, Platform};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, ApiResult, ErrorBody};
use super::events::{WhichEvents, found};
use super::input::{Asked, Input};
use super::page::{TailPage, iso};
use super::people::Done;
use super::{Control, ids};
use crate::Seat;
use crate::ids::portfolio_id;

/// Who looks after a portfolio.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Administrators {
    /// At most 20.
    administrators: Vec<Person>,
}

/// An administrator.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    #[schema(example = "Ann")]
    name: String,
    #[schema(example = "ann@shop.example")]
    email: String,
}

/// Shows who is told of changes in a portfolio.
#[utoipa::path(get, path = "/portfolios/{portfolio_id}/administrators", tag = "account", operation_id = "get_administrators",
    params(("portfolio_id" = String, Path)),
    responses((status = 200, body = Administrators), (status = "4XX", body = ErrorBody)))]
pub(super) async fn administrators(
    State(control): State<Control>,
    Path(id): Path<String>,
) -> ApiResult<Administrators> {
    let read = |portfolio: &Portfolio| portfolio.administrators.iter().map(person).collect();
    let administrators = control.seat().query(ids::portfolio(&id)?, read).await?;
    let administrators = administrators.ok_or_else(|| ids::unknown("portfolio"))?;
    Ok(Json(Administrators { administrators }))
}

fn person(administrator: &Administrator) -> Person {
    let Administrator { name, email } = administrator.clone();
    Person { name, email }
}

/// Says who is told of changes in a portfolio, in place of whoever was. Nobody hears of what was before.
#[utoipa::path(post, path = "/portfolios/{portfolio_id}/administrators", tag = "account", operation_id = "set_administrators",
    params(("portfolio_id" = String, Path)), request_body = Administrators,
    responses((status = 200, body = Done), (status = "4XX", body = ErrorBody)))]
pub(super) async fn set_administrators(
    State(control): State<Control>,
    Path(id): Path<String>,
    Input(new): Input<Administrators>,
) -> ApiResult<Done> {
    let administrators = new.administrators.into_iter();
    let command = Command::SetAdministrators {
        administrators: administrators
            .map(|Person { name, email }| Administrator { name, email })
            .collect(),
    };
    match control.seat().portfolio(ids::portfolio(&id)?, command).await? {
        Answer::Done => Ok(Done::json()),
        other => Err(ApiError::of_answer(other)),
    }
}

/// What the administrators were told.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NoticeState {
    time: String,
    time_ms: u64,
    portfolio_id: String,
    /// Of the event that it is about, counted from 0 within the portfolio.
    sequence: u64,
    /// What happened.
    #[schema(example = "+15550783881 is FLAGGED")]
    subject: String,
    /// Why.
    reason: String,
    /// What it means, and what to do.
    advice: String,
    /// The addresses of those who are told.
    told: Vec<String>,
}

/// Lists what the administrators were told by mail and notification, in order of time.
#[utoipa::path(get, path = "/notices", tag = "history", operation_id = "list_notices", params(WhichEvents),
    responses((status = 200, body = TailPage<NoticeState>), (status = "4XX", body = ErrorBody)))]
pub(super) async fn list(
    State(control): State<Control>,
    Asked(which): Asked<WhichEvents>,
) -> ApiResult<TailPage<NoticeState>> {
    let wanted = |event: &Event| matches!(event, Event::Portfolio(event) if is_notice(event));
    let (found, next) = found(&control, &which, wanted).await?;
    let data = told(control.seat(), found).await?;
    Ok(Json(TailPage::of(data, next)))
}

/// Asks each portfolio once for all its notices, and puts them in the order of the events.
async fn told(seat: &Seat, found: Vec<Recorded<Platform>>) -> Result<Vec<NoticeState>, ApiError> {
    let mut cells: Vec<CellId> = found.iter().map(|recorded| recorded.cell).collect();
    cells.sort_unstable();
    cells.dedup();
    let mut placed: Vec<(usize, NoticeState)> = Vec::with_capacity(found.len());
    for cell in cells {
        let of_cell: Vec<_> = found
            .iter()
            .enumerate()
            .filter_map(|(place, of)| piece(cell, place, of))
            .collect();
        let read = move |portfolio: &Portfolio| -> Vec<(usize, NoticeState)> {
            of_cell
                .iter()
                .filter_map(|piece| Some((piece.place, state(portfolio, piece)?)))
                .collect()
        };
        placed.extend(seat.query(cell, read).await?.into_iter().flatten());
    }
    placed.sort_unstable_by_key(|(place, _)| *place);
    Ok(placed.into_iter().map(|(_, state)| state).collect())
}

/// One event of a portfolio, and its place among those that were found.
struct Piece {
    place: usize,
    at: decider::Timestamp,
    sequence: u64,
    event: portfolio::Event,
}

fn piece(cell: CellId, place: usize, recorded: &Recorded<Platform>) -> Option<Piece> {
    match &recorded.event {
        Event::Portfolio(event) if recorded.cell == cell => Some(Piece {
            place,
            at: recorded.at,
            sequence: recorded.sequence,
            event: event.clone(),
        }),
        _ => None,
    }
}

fn state(portfolio: &Portfolio, piece: &Piece) -> Option<NoticeState> {
    let notice = portfolio.notice(&piece.event, piece.at)?;
    Some(NoticeState {
        time: iso(piece.at),
        time_ms: piece.at.millis(),
        portfolio_id: portfolio_id(portfolio.cell).to_string(),
        sequence: piece.sequence,
        subject: notice.subject,
        reason: notice.reason,
        advice: notice.advice,
        told: portfolio.told(piece.at).map(|who| who.email.clone()).collect(),
    })
}
