//! Category drift: a template that became costlier than it was when the send was planned waits until somebody agrees.

use decider::Millis;

use super::{Case, Objection};
use crate::mirror::Value;
use crate::refusal::Refusal;

pub(super) fn check(case: &Case<'_>) -> Option<Objection> {
    let sent = case.template?;
    let category = sent.known?.category.value()?;
    let planned = sent.planned?;
    // Nobody knows when somebody agrees: it is held as long as policy holds anything.
    let bound = case.now + Millis::new(case.portfolio.policy.hold_max_ms);
    let drifted = category.caution() > planned.caution();
    drifted.then_some(Objection {
        refusal: Refusal::CategoryDrift,
        until: Some(bound),
    })
}
