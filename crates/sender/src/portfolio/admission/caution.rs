//! Caution: while no statuses come though sends were accepted, or what is known of the number is old, nobody new gets
//! marketing. A number of which nothing was ever told is not old news: its limit is the one that scopes begin with.

use decider::Millis;

use super::{Case, Objection};
use crate::lane::Lane;
use crate::refusal::Refusal;

pub(super) fn check(case: &Case<'_>) -> Option<Objection> {
    let policy = &case.portfolio.policy;
    let concerned = policy.caution && case.lane == Lane::Marketing && case.counts();
    if !concerned || case.scope.in_use(case.counted, case.now) {
        return None;
    }
    let (_, number) = case.number;
    let bound = Millis::new(policy.stale_after_ms);
    let old = policy.stale_after_ms > 0 && number.oldest_fact(case.now).is_some_and(|age| age > bound);
    (old || case.portfolio.silent)
        .then(|| Objection::open_ended(Refusal::FactsStale))
        .flatten()
}
