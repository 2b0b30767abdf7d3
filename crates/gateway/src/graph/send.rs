//! A send: read, admitted, durable, upstream once, settled.
//!
//! Promises: the attempt is durable before its first byte goes upstream; the call is a task of its own, so that a client
//! that hangs up ends nothing; whatever happens, an attempt goes upstream at most once. Must not know: who is admitted.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::CONTENT_LENGTH;
use axum::http::response::Parts;
use axum::http::{Request, Response, StatusCode};
use cloud_api::{GraphError, NodeId};
use sender::ids::{AttemptId, DecisionId, MessageKey, PersonKey, PhoneNumberId, TopicKey};
use sender::portfolio::command::{Admit, Outcome, Settle};
use sender::portfolio::{Answer, Command};
use serde::Deserialize;

use super::answers::{DECISION, decision, refused, unanswered, unavailable, undecided};
use super::caller::Place;
use super::forward::{back, forward, request};
use super::incoming::{Incoming, is_form};
use super::outline::{Message, Outline, outline};
use super::repeat;
use crate::gateway::Gateway;
use crate::keys;
use crate::upstream::Failure;
use crate::wire::callback::{Mark, marked};

/// An answer to a send is a few hundred bytes.
const ANSWER_BYTES_MAX: usize = 1 << 20;
/// Says what a message is about, for consent.
const TOPIC: &str = "x-goodstanding-topic";
/// Names a send, so that repeating the request does not repeat the message.
const IDEMPOTENCY: &str = "idempotency-key";
/// The platform's code for "temporarily unavailable".
const UNAVAILABLE: u32 = 2;
/// Codes with which the platform does not say whether the message was taken.
const UNSURE: [u32; 4] = [1, 2, 131_000, 131_016];

/// An attempt that was admitted.
struct Attempt {
    place: Place,
    id: AttemptId,
    decision: DecisionId,
    /// The app's own key, hashed: then the answer is kept.
    key: Option<u128>,
    base: String,
}

/// Sends a message, or passes on that one was read.
pub(super) async fn send(
    gateway: &Gateway,
    incoming: Incoming,
    place: Place,
    phone: NodeId,
) -> Result<Response<Body>, GraphError> {
    let outline = outline(incoming.query(), incoming.content_type(), incoming.bytes())?;
    let Outline::Send(message) = outline else {
        return forward(gateway, incoming, place).await;
    };
    // Held until the attempt is settled.
    let Some(room) = gateway.room() else {
        return Err(unavailable(
            "Goodstanding: too many sends are under way. Nothing was sent; try again in a moment.",
        ));
    };
    let admit = admit(&incoming, phone, &message);
    let key = admit.key;
    let answer = admitted(gateway, place, admit).await?;
    let (id, decision) = match answer {
        Answer::Admitted {
            attempt, decision, ..
        } => (attempt, decision),
        Answer::Repeated { attempt, outcome } => {
            return repeat::answer(gateway, place, attempt, outcome).await;
        }
        Answer::Held {
            decision,
            refusal,
            until,
        } => {
            gateway.metrics().refused(refusal);
            return Ok(refused(
                gateway.errors(),
                refusal,
                Some(until),
                Some(decision),
                gateway.now(),
            ));
        }
        Answer::Refused {
            decision,
            refusal,
            until,
        } => {
            gateway.metrics().refused(refusal);
            return Ok(refused(gateway.errors(), refusal, until, decision, gateway.now()));
        }
        Answer::Unknown(_)
        | Answer::Done
        | Answer::Unchanged
        | Answer::Imported { .. }
        | Answer::Number(_) => {
            return Err(GraphError::unknown_object("post", &phone.to_string()));
        }
    };
    gateway.metrics().admitted(1);
    let attempt = Attempt {
        place,
        id,
        decision,
        key,
        base: super::base(gateway, &incoming),
    };
    let request = with_mark(gateway, &incoming, &attempt, *message)?;
    let gateway = gateway.clone();
    // Its own task: from here on it goes to its end, whoever still listens.
    let task = tokio::spawn(async move {
        let answer = go(&gateway, request, attempt).await;
        drop(room);
        answer
    });
    match task.await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::error!(%error, "a send broke down; its attempt stays unknown");
            Err(unanswered(Failure::Broken, true))
        }
    }
}

fn admit(incoming: &Incoming, phone: NodeId, message: &Message) -> Admit {
    let topic = incoming.header(TOPIC).map_or(TopicKey::NONE, TopicKey::of);
    let key = incoming
        .header(IDEMPOTENCY)
        .filter(|key| !key.is_empty())
        .map(|key| keys::idempotency(phone.0, key));
    Admit {
        number: PhoneNumberId(phone.0),
        to: message.to,
        what: message.what,
        text: message.text,
        topic,
        key,
        elsewhere: false,
    }
}

/// Asks, and while the answer is to wait for a moment, waits and asks again.
async fn admitted(gateway: &Gateway, place: Place, admit: Admit) -> Result<Answer, GraphError> {
    let mut left = gateway.config().proxy.hold_max;
    loop {
        let asked = gateway
            .seat()
            .portfolio(place.cell, Command::Admit(admit.clone()))
            .await;
        let answer = asked.map_err(|error| undecided(&error))?;
        let Answer::Held { until, .. } = answer else {
            return Ok(answer);
        };
        // A clock that does not run by itself never gets there.
        let wait = Duration::from_millis(until.since(gateway.now()).get().max(1));
        if wait > left || gateway.seat().engine().clock().is_virtual() {
            return Ok(answer);
        }
        left -= wait;
        tokio::time::sleep(wait).await;
    }
}

/// The request as it goes upstream, with the attempt in what comes back with statuses.
fn with_mark(
    gateway: &Gateway,
    incoming: &Incoming,
    attempt: &Attempt,
    message: Message,
) -> Result<Request<Body>, GraphError> {
    let mark = Mark {
        installation: gateway.installation(),
        cell: attempt.place.cell.0,
        attempt: attempt.id.0,
    };
    let own = message.callback.as_deref();
    let body = incoming.bytes();
    let form = is_form(&incoming.parts.headers);
    let json = !form && body.trim_ascii_start().starts_with(b"{");
    if form || json {
        let request = request(gateway, incoming, attempt.place, None)?;
        return Ok(request.map(|()| Body::from(marked(body, form, own, mark).into_owned())));
    }
    // Parameters in the query, or in a multipart body: said anew as JSON, which means the same.
    let whole = serde_json::Value::Object(message.whole).to_string();
    let request = request(gateway, incoming, attempt.place, Some("application/json"))?;
    Ok(request.map(|()| Body::from(marked(whole.as_bytes(), false, own, mark).into_owned())))
}

/// Calls, once, and settles.
async fn go(
    gateway: &Gateway,
    request: Request<Body>,
    attempt: Attempt,
) -> Result<Response<Body>, GraphError> {
    let mut response = match called(gateway, request, &attempt).await {
        Ok((mut parts, body)) => {
            let outcome = outcome(parts.status, &body);
            let answer = attempt.key.map(|_| repeat::kept(parts.status, &body));
            settle(gateway, &attempt, outcome, answer);
            parts.headers.remove(CONTENT_LENGTH);
            Response::from_parts(parts, Body::from(body))
        }
        Err(failure) => {
            // Without a connection nothing was sent: that is as definite as a refusal.
            let outcome = match failure {
                Failure::NotSent => Outcome::Refused { code: UNAVAILABLE },
                Failure::TimedOut | Failure::Broken => Outcome::Unknown,
            };
            settle(gateway, &attempt, outcome, None);
            gateway.errors().response(&unanswered(failure, true))
        }
    };
    response
        .headers_mut()
        .insert(DECISION, decision(attempt.decision));
    Ok(response)
}

/// The platform's whole answer. One that begins and does not end in time is none.
async fn called(
    gateway: &Gateway,
    request: Request<Body>,
    attempt: &Attempt,
) -> Result<(Parts, Bytes), Failure> {
    let answer = gateway.client().call(request).await?;
    let whole = async {
        let answer = back(gateway, answer, &attempt.base, attempt.place).await;
        let (parts, body) = answer.map_err(|_| Failure::Broken)?.into_parts();
        let body = to_bytes(body, ANSWER_BYTES_MAX).await;
        body.map(|body| (parts, body)).map_err(|_| Failure::Broken)
    };
    let bound = gateway.config().upstream.time_out;
    tokio::time::timeout(bound, whole)
        .await
        .unwrap_or(Err(Failure::TimedOut))
}

/// Tells the seat. The client is answered without waiting for this to be durable: lost, it reads as unknown.
fn settle(gateway: &Gateway, attempt: &Attempt, outcome: Outcome, answer: Option<Vec<u8>>) {
    gateway.metrics().settled(outcome);
    if let (Outcome::Accepted { .. }, Some(waba)) = (outcome, attempt.place.waba) {
        gateway.silence().accepted(waba, gateway.now());
    }
    let command = Command::Settle(Settle {
        attempt: attempt.id,
        outcome,
        answer,
    });
    gateway.seat().submit_later(attempt.place.cell, command);
}

/// What an answer says of the attempt.
fn outcome(status: StatusCode, body: &[u8]) -> Outcome {
    #[derive(Deserialize)]
    struct Told {
        #[serde(default)]
        contacts: Vec<Contact>,
        #[serde(default)]
        messages: Vec<Taken>,
        error: Option<Refused>,
    }
    #[derive(Deserialize)]
    struct Contact {
        wa_id: Option<String>,
    }
    #[derive(Deserialize)]
    struct Taken {
        id: String,
        message_status: Option<String>,
    }
    #[derive(Deserialize)]
    struct Refused {
        code: u32,
    }
    let Ok(told) = serde_json::from_slice::<Told>(body) else {
        return Outcome::Unknown;
    };
    match (told.error, told.messages.first()) {
        (None, Some(taken)) if status.is_success() => Outcome::Accepted {
            message: MessageKey::of(&taken.id),
            person: told
                .contacts
                .first()
                .and_then(|contact| contact.wa_id.as_deref()?.parse().ok())
                .and_then(PersonKey::phone),
            held: taken.message_status.as_deref() == Some("held_for_quality_assessment"),
        },
        (Some(refused), _) if !(status.is_server_error() && UNSURE.contains(&refused.code)) => {
            Outcome::Refused { code: refused.code }
        }
        _ => Outcome::Unknown,
    }
}
