//! Headroom: nobody new is written to while as many people are in use as the limit allows (rules L1 to L3, invariant 4).
//!
//! Marketing leaves a share of the limit to utility and authentication; in the first 24 hours only a share of the limit
//! is used, because what was sent before is not known. Inside an open service window nothing is asked.

use decider::{Millis, Timestamp};
use rulebook::edition::Blocks;
use rulebook::status::Status;

use super::{Case, Objection};
use crate::lane::Lane;
use crate::policy::{share_down, share_up};
use crate::portfolio::attempts::flag;
use crate::portfolio::scope::MARGIN;
use crate::refusal::Refusal;

/// How long it is believed that a limit is used up: places come back one by one at any moment.
const TOLD_FOR: Millis = Millis::minutes(10);

pub(super) fn check(case: &Case<'_>) -> Option<Objection> {
    let edition = case.portfolio.edition();
    let limit = case.scope.limit(&edition.limits).0.people()?;
    if !case.counts() {
        return None;
    }
    let used = case.scope.used(case.now);
    let blocks_all = edition.restricted.blocks == Blocks::AllOutsideCsw && used >= limit;
    if takes_no_place(case, used, limit) && !blocks_all {
        return None;
    }
    if let Some(objection) = told_used_up(case) {
        return Some(objection);
    }
    let (refusal, most) = ceilings(case, limit)
        .into_iter()
        .find(|(_, most)| used >= *most)?;
    let frees = case.scope.frees_at(case.now, most);
    let until = match refusal {
        Refusal::FirstDay => frees.map(|at| at.min(case.portfolio.first_day_ends())),
        _ => frees,
    };
    Some(Objection { refusal, until })
}

/// The platform itself said lately that the limit is used up, whatever we have counted.
fn told_used_up(case: &Case<'_>) -> Option<Objection> {
    let fact = case
        .number
        .1
        .status
        .fact()
        .filter(|fact| fact.value == Status::Restricted)?;
    let until = Timestamp::from_millis(fact.at_ms) + TOLD_FOR;
    (case.now < until)
        .then(|| Objection::until(Refusal::LimitUsedUp, until))
        .flatten()
}

/// Whether the person is in use already. While more people are in use than the limit allows (it was lowered), only who
/// is certainly in use for the platform as well: it took a message that it still counts.
fn takes_no_place(case: &Case<'_>, used: u32, limit: u32) -> bool {
    let counted_since = case.now.back(case.portfolio.edition().limits.window) + MARGIN;
    let certain = || {
        let mut chain = case.portfolio.attempts.chain(case.contact, case.person.last);
        chain.any(|(_, record)| {
            // One that went while a window was about to close may not have been counted.
            let counts = record.is(flag::COUNTS | flag::ACCEPTED) && !record.any(flag::INSIDE);
            let counts = counts && record.may_have_arrived();
            counts && record.counted == case.counted && record.at() > counted_since
        })
    };
    case.scope.in_use(case.counted, case.now) && (used <= limit || certain())
}

/// How many may be in use, for each reason to ask, in order of precedence.
fn ceilings(case: &Case<'_>, limit: u32) -> [(Refusal, u32); 3] {
    let policy = &case.portfolio.policy;
    let keeps = |of: u32| match case.lane {
        Lane::Marketing => of - share_up(of, policy.reserve_permille),
        _ => of,
    };
    let first = if case.portfolio.in_first_day(case.now) {
        share_down(limit, policy.first_day_permille)
    } else {
        limit
    };
    [
        (Refusal::LimitUsedUp, limit),
        (Refusal::RoomReserved, keeps(limit)),
        (Refusal::FirstDay, keeps(first)),
    ]
}
