//! Forms: read, and only from pages of this very server (`origin`); then back to a page that says what was done.

use axum::extract::{FromRequest, Request};
use axum::response::Redirect;
use serde::de::DeserializeOwned;

use super::Failure;
use crate::origin::is_own;

/// A form that a page of this server has sent.
pub(super) struct Form<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        if !is_own(request.headers()) {
            return Err(Failure::foreign());
        }
        let read = axum::extract::Form::from_request(request, state).await;
        read.map(|axum::extract::Form(form)| Form(form))
            .map_err(|error| Failure::bad(error.body_text()))
    }
}

/// What a form has done. The next page knows it by a word in its address, so that nobody else's text is shown there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    Moved,
    MovedLate,
    Frozen,
    Paced,
    Redelivered,
    Wrote,
    Blocked,
    Unblocked,
    Appealed,
    Granted,
    Refused,
    Reversed,
    Violated,
    Approved,
    Rejected,
    Archived,
    Unarchived,
    ReviewAsked,
    CategoryReversed,
    CategoryKept,
    FaultAdded,
    FaultRemoved,
}

impl Done {
    const ALL: [(Done, &'static str, &'static str); 22] = [
        (Done::Moved, "moved", "The clock was moved."),
        (
            Done::MovedLate,
            "moved-late",
            "The clock was moved; some webhooks were not answered in time.",
        ),
        (Done::Frozen, "frozen", "The clock stands still."),
        (Done::Paced, "paced", "The clock runs at its new pace."),
        (Done::Redelivered, "redelivered", "The webhook is posted again."),
        (Done::Wrote, "wrote", "The message has arrived."),
        (Done::Blocked, "blocked", "The number is blocked by this person."),
        (
            Done::Unblocked,
            "unblocked",
            "The number is no longer blocked by this person.",
        ),
        (Done::Appealed, "appealed", "The appeal is filed."),
        (Done::Granted, "granted", "The appeal is granted."),
        (Done::Refused, "refused", "The appeal is refused."),
        (Done::Reversed, "reversed", "The violation is taken back."),
        (Done::Violated, "violated", "The violation is recorded."),
        (Done::Approved, "approved", "The template is approved."),
        (Done::Rejected, "rejected", "The template is rejected."),
        (Done::Archived, "archived", "The template is put away."),
        (Done::Unarchived, "unarchived", "The template is taken out again."),
        (
            Done::ReviewAsked,
            "review-asked",
            "A review of the category is asked for.",
        ),
        (
            Done::CategoryReversed,
            "category-reversed",
            "The category is what it was.",
        ),
        (
            Done::CategoryKept,
            "category-kept",
            "The category stays what it is.",
        ),
        (Done::FaultAdded, "fault-added", "The rule is in force."),
        (Done::FaultRemoved, "fault-removed", "The rule is taken away."),
    ];

    /// What the word stands for; `None` for any other word.
    pub(super) fn told(word: &str) -> Option<&'static str> {
        let found = Self::ALL.iter().find(|(_, known, _)| *known == word);
        found.map(|(_, _, told)| *told)
    }

    /// Back to a page, which says it; `query` is what its address has already.
    pub(super) fn back(self, path: &str, query: &str) -> Redirect {
        let word = Self::ALL
            .iter()
            .find(|(done, ..)| *done == self)
            .map_or("", |(_, word, _)| word);
        let joint = if query.is_empty() { "?" } else { "&" };
        Redirect::to(&format!("{path}{query}{joint}done={word}"))
    }
}
