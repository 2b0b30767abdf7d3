//! The registry of consents: who agreed to what, where, when, shown which words, with which proof, until when.
//!
//! Must not know: which sends need consent.

use axum::Json;
use axum::extract::State;
use decider::Timestamp;
use sender::consent::{Channel, Consent};
use sender::ids::TopicKey;
use sender::lane::Lanes;
use sender::portfolio::Command;
use sender::portfolio::command::{ConsentTexts, PeopleCommand};
use serde::Deserialize;
use utoipa::ToSchema;

use super::access::{Admin, With, portfolio};
use super::error::{Answered, Problem};
use super::input::{Input, person};
use super::people::Done;
use super::suppressions::lanes;
use crate::gateway::Gateway;

/// Entries of one call.
const ITEMS_MAX: usize = 10_000;
/// Stored together: well under the engine's bound of events.
const TOGETHER: usize = 300;
/// Longer texts are documents: give a link to them.
const TEXT_CHARS_MAX: usize = 2_000;

/// Consents to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewConsents {
    /// Of this portfolio (its name); needed where a token opens several.
    portfolio: Option<String>,
    /// One to 10,000.
    data: Vec<NewConsent>,
}

/// A consent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewConsent {
    /// A phone number with country code, or a business-scoped id.
    person: String,
    /// What it is for, such as `receipts`; everything of its lanes if nothing is said.
    topic: Option<String>,
    /// Some of `authentication`, `utility`, `marketing`; all of them if nothing is said.
    lanes: Option<Vec<String>>,
    /// Where it was given: `website`, `app`, `paper`, `phone`, `sms`, `email`, `whatsapp`, `store`, `point_of_sale`.
    channel: Option<String>,
    /// When it was given, in milliseconds since the Unix epoch; now if nothing is said.
    given_ms: Option<u64>,
    /// When it ends; never if nothing is said.
    ends_ms: Option<u64>,
    /// The words that the person was shown.
    #[serde(default)]
    wording: String,
    /// The proof: a record, or a link to one.
    #[serde(default)]
    proof: String,
}

/// Records consents. Of two about the same topic and lanes the later counts.
#[utoipa::path(post, path = "/consents", tag = "people", operation_id = "record_consents", request_body = NewConsents,
    responses((status = 200, body = Done), (status = "4XX", body = Problem)))]
pub(super) async fn record(
    State(gateway): State<Gateway>,
    With(caller): Admin,
    Input(new): Input<NewConsents>,
) -> Answered<Done> {
    let (_, cell) = portfolio(&gateway, &caller, new.portfolio.as_deref())?;
    let now = gateway.now();
    carry_out(&gateway, cell, &new.data, |item| agreed(item, now)).await
}

fn agreed(item: &NewConsent, now: Timestamp) -> Result<PeopleCommand, Problem> {
    let channel = match item.channel.as_deref() {
        None => Channel::Unknown,
        Some(name) => {
            Channel::named(name).ok_or_else(|| Problem::invalid(format!("channel cannot be {name:?}")))?
        }
    };
    let long = |text: &str| text.chars().count() > TEXT_CHARS_MAX;
    if long(&item.wording) || long(&item.proof) {
        let what = format!("wording and proof have at most {TEXT_CHARS_MAX} characters: give a link");
        return Err(Problem::invalid(what));
    }
    let given = item.given_ms.unwrap_or(now.millis());
    let ends = item.ends_ms.map_or(Ok(0), |ms| seconds(ms, "ends_ms"))?;
    let consent = Consent::new(
        topic(item.topic.as_deref()),
        named(item.lanes.as_deref())?,
        channel,
        seconds(given, "given_ms")?,
    );
    Ok(PeopleCommand::Agree {
        person: person(&item.person)?,
        consent: consent.until(ends).with_texts(&item.wording, &item.proof),
        texts: ConsentTexts {
            wording: item.wording.clone(),
            proof: item.proof.clone(),
        },
    })
}

/// Consents to be taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWithdrawals {
    /// Of this portfolio (its name); needed where a token opens several.
    portfolio: Option<String>,
    /// One to 10,000.
    data: Vec<NewWithdrawal>,
}

/// A consent that a person took back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWithdrawal {
    /// A phone number with country code, or a business-scoped id.
    person: String,
    /// For which topic; everything of the lanes if nothing is said.
    topic: Option<String>,
    /// Some of `authentication`, `utility`, `marketing`; all of them if nothing is said.
    lanes: Option<Vec<String>>,
    /// When, in milliseconds since the Unix epoch; now if nothing is said.
    at_ms: Option<u64>,
}

/// Notes that people took consents back.
#[utoipa::path(post, path = "/consents/withdraw", tag = "people", operation_id = "withdraw_consents", request_body = NewWithdrawals,
    responses((status = 200, body = Done), (status = "4XX", body = Problem)))]
pub(super) async fn withdraw(
    State(gateway): State<Gateway>,
    With(caller): Admin,
    Input(new): Input<NewWithdrawals>,
) -> Answered<Done> {
    let (_, cell) = portfolio(&gateway, &caller, new.portfolio.as_deref())?;
    let now = gateway.now();
    let withdrawn = |item: &NewWithdrawal| {
        Ok(PeopleCommand::Withdraw {
            person: person(&item.person)?,
            topic: topic(item.topic.as_deref()),
            lanes: named(item.lanes.as_deref())?,
            at: item.at_ms.map_or(now, Timestamp::from_millis),
        })
    };
    carry_out(&gateway, cell, &new.data, withdrawn).await
}

/// Decides one command for each entry; nothing of a call is done if one of them is wrong.
async fn carry_out<T>(
    gateway: &Gateway,
    cell: decider::CellId,
    items: &[T],
    command: impl Fn(&T) -> Result<PeopleCommand, Problem>,
) -> Answered<Done> {
    if items.is_empty() || items.len() > ITEMS_MAX {
        return Err(Problem::invalid(format!(
            "data must have 1 to {ITEMS_MAX} entries"
        )));
    }
    let one = |(at, item): (usize, &T)| {
        let read = command(item).map(Command::People);
        read.map_err(|problem| problem.within(&format!("data[{at}]")))
    };
    let commands: Result<Vec<Command>, Problem> = items.iter().enumerate().map(one).collect();
    let mut chunks = Vec::new();
    let mut rest = commands?.into_iter().peekable();
    while rest.peek().is_some() {
        let chunk: Vec<Command> = rest.by_ref().take(TOGETHER).collect();
        chunks.push(gateway.seat().submit_all(cell, chunk));
    }
    for chunk in chunks {
        chunk.await?;
    }
    Ok(Json(Done { done: true }))
}

fn topic(name: Option<&str>) -> TopicKey {
    name.filter(|name| !name.trim().is_empty())
        .map_or(TopicKey::NONE, TopicKey::of)
}

/// Lanes by name. Of replies no consent is asked, so they are none of them.
fn named(names: Option<&[String]>) -> Result<Lanes, Problem> {
    let lanes = lanes(names).filter(|lanes| !lanes.contains(sender::lane::Lane::Service));
    lanes.ok_or_else(|| Problem::invalid("lanes are authentication, utility and marketing"))
}

fn seconds(ms: u64, name: &str) -> Result<u32, Problem> {
    let seconds = u32::try_from(ms / 1_000);
    seconds.map_err(|_| Problem::invalid(format!("{name} lies too far ahead")))
}
