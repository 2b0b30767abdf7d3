//! What a browser gets: a page with its headers, or what went wrong.
//!
//! Promises: no page loads anything from elsewhere, runs a script of others, or is shown inside a page of others.

use askama::Template;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use engine::EngineError;
use ledger::LedgerError;

use crate::v1::ApiError;

const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; \
     frame-ancestors 'none'; base-uri 'none'",
);

/// A page that is drawn when it is answered.
pub(super) struct Page<T>(pub(super) T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response<Body> {
        match self.0.render() {
            Ok(html) => drawn(StatusCode::OK, html),
            Err(error) => {
                tracing::error!(%error, "a page could not be drawn");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

fn drawn(status: StatusCode, html: String) -> Response<Body> {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    (status, headers, html).into_response()
}

/// Why there is no page.
#[derive(Debug, Template)]
#[template(path = "manager/failure.html")]
pub(super) struct Failure {
    status: StatusCode,
    /// What went wrong: a sentence.
    message: String,
    /// What to do.
    hint: String,
}

impl Failure {
    /// There is no such thing.
    pub(super) fn not_found(what: &str) -> Self {
        ApiError::not_found(what, "It may have been there before the sandbox started anew.").into()
    }

    /// Something in the form or the address is wrong.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        ApiError::invalid(message).into()
    }

    /// The sandbox itself is at fault.
    pub(super) fn internal(message: impl Into<String>) -> Self {
        ApiError::internal(message).into()
    }

    /// The form is not one of these pages.
    pub(super) fn foreign() -> Self {
        Failure {
            status: StatusCode::FORBIDDEN,
            message: "this form was sent by a page of somebody else".to_owned(),
            hint: "Use the Manager's own pages, or the control API.".to_owned(),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response<Body> {
        let status = self.status;
        let html = self.render().unwrap_or_default();
        drawn(status, html)
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        let (status, message, hint) = error.for_people();
        Failure {
            status,
            message,
            hint,
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        ApiError::from(error).into()
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        ApiError::from(error).into()
    }
}
