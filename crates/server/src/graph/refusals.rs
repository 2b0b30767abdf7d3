//! What the seat says no to, in the platform's shape: one `match`, from refusal to error.

use cloud_api::error::UserText;
use cloud_api::{GraphError, NodeId};
use decider::CellId;
use engine::EngineError;
use platform::portfolio::Answer;
use rulebook::refusal::{Concern, Refusal};

use super::Graph;
use super::request::Incoming;

impl Graph {
    /// The error for an answer that is not the one hoped for. `id` is the object that the call was about.
    pub(super) async fn refused(
        &self,
        incoming: &Incoming,
        id: NodeId,
        cell: CellId,
        answer: Answer,
    ) -> GraphError {
        match answer {
            Answer::Refused {
                refusal: Refusal::LimitUsedUp,
                detail,
            } => {
                // The edition says which code a used-up limit has (L9).
                let code = self
                    .seat
                    .query(cell, |portfolio| portfolio.graph_code(Refusal::LimitUsedUp))
                    .await;
                match code {
                    Ok(code) => {
                        GraphError::whatsapp(code.unwrap_or(Refusal::LimitUsedUp.graph_code()), &detail)
                    }
                    Err(error) => unanswered(&error),
                }
            }
            Answer::Refused { refusal, detail } => error_of(refusal, &detail),
            Answer::Code(code) => with_code(code, "the recipient's number asks for this error"),
            Answer::Findings(findings) => match findings.into_iter().next() {
                Some(finding) => error_of(finding.refusal(), &finding.message),
                None => incoming.unknown(id),
            },
            // Nothing else is an answer to a refused call, or there is no such object.
            _ => incoming.unknown(id),
        }
    }
}

/// The error of a refusal; `detail` are the facts of the case.
pub(super) fn error_of(refusal: Refusal, detail: &str) -> GraphError {
    let code = refusal.graph_code();
    let error = match refusal.concern() {
        Concern::Call if code == 100 => {
            GraphError::from_parts(code, refusal.graph_subcode(), format!("(#100) {detail}"))
        }
        Concern::TemplateManagement => {
            let user = UserText {
                title: refusal.title().to_owned(),
                message: sentence(detail),
            };
            GraphError {
                user: Some(Box::new(user)),
                is_transient: Some(refusal.retryable()),
                ..GraphError::from_parts(code, refusal.graph_subcode(), "Invalid parameter")
            }
        }
        Concern::Call
        | Concern::Account
        | Concern::Number
        | Concern::Template
        | Concern::Recipient
        | Concern::Limit
        | Concern::Rate
        | Concern::Registration
        | Concern::Platform => GraphError::whatsapp(code, &sentence(detail)),
    };
    GraphError {
        status: refusal.http_status(),
        ..error
    }
}

/// The error of a code that somebody asked for, in the shape that the platform gives it.
#[cold]
pub(super) fn with_code(code: u32, detail: &str) -> GraphError {
    match code {
        10 => return GraphError::permission_denied(),
        104 => return GraphError::missing_token(),
        190 => return GraphError::bad_token(),
        _ => {}
    }
    let refusal = Refusal::ALL.iter().find(|refusal| refusal.graph_code() == code);
    match refusal.filter(|refusal| refusal.concern() != Concern::TemplateManagement) {
        Some(refusal) => error_of(*refusal, detail),
        None => GraphError::whatsapp(code, &sentence(detail)),
    }
}

/// The error for a call that the engine gave no answer to: nothing of it happened.
pub(super) fn unanswered(error: &EngineError) -> GraphError {
    let transient = error.retryable() || *error == EngineError::Stopped;
    let (code, status, message) = if transient {
        (2, 503, "(#2) Service temporarily unavailable")
    } else {
        (1, 500, "(#1) An unknown error occurred")
    };
    tracing::warn!(%error, "a call got no answer");
    GraphError {
        status,
        is_transient: Some(transient),
        ..GraphError::from_parts(code, None, message)
    }
}

/// A fragment as a sentence.
pub(super) fn sentence(fragment: &str) -> String {
    let mut letters = fragment.chars();
    let mut text: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    text.push_str(letters.as_str());
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}
