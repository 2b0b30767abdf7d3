//! Problems (RFC 9457): what is wrong, whose fault it is, whether to try again, what to do.
//!
//! Must not know: the Graph API's errors.

use axum::Json;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use cloud_api::GraphError;
use engine::EngineError;
use ledger::LedgerError;
use serde::Serialize;
use utoipa::ToSchema;

/// A problem as it is answered, as `application/problem+json`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Problem {
    /// Names the kind of problem for ever.
    #[serde(rename = "type")]
    #[schema(example = "urn:goodstanding:invalid_parameter")]
    kind: String,
    /// The kind in a few words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// The facts of this case.
    detail: String,
    /// Whose fault it is: `caller` or `gateway`.
    fault: &'static str,
    /// Whether the same call may succeed later though nobody mends anything.
    retry: bool,
    /// What to do.
    hint: String,
}

pub(super) type Answered<T> = Result<Json<T>, Problem>;

impl Problem {
    fn new(
        status: StatusCode,
        name: &str,
        title: &'static str,
        detail: impl Into<String>,
        hint: &str,
    ) -> Self {
        Problem {
            kind: format!("urn:goodstanding:{name}"),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            fault: "caller",
            retry: false,
            hint: hint.to_owned(),
        }
    }

    /// A parameter is wrong.
    pub(super) fn invalid(detail: impl Into<String>) -> Self {
        let hint = "Correct what is named; /v1/openapi.json says what is expected.";
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid_parameter",
            "A parameter cannot be used",
            detail,
            hint,
        )
    }

    /// The facts of this case.
    pub(super) fn detail(&self) -> &str {
        &self.detail
    }

    /// The same, of an entry of a list.
    pub(super) fn within(mut self, place: &str) -> Self {
        self.detail = format!("{place}: {}", self.detail);
        self
    }

    /// There is no such thing.
    pub(super) fn not_found(what: &str, hint: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is no such thing",
            format!("there is no such {what}"),
            hint,
        )
    }

    /// The path is right, the method is not.
    pub(super) fn wrong_method() -> Self {
        let hint = "The methods of each path are in /v1/openapi.json.";
        let detail = "this path has no such method";
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "wrong_method",
            "The method is wrong",
            detail,
            hint,
        )
    }

    /// The token does not open this.
    pub(super) fn forbidden(detail: impl Into<String>) -> Self {
        let hint = "Use a token with that right; `POST /v1/tokens` makes one.";
        Self::new(
            StatusCode::FORBIDDEN,
            "forbidden",
            "The token does not open this",
            detail,
            hint,
        )
    }

    /// There is no good token.
    pub(super) fn unauthorized(error: &GraphError) -> Self {
        let hint = "Send `Authorization: Bearer <token of the gateway>`.";
        let detail = match error.code {
            104 => "no token came with the call",
            _ => "the token is not known, or was revoked",
        };
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "A token of the gateway is needed",
            detail,
            hint,
        )
    }

    /// The gateway itself is at fault.
    pub(super) fn internal(detail: impl Into<String>) -> Self {
        let hint = "Look at the gateway's log; it is not your call that is wrong.";
        let title = "The gateway is at fault";
        let problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", title, detail, hint);
        Problem {
            fault: "gateway",
            ..problem
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(CONTENT_TYPE, kind);
        response
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        if !error.retryable() {
            return Problem::internal(error.to_string());
        }
        let hint = "Try again in a moment; nothing happened.";
        let title = "The gateway cannot decide just now";
        let problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            title,
            error.to_string(),
            hint,
        );
        Problem {
            fault: "gateway",
            retry: true,
            ..problem
        }
    }
}

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        Problem::internal(error.to_string())
    }
}
