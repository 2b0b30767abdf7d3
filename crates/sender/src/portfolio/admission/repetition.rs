//! The same text to the same person within a span (B8): a program that repeats itself, or a follow-up too many.

use decider::Millis;

use super::{Case, Objection};
use crate::lane::Lane;
use crate::refusal::Refusal;

pub(super) fn check(case: &Case<'_>) -> Option<Objection> {
    let span = Millis::new(case.portfolio.policy.repetition_ms);
    if case.text == 0 || !matches!(case.lane, Lane::Marketing | Lane::Utility) {
        return None;
    }
    let mut chain = case.portfolio.attempts.chain(case.contact, case.person.last);
    let (_, same) = chain
        .by_ref()
        .take_while(|(_, record)| record.at() + span > case.now)
        .find(|(_, record)| record.text == case.text && record.may_have_arrived())?;
    Objection::until(Refusal::Repetition, same.at() + span)
}
