//! The account: disabled, restricted for a violation, in trouble with its payment, capped for misuse (131031, 368,
//! 131042, 131064). Only what stops replies themselves refuses a free-form message.

use super::{Case, Objection};
use crate::lane::Lane;
use crate::portfolio::account::Restriction;
use crate::refusal::Refusal;

pub(super) fn check(case: &Case<'_>) -> Option<Objection> {
    let (_, number) = case.number;
    let account = case.portfolio.accounts.get(number.waba.index())?;
    if account.disabled.value() == Some(true) {
        return Objection::open_ended(Refusal::AccountDisabled);
    }
    let own = match case.lane {
        Lane::Service => Restriction::Replies,
        _ => Restriction::BusinessInitiated,
    };
    for restriction in [Restriction::Everything, own] {
        if let Some(until) = account.restriction(restriction, case.now) {
            let refusal = Refusal::AccountRestricted;
            return Some(Objection { refusal, until });
        }
    }
    if case.lane == Lane::Service {
        return None;
    }
    if account.payment.value() == Some(true) {
        return Objection::open_ended(Refusal::PaymentTrouble);
    }
    let until = (case.lane == Lane::Utility)
        .then(|| account.restriction(Restriction::UtilityVolume, case.now))
        .flatten()?;
    let refusal = Refusal::CategoryMisuse;
    Some(Objection { refusal, until })
}
