//! Category drift: a template that became costlier than its owner agreed to, or than it was when the send was planned,
//! waits until somebody agrees. The platform changes categories without being asked, and then people get promotions
//! who consented to receipts.

use decider::Millis;

use super::{Case, Objection};
use crate::mirror::Value;
use crate::refusal::Refusal;

pub(super) fn check(case: &Case<'_>) -> Option<Objection> {
    let sent = case.template?;
    let known = sent.known?;
    let category = known.category.value()?;
    let drifted = [sent.planned, known.agreed]
        .into_iter()
        .flatten()
        .any(|expected| category.caution() > expected.caution());
    // Nobody knows when somebody agrees: it is held as long as policy holds anything.
    let bound = case.now + Millis::new(case.portfolio.policy.hold_max_ms);
    drifted
        .then(|| Objection::until(Refusal::CategoryDrift, bound))
        .flatten()
}
