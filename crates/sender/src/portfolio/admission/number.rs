//! The number: gone, banned, not connected, throttled for its quality (rules S1 to S3, Q10; 131048).
//!
//! A reply is never refused for it: what we know may be old, and the platform says so itself.

use decider::Timestamp;
use rulebook::status::Status;

use super::{Case, Objection, in_force};
use crate::lane::Lane;
use crate::refusal::Refusal;

pub(super) fn check(case: &Case<'_>) -> Option<Objection> {
    if case.reply {
        return None;
    }
    let (_, number) = case.number;
    let of_status = match in_force(&number.status, case.now)? {
        Status::Deleted | Status::Migrated => Some(Refusal::NumberGone),
        Status::Banned => Some(Refusal::NumberBanned),
        Status::Pending | Status::Offline | Status::Unverified => Some(Refusal::NumberNotConnected),
        Status::RateLimited if case.lane == Lane::Marketing => Some(Refusal::NumberThrottled),
        _ => None,
    };
    of_status.and_then(Objection::open_ended)
}

/// Throttled for its quality: no promotions, and nothing that can wait.
pub(super) fn throttled(case: &Case<'_>) -> Option<Objection> {
    let (_, number) = case.number;
    let until = Timestamp::from_millis(number.throttled_until.value()?);
    let concerned = !case.reply && case.lane != Lane::Authentication;
    (concerned && case.now < until)
        .then(|| Objection::until(Refusal::NumberThrottled, until))
        .flatten()
}
