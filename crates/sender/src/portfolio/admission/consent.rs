//! Consent for the topic or the lane (B6). What a person took back counts whatever the policy asks for; what it asks for
//! decides about people of whom nothing is recorded.

use super::{Case, Objection};
use crate::consent::{Verdict, judge};
use crate::lane::Lane;
use crate::policy::Asked;
use crate::portfolio::attempts::NOBODY;
use crate::portfolio::people::flag;
use crate::refusal::Refusal;

/// Consent that was taken back is an opt-out.
pub(super) fn withdrawn(case: &Case<'_>) -> Option<Objection> {
    let recorded = case.person.consents != NOBODY && case.lane != Lane::Service;
    let taken_back = recorded && verdict(case) == Verdict::Withdrawn;
    taken_back
        .then(|| Objection::open_ended(Refusal::OptedOut))
        .flatten()
}

pub(super) fn check(case: &Case<'_>) -> Option<Objection> {
    let asked = case.portfolio.policy.consent.of(case.lane);
    let changed = case.person.is(flag::CHANGED);
    let concerned = match asked {
        Asked::Never => false,
        Asked::IfRecorded => case.person.consents != NOBODY || changed,
        Asked::Always => true,
    };
    if !concerned {
        return None;
    }
    let refusal = match verdict(case) {
        Verdict::Covered => return None,
        Verdict::Suspended => Refusal::IdentityChanged,
        Verdict::Withdrawn => Refusal::OptedOut,
        Verdict::Expired => Refusal::ConsentExpired,
        Verdict::Elsewhere => Refusal::ConsentElsewhere,
        // Nobody knows whether whoever is there now ever agreed.
        Verdict::Missing if changed => Refusal::IdentityChanged,
        Verdict::Missing => Refusal::ConsentMissing,
    };
    Objection::open_ended(refusal)
}

fn verdict(case: &Case<'_>) -> Verdict {
    let portfolio = case.portfolio;
    let changed_s = portfolio.changes.get(&case.contact).copied();
    let consents = portfolio.consents.of(case.person.consents);
    judge(consents, case.lane, case.topic, case.now, changed_s)
}
