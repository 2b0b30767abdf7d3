//! The first step (P9 to P11): verified, analysed, raised or not; and how many numbers may be registered (P12).

use decider::Timestamp;
use rulebook::first_step::{Outcome, Path, analyse};
use rulebook::refusal::Refusal;
use rulebook::status::Stage;
use rulebook::tier;

use super::stamp;
use crate::ids::{NumberIx, ScopeIx};
use crate::portfolio::event::{Analysed, AnalysisBegan, Verified};
use crate::portfolio::scope::Scope;
use crate::portfolio::{Answer, Event, Portfolio};

impl Portfolio {
    /// Business or identity are verified from now on.
    pub(super) fn verify(&self, path: Path, out: &mut Vec<Event>) -> Answer {
        if path == Path::Volume {
            return Answer::refused(Refusal::InvalidParameter, "volume is reached, not verified");
        }
        if self.verification.has(path) {
            return Answer::Done;
        }
        let raises = path != Path::Identity && self.number_cap() == self.rules.registration.numbers;
        let raised = self
            .rules
            .registration
            .numbers
            .map_or(0, |_| self.rules.registration.numbers_raised);
        let numbers = if raises { raised } else { 0 };
        out.push(Verified { path, numbers }.into());
        Answer::Done
    }

    /// A path was taken: the analysis begins. Or it has lasted its time: the rules decide.
    pub(super) fn first_step_due(&self, ix: ScopeIx, now: Timestamp, out: &mut Vec<Event>) {
        if let Some(path) = self.next_path(ix, now) {
            let due_ms = stamp(now + self.rules.limits.first_step.analysis);
            out.push(
                AnalysisBegan {
                    scope: ix,
                    path,
                    due_ms,
                }
                .into(),
            );
            return;
        }
        let Some(scope) = self.scope(ix) else { return };
        let facts = self.upgrade_facts(ix, scope, now);
        let outcome = analyse(facts.rating, facts.templates);
        self.analysed(ix, outcome, false, now, out);
    }

    /// The tester decides whether the limit of a number, or of its portfolio, takes its first step.
    pub(super) fn decide_first_step(
        &self,
        number: NumberIx,
        outcome: Outcome,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        if let Err(unknown) = self.known(number) {
            return unknown;
        }
        let ix = self.scope_of(number);
        if self.scope(ix).is_none_or(|scope| scope.first.is_none()) {
            let detail = "the limit is past its first step, or needs none in this edition";
            return Answer::refused(Refusal::InvalidParameter, detail);
        }
        self.analysed(ix, outcome, true, now, out);
        Answer::Done
    }

    fn analysed(&self, ix: ScopeIx, outcome: Outcome, by_tester: bool, now: Timestamp, out: &mut Vec<Event>) {
        let Some(scope) = self.scope(ix) else { return };
        let analysis = scope.first.as_ref().and_then(|progress| progress.analysis);
        out.push(
            Analysed {
                scope: ix,
                path: analysis.map(|(path, _)| path),
                outcome,
                by_tester,
            }
            .into(),
        );
        if outcome == Outcome::Approved {
            let to = tier::raised(&self.rules.limits, usize::from(scope.tier.index));
            self.change_tier(ix, to, now, out);
        }
    }

    /// How many numbers may be registered; `None`: any number.
    pub fn number_cap(&self) -> Option<u32> {
        let registration = &self.rules.registration;
        let limits = &self.rules.limits;
        let by_limit = |scope: &Scope| registration.is_raised_by(scope.limit(limits));
        let raised = self.verification.business() || self.scopes.iter().any(by_limit);
        registration.numbers.map(|first| {
            if raised {
                registration.numbers_raised
            } else {
                first
            }
        })
    }

    /// Whether one more number may be registered.
    pub(super) fn within_number_cap(&self) -> Result<(), Answer> {
        let registered = self.numbers.iter().filter(|n| {
            let facts = &n.facts;
            facts.stage == Stage::Connected && !facts.deleted && !facts.migrated
        });
        let count = registered.count() as u32;
        match self.number_cap().filter(|cap| count >= *cap) {
            None => Ok(()),
            Some(cap) => {
                let detail = format!("the portfolio has {count} registered phone numbers and may have {cap}");
                Err(Answer::refused(Refusal::NumberCap, detail))
            }
        }
    }
}
