//! What became of messages that were admitted and sent through another provider.
//!
//! Must not know: what an outcome changes.

use axum::Json;
use axum::extract::State;
use sender::ids::{AttemptId, MessageKey};
use sender::portfolio::command::{Outcome, Settle};
use sender::portfolio::{Answer, Command};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::{Sender, With, portfolio};
use super::admissions::{TOGETHER, bounded, decided};
use super::error::{Answered, Problem};
use super::input::Input;
use crate::gateway::Gateway;

/// What became of messages.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOutcomes {
    /// Of this portfolio (its name); needed where a token opens several.
    portfolio: Option<String>,
    /// One to 10,000.
    data: Vec<NewOutcome>,
}

/// What became of a message: exactly one of `message`, `code` and `unknown`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOutcome {
    /// The attempt that the admission gave.
    attempt: u64,
    /// It was accepted: the id of the message.
    message: Option<String>,
    /// It was refused: the platform's error code.
    code: Option<u32>,
    /// Nobody knows.
    #[serde(default)]
    unknown: bool,
}

/// How many outcomes were taken.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Outcomes {
    /// Those whose attempt is known, now or before.
    taken: usize,
    /// Places in the call of those whose attempt is not, or no longer, known.
    unknown: Vec<usize>,
}

/// Tells what became of admitted messages.
#[utoipa::path(post, path = "/admissions/outcomes", tag = "sending", operation_id = "settle", request_body = NewOutcomes,
    responses((status = 200, body = Outcomes), (status = "4XX", body = Problem)))]
pub(super) async fn outcomes(
    State(gateway): State<Gateway>,
    With(caller): Sender,
    Input(new): Input<NewOutcomes>,
) -> Answered<Outcomes> {
    bounded(new.data.len())?;
    let (_, cell) = portfolio(&gateway, &caller, new.portfolio.as_deref())?;
    let command = |(at, item): (usize, &NewOutcome)| {
        let outcome = match (&item.message, item.code, item.unknown) {
            (Some(message), None, false) => Outcome::Accepted {
                message: MessageKey::of(message),
                person: None,
                held: false,
            },
            (None, Some(code), false) => Outcome::Refused { code },
            (None, None, true) => Outcome::Unknown,
            _ => {
                let problem = Problem::invalid("give exactly one of message, code and unknown");
                return Err(problem.within(&format!("data[{at}]")));
            }
        };
        Ok(sender::Command::Portfolio(Command::Settle(Settle {
            attempt: AttemptId(item.attempt),
            outcome,
            answer: None,
        })))
    };
    let chunk = |(nth, items): (usize, &[NewOutcome])| -> Result<Vec<sender::Command>, Problem> {
        (nth * TOGETHER..).zip(items).map(command).collect()
    };
    let chunks: Result<_, Problem> = new.data.chunks(TOGETHER).enumerate().map(chunk).collect();
    let answers = decided(&gateway, cell, chunks?).await?;
    let unknown: Vec<usize> = (0..)
        .zip(answers.iter().flatten())
        .filter(|(_, answer)| !matches!(answer, sender::Answer::Portfolio(Answer::Done)))
        .map(|(at, _)| at)
        .collect();
    Ok(Json(Outcomes {
        taken: new.data.len() - unknown.len(),
        unknown,
    }))
}
