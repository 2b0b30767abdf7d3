//! How decisions about sends are told.

use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use decider::Timestamp;
use sender::Refusal;
use sender::portfolio::Answer;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::graph::answers::iso;
use crate::metrics::Metrics;

/// Bytes that an admission takes at most when it is told: what a call needs is asked for once.
const TOLD_BYTES: usize = 96;

/// What was decided about one message.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct Admission {
    /// `admitted`, `held`, `refused`, or `repeated` for an idempotency key that was seen before.
    outcome: &'static str,
    /// The decision, for `why`.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<u64>,
    /// The attempt, for the outcome; only if it was admitted or repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt: Option<u64>,
    /// How it is treated.
    #[serde(skip_serializing_if = "Option::is_none")]
    lane: Option<&'static str>,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<RefusalView>,
    /// When it could go, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until_ms: Option<u64>,
}

/// Why a message may not be sent.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct RefusalView {
    /// The permanent number.
    number: u16,
    /// The permanent name.
    name: &'static str,
    title: &'static str,
    /// Whose fault it is.
    fault: &'static str,
    /// Whether the same message may go later though nobody mends anything.
    retry: bool,
    /// What to do.
    hint: &'static str,
}

/// What was decided, in the order of the call.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct Admissions {
    #[serde(serialize_with = "tell")]
    #[schema(value_type = Vec<Admission>)]
    data: Vec<Vec<sender::Answer>>,
}

/// One after the other, as they are written: a call has thousands.
fn tell<S: Serializer>(answers: &[Vec<sender::Answer>], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(answers.iter().flatten().map(told))
}

/// The answer to a call.
pub(super) fn written(data: Vec<Vec<sender::Answer>>) -> Response {
    let items: usize = data.iter().map(Vec::len).sum();
    let mut body = Vec::with_capacity(items * TOLD_BYTES + TOLD_BYTES);
    let written = serde_json::to_writer(&mut body, &Admissions { data });
    debug_assert!(written.is_ok(), "writing to memory does not fail");
    let kind = HeaderValue::from_static("application/json");
    ([(CONTENT_TYPE, kind)], body).into_response()
}

/// Counts decisions, for the metrics.
pub(super) fn count(answers: &[Vec<sender::Answer>], metrics: &Metrics) {
    let mut admitted = 0;
    for answer in answers.iter().flatten() {
        match answer {
            sender::Answer::Portfolio(Answer::Admitted { .. }) => admitted += 1,
            sender::Answer::Portfolio(Answer::Held { refusal, .. } | Answer::Refused { refusal, .. }) => {
                metrics.refused(*refusal);
            }
            _ => {}
        }
    }
    metrics.admitted(admitted);
}

fn told(answer: &sender::Answer) -> Admission {
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
    let sender::Answer::Portfolio(answer) = answer else {
        return declined(admission, Refusal::NumberUnknown, None);
    };
    match *answer {
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
pub(in crate::v1) fn refusal_view(refusal: Refusal) -> RefusalView {
    RefusalView {
        number: refusal.number(),
        name: refusal.name(),
        title: refusal.title(),
        fault: refusal.fault().name(),
        retry: refusal.retryable(),
        hint: refusal.hint(),
    }
}
