//! Admissions: whether messages may be sent, for those who send through another provider.
//!
//! Promises: one call decides up to ten thousand, each durable before the call is answered, in the order given; of a call
//! of which anything is wrong, nothing is decided.
//! Must not know: who is admitted.

mod answer;
mod items;

use std::borrow::Cow;

use axum::extract::State;
use axum::response::Response;
use decider::CellId;
use sender::portfolio::Command;
use serde::Deserialize;
use utoipa::ToSchema;

use super::access::{Sender, With, portfolio};
use super::error::Problem;
use super::input::{Raw, read};
use crate::gateway::Gateway;
use crate::graph::caller::Caller;
pub(super) use answer::{Admissions, RefusalView, refusal_view};
use items::Items;

/// Admissions of one call: what fits into one commit without making others wait.
const ITEMS_MAX: usize = 10_000;
/// Decided into one commit: the engine's own bound of events is above.
pub(super) const TOGETHER: usize = 500;

/// Messages that somebody wants to send.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAdmissions<'a> {
    /// Of this portfolio (its name); needed where a token opens several.
    #[serde(borrow)]
    portfolio: Option<Cow<'a, str>>,
    /// One to 10,000.
    #[schema(value_type = Vec<NewAdmission>)]
    data: Items,
}

/// A message that somebody wants to send.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAdmission<'a> {
    /// From which number (its id).
    #[serde(borrow)]
    number: Cow<'a, str>,
    /// To whom: a phone number with country code, or a business-scoped id.
    #[serde(borrow)]
    to: Cow<'a, str>,
    /// With which template; a free-form message if nothing is said.
    #[serde(borrow)]
    template: Option<NewTemplate<'a>>,
    /// What it is about, for consent.
    #[serde(borrow)]
    topic: Option<Cow<'a, str>>,
    /// All that the person will read, so that repetition is seen. It is hashed and not kept.
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    /// The same key within 24 hours gives the first admission again.
    #[serde(borrow)]
    idempotency_key: Option<Cow<'a, str>>,
}

/// A template by name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTemplate<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    language: Cow<'a, str>,
    /// The category that it had when the send was planned: if it became a costlier one, the send is held.
    #[serde(borrow)]
    planned_category: Option<Cow<'a, str>>,
}

/// Decides whether messages may be sent now, for whoever sends them through another provider. Admitted ones count towards
/// limits from now on; tell what became of them at `/v1/admissions/outcomes`.
#[utoipa::path(post, path = "/admissions", tag = "sending", operation_id = "admit", request_body = NewAdmissions,
    responses((status = 200, body = Admissions), (status = "4XX", body = Problem)))]
pub(super) async fn admit(
    State(gateway): State<Gateway>,
    With(caller): Sender,
    Raw(body): Raw,
) -> Result<Response, Problem> {
    let new: NewAdmissions<'_> = read(&body)?;
    bounded(new.data.count)?;
    let (_, cell) = portfolio(&gateway, &caller, new.portfolio.as_deref())?;
    let chunks = checked(&gateway, &caller, cell, new.data)?;
    let answers = decided(&gateway, cell, chunks).await?;
    answer::count(&answers, gateway.metrics());
    Ok(answer::written(answers))
}

/// How many entries a call may have.
pub(super) fn bounded(items: usize) -> Result<(), Problem> {
    if (1..=ITEMS_MAX).contains(&items) {
        Ok(())
    } else {
        Err(Problem::invalid(format!(
            "data must have 1 to {ITEMS_MAX} entries, it has {items}"
        )))
    }
}

/// The commands of a call, if all of it can be used: the first thing that is wrong is named.
fn checked(
    gateway: &Gateway,
    caller: &Caller,
    cell: CellId,
    items: Items,
) -> Result<Vec<Vec<sender::Command>>, Problem> {
    let view = gateway.seat().view();
    let foreign = |command: &sender::Command| match command {
        sender::Command::Portfolio(Command::Admit(admit)) => !caller.opens(admit.number, cell, &view),
        _ => true,
    };
    match items.chunks.iter().flatten().position(foreign) {
        Some(at) => {
            let problem = Problem::invalid("number is none that the token may send from");
            Err(problem.within(&format!("data[{at}]")))
        }
        None => items.problem.map_or(Ok(items.chunks), Err),
    }
}

/// Decides chunks of commands, all of them on their way at once.
pub(super) async fn decided(
    gateway: &Gateway,
    cell: CellId,
    chunks: Vec<Vec<sender::Command>>,
) -> Result<Vec<Vec<sender::Answer>>, Problem> {
    let submitted = chunks
        .into_iter()
        .map(|chunk| gateway.seat().submit_chunk(cell, chunk));
    let mut answers = Vec::new();
    for chunk in submitted.collect::<Vec<_>>() {
        answers.push(chunk.await?);
    }
    Ok(answers)
}
