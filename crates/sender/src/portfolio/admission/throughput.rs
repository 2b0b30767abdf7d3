//! Throughput: messages of one number a second (`throughput` of the edition, 130429). A share is kept for replies, so
//! that a broadcast never delays them; a broadcast at the rate that is left to it is not slowed.

use decider::Timestamp;
use rulebook::throughput;

use super::{Case, Objection};
use crate::policy::{Policy, share_down};
use crate::refusal::Refusal;

pub(super) fn check(case: &Case<'_>) -> Option<Objection> {
    let policy = &case.portfolio.policy;
    if !policy.enforce_rates {
        return None;
    }
    let (_, number) = case.number;
    // The platform said "too fast" (130429): all but replies waits a little.
    let slow = number.slow_until.value().map(Timestamp::from_millis);
    if let Some(until) = slow.filter(|until| !case.reply && case.now < *until) {
        return Objection::until(Refusal::Throughput, until);
    }
    let all = per_second(case);
    let until = match taken(number.rates, case.now, all, policy, case.reply) {
        Ok(_) => return None,
        Err(until) => until,
    };
    Objection::until(Refusal::Throughput, until)
}

fn per_second(case: &Case<'_>) -> u32 {
    let (_, number) = case.number;
    let level = number.level.value().unwrap_or_default();
    level.per_second(&case.portfolio.edition().throughput)
}

/// What a message that was admitted takes of a number that sends `per_second`.
pub(in crate::portfolio) fn take(
    rates: (u64, u64),
    at: Timestamp,
    per_second: u32,
    policy: &Policy,
    reply: bool,
) -> (u64, u64) {
    taken(rates, at, per_second, policy, reply).unwrap_or(rates)
}

fn taken(
    (all, bulk): (u64, u64),
    now: Timestamp,
    per_second: u32,
    policy: &Policy,
    reply: bool,
) -> Result<(u64, u64), Timestamp> {
    let all = throughput::admit(all, now, per_second)?;
    if reply {
        return Ok((all, bulk));
    }
    let kept = share_down(per_second, policy.replies_permille);
    let bulk = throughput::admit(bulk, now, (per_second - kept).max(1))?;
    Ok((all, bulk))
}
