//! What the forms about templates do: a moderator reviews them, the business puts them away and takes them out.
//!
//! Must not know: which may be.

use axum::extract::State;
use axum::response::Redirect;
use platform::portfolio::command::CareCommand;
use platform::portfolio::event::Decision;
use platform::portfolio::{Answer, Command};
use serde::Deserialize;

use super::form::{Done, Form};
use super::{Failure, Manager};
use crate::v1::{ApiError, categories, ids};

/// Longer than any reviewer writes.
const TEXT_CHARS_MAX: usize = 1_000;

/// The platform's reasons for a rejection, and what they are called.
pub(super) const REASONS: [(&str, &str); 6] = [
    ("INVALID_FORMAT", "Not well formed"),
    ("INCORRECT_CATEGORY", "Wrong category"),
    ("ABUSIVE_CONTENT", "Abusive content"),
    ("PROMOTIONAL", "Promotion where there must be none"),
    ("SCAM", "Fraud"),
    ("TAG_CONTENT_MISMATCH", "Not what was declared"),
];

/// A review.
#[derive(Deserialize)]
pub(super) struct Review {
    id: String,
    decision: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    explanation: String,
    #[serde(default)]
    recommendation: String,
}

/// `POST /manager/templates/review`.
pub(super) async fn review(
    State(manager): State<Manager>,
    Form(form): Form<Review>,
) -> Result<Redirect, Failure> {
    let (cell, template) = ids::template(&form.id)?;
    let here = page_of(&form.id);
    let (decision, done) = match form.decision.as_str() {
        "approve" => (Decision::Approve, Done::Approved),
        "reject" => (rejection(form)?, Done::Rejected),
        _ => return Err(Failure::bad("a template is approved or rejected")),
    };
    let command = Command::Review { template, decision };
    match manager.seat().portfolio(cell, command).await? {
        Answer::Done => Ok(done.back(&here, "")),
        other => Err(ApiError::of_answer(other).into()),
    }
}

fn rejection(form: Review) -> Result<Decision, Failure> {
    let known = REASONS.iter().any(|(word, _)| *word == form.reason);
    if !known {
        return Err(Failure::bad("a rejection has one of the platform's reasons"));
    }
    let text = |given: String, otherwise: &str| {
        let given: String = given.trim().chars().take(TEXT_CHARS_MAX).collect();
        if given.is_empty() {
            otherwise.to_owned()
        } else {
            given
        }
    };
    Ok(Decision::Reject {
        reason: form.reason,
        explanation: text(form.explanation, "The reviewer decided so."),
        recommendation: text(form.recommendation, "Change the template and submit it again."),
    })
}

fn page_of(id: &str) -> String {
    format!("/manager/templates/{id}")
}

/// Something that is done to a template.
#[derive(Deserialize)]
pub(super) struct Care {
    id: String,
    act: String,
}

/// `POST /manager/templates/care`.
pub(super) async fn care(
    State(manager): State<Manager>,
    Form(form): Form<Care>,
) -> Result<Redirect, Failure> {
    let (cell, template) = ids::template(&form.id)?;
    let (command, done) = match form.act.as_str() {
        "archive" => (CareCommand::Archive { template }, Done::Archived),
        "unarchive" => (CareCommand::Unarchive { template }, Done::Unarchived),
        "ask" => (CareCommand::AskForReview { template }, Done::ReviewAsked),
        "reverse" => (
            CareCommand::DecideReview {
                template,
                reversed: true,
            },
            Done::CategoryReversed,
        ),
        "keep" => (
            CareCommand::DecideReview {
                template,
                reversed: false,
            },
            Done::CategoryKept,
        ),
        _ => return Err(Failure::bad("nothing like that is done to a template")),
    };
    categories::carry_out(manager.control(), cell, command)
        .await
        .map(drop)?;
    Ok(done.back(&page_of(&form.id), ""))
}
