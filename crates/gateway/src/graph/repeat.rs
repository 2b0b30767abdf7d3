//! A request whose `Idempotency-Key` was seen before: the first answer again, and nothing is sent.
//!
//! Must not know: how keys are remembered.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use cloud_api::GraphError;
use sender::ids::AttemptId;
use sender::portfolio::answer::Known;
use sender::portfolio::answer_key;

use super::answers::unanswered;
use super::caller::Place;
use crate::gateway::Gateway;
use crate::upstream::Failure;

/// Says that an answer is one of before.
const REPEATED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// An answer as it is kept: its status, then its body.
pub(super) fn kept(status: StatusCode, body: &[u8]) -> Vec<u8> {
    [&status.as_u16().to_be_bytes()[..], body].concat()
}

/// The answer of the first time, as far as there is one.
pub(super) async fn answer(
    gateway: &Gateway,
    place: Place,
    attempt: AttemptId,
    outcome: Known,
) -> Result<Response<Body>, GraphError> {
    let tables = gateway.seat().tables();
    let read = tokio::task::spawn_blocking(move || tables.content(place.cell.0, answer_key(attempt)));
    let read = read.await.ok().and_then(Result::ok).flatten();
    if let Some(answer) = read.as_deref().and_then(response) {
        return Ok(answer);
    }
    let details = |what: &str| {
        format!("Goodstanding: the idempotency key was used before: {what}. Nothing was sent now.")
    };
    match outcome {
        Known::Pending => {
            let error = GraphError {
                status: 409,
                is_transient: Some(true),
                ..GraphError::from_parts(2, None, "(#2) Service temporarily unavailable")
            };
            Err(error.with_details(&details("that send is still under way")))
        }
        Known::Accepted => {
            let error = GraphError {
                status: 409,
                is_transient: Some(false),
                ..GraphError::from_parts(1, None, "(#1) An unknown error occurred")
            };
            Err(error.with_details(&details(
                "the platform took that message, and its answer is kept no longer",
            )))
        }
        Known::Refused { code } => Err(GraphError::whatsapp(
            code,
            &details("the platform refused that message"),
        )),
        Known::Unknown => Err(unanswered(Failure::TimedOut, true)),
    }
}

fn response(kept: &[u8]) -> Option<Response<Body>> {
    let (status, body) = kept.split_first_chunk::<2>()?;
    let mut response = Response::new(Body::from(body.to_vec()));
    *response.status_mut() = StatusCode::from_u16(u16::from_be_bytes(*status)).ok()?;
    let json = HeaderValue::from_static("application/json; charset=UTF-8");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
        .headers_mut()
        .insert(REPEATED, HeaderValue::from_static("true"));
    Some(response)
}
