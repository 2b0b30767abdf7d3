//! Errors of the control API: what is wrong, whose fault it is, whether to try again, what to do.
//!
//! Must not know: the Graph API's errors.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::{AdvanceError, EngineError};
use ledger::LedgerError;
use platform::portfolio::Answer;
use rulebook::refusal::{Fault, Refusal};
use serde::Serialize;
use utoipa::ToSchema;

use crate::SeatError;

/// An error as it is answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ErrorBody {
    error: ErrorDetail,
}

/// What went wrong.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ErrorDetail {
    /// A permanent name.
    #[schema(example = "invalid_parameter")]
    code: String,
    /// The facts of this case.
    message: String,
    /// Whose fault it is: `caller`, `business`, `person` or `platform`.
    #[schema(example = "caller")]
    fault: String,
    /// Whether the same call may succeed later though nobody mends anything.
    retry: bool,
    /// What to do.
    hint: String,
}

/// An error with its status.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    detail: ErrorDetail,
}

pub(super) type ApiResult<T> = Result<Json<T>, ApiError>;

impl ApiError {
    /// A parameter is wrong.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        let hint = Refusal::InvalidParameter.hint();
        Self::new(
            StatusCode::BAD_REQUEST,
            Refusal::InvalidParameter.name(),
            message,
            hint,
        )
    }

    /// There is no such thing.
    pub(crate) fn not_found(what: &str, hint: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            format!("there is no such {what}"),
            hint,
        )
    }

    /// Not possible with this sandbox, or not now.
    pub(super) fn conflict(code: &str, message: &str, hint: &str) -> Self {
        Self::new(StatusCode::CONFLICT, code, message, hint)
    }

    /// The path is right, the method is not.
    pub(super) fn wrong_method() -> Self {
        let hint = "The methods of each path are in /sandbox/v1/openapi.json.";
        let message = "this path has no such method";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", message, hint)
    }

    /// A page of somebody else is open in the caller's browser.
    pub(super) fn foreign() -> Self {
        let hint = "Use the Manager's own pages, or call from a program that is no browser.";
        let message = "this call was sent by a page of somebody else";
        Self::new(StatusCode::FORBIDDEN, "foreign_page", message, hint)
    }

    /// The sandbox itself is at fault.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        let error = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            message,
            "Look at the sandbox's log; it is not your call that is wrong.",
        );
        error.with_fault("platform", false)
    }

    /// The answer of a portfolio that is not the one hoped for.
    pub(crate) fn of_answer(answer: Answer) -> Self {
        match answer {
            Answer::Refused { refusal, detail } => Self::refused(refusal, detail),
            Answer::Unknown(what) => Self::not_found(what, "Check the id."),
            Answer::Findings(findings) => match findings.into_iter().next() {
                Some(finding) => Self::refused(finding.refusal(), finding.message),
                None => Self::internal("the portfolio refused without a reason"),
            },
            Answer::Code(code) => Self::conflict(
                "magic_recipient",
                &format!("the recipient's number asks for the error {code}"),
                "Write to another number; docs/magic-recipients.md lists those with a fixed outcome.",
            ),
            other => Self::internal(format!("the portfolio answered something else: {other:?}")),
        }
    }

    /// The status, what is wrong, and what to do: for a page.
    pub(crate) fn for_people(self) -> (StatusCode, String, String) {
        (self.status, self.detail.message, self.detail.hint)
    }

    /// What there is to say, without the status.
    pub(super) fn into_detail(self) -> ErrorDetail {
        self.detail
    }

    fn refused(refusal: Refusal, detail: String) -> Self {
        let status = StatusCode::from_u16(refusal.http_status()).unwrap_or(StatusCode::BAD_REQUEST);
        let fault = match refusal.fault() {
            Fault::Caller => "caller",
            Fault::Business => "business",
            Fault::Person => "person",
            Fault::Platform => "platform",
        };
        Self::new(status, refusal.name(), detail, refusal.hint()).with_fault(fault, refusal.retryable())
    }

    fn new(status: StatusCode, code: &str, message: impl Into<String>, hint: &str) -> Self {
        let detail = ErrorDetail {
            code: code.to_owned(),
            message: message.into(),
            fault: "caller".to_owned(),
            retry: false,
            hint: hint.to_owned(),
        };
        ApiError { status, detail }
    }

    fn with_fault(mut self, fault: &str, retry: bool) -> Self {
        self.detail.fault = fault.to_owned();
        self.detail.retry = retry;
        self
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(ErrorBody { error: self.detail })).into_response()
    }
}

impl From<EngineError> for ApiError {
    fn from(error: EngineError) -> Self {
        if !error.retryable() {
            return ApiError::internal(error.to_string());
        }
        let hint = "Try again in a moment.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", error.to_string(), hint)
            .with_fault("platform", true)
    }
}

impl From<LedgerError> for ApiError {
    fn from(error: LedgerError) -> Self {
        ApiError::internal(error.to_string())
    }
}

impl From<AdvanceError> for ApiError {
    fn from(error: AdvanceError) -> Self {
        match error {
            AdvanceError::NotVirtual => ApiError::conflict(
                "clock_not_virtual",
                "the sandbox runs on the system's clock",
                "Start the sandbox with --speed, so that it has a clock of its own.",
            ),
            AdvanceError::Engine(error) => error.into(),
        }
    }
}

impl From<SeatError> for ApiError {
    fn from(error: SeatError) -> Self {
        match error {
            SeatError::Engine(error) => error.into(),
            SeatError::Refused { refusal, detail } => Self::refused(refusal, detail),
            SeatError::Unknown(what) => Self::not_found(what, "Check the id."),
            SeatError::Taken { .. } => ApiError::conflict(
                "phone_number_taken",
                "the phone number belongs to another portfolio",
                "Take another number, or delete it there first.",
            ),
            SeatError::Incomplete(_) => ApiError::internal(error.to_string()),
        }
    }
}
