//! Pacing (T7): which messages are held, what feedback means for them, how they are let go or dropped piece by piece.

use decider::Timestamp;
use rulebook::rating::Rating;
use rulebook::refusal::Refusal;
use rulebook::template::lifecycle::TemplateStatus;
use rulebook::template::pacing::{self, Judgement};

use crate::ids::TemplateIx;
use crate::people;
use crate::portfolio::event::{
    HeldArrived, HeldDropped, HeldReleased, Notice, Noticed, PacingBegan, PacingJudged, PacingPaused,
    TemplateUnpaused, Verdict,
};
use crate::portfolio::pacing::Round;
use crate::portfolio::template::Template;
use crate::portfolio::{Answer, Event, Portfolio};

/// At most so many messages fail in one event: the rest follows in the next tick of the same instant.
const DROPPED_MAX: usize = 512;
/// At most so many leave or arrive: simulated people may each do [`Planned::MAX`](crate::people::Planned::MAX) things
/// about what arrives.
const LEAVE_MAX: usize = 256;

impl Portfolio {
    /// What holds a message of this template that is accepted now: its template, or all of the portfolio
    /// ([`TemplateIx::NONE`]); `None`: it goes.
    pub(super) fn paces(&self, ix: TemplateIx, now: Timestamp, out: &mut Vec<Event>) -> Option<TemplateIx> {
        if self.paces_template(ix, now, out) {
            Some(ix)
        } else {
            self.paces_portfolio(now, out).then_some(TemplateIx::NONE)
        }
    }

    fn paces_template(&self, ix: TemplateIx, now: Timestamp, out: &mut Vec<Event>) -> bool {
        let Some(template) = self.template(ix) else {
            return false;
        };
        let round = self.pacing.rounds.get(&ix);
        if round.is_some_and(|round| !round.held.is_empty()) {
            // Held messages keep their order: what comes behind them waits with them.
            return true;
        }
        let rules = &self.rules.pacing.template;
        let history = || self.pacing.history(template.waba);
        let paced = pacing::in_doubt(rules, template.rating(), template.unpaused(), now)
            && pacing::applies(rules, template.draft.category, &history(), now);
        if !paced {
            return false;
        }
        if round.is_none() {
            out.push(PacingBegan { of: ix }.into());
        }
        pacing::holds(rules, round.map_or(0, |round| round.accepted))
    }

    /// A message of this template was read: is that enough to release what is held?
    pub(super) fn judge_after_read(&self, ix: TemplateIx, accepted: Timestamp, out: &mut Vec<Event>) {
        if let Some(round) = self.undecided(ix)
            && let Some(template) = self.template(ix)
        {
            let reads = round.reads + u32::from(accepted >= round.began);
            self.judge(ix, template.rating(), reads, out);
        }
    }

    /// A template's rating becomes `to`. `true`: what was held is dropped, and pacing pauses the template.
    pub(super) fn judge_after_rating(&self, ix: TemplateIx, to: Rating, out: &mut Vec<Event>) -> bool {
        let reads = self.undecided(ix).map(|round| round.reads);
        let judged = reads.map(|reads| self.judge(ix, to, reads, out));
        if judged != Some(Judgement::Drop) {
            return false;
        }
        // One that is in review, or about to be deleted, is not sent anyway.
        if self
            .template(ix)
            .is_some_and(|t| t.status == TemplateStatus::Approved)
        {
            out.push(PacingPaused { template: ix }.into());
            out.push(changed(ix));
        }
        true
    }

    /// The messages of a template that wait for a judgement.
    pub(super) fn undecided(&self, ix: TemplateIx) -> Option<&Round> {
        let round = self.pacing.rounds.get(&ix)?;
        (!round.held.is_empty() && round.verdict.is_none()).then_some(round)
    }

    fn judge(&self, of: TemplateIx, rating: Rating, reads: u32, out: &mut Vec<Event>) -> Judgement {
        let judgement = pacing::judge(&self.rules.pacing.template, rating, reads);
        let verdict = match judgement {
            Judgement::Wait => return judgement,
            Judgement::Release => Verdict::Release(u32::MAX),
            Judgement::Drop => Verdict::Drop,
        };
        out.push(
            PacingJudged {
                of,
                verdict,
                by_time: false,
            }
            .into(),
        );
        judgement
    }

    /// The next piece of what was decided; or time decides.
    pub(super) fn held_due(&self, of: TemplateIx, now: Timestamp, out: &mut Vec<Event>) {
        let Some(round) = self.pacing.rounds.get(&of) else {
            return;
        };
        if let Some((_, count)) = round.arrivals.front().filter(|(at, _)| *at <= now) {
            let messages = round.left.iter().take(*count as usize).copied().collect();
            return self.arrive_held(HeldArrived { of, messages }, now, out);
        }
        let first = |most: usize| round.held.iter().take(most).copied().collect();
        match round.verdict {
            None => {
                let verdict = Verdict::Release(self.let_go_by_time(of, round));
                let by_time = true;
                out.push(PacingJudged { of, verdict, by_time }.into());
            }
            Some((Verdict::Release(rest), _)) => {
                let messages = first(LEAVE_MAX.min(rest as usize));
                self.release_held(HeldReleased { of, messages }, now, out);
            }
            Some((Verdict::Drop, _)) => {
                let code = Refusal::TemplateDropped.graph_code();
                let messages = first(DROPPED_MAX);
                out.push(HeldDropped { of, code, messages }.into());
            }
        }
    }

    /// Messages that were held leave, each to whoever its recipient is.
    fn release_held(&self, released: HeldReleased, now: Timestamp, out: &mut Vec<Event>) {
        let messages = released.messages.clone();
        out.push(released.into());
        for message in messages {
            let record = self
                .number(message.number)
                .and_then(|n| n.messages.get(message.seq));
            let to = record.and_then(|record| self.contacts.e164(record.contact.0));
            if let Some(to) = to.filter(|to| self.people.is_some() || people::is_magic(*to)) {
                self.address(to, message, now, out);
            }
        }
    }

    /// Messages that were held arrive.
    fn arrive_held(&self, arrived: HeldArrived, now: Timestamp, out: &mut Vec<Event>) {
        let messages = self.people.is_some().then(|| arrived.messages.clone());
        out.push(arrived.into());
        for message in messages.into_iter().flatten() {
            if self.arrives_released(message, now) {
                self.react_to(message, now, out);
            }
        }
    }

    /// The business ends a pause by pacing.
    pub(super) fn unpause(&self, ix: TemplateIx, now: Timestamp, out: &mut Vec<Event>) -> Answer {
        let Some(template) = self.living(ix) else {
            return Answer::Unknown("template");
        };
        let refused = |detail: String| Answer::refused(Refusal::TemplateNotEditable, detail);
        let Some(since) = self.pacing.paused_since(ix) else {
            let detail = match template.status {
                TemplateStatus::Paused => "the template is paused for low quality: the pause ends by itself",
                _ => "the template is not paused",
            };
            return refused(detail.to_owned());
        };
        let earliest = since + self.rules.pacing.template.unpause_after;
        if now < earliest {
            return refused(format!(
                "the template can be unpaused from {} (Unix seconds) on",
                earliest.seconds()
            ));
        }
        out.push(TemplateUnpaused { template: ix }.into());
        out.push(changed(ix));
        Answer::Done
    }
}

impl Template {
    /// When a pause ended last; `None`: it was never paused.
    fn unpaused(&self) -> Option<Timestamp> {
        (self.epoch > self.created).then_some(self.epoch)
    }
}

/// The administrators are told that a template changed.
fn changed(template: TemplateIx) -> Event {
    let notice = Notice::Template(template);
    Noticed { notice }.into()
}
