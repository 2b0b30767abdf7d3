//! What was sent before the gateway was there: with the log of the last 24 hours the count of the messaging limit is exact from
//! the first send on, and the caution of the first day is over.
//!
//! Must not know: what the first day's caution is.

use axum::Json;
use axum::extract::State;
use cloud_api::NodeId;
use decider::{CellId, Timestamp};
use sender::ids::{PersonKey, PhoneNumberId};
use sender::portfolio::{Answer, Command};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::{Admin, With, portfolio};
use super::error::{Answered, Problem};
use super::input::{Input, person};
use super::taken::{RefusedEntry, bounded};
use crate::gateway::Gateway;

/// Sends of one command.
const TOGETHER: usize = 500;

/// A log of sends, or a part of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSends {
    /// Of this portfolio (its name); needed where a token opens several.
    portfolio: Option<String>,
    /// From which number (its id).
    number: String,
    /// At most 10,000; none together with `complete` only.
    #[serde(default)]
    data: Vec<NewSend>,
    /// With this, all sends of the last 24 hours of all numbers are told: the caution of the first day ends.
    #[serde(default)]
    complete: bool,
}

/// A message that was sent, and counted towards the messaging limit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSend {
    /// A phone number with country code, or a business-scoped id.
    person: String,
    /// When, in milliseconds since the Unix epoch.
    sent_ms: u64,
}

/// What became of a log.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct SendsTaken {
    /// Sends that count from now on.
    taken: usize,
    /// Sends that counted already.
    unchanged: usize,
    /// Sends that are too old to count.
    over: usize,
    /// Entries that cannot be used; all others were.
    refused: Vec<RefusedEntry>,
    /// Whether the caution of the first day is over.
    complete: bool,
}

/// Tells what was sent before the gateway was there. Best in order of time and before the first send through the gateway:
/// then the count is exact, else only more cautious. The same log again changes nothing.
#[utoipa::path(post, path = "/sends", tag = "sending", operation_id = "import_sends", request_body = NewSends,
    responses((status = 200, body = SendsTaken), (status = "4XX", body = Problem)))]
pub(super) async fn import(
    State(gateway): State<Gateway>,
    With(caller): Admin,
    Input(new): Input<NewSends>,
) -> Answered<SendsTaken> {
    if !(new.complete && new.data.is_empty()) {
        bounded(new.data.len())?;
    }
    let (_, cell) = portfolio(&gateway, &caller, new.portfolio.as_deref())?;
    let NodeId(number) =
        NodeId::parse(&new.number).ok_or_else(|| Problem::invalid("number must be an id"))?;
    let mut told = SendsTaken::default();
    let sends = in_order(&new.data, &mut told.refused);
    carry_out(
        &gateway,
        cell,
        PhoneNumberId(number),
        &sends,
        new.complete,
        &mut told,
    )
    .await?;
    let known = gateway
        .seat()
        .query(cell, |portfolio| portfolio.log_imported)
        .await?;
    told.complete = known.unwrap_or(false);
    Ok(Json(told))
}

/// Sends in order of time; those that cannot be used are told.
fn in_order(entries: &[NewSend], refused: &mut Vec<RefusedEntry>) -> Vec<(PersonKey, Timestamp)> {
    let mut sends = Vec::with_capacity(entries.len());
    for (at, entry) in entries.iter().enumerate() {
        match person(&entry.person) {
            Ok(key) => sends.push((key, Timestamp::from_millis(entry.sent_ms))),
            Err(problem) => refused.push(RefusedEntry {
                at,
                why: problem.detail().to_owned(),
            }),
        }
    }
    sends.sort_by_key(|(_, at)| *at);
    sends
}

async fn carry_out(
    gateway: &Gateway,
    cell: CellId,
    number: PhoneNumberId,
    sends: &[(PersonKey, Timestamp)],
    complete: bool,
    told: &mut SendsTaken,
) -> Result<(), Problem> {
    // An entry that cannot be used may be one that counts.
    let complete = complete && told.refused.is_empty();
    let mut chunks: Vec<&[(PersonKey, Timestamp)]> = sends.chunks(TOGETHER).collect();
    if chunks.is_empty() && complete {
        chunks.push(&[]);
    }
    let last = chunks.len().saturating_sub(1);
    let submit = |(at, chunk): (usize, &[(PersonKey, Timestamp)])| {
        let command = Command::ImportSends {
            number,
            sends: chunk.to_vec(),
            complete: complete && at == last,
        };
        gateway.seat().submit_all(cell, vec![command])
    };
    let pending: Vec<_> = chunks.into_iter().enumerate().map(submit).collect();
    for one in pending {
        for answer in crate::seat::of_portfolio_all(one.await?) {
            let Answer::Imported { taken, known, over } = answer else {
                return Err(Problem::not_found("number", "GET /v1/numbers lists them."));
            };
            told.taken += usize::from(taken);
            told.unchanged += usize::from(known);
            told.over += usize::from(over);
        }
    }
    Ok(())
}
