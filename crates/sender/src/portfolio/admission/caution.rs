//! Caution: while no statuses come though sends were accepted, or what is known of the number is old, nobody new gets
//! marketing, or only a share of the limit is used for it: as the policy says. A number of which nothing was ever told is not
//! old news: its limit is the one that scopes begin with.

use decider::Millis;

use super::{Case, Objection};
use crate::lane::Lane;
use crate::policy::{Caution, share_down};
use crate::refusal::Refusal;

pub(super) fn check(case: &Case<'_>) -> Option<Objection> {
    let concerned = case.lane == Lane::Marketing && case.counts();
    if !concerned || case.scope.in_use(case.counted, case.now) || !is_stale(case) {
        return None;
    }
    match case.portfolio.policy.caution {
        Caution::Off => None,
        Caution::NoNewMarketing => Objection::open_ended(Refusal::FactsStale),
        Caution::SmallerWaves(permille) => {
            let most = share_down(limit(case), permille);
            let until = || case.scope.frees_at(case.now, most);
            let objection = || Objection {
                refusal: Refusal::FactsStale,
                until: until(),
            };
            (case.scope.used(case.now) >= most).then(objection)
        }
    }
}

fn is_stale(case: &Case<'_>) -> bool {
    let bound = Millis::new(case.portfolio.policy.stale_after_ms);
    let oldest = case.number.1.oldest_fact(case.now);
    let old = bound > Millis::ZERO && oldest.is_some_and(|age| age > bound);
    old || case.portfolio.silent
}

/// The limit in force; where there is none, the highest that there is.
fn limit(case: &Case<'_>) -> u32 {
    let limits = &case.portfolio.edition().limits;
    let highest = || limits.tiers.iter().filter_map(|tier| tier.people()).max();
    let known = case.scope.limit(limits).0.people();
    known.or_else(highest).unwrap_or(0)
}
