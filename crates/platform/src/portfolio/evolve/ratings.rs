//! Evidence, ratings and flags.

use decider::Timestamp;
use rulebook::flag::{self, Flag};
use rulebook::rating::{Peak, Rating, Signal};

use crate::ids::{NumberIx, TemplateIx};
use crate::portfolio::Portfolio;
use crate::portfolio::agenda::Due;
use crate::portfolio::decide::signals::harm_of;
use crate::portfolio::event;
use crate::portfolio::messages::{NONE, flag as bit};
use crate::portfolio::scope::UpgradeState;

impl Portfolio {
    pub(super) fn on_signalled(&mut self, e: &event::Signalled, at: Timestamp) {
        let Some(harm) = harm_of(e) else { return };
        let record = e
            .charged
            .and_then(|seq| self.number(e.number)?.messages.get(seq).copied());
        let (message_at, template) = record.map_or((at, TemplateIx::NONE), |r| (r.at(), r.template));
        self.with_number(e.number, |n| {
            // Who reports a number hears no more of it, as who blocks it (platform-rules.md §2.1).
            if matches!(harm.signal, Signal::Block(_) | Signal::Report(_)) {
                n.blocked_by.insert(e.contact);
            }
            if !e.counts {
                return;
            }
            n.harm(message_at, template, &harm);
            n.messages.update(e.charged.unwrap_or(NONE), |record| {
                record.set_signal(e.signal);
                record.flags = record.flags & !bit::BURST | if e.burst { bit::BURST } else { 0 };
            });
        });
        if !e.counts {
            return;
        }
        if let (Some(record), Signal::Block(reason)) = (&record, harm.signal) {
            self.count_block(record, reason);
        }
        self.expect_rating(Due::NumberRating(e.number.0), true, at);
        self.with_template(template, |t| {
            if message_at >= t.epoch {
                harm.apply(&mut t.evidence, message_at);
            }
        });
        if template != TemplateIx::NONE {
            self.expect_rating(Due::TemplateRating(template.0), true, at);
        }
    }

    pub(super) fn on_number_rated(&mut self, e: &event::NumberRated, at: Timestamp) {
        let flagged = self.rules.flagged.clone();
        self.with_number(e.number, |n| {
            (n.standing.rating, n.standing.since) = (e.to, at);
            if let (Some(rules), Some(flag)) = (&flagged, &mut n.flag) {
                flag::note_rating(rules, flag, e.to, at);
            }
            if e.to != Rating::Red {
                n.lowered_at = None;
            }
        });
        self.set_flag_deadline(e.number);
        self.on_quality_changed(e.number, at);
        self.agenda
            .set(Due::NumberRating(e.number.0), Some(at.next_hour()));
        self.look_for_upgrade(self.scope_of(e.number), at, UpgradeState::Blocked);
        self.look_for_raise(e.number, at);
    }

    pub(super) fn on_template_rated(&mut self, e: &event::TemplateRated, at: Timestamp) {
        self.with_template(e.template, |t| {
            (t.standing.rating, t.standing.since) = (e.to, at);
            if e.to == Rating::Red {
                t.last_red = Some(at);
            }
        });
        if e.to == Rating::Red {
            self.note_trouble(e.template, at, false);
        }
        self.count_green(e.template);
        if e.to == Rating::Green {
            self.end_round(e.template, at);
        }
        self.agenda
            .set(Due::TemplateRating(e.template.0), Some(at.next_hour()));
        self.look_for_upgrades_by_templates(at);
    }

    pub(super) fn on_number_evaluated(&mut self, e: &event::NumberEvaluated, at: Timestamp) {
        let rules = &self.rules;
        let Some(n) = self.numbers.get_mut(e.number.index()) else {
            return;
        };
        n.standing.peak = Peak {
            exposure_milli: e.peak_milli,
            at,
        };
        n.prune(&rules.rating, at);
        let idle = n.evidence.is_empty() && n.rating() == Rating::Unknown && n.standing.hold.is_none();
        self.agenda
            .set(Due::NumberRating(e.number.0), (!idle).then(|| at.next_hour()));
    }

    pub(super) fn on_template_evaluated(&mut self, e: &event::TemplateEvaluated, at: Timestamp) {
        let window = self.rules.template_rating.belief.window;
        let Some(t) = self.templates.get_mut(e.template.index()) else {
            return;
        };
        t.standing.peak = Peak {
            exposure_milli: e.peak_milli,
            at,
        };
        t.evidence.prune(at, window);
        let idle = t.evidence.is_empty() && t.rating() == Rating::Unknown;
        self.agenda
            .set(Due::TemplateRating(e.template.0), (!idle).then(|| at.next_hour()));
    }

    pub(super) fn on_flagged(&mut self, number: NumberIx, at: Timestamp) {
        self.with_number(number, |n| {
            n.flag = Some(Flag::begin(at));
            n.lowered_at = None;
        });
        self.set_flag_deadline(number);
    }

    pub(super) fn set_flag_deadline(&mut self, number: NumberIx) {
        let at = match (
            &self.rules.flagged,
            self.number(number).and_then(|n| n.flag.as_ref()),
        ) {
            (Some(rules), Some(flag)) => Some(flag::deadline(rules, flag)),
            _ => None,
        };
        self.agenda.set(Due::Flag(number.0), at);
    }

    pub(super) fn on_flag_ended(&mut self, e: &event::FlagEnded, at: Timestamp) {
        self.with_number(e.number, |n| {
            n.flag = None;
            n.lowered_at = (!e.recovered && n.rating() == Rating::Red).then_some(at);
        });
        self.set_flag_deadline(e.number);
        self.look_for_upgrade(self.scope_of(e.number), at, UpgradeState::Blocked);
    }
}
