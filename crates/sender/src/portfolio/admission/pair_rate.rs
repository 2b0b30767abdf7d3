//! The pair rate: so many messages from one number to one person in a short time (`pair_rate` of the edition, 131056).
//!
//! The state of the rate follows from the attempts to the person, so that nobody pays for it who is written to rarely.

use rulebook::pair_rate;

use super::{Case, Objection};
use crate::ids::NumberIx;
use crate::portfolio::attempts::{WALK_MAX, flag};
use crate::refusal::Refusal;

pub(super) fn check(case: &Case<'_>) -> Option<Objection> {
    let rate = &case.portfolio.edition().pair_rate;
    if !case.portfolio.policy.enforce_rates {
        return None;
    }
    match pair_rate::admit(paid_back(case), case.now, rate) {
        Ok(_) => None,
        Err(until) => Objection::until(Refusal::PairRate, until),
    }
}

/// The state after all earlier attempts that can still matter: what was borrowed is paid back after a full burst.
fn paid_back(case: &Case<'_>) -> Option<u64> {
    let rate = &case.portfolio.edition().pair_rate;
    let span = decider::Millis::new(rate.interval.get() * u64::from(rate.burst));
    let since = case.now.back(span);
    let number: NumberIx = case.number.0;
    let mut times = [0_u64; WALK_MAX];
    let mut count = 0;
    for (_, record) in case.portfolio.attempts.chain(case.contact, case.person.last) {
        if record.at() <= since {
            break;
        }
        if record.number == number && !record.any(flag::REFUSED) {
            times[count] = record.at_ms;
            count += 1;
        }
    }
    let mut state = None;
    for &at in times[..count].iter().rev() {
        let at = decider::Timestamp::from_millis(at);
        state = pair_rate::admit(state, at, rate).ok().or(state);
    }
    state
}
