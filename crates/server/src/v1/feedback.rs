//! What becomes of messages at their recipients, one by one or many at once.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use cloud_api::Direction;
use decider::CellId;
use platform::ids::MessageId;
use platform::portfolio::command::Feedback;
use platform::portfolio::{Answer, Command};
use platform::{Answer as SeatAnswer, Command as SeatCommand};
use rulebook::rating::{BlockReason, ReportReason, Signal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, ApiResult, ErrorBody, ErrorDetail};
use super::input::{Input, word};
use super::people::Done;
use super::{Control, ids};

/// Entries of one call: a second of work.
const MANY_MAX: usize = 10_000;
/// Commands stored together: at most this much is undone when one of them cannot be decided.
const TOGETHER: usize = 1_000;
/// The code of a failure if nothing is said: undeliverable.
const FAILED: u32 = 131_026;

/// What happened to a message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewFeedback {
    /// `delivered`, `read`, `block`, `report`, `mute`, `archive`, `opt_out`, `tap` or `fail`.
    signal: String,
    /// Of a block or a report.
    reason: Option<String>,
    /// Of a failure: the platform's error code, 131026 if nothing is said.
    code: Option<u32>,
    /// Of a tap: the place of the button among the template's, counted from 0; the first if nothing is said.
    button: Option<u8>,
}

/// What happened to one of many messages.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FeedbackItem {
    /// Its id.
    message: String,
    /// As for a single message.
    signal: String,
    /// As for a single message.
    reason: Option<String>,
    /// As for a single message.
    code: Option<u32>,
    /// As for a single message.
    button: Option<u8>,
}

/// What became of many.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FeedbackTaken {
    /// How many were taken.
    taken: usize,
    /// Those that were not.
    refused: Vec<FeedbackRefused>,
}

/// One that was not taken.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FeedbackRefused {
    message: String,
    error: ErrorDetail,
}

/// A person does something with a message that they got.
#[utoipa::path(post, path = "/messages/{message_id}/feedback", tag = "people", operation_id = "feedback",
    params(("message_id" = String, Path)), request_body = NewFeedback,
    responses((status = 200, body = Done), (status = "4XX", body = ErrorBody)))]
pub(super) async fn one(
    State(control): State<Control>,
    Path(id): Path<String>,
    Input(new): Input<NewFeedback>,
) -> ApiResult<Done> {
    let (cell, message) = outbound(&id)?;
    let feedback = read(&new.signal, new.reason.as_deref(), new.code, new.button)?;
    control
        .carry_out(cell, Command::Feedback { message, feedback })
        .await?;
    Ok(Done::json())
}

/// The same for up to 10,000 messages, in the order given for each portfolio. One that is refused stops no other.
#[utoipa::path(post, path = "/feedback", tag = "people", operation_id = "feedback_many", request_body = Vec<FeedbackItem>,
    responses((status = 200, body = FeedbackTaken), (status = "4XX", body = ErrorBody)))]
pub(super) async fn many(
    State(control): State<Control>,
    Input(items): Input<Vec<FeedbackItem>>,
) -> ApiResult<FeedbackTaken> {
    if items.len() > MANY_MAX {
        return Err(ApiError::invalid(format!("at most {MANY_MAX} entries at once")));
    }
    let mut refused = Vec::new();
    let mut by_cell: BTreeMap<CellId, Vec<(String, SeatCommand)>> = BTreeMap::new();
    for item in items {
        match command(&item) {
            Ok((cell, command)) => by_cell.entry(cell).or_default().push((item.message, command)),
            Err(error) => refused.push(FeedbackRefused {
                message: item.message,
                error: error.into_detail(),
            }),
        }
    }
    let mut taken = 0;
    for (cell, mut commands) in by_cell {
        while !commands.is_empty() {
            let rest = commands.split_off(commands.len().min(TOGETHER));
            taken += submit(&control, cell, commands, &mut refused).await?;
            commands = rest;
        }
    }
    Ok(Json(FeedbackTaken { taken, refused }))
}

async fn submit(
    control: &Control,
    cell: CellId,
    commands: Vec<(String, SeatCommand)>,
    refused: &mut Vec<FeedbackRefused>,
) -> Result<usize, ApiError> {
    let (messages, commands): (Vec<String>, Vec<SeatCommand>) = commands.into_iter().unzip();
    if control.seat().query(cell, |_| ()).await?.is_none() {
        let unknown = |message| FeedbackRefused {
            message,
            error: ids::unknown("message").into_detail(),
        };
        refused.extend(messages.into_iter().map(unknown));
        return Ok(0);
    }
    let answers = control.seat().engine().submit_all(cell, commands).await?;
    let before = refused.len();
    let count = messages.len();
    for (message, answer) in messages.into_iter().zip(answers) {
        let error = match answer {
            SeatAnswer::Portfolio(Answer::Done) => continue,
            SeatAnswer::Portfolio(other) => ApiError::of_answer(other),
            SeatAnswer::Directory(_) | SeatAnswer::WrongCell => ids::unknown("message"),
        };
        refused.push(FeedbackRefused {
            message,
            error: error.into_detail(),
        });
    }
    Ok(count - (refused.len() - before))
}

fn command(item: &FeedbackItem) -> Result<(CellId, SeatCommand), ApiError> {
    let (cell, message) = outbound(&item.message)?;
    let feedback = read(&item.signal, item.reason.as_deref(), item.code, item.button)?;
    Ok((
        cell,
        SeatCommand::Portfolio(Command::Feedback { message, feedback }),
    ))
}

fn outbound(id: &str) -> Result<(CellId, MessageId), ApiError> {
    match ids::message(id)? {
        (cell, message, Direction::Outbound) => Ok((cell, message)),
        _ => Err(ApiError::invalid(
            "feedback is about messages to a person; this one is from a person",
        )),
    }
}

/// What the words mean.
fn read(
    signal: &str,
    reason: Option<&str>,
    code: Option<u32>,
    button: Option<u8>,
) -> Result<Feedback, ApiError> {
    let code = code.unwrap_or(FAILED);
    let button = button.unwrap_or_default();
    let words = &[
        ("delivered", Feedback::Delivered),
        ("read", Feedback::Read),
        ("fail", Feedback::Failed { code }),
        ("block", Feedback::Signal(Signal::Block(BlockReason::NoReason))),
        ("report", Feedback::Signal(Signal::Report(ReportReason::NoReason))),
        ("mute", Feedback::Signal(Signal::Mute)),
        ("archive", Feedback::Signal(Signal::Archive)),
        ("opt_out", Feedback::Signal(Signal::OptOut)),
        ("tap", Feedback::Tapped { button }),
    ];
    let feedback = word(signal, "signal", words)?;
    let Some(reason) = reason else { return Ok(feedback) };
    match feedback {
        Feedback::Signal(Signal::Block(_)) => Ok(Feedback::Signal(Signal::Block(block_reason(reason)?))),
        Feedback::Signal(Signal::Report(_)) => Ok(Feedback::Signal(Signal::Report(report_reason(reason)?))),
        _ => Err(ApiError::invalid("only a block or a report has a reason")),
    }
}

/// A reason to block, in the platform's word or as people say it.
pub(super) fn block_reason(reason: &str) -> Result<BlockReason, ApiError> {
    let mut words: Vec<_> = BlockReason::ALL
        .iter()
        .map(|reason| (reason.label(), *reason))
        .collect();
    words.push(("DIDNT_SIGN_UP", BlockReason::DidntSignUp));
    words.push(("OFFENSIVE", BlockReason::Offensive));
    word(reason, "reason", &words)
}

fn report_reason(reason: &str) -> Result<ReportReason, ApiError> {
    let mut words: Vec<_> = ReportReason::ALL
        .iter()
        .map(|reason| (reason.label(), *reason))
        .collect();
    words.push(("OFFENSIVE", ReportReason::Offensive));
    word(reason, "reason", &words)
}
