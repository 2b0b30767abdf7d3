//! Pacing of the whole portfolio (P13, P14): which messages are held, how many go next, what bad feedback brings.

use decider::{Millis, Timestamp};
use rulebook::policy::Gate;
use rulebook::portfolio_pacing::{VIOLATION, drops};
use rulebook::rating::Rating;

use super::policy::RECORDS_MAX;
use super::stamp;
use crate::ids::{TemplateIx, WabaIx};
use crate::portfolio::event::{Measure, PacingBegan, PacingJudged, Verdict, Violated, WatchSet};
use crate::portfolio::pacing::Round;
use crate::portfolio::{Answer, Event, Portfolio};

impl Portfolio {
    /// Whether a template that is accepted now is held because of all that the portfolio sends.
    pub(super) fn paces_portfolio(&self, now: Timestamp, out: &mut Vec<Event>) -> bool {
        let rules = &self.rules.pacing.portfolio;
        let of = TemplateIx::NONE;
        let round = self.pacing.rounds.get(&of);
        if round.is_some_and(|round| !round.held.is_empty()) {
            return true;
        }
        let holds = rules.holds(&self.pacing.traffic, self.pacing.watched, now);
        if holds && round.is_none() {
            out.push(PacingBegan { of }.into());
        }
        holds
    }

    /// How many go when the time is over and feedback is not bad: of a template all, of a portfolio a batch.
    pub(super) fn let_go_by_time(&self, of: TemplateIx, round: &Round) -> u32 {
        if of != TemplateIx::NONE {
            return u32::MAX;
        }
        let went = round.accepted.saturating_sub(round.held.len() as u32);
        self.rules.pacing.portfolio.batch(went)
    }

    /// A number's rating becomes `to`: bad feedback drops what the portfolio holds, and has it reviewed.
    pub(super) fn judge_portfolio(&self, to: Rating, now: Timestamp, out: &mut Vec<Event>) {
        let of = TemplateIx::NONE;
        if !drops(to) || self.pacing.held(of) == 0 {
            return;
        }
        let (verdict, by_time) = (Verdict::Drop, false);
        out.push(PacingJudged { of, verdict, by_time }.into());
        let until_ms = stamp(now + self.rules.pacing.portfolio.review.max(Millis::new(1)));
        let first = self.policy.violations.len();
        let room = RECORDS_MAX.saturating_sub(first);
        let wabas = (0..self.wabas.len() as u16).map(WabaIx);
        out.extend((first as u32..).zip(wabas.take(room)).map(|(violation, waba)| {
            Event::from(Violated {
                violation,
                waba,
                number: None,
                kind: VIOLATION.to_owned(),
                measure: Measure::Restriction { until_ms },
                gate: Gate::TEMPLATES.and(Gate::CREATION),
            })
        }));
    }

    /// The platform watches the portfolio from now on, or no longer.
    pub(super) fn set_watch(&self, watched: bool, out: &mut Vec<Event>) -> Answer {
        if self.pacing.watched != watched {
            out.push(WatchSet { watched }.into());
        }
        Answer::Done
    }

    /// Whether messages of a template wait for feedback, on others of it or of the portfolio.
    pub(in crate::portfolio) fn waits(&self, ix: TemplateIx) -> bool {
        let template = |message: crate::ids::MessageId| {
            let number = self.number(message.number)?;
            number.messages.get(message.seq).map(|record| record.template)
        };
        self.pacing.held(ix) > 0
            || self
                .pacing
                .of_portfolio()
                .any(|message| template(message) == Some(ix))
    }
}
