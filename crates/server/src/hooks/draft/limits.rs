//! Used-up limits, first steps, throughput, and misuse of the utility category.

use cloud_api::phone::Tier;
use cloud_api::webhook::account::{AccountEvent, BusinessCapabilityUpdate, PhoneQualityEvent};
use platform::ids::{NumberIx, WabaIx};
use platform::portfolio::Portfolio;
use platform::portfolio::event::{Analysed, MisuseEnded, MisuseFound, StatusTold, ThroughputSet, Verified};
use rulebook::edition::Scope;
use rulebook::first_step::Outcome;
use rulebook::misuse::Step;
use rulebook::throughput::Level;

use super::account::{Account, PhoneQuality, WABA_ITEMS};
use super::{Change, Draft};

/// A limit is used up or has room again: each number of the scope. The platform's pages have no such event; its words
/// are those of the status.
pub(super) fn status_told(portfolio: &Portfolio, e: &StatusTold, out: &mut Vec<Draft>) {
    let event = if e.restricted {
        PhoneQualityEvent::Restricted
    } else {
        PhoneQualityEvent::Unrestricted
    };
    for ix in portfolio.numbers_of(e.scope) {
        let Some(number) = portfolio
            .number(ix)
            .filter(|number| !number.facts.deleted && !number.facts.migrated)
        else {
            continue;
        };
        out.push(Draft {
            item: u32::from(ix.0),
            waba: number.waba,
            number: Some(ix),
            change: Change::PhoneQuality(PhoneQuality {
                e164: number.e164,
                event: event.clone(),
                old: None,
                current: None,
            }),
        });
    }
}

/// A limit stays what it is after an analysis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::hooks) struct Alert {
    pub(in crate::hooks) about: Entity,
    pub(in crate::hooks) alert_type: &'static str,
    pub(in crate::hooks) description: &'static str,
}

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::hooks) enum Entity {
    Portfolio,
    Number(NumberIx),
}

/// A verified business may register more numbers: each of its accounts is told.
pub(super) fn verified(portfolio: &Portfolio, e: &Verified, out: &mut Vec<Draft>) {
    let update = BusinessCapabilityUpdate {
        max_phone_numbers_per_business: Some(e.numbers),
        ..Default::default()
    };
    out.extend(all_wabas(portfolio).map(|waba| Draft {
        item: WABA_ITEMS + u32::from(waba.0),
        waba,
        number: None,
        change: Change::Capability(update),
    }));
}

/// An analysis that did not end well; one that did is told by the limit that rose.
pub(super) fn analysed(portfolio: &Portfolio, e: &Analysed, out: &mut Vec<Draft>) {
    let (alert_type, description) = match e.outcome {
        Outcome::Approved => return,
        Outcome::Deferred => (
            "INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED",
            "The decision about a higher messaging limit was put off.",
        ),
        Outcome::Failed => (
            "INCREASED_CAPABILITIES_ELIGIBILITY_FAILED",
            "A higher messaging limit was denied.",
        ),
        Outcome::NeedMoreInfo => (
            "INCREASED_CAPABILITIES_ELIGIBILITY_NEED_MORE_INFO",
            "More information is needed for a higher messaging limit.",
        ),
    };
    let mut tell = |waba: WabaIx, about: Entity| {
        out.push(Draft {
            item: WABA_ITEMS + u32::from(waba.0),
            waba,
            number: None,
            change: Change::Alert(Alert {
                about,
                alert_type,
                description,
            }),
        });
    };
    match portfolio.edition().limits.scope {
        Scope::Portfolio => all_wabas(portfolio).for_each(|waba| tell(waba, Entity::Portfolio)),
        Scope::Number => {
            let ix = NumberIx(e.scope.0);
            if let Some(number) = portfolio.number(ix) {
                tell(number.waba, Entity::Number(ix));
            }
        }
    }
}

fn all_wabas(portfolio: &Portfolio) -> impl Iterator<Item = WabaIx> {
    (0..portfolio.wabas.len() as u16).map(WabaIx)
}

/// A number was raised to the high throughput; other changes are told by nobody.
pub(super) fn throughput_set(portfolio: &Portfolio, e: &ThroughputSet, out: &mut Vec<Draft>) {
    let Some(number) = portfolio.number(e.number).filter(|_| e.level == Level::High) else {
        return;
    };
    out.push(Draft {
        item: 0,
        waba: number.waba,
        number: Some(e.number),
        change: Change::PhoneQuality(PhoneQuality {
            e164: number.e164,
            event: PhoneQualityEvent::ThroughputUpgrade,
            old: None,
            // In this event the word stands for the throughput.
            current: Some(Tier::Unlimited),
        }),
    });
}

/// The platform found misuse: even the warning is told as a restriction, without one.
pub(super) fn misuse_found(portfolio: &Portfolio, e: &MisuseFound, out: &mut Vec<Draft>) {
    let until = e.until_ms / 1_000;
    let (violation, restricted) = match e.step {
        Step::Warned => ("UTILITY_TEMPLATE_ABUSE", None),
        Step::Capped => (
            "UTILITY_TEMPLATE_ABUSE_RATE_LIMIT",
            Some("RATE_LIMITED_UTILITY_TEMPLATE_MESSAGING"),
        ),
        Step::Restricted | Step::PortfolioRestricted => {
            ("UTILITY_TEMPLATE_ABUSE", Some("RESTRICTED_UTILITY_TEMPLATES"))
        }
    };
    let restrictions = restricted.map(|restricted| (restricted, Some(until)));
    tell(
        portfolio,
        e.waba,
        e.step,
        violation,
        restrictions.into_iter().collect(),
        out,
    );
}

pub(super) fn misuse_ended(portfolio: &Portfolio, e: &MisuseEnded, out: &mut Vec<Draft>) {
    let violation = match e.step {
        Step::Warned | Step::Capped => "UTILITY_TEMPLATE_ABUSE_RATE_LIMIT_RECOVERY",
        Step::Restricted | Step::PortfolioRestricted => "UTILITY_TEMPLATE_ABUSE_UNBAN",
    };
    tell(portfolio, e.waba, e.step, violation, Vec::new(), out);
}

/// Tells the account, or each account of the portfolio where all are concerned.
fn tell(
    portfolio: &Portfolio,
    waba: WabaIx,
    step: Step,
    violation: &'static str,
    restrictions: Vec<(&'static str, Option<u64>)>,
    out: &mut Vec<Draft>,
) {
    let concerned = all_wabas(portfolio).filter(|other| step == Step::PortfolioRestricted || *other == waba);
    out.extend(concerned.map(|waba| Draft {
        item: WABA_ITEMS + u32::from(waba.0),
        waba,
        number: None,
        change: Change::Account(Account {
            e164: None,
            event: AccountEvent::AccountRestriction,
            violation: Some(violation.to_owned()),
            restrictions: restrictions.clone(),
            ban: None,
        }),
    }));
}
