//! What a client is told: refusals of the gateway as Graph errors, and calls that got no answer.
//!
//! Promises: an SDK finds the code that it knows, and a person finds in `error_data.details` who refused, why, whose fault
//! it is, whether and when to try again, and what to do. Must not know: why something was refused.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use cloud_api::{GraphError, error};
use decider::{Timestamp, mix};
use engine::EngineError;
use sender::Refusal;
use sender::ids::DecisionId;
use sender::refusal::Fault;

use crate::upstream::Failure;

/// Names the decision about a send.
pub(crate) const DECISION: HeaderName = HeaderName::from_static("x-goodstanding-decision");

/// The errors of a gateway, each with a trace id of its own.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    count: AtomicU64,
}

impl Errors {
    /// An error as it is answered.
    #[cold]
    pub(crate) fn response(&self, error: &GraphError) -> Response<Body> {
        let trace = error::fbtrace_id(mix(self.count.fetch_add(1, Ordering::Relaxed)));
        let mut response = Response::new(Body::from(error.body(&trace)));
        *response.status_mut() =
            StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let json = HeaderValue::from_static("application/json; charset=UTF-8");
        response.headers_mut().insert(CONTENT_TYPE, json);
        let challenge = error
            .www_authenticate()
            .and_then(|text| HeaderValue::from_str(&text).ok());
        if let Some(challenge) = challenge {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// The header that names a decision.
pub(crate) fn decision(id: DecisionId) -> HeaderValue {
    HeaderValue::from(id.0)
}

/// A refused send, or one held for longer than the gateway waits.
#[cold]
pub(crate) fn refused(
    errors: &Errors,
    refusal: Refusal,
    until: Option<Timestamp>,
    id: Option<DecisionId>,
    now: Timestamp,
) -> Response<Body> {
    let error = GraphError {
        status: refusal.http_status(),
        ..GraphError::whatsapp(refusal.graph_code(), &details(refusal, until, id))
    };
    let mut response = errors.response(&error);
    if let Some(id) = id {
        response.headers_mut().insert(DECISION, decision(id));
    }
    // Elsewhere a client could take it for leave to send the same again.
    let soon = until.filter(|_| matches!(refusal, Refusal::PairRate | Refusal::Throughput));
    if let Some(until) = soon {
        let seconds = until.since(now).get().div_ceil(1_000);
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn details(refusal: Refusal, until: Option<Timestamp>, id: Option<DecisionId>) -> String {
    let fault = match refusal.fault() {
        Fault::Caller => "the caller",
        Fault::Business => "the business",
        Fault::Person => "the person's choice",
        Fault::Platform => "the platform",
    };
    let retry = match (until, refusal.retryable()) {
        (Some(until), _) => format!("Not before {}.", iso(until)),
        (None, true) => "Try again later.".to_owned(),
        (None, false) => "Do not try again.".to_owned(),
    };
    let decision = id.map_or_else(String::new, |id| format!(" Decision {}.", id.0));
    format!(
        "Goodstanding {} {}: {}. Cause: {fault}. {retry} {}{decision}",
        refusal.number(),
        refusal.name(),
        refusal.title(),
        refusal.hint()
    )
}

/// An instant as people read it.
pub(crate) fn iso(at: Timestamp) -> String {
    let millis = i64::try_from(at.millis()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(millis).map_or_else(|_| millis.to_string(), |at| at.to_string())
}

/// A call that the gateway could not decide: nothing of it happened.
#[cold]
pub(crate) fn undecided(error: &EngineError) -> GraphError {
    tracing::warn!(%error, "a send could not be decided");
    unavailable(&format!(
        "The gateway cannot decide just now: {error}. Nothing was sent."
    ))
}

/// Nothing happened, and it may later.
pub(crate) fn unavailable(details: &str) -> GraphError {
    GraphError {
        status: 503,
        is_transient: Some(true),
        ..GraphError::from_parts(2, None, "(#2) Service temporarily unavailable").with_details(details)
    }
}

/// A call without an answer. `sends` says whether repeating it could send twice.
#[cold]
pub(crate) fn unanswered(failure: Failure, sends: bool) -> GraphError {
    let reason = failure.reason();
    if failure == Failure::NotSent {
        return unavailable(&format!(
            "Goodstanding: {reason}. Nothing was sent; try again later."
        ));
    }
    let (status, advice) = if sends {
        // No status that a client repeats a call on by itself.
        (
            500,
            "It may have been sent. Do not send it again: a status tells what became of it.",
        )
    } else {
        (504, "It may have been carried out.")
    };
    GraphError {
        status,
        is_transient: Some(false),
        ..GraphError::from_parts(1, None, "(#1) An unknown error occurred")
            .with_details(&format!("Goodstanding: {reason}. {advice}"))
    }
}

/// A write that could send and cannot be looked into.
#[cold]
pub(crate) fn unknown_write(path: &str) -> GraphError {
    let details = "Goodstanding: this path is not known to the gateway, and a write to it might send a message that was \
                   not admitted. If it sends nothing, set proxy.unknown_writes = \"pass\".";
    GraphError::unknown_path(path).with_details(details)
}

/// A request that says two things at once.
#[cold]
pub(crate) fn ambiguous() -> GraphError {
    let why = "contradicts the method of the request, and the path sends messages";
    GraphError::invalid_parameter("method", why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_refusal_is_told_to_programs_and_people() {
        let errors = Errors::default();
        let now = Timestamp::from_millis(1_700_000_000_000);
        let mut told = String::new();
        for (refusal, until, id) in [
            (
                Refusal::LimitUsedUp,
                Some(now + decider::Millis::HOUR),
                Some(DecisionId(7)),
            ),
            (
                Refusal::PairRate,
                Some(now + decider::Millis::new(4_001)),
                Some(DecisionId(8)),
            ),
            (Refusal::OptedOut, None, Some(DecisionId(9))),
            (Refusal::FactsStale, None, None),
        ] {
            let response = refused(&errors, refusal, until, id, now);
            let (parts, body) = response.into_parts();
            let body = axum::body::to_bytes(body, 4_096).await.expect("in memory");
            let json: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
            let header = |name: &str| {
                parts
                    .headers
                    .get(name)
                    .map(|value| value.to_str().unwrap_or("?").to_owned())
            };
            told.push_str(&format!(
                "{} {} retry-after {:?} decision {:?}\n  {}\n  {}\n",
                parts.status.as_u16(),
                json["error"]["code"],
                header("retry-after"),
                header("x-goodstanding-decision"),
                json["error"]["message"].as_str().unwrap_or("?"),
                json["error"]["error_data"]["details"].as_str().unwrap_or("?"),
            ));
        }
        insta::assert_snapshot!(told);
    }
}
