//! Lists: a page at a time.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::Problem;
use sender::ids::ContactIx;

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

impl<T> Page<T> {
    /// A page of a list whose cursor is the place of the next entry. `all` holds one entry more than fits if there is a
    /// next page.
    pub(super) fn of(mut all: Vec<T>, from: usize, limit: usize) -> Self {
        let more = all.len() > limit;
        all.truncate(limit);
        Page {
            data: all,
            after: more.then(|| (from + limit).to_string()),
        }
    }
}

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Of this portfolio (its name); needed where a token opens several.
    pub(super) portfolio: Option<String>,
    /// The `after` of the page before.
    pub(super) after: Option<String>,
    /// At most so many entries: 100 if nothing is said, 1,000 at most.
    pub(super) limit: Option<u32>,
}

impl Which {
    pub(super) fn limit(&self) -> usize {
        limit(self.limit)
    }

    /// The place of the first entry, of a list whose cursors are places.
    pub(super) fn from(&self) -> Result<usize, Problem> {
        match self.after.as_deref().filter(|after| !after.is_empty()) {
            None => Ok(0),
            Some(after) => after
                .parse()
                .map_err(|_| Problem::invalid("after is not one that a page gave")),
        }
    }
}

impl Which {
    /// The person with whom a list of people begins.
    pub(super) fn contact(&self) -> Result<ContactIx, Problem> {
        let from = u32::try_from(self.from()?);
        from.map(ContactIx)
            .map_err(|_| Problem::invalid("after is not one that a page gave"))
    }
}

/// Which portfolio.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OfPortfolio {
    /// Of this portfolio (its name); needed where a token opens several.
    pub(super) portfolio: Option<String>,
}

/// The size of a page.
pub(super) fn limit(asked: Option<u32>) -> usize {
    asked.unwrap_or(LIMIT).clamp(1, LIMIT_MAX) as usize
}
