//! A tester who looks for a way to a person at a number (H1), from the first message to the conclusion.
//!
//! Must not know: which ways count, what follows when there is none.

use decider::{Timestamp, mix};
use rulebook::escalation::{Follow, PathKind, Seen};
use serde::{Deserialize, Serialize};

use crate::ids::{ContactIx, NumberIx};
use crate::portfolio::Portfolio;
use crate::portfolio::agenda::Due;
use crate::portfolio::event::{TestBegun, TestEnded, TesterRead};
use crate::portfolio::snapshot::sections::{Section, write};

/// A tester, at work or done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tester {
    /// Who writes.
    pub contact: ContactIx,
    /// When they began, in milliseconds since the Unix epoch.
    pub begun_ms: u64,
    /// Messages that they wrote.
    pub messages: u32,
    /// What they saw.
    pub seen: Seen,
    /// They wrote the business's own word for calling a person.
    pub called: bool,
    /// They asked for a person once more.
    pub asked: bool,
    /// What they came to, and when; `None` while they are at work.
    pub ended: Option<(Option<PathKind>, u64)>,
}

impl Tester {
    /// Whether they are at work.
    pub fn is_at_work(&self) -> bool {
        self.ended.is_none()
    }

    /// Changes with every change.
    pub(super) fn digest(&self) -> u64 {
        let found = |found: Option<PathKind>| found.map_or(1, |kind| u64::from(kind.number()) + 1);
        let ended = self.ended.map_or(0, |(kind, at)| at ^ (found(kind) << 56));
        mix(self.begun_ms ^ (u64::from(self.messages) << 44) ^ (u64::from(self.contact.0) << 20)) ^ mix(ended)
    }
}

impl Portfolio {
    pub(in crate::portfolio) fn on_test_begun(&mut self, e: &TestBegun, at: Timestamp) {
        let tester = Tester {
            contact: e.contact,
            begun_ms: at.millis(),
            messages: 1,
            seen: Seen::default(),
            called: false,
            asked: false,
            ended: None,
        };
        self.with_number(e.number, |number| number.tester = Some(Box::new(tester)));
        self.policy.tests += 1;
        self.tester_waits(e.number, at);
    }

    pub(in crate::portfolio) fn on_tester_read(&mut self, e: &TesterRead, at: Timestamp) {
        self.with_tester(e.message.number, |tester| {
            tester.seen.answered = true;
            tester.seen.offered = tester.seen.offered.and(e.offered);
            tester.messages += u32::from(e.follow.is_some());
            match e.follow {
                Some(Follow::Word) => tester.called = true,
                Some(Follow::Ask) => tester.asked = true,
                Some(Follow::Option(_) | Follow::Menu) | None => {}
            }
        });
        self.tester_waits(e.message.number, at);
    }

    pub(in crate::portfolio) fn on_test_ended(&mut self, e: &TestEnded, at: Timestamp) {
        self.with_tester(e.number, |tester| tester.ended = Some((e.found, at.millis())));
        self.agenda.set(Due::Tester(e.number.0), None);
    }

    fn with_tester(&mut self, number: NumberIx, change: impl FnOnce(&mut Tester)) {
        self.with_number(number, |number| {
            if let Some(tester) = number.tester.as_deref_mut() {
                change(tester);
            }
        });
    }

    fn tester_waits(&mut self, number: NumberIx, at: Timestamp) {
        let until = at + self.rules.escalation.answer_within;
        self.agenda.set(Due::Tester(number.0), Some(until));
    }
}

/// Stored: how many testers there were, and the last one of each number in order.
pub(crate) const SECTION: Section = Section {
    id: 44,
    version: 1,
    store: |portfolio| {
        let last: Vec<Option<&Tester>> = portfolio
            .numbers
            .iter()
            .map(|number| number.tester.as_deref())
            .collect();
        (portfolio.policy.tests > 0).then(|| write(&(portfolio.policy.tests, last)))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(
            postcard::from_bytes(bytes).map(|(tests, last): (u32, Vec<Option<Tester>>)| {
                portfolio.policy.tests = tests;
                for (number, tester) in portfolio.numbers.iter_mut().zip(last) {
                    number.tester = tester.map(Box::new);
                }
            }),
        ),
        _ => None,
    },
};
