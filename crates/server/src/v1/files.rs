//! Files: the history as lines of JSON, and the whole sandbox at a moment.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::Response;
use decider::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use super::error::{ApiError, ErrorBody};
use super::input::Asked;
use super::page::given;
use super::{Control, ids, stream};
use crate::history::{Export, write};

/// Which part of the history.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichLines {
    /// Of this portfolio only.
    portfolio: Option<String>,
    /// Not before this instant, in milliseconds since the Unix epoch.
    from_ms: Option<u64>,
    /// Before this instant.
    to_ms: Option<u64>,
}

/// The whole history, one JSON object a line, in order of time, portfolio and sequence: `time_ms`, `portfolio_id`,
/// `sequence`, `kind`, `version`, `name` and the fields of the `event`. Credentials of test apps are in it.
#[utoipa::path(get, path = "/export", tag = "history", operation_id = "export_history", params(WhichLines),
    responses((status = 200, body = String, content_type = "application/x-ndjson"), (status = "4XX", body = ErrorBody)))]
pub(super) async fn export(
    State(control): State<Control>,
    Asked(which): Asked<WhichLines>,
) -> Result<Response, ApiError> {
    let export = Export {
        portfolio: given(which.portfolio.as_deref())
            .map(ids::portfolio)
            .transpose()?,
        from: which.from_ms.map(Timestamp::from_millis),
        to: which.to_ms.map(Timestamp::from_millis),
    };
    let reader = control.seat().reader();
    let body = stream::body("the history", move |out| write(reader, &export, out));
    Ok(file(
        body,
        "application/x-ndjson",
        "attachment; filename=\"history.jsonl\"",
    ))
}

/// Everything there is at this moment, in one file: state, history, texts and uploaded files, clock and seed; for
/// `POST /restore` and `goodstanding sandbox --restore FILE`. Webhooks that are not delivered yet stay behind.
/// Credentials of test apps are in it.
#[utoipa::path(get, path = "/snapshot", tag = "time", operation_id = "snapshot",
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")))]
pub(super) async fn snapshot(State(control): State<Control>) -> Response {
    let seat = control.seat().clone();
    let body = stream::body("the snapshot", move |out| seat.write_image(out));
    file(
        body,
        "application/octet-stream",
        "attachment; filename=\"sandbox.snapshot\"",
    )
}

fn file(body: Body, kind: &'static str, disposition: &'static str) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static(disposition));
    response
}
