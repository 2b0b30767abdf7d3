//! What is due: each tick handles one deadline and moves it.

use decider::Timestamp;
use rulebook::rating::{Rating, after_delivery, after_template_delivery, hourly, template_hourly};

use crate::ids::{NumberIx, ScopeIx, TemplateIx, WabaIx};
use crate::portfolio::agenda::Due;
use crate::portfolio::event::{
    Cause, DeliveredThrough, Notice, Noticed, NumberEvaluated, SentThrough, TemplateDeleted,
    TemplateEvaluated, TemplateUnpaused,
};
use crate::portfolio::{Event, Portfolio};

/// At most so many messages leave or arrive in one event, so that one event stays a short piece of work.
const TRANSIT_MAX: u32 = 512;

impl Portfolio {
    pub(super) fn on_due(&self, due: Due, now: Timestamp, out: &mut Vec<Event>) {
        match due {
            Due::Transit(n) => self.transit_due(NumberIx(n), now, out),
            Due::NumberRating(n) => self.number_rating_due(NumberIx(n), now, out),
            Due::TemplateRating(t) => self.template_rating_due(TemplateIx(t), now, out),
            Due::Flag(n) => self.flag_due(NumberIx(n), now, out),
            Due::Limit(s) => self.free_limit(ScopeIx(s), now, out),
            Due::Upgrade(s) => self.look_at_upgrade(ScopeIx(s), now, out),
            Due::Restriction(violation) => self.restriction_due(violation, out),
            Due::Appeal(appeal) => {
                self.decide_appeal(appeal, None, now, out);
            }
            Due::Tester(n) => self.tester_due(NumberIx(n), now, out),
            Due::LowQuality(n) => self.low_quality_due(NumberIx(n), out),
            Due::Review(t) => {
                let template = TemplateIx(t);
                self.review(template, &self.reviewed_by_rules(template), false, out);
            }
            Due::Held(t) => self.held_due(TemplateIx(t), now, out),
            Due::People => self.people_due(now, out),
            Due::Deletion(t) => {
                let template = TemplateIx(t);
                out.push(TemplateDeleted { template }.into());
            }
            Due::StatusWebhook(s) => self.status_due(ScopeIx(s), out),
            Due::FirstStep(s) => self.first_step_due(ScopeIx(s), now, out),
            Due::Throughput(n) => self.raise_due(NumberIx(n), now, out),
            Due::Misuse(w) => self.misuse_due(WabaIx(w), out),
            Due::Archival(t) => self.archival_due(TemplateIx(t), now, out),
            Due::Category(t) => self.category_due(TemplateIx(t), out),
            Due::CategoryReview(t) => {
                self.decide_review(TemplateIx(t), None, out);
            }
            Due::Pause(t) => {
                let template = TemplateIx(t);
                out.push(TemplateUnpaused { template }.into());
                out.push(
                    Noticed {
                        notice: Notice::Template(template),
                    }
                    .into(),
                );
            }
        }
    }

    /// Messages leave and arrive in order, all that are due by now, in pieces.
    fn transit_due(&self, number: NumberIx, now: Timestamp, out: &mut Vec<Event>) {
        let Some(n) = self.number(number) else { return };
        // Simulated people may each do a few things about what arrives.
        let most = if self.people.is_some() {
            TRANSIT_MAX / 4
        } else {
            TRANSIT_MAX
        };
        let through = |from: u32, span| {
            (from..from.saturating_add(most))
                .take_while(|seq| {
                    n.messages
                        .get(*seq)
                        .is_some_and(|record| record.at() + span <= now)
                })
                .last()
                .map(|seq| seq + 1)
        };
        let transit = &self.rules.transit;
        let sent = through(n.messages.sent_until, transit.sent);
        if let Some(until) = sent {
            out.push(
                SentThrough {
                    number,
                    from: n.messages.sent_until,
                    until,
                }
                .into(),
            );
        }
        if let Some(until) = through(n.messages.delivered_until, transit.delivered) {
            // Nothing arrives before it has left.
            let until = until.min(sent.unwrap_or(n.messages.sent_until));
            let from = n.messages.delivered_until;
            out.push(DeliveredThrough { number, from, until }.into());
            if self.people.is_some() {
                self.react_all(number, from..until, now, out);
            }
        }
    }

    fn number_rating_due(&self, ix: NumberIx, now: Timestamp, out: &mut Vec<Event>) {
        let Some(n) = self.number(ix) else { return };
        let params = &self.rules.rating;
        if n.rating() == Rating::Unknown
            && let Some(to) = after_delivery(params, &n.evidence, &n.standing, now)
        {
            return self.rate_number(ix, &n.evidence, to, Cause::Evidence, now, out);
        }
        let hour = hourly(params, &n.evidence, &n.standing, now);
        if let Some(to) = hour.rating {
            self.rate_number(ix, &n.evidence, to, Cause::Hour, now, out);
        }
        out.push(
            NumberEvaluated {
                number: ix,
                peak_milli: hour.peak.exposure_milli,
            }
            .into(),
        );
    }

    fn template_rating_due(&self, ix: TemplateIx, now: Timestamp, out: &mut Vec<Event>) {
        let Some(t) = self.template(ix) else { return };
        let params = &self.rules.template_rating;
        if let Some(to) = after_template_delivery(params, &t.evidence, &t.standing, now) {
            // Where feedback alone would not have said so, it was the readers.
            let by_feedback = after_delivery(&params.belief, &t.evidence, &t.standing, now) == Some(to);
            let cause = if by_feedback {
                Cause::Evidence
            } else {
                Cause::Engagement
            };
            return self.rate_template(ix, &t.evidence, to, cause, now, out);
        }
        let hour = template_hourly(params, &t.evidence, &t.standing, now);
        if let Some(to) = hour.rating {
            self.rate_template(ix, &t.evidence, to, Cause::Hour, now, out);
        }
        out.push(
            TemplateEvaluated {
                template: ix,
                peak_milli: hour.peak.exposure_milli,
            }
            .into(),
        );
    }
}
