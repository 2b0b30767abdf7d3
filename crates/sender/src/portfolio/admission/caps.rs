//! Frequency caps (B8): what a person had lately, of what went or may have gone.

use decider::Timestamp;

use super::{Case, Objection};
use crate::caps::until;
use crate::lane::Lane;
use crate::portfolio::attempts::WALK_MAX;
use crate::refusal::Refusal;

pub(super) fn check(case: &Case<'_>) -> Option<Objection> {
    let caps = &case.portfolio.policy.caps;
    if caps.is_empty() || !case.is_unasked() {
        return None;
    }
    let mut sent = [(Timestamp::ZERO, Lane::Service); WALK_MAX];
    let chain = case.portfolio.attempts.chain(case.contact, case.person.last);
    let mut count = 0;
    for (place, (_, record)) in sent
        .iter_mut()
        .zip(chain.filter(|(_, record)| record.may_have_arrived()))
    {
        *place = (record.at(), record.lane());
        count += 1;
    }
    let until = until(caps, case.lane, &sent[..count], case.now, case.zone())?;
    Some(Objection {
        refusal: Refusal::FrequencyCap,
        until: (until < Timestamp::MAX).then_some(until),
    })
}
