//! Violations and appeals of a portfolio, and what is in the way of its numbers because of them.
//!
//! Promises: what blocks a number is one byte that follows from violations that stand, rating and throttling; it is
//! worked out when one of them changes, never when a message is sent.
//! Must not know: which violation brings what (`rulebook::policy`), who finds violations.

use std::collections::BTreeMap;

use decider::{Timestamp, mix};
use rulebook::appeal::Outcome;
use rulebook::low_quality::Volume;
use rulebook::policy::Gate;
use rulebook::rating::Rating;
use serde::{Deserialize, Serialize};

use super::Portfolio;
use super::agenda::Due;
use super::event::{self, Measure, Subject};
use super::number::Number;
use super::snapshot::sections::{Section, write};
use super::template::Rejection;
use crate::ids::{NumberIx, WabaIx};

/// Violations and appeals.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// In the order in which they were found.
    pub violations: Vec<Violation>,
    /// In the order in which they were filed.
    pub appeals: Vec<Appeal>,
    /// Why a template had been rejected when an appeal against that was filed, by appeal: it may be approved, edited
    /// and rejected anew before the end of the appeal is told.
    pub contested: BTreeMap<u32, Rejection>,
    /// How many testers there were: each writes from a number of their own.
    pub tests: u32,
}

/// A violation of policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Violation {
    /// The account.
    pub waba: WabaIx,
    /// The number that it was found on, if on one.
    pub number: Option<NumberIx>,
    /// The type, such as `SPAM`.
    pub kind: String,
    /// What it brought.
    pub measure: Measure,
    /// What is blocked while it stands.
    pub gate: Gate,
    /// When it was found, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// What became of it.
    pub standing: Standing,
}

/// What became of a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// It stands, and blocks what it blocks.
    Stands,
    /// Its restriction is over; it still counts.
    Over,
    /// It was taken back.
    Reversed,
}

/// An appeal.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Appeal {
    /// Against what.
    pub subject: Subject,
    /// When it was filed, in milliseconds since the Unix epoch.
    pub filed_ms: u64,
    /// How it ended, by a moderator or not, and when; `None` while it is open.
    pub decided: Option<(Outcome, bool, u64)>,
}

/// What low quality costs a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Throttle {
    /// The rules throttled it: they let go of it once it is no longer RED.
    pub by_rules: bool,
    /// What it sent while throttled.
    pub volume: Volume,
}

impl Record {
    /// The violations that count against an account.
    pub fn counting(&self, waba: WabaIx) -> impl Iterator<Item = &Violation> {
        self.violations
            .iter()
            .filter(move |of| of.waba == waba && of.standing != Standing::Reversed)
    }

    /// What is in the way of an account.
    pub fn gate(&self, waba: WabaIx) -> Gate {
        let stands = |of: &&Violation| of.waba == waba && of.standing == Standing::Stands;
        self.violations
            .iter()
            .filter(stands)
            .fold(Gate::OPEN, |gate, of| gate.and(of.gate))
    }

    /// The violation because of which an account is blocked: the heaviest of those that stand, the last of equals.
    pub fn blocking(&self, waba: WabaIx) -> Option<&Violation> {
        let stands =
            |of: &&Violation| of.waba == waba && of.standing == Standing::Stands && !of.gate.is_open();
        self.violations
            .iter()
            .filter(stands)
            .max_by_key(|of| of.gate.without(Gate::CREATION).bits())
    }

    /// The open appeal against something.
    pub fn open_appeal(&self, subject: Subject) -> Option<u32> {
        let open = |of: &Appeal| of.subject == subject && of.decided.is_none();
        self.appeals.iter().position(open).map(|place| place as u32)
    }

    /// Changes with every change.
    pub(super) fn digest(&self) -> u64 {
        let violations = self.violations.iter().fold(u64::from(self.tests), |hash, of| {
            mix(hash ^ of.at_ms ^ ((of.standing as u64) << 50) ^ (u64::from(of.gate.bits()) << 54))
        });
        self.appeals.iter().fold(violations, |hash, of| {
            let decided = of
                .decided
                .map_or(0, |(outcome, _, at)| at ^ ((outcome as u64) << 60));
            mix(hash ^ of.filed_ms ^ decided)
        })
    }
}

impl Portfolio {
    pub(super) fn on_violated(&mut self, e: &event::Violated, at: Timestamp) {
        self.policy.violations.push(Violation {
            waba: e.waba,
            number: e.number,
            kind: e.kind.clone(),
            measure: e.measure,
            gate: e.gate,
            at_ms: at.millis(),
            // A warning is over when it was given.
            standing: if e.gate.is_open() {
                Standing::Over
            } else {
                Standing::Stands
            },
        });
        if let Measure::Restriction { until_ms } = e.measure {
            self.agenda.set(
                Due::Restriction(e.violation),
                Some(Timestamp::from_millis(until_ms)),
            );
        }
        self.regate(e.waba);
    }

    pub(super) fn on_violation_ended(&mut self, e: &event::ViolationEnded) {
        let Some(violation) = self.policy.violations.get_mut(e.violation as usize) else {
            return;
        };
        violation.standing = if e.reversed {
            Standing::Reversed
        } else {
            Standing::Over
        };
        let waba = violation.waba;
        self.agenda.set(Due::Restriction(e.violation), None);
        self.regate(waba);
    }

    pub(super) fn on_appeal_filed(&mut self, e: &event::AppealFiled, at: Timestamp) {
        self.policy.appeals.push(Appeal {
            subject: e.subject,
            filed_ms: at.millis(),
            decided: None,
        });
        if let Subject::Rejection(template) = e.subject {
            let why = self.template(template).and_then(|of| of.rejection.clone());
            self.policy.contested.extend(why.map(|why| (e.appeal, why)));
        }
        self.agenda
            .set(Due::Appeal(e.appeal), Some(Timestamp::from_millis(e.due_ms)));
        if let Some(template) = e.subject.template() {
            self.on_template_appealed(template, at);
        }
    }

    pub(super) fn on_appeal_decided(&mut self, e: &event::AppealDecided, at: Timestamp) {
        self.agenda.set(Due::Appeal(e.appeal), None);
        let Some(appeal) = self.policy.appeals.get_mut(e.appeal as usize) else {
            return;
        };
        appeal.decided = Some((e.outcome, e.by_moderator, at.millis()));
        let subject = appeal.subject;
        self.on_template_appeal_decided(subject, e.outcome, at);
    }

    /// The rating or the status of a number changed: what low quality costs changes with it.
    pub(super) fn on_quality_changed(&mut self, ix: NumberIx, at: Timestamp) {
        let after = self.rules.low_quality.throttled_after;
        let Some(number) = self.numbers.get(ix.index()) else {
            return;
        };
        let red = number.rating() == Rating::Red && !number.facts.rate_limited;
        let due = after
            .filter(|_| red)
            .map(|after| (number.standing.since + after).max(at));
        self.agenda.set(Due::LowQuality(ix.0), due);
        let waba = number.waba;
        self.regate(waba);
    }

    pub(super) fn on_throttled(&mut self, ix: NumberIx) {
        self.with_number(ix, |number| number.throttle.by_rules = true);
        // A number that is OFFLINE is looked at again when it is registered.
        self.agenda.set(Due::LowQuality(ix.0), None);
    }

    /// Works out anew what is in the way of the numbers of an account.
    pub(super) fn regate(&mut self, waba: WabaIx) {
        let gate = self.policy.gate(waba);
        let filters = self.rules.low_quality.filtered_ppm > 0;
        for number in self.numbers.iter_mut().filter(|number| number.waba == waba) {
            let quality = number.facts.rate_limited || (filters && number.rating() == Rating::Red);
            number.gate = if quality { gate.and(Gate::QUALITY) } else { gate };
        }
    }

    /// After reading a stored portfolio: gates follow from the rest.
    pub(super) fn regate_all(&mut self) {
        for waba in 0..self.wabas.len() as u16 {
            self.regate(WabaIx(waba));
        }
    }
}

/// Stored: violations and appeals in order.
pub(crate) const SECTION: Section = Section {
    id: 41,
    version: 1,
    store: |portfolio| {
        let Record {
            violations, appeals, ..
        } = &portfolio.policy;
        let is_empty = violations.is_empty() && appeals.is_empty();
        (!is_empty).then(|| write(&(violations, appeals)))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(postcard::from_bytes(bytes).map(|(violations, appeals)| {
            portfolio.policy = Record {
                violations,
                appeals,
                ..Record::default()
            };
        })),
        _ => None,
    },
};

/// Stored: why templates had been rejected that appeals are about.
pub(crate) const CONTESTED: Section = Section {
    id: 76,
    version: 1,
    store: |portfolio| {
        let contested = &portfolio.policy.contested;
        (!contested.is_empty()).then(|| write(contested))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(postcard::from_bytes(bytes).map(|contested| portfolio.policy.contested = contested)),
        _ => None,
    },
};

/// Stored: by number in order, what low quality costs it.
pub(crate) const THROTTLE_SECTION: Section = Section {
    id: 43,
    version: 1,
    store: |portfolio| {
        let throttles: Vec<Throttle> = portfolio.numbers.iter().map(|number| number.throttle).collect();
        let used = throttles.iter().any(|throttle| *throttle != Throttle::default());
        used.then(|| write(&throttles))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(postcard::from_bytes(bytes).map(|throttles: Vec<Throttle>| {
            for (number, throttle) in portfolio.numbers.iter_mut().zip(throttles) {
                number.throttle = throttle;
            }
        })),
        _ => None,
    },
};

impl Number {
    /// What low quality costs it, as part of its digest.
    pub(super) fn throttle_digest(&self) -> u64 {
        let Throttle { by_rules, volume } = self.throttle;
        if self.throttle == Throttle::default() {
            return 0;
        }
        mix(volume.digest() ^ u64::from(by_rules))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portfolio::snapshot::sections::tests::check;

    #[test]
    fn the_bytes_stay() {
        let hex = "01 02 04 5343414d 00 00";
        check(&CONTESTED, 0, hex, |portfolio| {
            let why = ("SCAM".into(), String::new(), String::new());
            portfolio.policy.contested.insert(2, why);
        });
    }
}
