//! Pacing: messages held, released, arrived, dropped; what the account's templates have been through.

use decider::Timestamp;
use rulebook::rating::Rating;
use rulebook::template::draft::Category;
use rulebook::template::lifecycle::TemplateStatus;

use crate::ids::TemplateIx;
use crate::portfolio::Portfolio;
use crate::portfolio::agenda::Due;
use crate::portfolio::event;
use crate::portfolio::messages::flag as bit;
use crate::portfolio::pacing::Round;

impl Portfolio {
    pub(super) fn on_pacing_began(&mut self, e: &event::PacingBegan, at: Timestamp) {
        self.pacing.rounds.insert(e.of, Round::new(at));
    }

    /// A message was accepted: it counts where its template, or the portfolio, is paced.
    pub(super) fn count_paced(&mut self, template: TemplateIx, at: Timestamp) {
        if template == TemplateIx::NONE {
            return;
        }
        let rules = &self.rules.pacing.portfolio;
        if rules.first.is_some() {
            self.pacing.traffic.note(rules, at);
        }
        if self.pacing.rounds.is_empty() {
            return;
        }
        for of in [template, TemplateIx::NONE] {
            if let Some(round) = self.pacing.rounds.get_mut(&of) {
                round.accepted += 1;
            }
        }
    }

    /// A message was read: that is feedback where its template is paced.
    pub(super) fn count_paced_read(&mut self, template: TemplateIx, accepted: Timestamp) {
        if let Some(round) = self.pacing.rounds.get_mut(&template)
            && accepted >= round.began
        {
            round.reads += 1;
        }
    }

    pub(super) fn on_held(&mut self, e: &event::Held, at: Timestamp) {
        self.set_flags(e.message, bit::HELD);
        self.with_round(e.of, at, |round| round.hold(e.message, at));
    }

    pub(super) fn on_pacing_judged(&mut self, e: &event::PacingJudged, at: Timestamp) {
        self.with_round(e.of, at, |round| round.verdict = Some((e.verdict, at)));
    }

    pub(super) fn on_held_released(&mut self, e: &event::HeldReleased, at: Timestamp) {
        let travels = self.settings.as_ref().is_some_and(|s| s.transit);
        let transit = &self.rules.transit;
        let arrive = at + (transit.delivered - transit.sent);
        for message in &e.messages {
            self.set_flags(*message, bit::RELEASED);
            if travels {
                self.leave(*message, bit::FAILED, at);
            }
        }
        self.with_round(e.of, at, |round| {
            if travels {
                round.travels(&e.messages, arrive);
            }
            round.gone(e.messages.len(), at);
        });
    }

    pub(super) fn on_held_arrived(&mut self, e: &event::HeldArrived, at: Timestamp) {
        for message in &e.messages {
            if self.arrives_released(*message, at) {
                self.deliver(*message, at);
            }
        }
        self.with_round(e.of, at, Round::arrived);
    }

    pub(super) fn on_held_dropped(&mut self, e: &event::HeldDropped, at: Timestamp) {
        for &message in &e.messages {
            let code = e.code;
            self.on_failed(&event::Failed { message, code }, at);
        }
        self.with_round(e.of, at, |round| round.gone(e.messages.len(), at));
    }

    pub(super) fn on_pacing_paused(&mut self, template: TemplateIx, at: Timestamp) {
        self.with_template(template, |t| {
            t.status = TemplateStatus::Paused;
            t.paused_until = None;
            t.updated = at;
        });
        self.pacing.set_paused(template, Some(at));
        self.note_trouble(template, at, true);
    }

    /// Changes a round, sets its deadline, and forgets it when it is over; then a deletion that waited for it is due.
    fn with_round(&mut self, of: TemplateIx, at: Timestamp, change: impl FnOnce(&mut Round)) {
        let Some(round) = self.pacing.rounds.get_mut(&of) else {
            return;
        };
        change(round);
        let rules = &self.rules.pacing;
        let guard = if of == TemplateIx::NONE {
            rules.portfolio.every
        } else {
            rules.template.guard
        };
        let next = round.deadline(guard);
        if round.is_over() {
            self.pacing.rounds.remove(&of);
            self.delete_what_waited(of, at);
        }
        self.agenda.set(Due::Held(of.0), next);
    }

    /// Nothing is held any more by a template, or by the portfolio: what waited to be deleted is.
    fn delete_what_waited(&mut self, of: TemplateIx, at: Timestamp) {
        let all = if of == TemplateIx::NONE {
            0..self.templates.len() as u32
        } else {
            of.0..of.0 + 1
        };
        for ix in all.map(TemplateIx) {
            let pending =
                |t: &crate::portfolio::template::Template| t.status == TemplateStatus::PendingDeletion;
            if self.template(ix).is_some_and(pending) && !self.waits(ix) {
                self.agenda.set(Due::Deletion(ix.0), Some(at));
            }
        }
    }

    /// A template was rated RED, paused or disabled.
    pub(super) fn note_trouble(&mut self, template: TemplateIx, at: Timestamp, paused: bool) {
        let Some(t) = self.templates.get(template.index()) else {
            return;
        };
        let utility = t.draft.category == Category::Utility;
        let history = self.pacing.history_mut(t.waba);
        history.last_bad = Some(at);
        if paused && utility {
            history.utility_paused = Some(at);
        }
        self.count_green(template);
    }

    /// Counts the GREEN templates of an account anew, after one of them changed: a rating or status changes seldom.
    pub(super) fn count_green(&mut self, changed: TemplateIx) {
        let Some(waba) = self.templates.get(changed.index()).map(|t| t.waba) else {
            return;
        };
        let is_green = |t: &&crate::portfolio::template::Template| {
            t.waba == waba && t.status == TemplateStatus::Approved && t.rating() == Rating::Green
        };
        let green = self.templates.iter().filter(is_green).count() as u32;
        if green != self.pacing.history(waba).green {
            self.pacing.history_mut(waba).green = green;
        }
    }

    /// A template turned GREEN or begins anew: what went so far counts no longer, unless some wait behind it.
    pub(super) fn end_round(&mut self, template: TemplateIx, at: Timestamp) {
        self.with_round(template, at, |round| {
            if round.held.is_empty() {
                (round.accepted, round.reads) = (0, 0);
            }
        });
    }
}
