//! The pair rate: so many messages from one number to one person in a short time (`pair_rate` of the edition, 131056).
//!
//! The state of the rate follows from the attempts to the person, so that nobody pays for it who is written to rarely.

use decider::{Millis, Timestamp};
use rulebook::pair_rate;

use super::{Case, Objection};
use crate::ids::NumberIx;
use crate::portfolio::attempts::{WALK_MAX, flag};
use crate::refusal::Refusal;

/// The platform's code.
const PAIR_RATE: u32 = 131_056;
/// 4^6 seconds are more than an hour.
const BACK_OFF_MAX: usize = 6;
/// Answers before this change nothing: it holds more of the longest waits in a row than are counted.
const BACK_OFF_SPAN: Millis = Millis::seconds(4_u64.pow(BACK_OFF_MAX as u32) * (BACK_OFF_MAX as u64 + 2));

pub(super) fn check(case: &Case<'_>) -> Option<Objection> {
    let rate = &case.portfolio.edition().pair_rate;
    if !case.portfolio.policy.enforce_rates {
        return None;
    }
    if let Some(until) = backed_off(case).filter(|until| case.now < *until) {
        return Objection::until(Refusal::PairRate, until);
    }
    match pair_rate::admit(paid_back(case), case.now, rate) {
        Ok(_) => None,
        Err(until) => Objection::until(Refusal::PairRate, until),
    }
}

/// After n answers "too many to this person" (131056) in a row: 4^(n-1) seconds from the last, as the platform asks.
fn backed_off(case: &Case<'_>) -> Option<Timestamp> {
    let since = case.now.back(BACK_OFF_SPAN);
    let chain = case.portfolio.attempts.chain(case.contact, case.person.last);
    let mut own = chain
        .take_while(|(_, record)| record.at() > since)
        .filter(|(_, record)| record.number == case.number.0)
        .map(|(_, record)| record);
    let last = own
        .next()
        .filter(|record| record.is(flag::REFUSED) && record.code == PAIR_RATE)?;
    let further = own
        .take_while(|record| record.is(flag::REFUSED) && record.code == PAIR_RATE)
        .count();
    Some(last.at() + Millis::seconds(4_u64.pow(further.min(BACK_OFF_MAX) as u32)))
}

/// The state after all earlier attempts that can still matter: what was borrowed is paid back after a full burst.
fn paid_back(case: &Case<'_>) -> Option<u64> {
    let rate = &case.portfolio.edition().pair_rate;
    let span = Millis::new(rate.interval.get() * u64::from(rate.burst));
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
        let at = Timestamp::from_millis(at);
        state = pair_rate::admit(state, at, rate).ok().or(state);
    }
    state
}
