//! Quiet hours where the person lives, as far as their phone number tells.

use super::{Case, Objection};
use crate::quiet_hours::until;
use crate::refusal::Refusal;

pub(super) fn check(case: &Case<'_>) -> Option<Objection> {
    let hours = &case.portfolio.policy.quiet_hours;
    if hours.is_empty() || !case.is_unasked() {
        return None;
    }
    let until = until(hours, case.lane, case.zone(), case.now)?;
    Objection::until(Refusal::QuietHours, until)
}
