//! Lists: a page at a time.

use decider::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Entries of a page if nothing is said.
const LIMIT: u32 = 100;
/// More would be a long answer, and a long time on the thread that decides.
const LIMIT_MAX: u32 = 1_000;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Page<T> {
    /// The entries.
    pub(super) data: Vec<T>,
    /// Where the next page begins: to be given as `after`. Null at the end.
    pub(super) after: Option<String>,
}

/// A page of what happened.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TailPage<T> {
    data: Vec<T>,
    /// Give this back for the next page; null when this one was the last.
    after: Option<String>,
    /// Give this back as `after`, now or later, to go on from here: what has happened since, nothing of it left out and
    /// nothing of it twice. Also there on the last page.
    tail: String,
}

/// How to go on behind a page of what happened.
pub(super) struct Next {
    pub(super) cursor: String,
    /// There may be more already.
    pub(super) more: bool,
}

impl<T> TailPage<T> {
    pub(super) fn of(data: Vec<T>, next: Next) -> Self {
        TailPage {
            data,
            after: next.more.then(|| next.cursor.clone()),
            tail: next.cursor,
        }
    }
}

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// The `after` of the page before.
    pub(super) after: Option<String>,
    /// At most so many entries: 100 if nothing is said, 1,000 at most.
    pub(super) limit: Option<u32>,
}

impl Which {
    pub(super) fn limit(&self) -> usize {
        limit(self.limit)
    }
}

/// The size of a page.
pub(super) fn limit(asked: Option<u32>) -> usize {
    asked.unwrap_or(LIMIT).clamp(1, LIMIT_MAX) as usize
}

/// An `after`, if there is one: an empty one is none.
pub(super) fn given(after: Option<&str>) -> Option<&str> {
    after.filter(|after| !after.is_empty())
}

/// An instant as people read it.
pub(crate) fn iso(at: Timestamp) -> String {
    let millis = i64::try_from(at.millis()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(millis).map_or_else(|_| millis.to_string(), |at| at.to_string())
}
