//! Misuse of the utility category (edition 2026: `misuse`): each time the platform finds that an account sends marketing
//! as utility, one step: a warning; a cap on its utility messages (131064); no utility templates for 7 days, 30 the
//! next time; then the same for the whole portfolio, 30 days. What ends leaves the account warned.
//! Source: platform-rules.md §6.8 (page on template categories, 17 April 2026); the size of the cap is assumed, and so
//! is that each finding is one step.
//!
//! Promises: exact over a rolling 24 h; an account keeps at most as many stamps as it may send messages.
//! Must not know: who finds, templates, where the state is kept.

use std::collections::VecDeque;

use decider::{Millis, Timestamp, mix};
use serde::{Deserialize, Serialize};

use crate::edition::Misuse;

/// How far an account has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Step {
    /// Warned; for ever.
    Warned,
    /// So many utility messages in 24 h.
    Capped,
    /// No utility templates.
    Restricted,
    /// No utility templates in the whole portfolio.
    PortfolioRestricted,
}

impl Step {
    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Step::Warned => "warned",
            Step::Capped => "capped",
            Step::Restricted => "restricted",
            Step::PortfolioRestricted => "restricted with its portfolio",
        }
    }
}

/// What is known of an account that was found at it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Conduct {
    /// Where it is.
    pub step: Step,
    /// How often it was restricted before.
    restricted: u8,
    /// When its last utility messages were accepted while capped, in milliseconds since the Unix epoch.
    sent: VecDeque<u64>,
}

/// The step that a finding leads to, and when it ends. `before`: what is known of the account.
pub fn found(before: Option<&Conduct>, rule: &Misuse, now: Timestamp) -> (Step, Option<Timestamp>) {
    match before.map(|conduct| conduct.step) {
        None => (Step::Warned, None),
        Some(Step::Warned) => (Step::Capped, Some(now + rule.capped)),
        Some(Step::Capped) => {
            let again = before.is_some_and(|conduct| conduct.restricted > 0);
            let span = if again {
                rule.restricted_again
            } else {
                rule.restricted
            };
            (Step::Restricted, Some(now + span))
        }
        Some(Step::Restricted | Step::PortfolioRestricted) => {
            (Step::PortfolioRestricted, Some(now + rule.restricted_again))
        }
    }
}

impl Conduct {
    /// The account is at a step now.
    pub fn at(before: Option<Conduct>, step: Step) -> Conduct {
        Conduct {
            step,
            restricted: before.map_or(0, |conduct| conduct.restricted),
            sent: VecDeque::new(),
        }
    }

    /// The step has ended.
    pub fn end(&mut self) {
        if self.step >= Step::Restricted {
            self.restricted = self.restricted.saturating_add(1);
        }
        self.step = Step::Warned;
        self.sent.clear();
    }

    /// Whether one more utility message goes.
    pub fn admits(&self, rule: &Misuse, now: Timestamp) -> bool {
        let since = now.back(Millis::DAY).millis();
        let old = self.sent.partition_point(|&at| at <= since);
        self.step != Step::Capped || self.sent.len() - old < rule.cap as usize
    }

    /// A utility message was accepted.
    pub fn note(&mut self, rule: &Misuse, at: Timestamp) {
        if self.step == Step::Capped {
            self.sent.push_back(at.millis());
            while self.sent.len() > rule.cap as usize {
                self.sent.pop_front();
            }
        }
    }

    /// Differs, with overwhelming likelihood, when two histories differ.
    pub fn digest(&self) -> u64 {
        let step = (self.step as u64) << 8 | u64::from(self.restricted) | 1 << 16;
        self.sent.iter().fold(step, |digest, at| mix(digest ^ at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Edition;

    #[test]
    fn warned_capped_restricted_then_the_portfolio() {
        let rule = &Edition::named("2023-per-number").unwrap().misuse;
        let at = |days: u64| Timestamp::from_millis(1_776_384_000_000) + Millis::days(days);
        let mut conduct: Option<Conduct> = None;
        let mut until = None;
        // (day, what happens, the step then, the day on which it ends)
        let rows = [
            (0, "found", Step::Warned, None),
            (1, "found", Step::Capped, Some(8)),
            (8, "ends", Step::Warned, None),
            (9, "found", Step::Capped, Some(16)),
            (10, "found", Step::Restricted, Some(17)),
            (17, "ends", Step::Warned, None),
            (18, "found", Step::Capped, Some(25)),
            (19, "found", Step::Restricted, Some(49)),
            (20, "found", Step::PortfolioRestricted, Some(50)),
            (21, "found", Step::PortfolioRestricted, Some(51)),
            (51, "ends", Step::Warned, None),
        ];
        for (day, what, step, ends) in rows {
            if what == "found" {
                let (step, end) = found(conduct.as_ref(), rule, at(day));
                conduct = Some(Conduct::at(conduct.take(), step));
                until = end;
            } else {
                assert_eq!(until, Some(at(day)), "day {day}");
                conduct.as_mut().unwrap().end();
                until = None;
            }
            assert_eq!(
                conduct.as_ref().map(|conduct| conduct.step),
                Some(step),
                "day {day}"
            );
            assert_eq!(until, ends.map(at), "day {day}");
        }
    }

    #[test]
    fn while_capped_so_many_go_in_24_hours() {
        let edition = Edition::named("2023-per-number").unwrap();
        let rule = edition.with_overrides("misuse.cap = 2").unwrap().misuse;
        for (step, expected) in [
            (Step::Warned, "1111"),
            (Step::Capped, "1101"),
            (Step::Restricted, "1111"),
        ] {
            let mut conduct = Conduct::at(None, step);
            let mut goes = String::new();
            for hours in [0, 1, 2, 24] {
                let now = Timestamp::from_millis(1_776_384_000_000) + Millis::hours(hours);
                let admitted = conduct.admits(&rule, now);
                goes.push(if admitted { '1' } else { '0' });
                if admitted {
                    conduct.note(&rule, now);
                }
            }
            assert_eq!(goes, expected, "{step:?}");
        }
    }
}
