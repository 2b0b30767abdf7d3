//! Whoever does not want to be written to is not: words, WhatsApp's own control, the suppression list, and people to
//! whom the platform did not deliver marketing lately (131049, 131050).
//!
//! A reply goes to somebody who opted out: they wrote. What WhatsApp's own control stops is marketing, also inside an
//! open window.

use decider::Timestamp;

use super::{Case, Objection};
use crate::ids::NumberIx;
use crate::lane::Lane;
use crate::policy::Reach;
use crate::portfolio::opt_outs::How;
use crate::portfolio::people::flag;
use crate::refusal::Refusal;

pub(super) fn check(case: &Case<'_>) -> Option<Objection> {
    let person = &case.person;
    if person.is(flag::OPTED_OUT) && opted_out(case, How::Words) {
        return Objection::open_ended(Refusal::OptedOut);
    }
    if person.is(flag::OPTED_OUT) && opted_out(case, How::Platform) {
        return Objection::open_ended(Refusal::MarketingStopped);
    }
    if person.is(flag::SUPPRESSED)
        && let Some(suppression) = case.portfolio.suppressions.get(&case.contact)
        && suppression.holds(case.now)
        && suppression.lanes.contains(case.lane)
    {
        let refusal = Refusal::Suppressed;
        let until = suppression.until_ms.map(Timestamp::from_millis);
        return Some(Objection { refusal, until });
    }
    let not_before = Timestamp::from_millis(u64::from(person.not_before) * 1_000);
    if case.lane == Lane::Marketing && case.now < not_before {
        return Objection::until(Refusal::NotAgainYet, not_before);
    }
    None
}

fn opted_out(case: &Case<'_>, how: How) -> bool {
    let concerned = match how {
        How::Platform => case.lane == Lane::Marketing,
        How::Words => case.lane != Lane::Service && case.portfolio.policy.stop_lanes.contains(case.lane),
    };
    let mut said = case
        .portfolio
        .opt_outs
        .of(case.contact)
        .filter(|(_, said)| *said == how);
    concerned && said.any(|(number, _)| reaches(case, number))
}

/// Whether what was said to a number holds for the one that sends.
fn reaches(case: &Case<'_>, said_to: NumberIx) -> bool {
    let (ix, number) = case.number;
    let brand = || case.portfolio.number(said_to).map(|other| other.brand);
    match case.portfolio.policy.opt_out_reach {
        Reach::Number => said_to == ix,
        Reach::Brand => brand() == Some(number.brand),
        Reach::Portfolio => true,
    }
}
