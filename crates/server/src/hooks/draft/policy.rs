//! Violations of an account, what they bring, and how appeals stand.
//!
//! The words and shapes are those of `account_update` and `account_review_update`; which event tells of a lock, and that an
//! event with what is left in `restriction_info`, or without it, tells of a restriction taken back, is assumed after the
//! utility ladder's pages.

use cloud_api::time::spoken_date;
use cloud_api::webhook::account::{AccountEvent, AccountReviewUpdate, BanInfo, BanState, ReviewDecision};
use decider::Timestamp;
use platform::ids::{NumberIx, WabaIx};
use platform::portfolio::Portfolio;
use platform::portfolio::event::{
    AppealDecided, AppealFiled, Blocked, Measure, Subject, Violated, ViolationEnded,
};
use rulebook::appeal::Outcome;
use rulebook::policy::Gate;

use super::{Account, Change, Draft, templates};

/// What a violation of an account is told as: first that it was found, then what it brings.
pub(super) fn violated(portfolio: &Portfolio, e: &Violated, at: Timestamp, out: &mut Vec<Draft>) {
    let mut told = Telling {
        portfolio,
        waba: e.waba,
        number: e.number,
        out,
    };
    told.account(AccountEvent::AccountViolation, |account| {
        account.violation = Some(e.kind.clone())
    });
    match e.measure {
        Measure::Warning => {}
        Measure::Restriction { until_ms } => {
            let until = Some(Timestamp::from_millis(until_ms).seconds());
            told.restricted(restrictions(e.gate, until));
        }
        Measure::Lock => told.restricted(restrictions(e.gate, None)),
        Measure::Disable => told.banned(BanState::Disable, at),
        Measure::OffBoarding => told.account(AccountEvent::AccountOffboarded, |_| {}),
    }
}

/// What is blocked, in the platform's words, and until when.
fn restrictions(gate: Gate, until: Option<u64>) -> Vec<(&'static str, Option<u64>)> {
    words()
        .into_iter()
        .filter(|(of, _)| gate.any(*of))
        .map(|(_, word)| (word, until))
        .collect()
}

/// What several violations block together; each thing until the last of them lets go of it.
fn together(left: &[Blocked]) -> Vec<(&'static str, Option<u64>)> {
    let last = |(of, word): (Gate, &'static str)| {
        let blocking = left.iter().filter(|blocked| blocked.gate.any(of));
        // Until an appeal is granted is later than any time.
        let until = blocking
            .map(|blocked| blocked.until_ms.unwrap_or(u64::MAX))
            .max()?;
        let seconds = Timestamp::from_millis(until).seconds();
        Some((word, (until < u64::MAX).then_some(seconds)))
    };
    words().into_iter().filter_map(last).collect()
}

/// The platform's words for what is blocked.
fn words() -> [(Gate, &'static str); 3] {
    let all = Gate::MESSAGES.and(Gate::LOCKED).and(Gate::DISABLED);
    let initiated = all.and(Gate::TEMPLATES).and(Gate::BUSINESS_INITIATED);
    [
        (initiated, "RESTRICTED_BIZ_INITIATED_MESSAGING"),
        (all, "RESTRICTED_CUSTOMER_INITIATED_MESSAGING"),
        (Gate::NUMBERS, "RESTRICTED_ADD_PHONE_NUMBER_ACTION"),
    ]
}

/// A violation was taken back. That a restriction has lasted its time is not told: its end was.
pub(super) fn ended(portfolio: &Portfolio, e: &ViolationEnded, at: Timestamp, out: &mut Vec<Draft>) {
    let Some(of) = portfolio
        .policy
        .violations
        .get(e.violation as usize)
        .filter(|_| e.reversed)
    else {
        return;
    };
    let mut told = Telling {
        portfolio,
        waba: of.waba,
        number: of.number,
        out,
    };
    match of.measure {
        Measure::Warning => {}
        Measure::Restriction { .. } | Measure::Lock => {
            told.restricted(together(&e.left));
        }
        Measure::Disable => told.banned(BanState::Reinstate, at),
        Measure::OffBoarding => told.account(AccountEvent::AccountReconnected, |_| {}),
    }
}

pub(super) fn filed(portfolio: &Portfolio, e: &AppealFiled, out: &mut Vec<Draft>) {
    match e.subject.template() {
        Some(template) => templates::appealed(portfolio, template, out),
        None => review(portfolio, e.subject, ReviewDecision::Pending, out),
    }
}

pub(super) fn decided(portfolio: &Portfolio, e: &AppealDecided, at: Timestamp, out: &mut Vec<Draft>) {
    let Some(appeal) = portfolio.policy.appeals.get(e.appeal as usize) else {
        return;
    };
    if appeal.subject.template().is_some() {
        templates::appeal_decided(portfolio, (e.appeal, appeal.subject, e.outcome), at, out);
        return;
    }
    let decision = match e.outcome {
        Outcome::Granted | Outcome::Moot => ReviewDecision::Approved,
        Outcome::Refused => ReviewDecision::Rejected,
    };
    review(portfolio, appeal.subject, decision, out);
}

fn review(portfolio: &Portfolio, subject: Subject, decision: ReviewDecision, out: &mut Vec<Draft>) {
    let waba = match subject {
        Subject::Number(number) => portfolio.number(number).map(|number| number.waba),
        Subject::Violation(violation) => portfolio
            .policy
            .violations
            .get(violation as usize)
            .map(|of| of.waba),
        Subject::Rejection(_) | Subject::Disabling(_) => None,
    };
    let Some(waba) = waba else { return };
    let number = match subject {
        Subject::Number(number) => Some(number),
        Subject::Violation(_) | Subject::Rejection(_) | Subject::Disabling(_) => None,
    };
    out.push(Draft {
        item: 0,
        waba,
        number,
        change: Change::Review(AccountReviewUpdate { decision }),
    });
}

/// Tells of one account.
struct Telling<'a> {
    portfolio: &'a Portfolio,
    waba: WabaIx,
    number: Option<NumberIx>,
    out: &'a mut Vec<Draft>,
}

impl Telling<'_> {
    fn account(&mut self, event: AccountEvent, change: impl FnOnce(&mut Account)) {
        let e164 = self
            .number
            .and_then(|number| self.portfolio.number(number))
            .map(|number| number.e164);
        let mut account = Account {
            e164,
            event,
            violation: None,
            restrictions: Vec::new(),
            ban: None,
        };
        change(&mut account);
        self.out.push(Draft {
            item: self.out.len() as u32,
            waba: self.waba,
            number: self.number,
            change: Change::Account(account),
        });
    }

    fn restricted(&mut self, restrictions: Vec<(&'static str, Option<u64>)>) {
        self.account(AccountEvent::AccountRestriction, |account| {
            account.restrictions = restrictions
        });
    }

    fn banned(&mut self, state: BanState, at: Timestamp) {
        let ban = BanInfo {
            waba_ban_state: state,
            waba_ban_date: spoken_date(at.seconds()),
        };
        self.account(AccountEvent::DisabledUpdate, |account| account.ban = Some(ban));
    }
}
