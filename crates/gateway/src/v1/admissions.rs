//! Admissions: whether messages may be sent, for those who send through another provider; and what became of them.
//!
//! Promises: one call decides up to ten thousand, each durable before the call is answered, in the order given.
//! Must not know: who is admitted.

use axum::Json;
use axum::extract::State;
use cloud_api::NodeId;
use decider::{CellId, Timestamp};
use sender::Refusal;
use sender::ids::{AttemptId, MessageKey, PhoneNumberId, TemplateKey, TopicKey, hash};
use sender::portfolio::command::{Admit, Outcome, Settle, What};
use sender::portfolio::{Answer, Command};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::access::{Sender, With, portfolio};
use super::error::{Answered, Problem};
use super::input::{Input, person};
use crate::gateway::Gateway;
use crate::graph::answers::iso;
use crate::words;

/// Admissions of one call: what fits into one commit without making others wait.
const ITEMS_MAX: usize = 10_000;
/// Decided into one commit: the engine's own bound of events is above.
const TOGETHER: usize = 500;

/// Messages that somebody wants to send.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAdmissions {
    /// Of this portfolio (its name); needed where a token opens several.
    portfolio: Option<String>,
    /// One to 10,000.
    data: Vec<NewAdmission>,
}

/// A message that somebody wants to send.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAdmission {
    /// From which number (its id).
    number: String,
    /// To whom: a phone number with country code, or a business-scoped id.
    to: String,
    /// With which template; a free-form message if nothing is said.
    template: Option<NewTemplate>,
    /// What it is about, for consent.
    topic: Option<String>,
    /// All that the person will read, so that repetition is seen. It is hashed and not kept.
    text: Option<String>,
    /// The same key within 24 hours gives the first admission again.
    idempotency_key: Option<String>,
}

/// A template by name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTemplate {
    name: String,
    language: String,
    /// The category that it had when the send was planned: if it became a costlier one, the send is held.
    planned_category: Option<String>,
}

/// What was decided about one message.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Admission {
    /// `admitted`, `held`, `refused`, or `repeated` for an idempotency key that was seen before.
    outcome: &'static str,
    /// The decision, for `why`.
    decision: Option<u64>,
    /// The attempt, for the outcome; only if it was admitted or repeated.
    attempt: Option<u64>,
    /// How it is treated.
    lane: Option<&'static str>,
    /// Why not.
    refusal: Option<RefusalView>,
    /// When it could go, if that is known.
    until: Option<String>,
    until_ms: Option<u64>,
}

/// Why a message may not be sent.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RefusalView {
    /// The permanent number.
    number: u16,
    /// The permanent name.
    name: &'static str,
    title: &'static str,
    /// Whose fault it is.
    fault: String,
    /// Whether the same message may go later though nobody mends anything.
    retry: bool,
    /// What to do.
    hint: &'static str,
}

/// What was decided, in the order of the call.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Admissions {
    data: Vec<Admission>,
}

/// Decides whether messages may be sent now, for whoever sends them through another provider. Admitted ones count towards
/// limits from now on; tell what became of them at `/v1/admissions/outcomes`.
#[utoipa::path(post, path = "/admissions", tag = "sending", operation_id = "admit", request_body = NewAdmissions,
    responses((status = 200, body = Admissions), (status = "4XX", body = Problem)))]
pub(super) async fn admit(
    State(gateway): State<Gateway>,
    With(caller): Sender,
    Input(new): Input<NewAdmissions>,
) -> Answered<Admissions> {
    bounded(new.data.len())?;
    let (_, cell) = portfolio(&gateway, &caller, new.portfolio.as_deref())?;
    let view = gateway.seat().view();
    let command = |(at, item): (usize, &NewAdmission)| {
        let named = |problem: Problem| problem.within(&format!("data[{at}]"));
        let admit = command(item).map_err(named)?;
        let node = Some(NodeId(admit.number.0));
        let place = caller.place("post", node, &view, gateway.portfolios());
        match place
            .ok()
            .filter(|place| place.cell == cell && place.waba.is_some())
        {
            Some(_) => Ok(Command::Admit(admit)),
            None => Err(named(Problem::invalid(
                "number is none that the token may send from",
            ))),
        }
    };
    let commands: Result<Vec<Command>, Problem> = new.data.iter().enumerate().map(command).collect();
    let mut data = Vec::with_capacity(new.data.len());
    for answer in decided(&gateway, cell, commands?).await? {
        match &answer {
            Answer::Admitted { .. } => gateway.metrics().admitted(),
            Answer::Held { refusal, .. } | Answer::Refused { refusal, .. } => {
                gateway.metrics().refused(*refusal)
            }
            _ => {}
        }
        data.push(told(answer));
    }
    Ok(Json(Admissions { data }))
}

fn bounded(items: usize) -> Result<(), Problem> {
    if (1..=ITEMS_MAX).contains(&items) {
        Ok(())
    } else {
        Err(Problem::invalid(format!(
            "data must have 1 to {ITEMS_MAX} entries, it has {items}"
        )))
    }
}

/// Decides commands in chunks, all of them on their way at once.
async fn decided(gateway: &Gateway, cell: CellId, commands: Vec<Command>) -> Result<Vec<Answer>, Problem> {
    let mut chunks = Vec::new();
    let mut rest = commands.into_iter().peekable();
    while rest.peek().is_some() {
        let chunk: Vec<Command> = rest.by_ref().take(TOGETHER).collect();
        chunks.push(gateway.seat().submit_all(cell, chunk));
    }
    let mut answers = Vec::new();
    for chunk in chunks {
        answers.extend(crate::seat::of_portfolio_all(chunk.await?));
    }
    Ok(answers)
}

fn command(item: &NewAdmission) -> Result<Admit, Problem> {
    let number = NodeId::parse(&item.number).ok_or_else(|| Problem::invalid("number must be an id"))?;
    let what = match &item.template {
        None => What::Free,
        Some(template) => {
            let planned = template.planned_category.as_deref().map(|word| {
                words::category(word)
                    .ok_or_else(|| Problem::invalid(format!("planned_category cannot be {word:?}")))
            });
            What::Template {
                key: TemplateKey::of(&template.name, &template.language),
                planned: planned.transpose()?,
            }
        }
    };
    let key = item
        .idempotency_key
        .as_deref()
        .filter(|key| !key.is_empty())
        .map(|key| {
            let digest = Sha256::new()
                .chain_update(number.0.to_be_bytes())
                .chain_update(key)
                .finalize();
            digest[..16]
                .iter()
                .fold(0, |key, byte| key << 8 | u128::from(*byte))
        });
    Ok(Admit {
        number: PhoneNumberId(number.0),
        to: person(&item.to)?,
        what,
        text: item.text.as_deref().map_or(0, |text| hash(&[text.as_bytes()])),
        topic: item.topic.as_deref().map_or(TopicKey::NONE, TopicKey::of),
        key,
        elsewhere: true,
    })
}

fn told(answer: Answer) -> Admission {
    let admission = Admission {
        outcome: "refused",
        decision: None,
        attempt: None,
        lane: None,
        refusal: None,
        until: None,
        until_ms: None,
    };
    let declined = |admission: Admission, refusal: Refusal, until: Option<Timestamp>| Admission {
        refusal: Some(refusal_view(refusal)),
        until: until.map(iso),
        until_ms: until.map(Timestamp::millis),
        ..admission
    };
    match answer {
        Answer::Admitted {
            decision,
            attempt,
            lane,
            ..
        } => Admission {
            outcome: "admitted",
            decision: Some(decision.0),
            attempt: Some(attempt.0),
            lane: Some(lane.name()),
            ..admission
        },
        Answer::Repeated { attempt, .. } => Admission {
            outcome: "repeated",
            attempt: Some(attempt.0),
            ..admission
        },
        Answer::Held {
            decision,
            refusal,
            until,
        } => Admission {
            outcome: "held",
            decision: Some(decision.0),
            ..declined(admission, refusal, Some(until))
        },
        Answer::Refused {
            decision,
            refusal,
            until,
        } => Admission {
            decision: decision.map(|decision| decision.0),
            ..declined(admission, refusal, until)
        },
        // The number was looked up before.
        _ => declined(admission, Refusal::NumberUnknown, None),
    }
}

/// A refusal with everything that is known of it.
pub(super) fn refusal_view(refusal: Refusal) -> RefusalView {
    RefusalView {
        number: refusal.number(),
        name: refusal.name(),
        title: refusal.title(),
        fault: format!("{:?}", refusal.fault()).to_lowercase(),
        retry: refusal.retryable(),
        hint: refusal.hint(),
    }
}

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
        Ok(Command::Settle(Settle {
            attempt: AttemptId(item.attempt),
            outcome,
            answer: None,
        }))
    };
    let commands: Result<Vec<Command>, Problem> = new.data.iter().enumerate().map(command).collect();
    let answers = decided(&gateway, cell, commands?).await?;
    let unknown: Vec<usize> = answers
        .iter()
        .enumerate()
        .filter(|(_, answer)| !matches!(answer, Answer::Done))
        .map(|(at, _)| at)
        .collect();
    Ok(Json(Outcomes {
        taken: answers.len() - unknown.len(),
        unknown,
    }))
}
