//! Messages: accepted, received, on their way, read, failed.

use decider::Timestamp;
use rulebook::policy::Gate;
use rulebook::rating::Rating;

use crate::ids::{MessageId, NumberIx, TemplateIx};
use crate::portfolio::Portfolio;
use crate::portfolio::agenda::Due;
use crate::portfolio::event;
use crate::portfolio::messages::{Record, flag as bit};
use crate::portfolio::scope::{Scope, UpgradeState};

/// Expired messages are dropped with every so-manieth new one, so that most sends need not look at the oldest.
const DROP_EVERY: u32 = 16;
/// At most so many are dropped then: four for each new one.
const DROP_MAX: usize = 64;

impl Portfolio {
    pub(super) fn on_accepted(&mut self, e: &event::Accepted, at: Timestamp) {
        let flags = if e.business_initiated {
            bit::BUSINESS_INITIATED
        } else {
            0
        };
        let retention = self.rules.messages.retention;
        let number = e.message.number;
        let rates = self.settings.as_ref().is_some_and(|s| s.enforce_rates);
        let mut leaves_next = false;
        if let Some(n) = self.numbers.get_mut(number.index()) {
            let free = n.entries.is_some() && n.answers(e.contact, &self.rules.entry_point, at);
            let seq = n.messages.push(at, e.contact, e.template, flags);
            if free {
                n.messages.update(seq, Record::set_free);
            }
            leaves_next = n.messages.sent_until == seq;
            if seq.is_multiple_of(DROP_EVERY) {
                n.messages.drop_old(at.back(retention), DROP_MAX);
            }
            n.rate.sent(at);
            if e.business_initiated && n.gate.any(Gate::QUALITY) {
                n.throttle.volume = n.throttle.volume.with_one(at);
            }
            if rates {
                n.take_rates(
                    e.contact,
                    at,
                    &self.rules.pair_rate,
                    n.level.per_second(&self.rules.throughput),
                );
            }
        }
        if !self.misuse.is_empty() {
            self.note_utility(number, e.template, at);
        }
        if self.rules.archival.after.is_some() {
            self.with_template(e.template, |t| t.care.used = at.millis());
        }
        self.count_paced(e.template, at);
        if e.business_initiated {
            self.take_marketing(e.contact, e.template, at);
            let scope = self.scope_of(number);
            if let Some(scope) = self.scopes.get_mut(scope.index()) {
                scope.count(&self.rules.limits, e.contact, at);
            }
            if self.scope(scope).is_some_and(Scope::is_used_up) {
                self.set_limit_deadline(scope, at);
            }
            self.look_for_upgrade(scope, at, UpgradeState::Open);
            self.count_raise(number, e.contact, at);
        }
        // Behind others that wait to leave, it changes nothing; those that have left and not arrived are due later than
        // it, or sooner.
        if leaves_next {
            self.set_transit_deadline(number);
        }
    }

    pub(super) fn on_received(&mut self, e: &event::Received, at: Timestamp) {
        let flags = bit::INBOUND | if e.call { bit::CALL } else { 0 };
        let retention = self.rules.messages.retention;
        let rates = self.settings.as_ref().is_some_and(|s| s.enforce_rates);
        let throughput = self.rules.throughput.clone();
        self.with_number(e.message.number, |n| {
            let seq = n.messages.push(at, e.contact, TemplateIx::NONE, flags);
            n.messages.drop_old(at.back(retention), DROP_MAX);
            if rates {
                n.take_throughput(at, n.level.per_second(&throughput));
            }
            // Where nothing that waits is before it, it need not be passed later.
            if n.messages.sent_until == seq {
                n.messages.sent_until = seq + 1;
            }
            if n.messages.delivered_until == seq {
                n.messages.delivered_until = seq + 1;
            }
        });
        if !e.call {
            self.count_received(e.message.number, e.contact, at);
        }
    }

    /// The next outbound message that has to leave or arrive, at its time.
    pub(super) fn set_transit_deadline(&mut self, number: NumberIx) {
        if !self.settings.as_ref().is_some_and(|s| s.transit) {
            return;
        }
        let transit = self.rules.transit.clone();
        let Some(n) = self.numbers.get(number.index()) else {
            return;
        };
        let due = |seq: u32, span| n.messages.get(seq).map(|record| record.at() + span);
        let sent = due(n.messages.sent_until, transit.sent);
        let delivered = due(n.messages.delivered_until, transit.delivered);
        let first = match (sent, delivered) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.agenda.set(Due::Transit(number.0), first);
    }

    pub(super) fn on_sent_through(&mut self, e: &event::SentThrough, at: Timestamp) {
        let number = e.number;
        let from = self.number(number).map_or(e.until, |n| n.messages.sent_until);
        for seq in from..e.until {
            self.leave(
                MessageId { number, seq },
                bit::INBOUND | bit::FAILED | bit::HELD,
                at,
            );
        }
        self.with_number(number, |n| n.messages.sent_until = e.until);
        self.set_transit_deadline(number);
    }

    /// A message leaves for its recipient, once, unless it is one of `unless`.
    pub(super) fn leave(&mut self, message: MessageId, unless: u16, at: Timestamp) {
        let Some(n) = self.numbers.get_mut(message.number.index()) else {
            return;
        };
        let Some(record) = n.messages.get(message.seq).copied() else {
            return;
        };
        if record.any(unless | bit::SENT) {
            return;
        }
        n.messages.update(message.seq, |record| record.flags |= bit::SENT);
        self.count_sent(message.number, &record, at);
    }

    pub(super) fn on_delivered_through(&mut self, e: &event::DeliveredThrough, at: Timestamp) {
        let Some(number) = self.number(e.number) else {
            return;
        };
        for seq in number.messages.delivered_until..e.until {
            if self.arrives(e.number, seq) {
                self.deliver(
                    MessageId {
                        number: e.number,
                        seq,
                    },
                    at,
                );
            }
        }
        self.with_number(e.number, |n| n.messages.delivered_until = e.until);
        self.set_transit_deadline(e.number);
    }

    /// Whether an outbound message reaches its person by itself: nothing reaches who has blocked the number. Held ones
    /// travel by themselves.
    pub fn arrives(&self, number: NumberIx, seq: u32) -> bool {
        self.reaches(number, seq, bit::HELD)
    }

    /// The same of a message that was held and let go: its time to live may be over meanwhile.
    pub(in crate::portfolio) fn arrives_released(&self, message: MessageId, at: Timestamp) -> bool {
        self.reaches(message.number, message.seq, 0) && !self.is_expired(message, at)
    }

    /// Whether the time that a message of a template may wait for its delivery is over.
    pub(in crate::portfolio) fn is_expired(&self, message: MessageId, now: Timestamp) -> bool {
        let record = self
            .number(message.number)
            .and_then(|n| n.messages.get(message.seq));
        record.is_some_and(|record| {
            let template = self.template(record.template);
            template.is_some_and(|t| now.since(record.at()) >= t.time_to_live(&self.rules.templates))
        })
    }

    fn reaches(&self, number: NumberIx, seq: u32, unless: u16) -> bool {
        self.number(number).is_some_and(|n| {
            n.messages.get(seq).is_some_and(|record| {
                !record.any(bit::INBOUND | bit::FAILED | bit::DELIVERED | bit::APART | bit::FILTERED | unless)
                    && !n.blocked_by.contains(&record.contact)
            })
        })
    }

    /// Whoever tells the outside of it must know later which event said so: this one, or one about many.
    pub(super) fn on_delivered(&mut self, message: MessageId, at: Timestamp) {
        self.with_number(message.number, |n| {
            n.messages.update(message.seq, |record| {
                if !record.any(bit::DELIVERED | bit::FAILED) {
                    record.flags |= if record.any(bit::SENT) {
                        bit::ALONE
                    } else {
                        bit::ALONE | bit::AHEAD
                    };
                }
            });
        });
        self.deliver(message, at);
    }

    pub(super) fn deliver(&mut self, message: MessageId, at: Timestamp) {
        let every = self.rules.rating.exposure_every;
        let Some(n) = self.numbers.get_mut(message.number.index()) else {
            return;
        };
        let Some((record, exposes, exposes_template)) = n.messages.deliver(message.seq, every) else {
            return;
        };
        self.count_delivered(message, &record, !record.any(bit::SENT), at);
        if !record.is(bit::BUSINESS_INITIATED) {
            return;
        }
        let Some(n) = self.numbers.get_mut(message.number.index()) else {
            return;
        };
        n.evidence.delivered(record.at(), exposes);
        let first_step = self.rules.limits.has_first_step();
        let known = n.rating() != Rating::Unknown;
        let enough = known
            || n.evidence.deliveries(at, self.rules.rating.window) < u64::from(self.rules.rating.known_after);
        self.expect_rating(Due::NumberRating(message.number.0), enough, at);
        if first_step {
            self.count_first_step(message.number, message.seq, at);
        }
        let Some(t) = self.templates.get_mut(record.template.index()) else {
            return;
        };
        if record.at() < t.epoch {
            return;
        }
        t.evidence.delivered(record.at(), exposes_template);
        let params = &self.rules.template_rating.belief;
        let enough = t.standing.rating != Rating::Unknown
            || t.evidence.deliveries(at, params.window) < u64::from(params.known_after);
        self.expect_rating(Due::TemplateRating(record.template.0), enough, at);
    }

    /// A rating is looked at every hour while there is evidence, and at once when there is enough for the first time.
    pub(super) fn expect_rating(&mut self, due: Due, hourly: bool, at: Timestamp) {
        if !hourly {
            self.agenda.set(due, Some(at));
        } else if self.agenda.get(due).is_none() {
            self.agenda.set(due, Some(at.next_hour()));
        }
    }

    pub(super) fn on_read(&mut self, message: MessageId) {
        let Some(n) = self.numbers.get_mut(message.number.index()) else {
            return;
        };
        let Some(record) = n.messages.get(message.seq).copied() else {
            return;
        };
        n.messages.update(message.seq, |record| record.flags |= bit::READ);
        if record.any(bit::READ) {
            return;
        }
        self.count_read(&record);
        self.count_paced_read(record.template, record.at());
        if !record.is(bit::BUSINESS_INITIATED) {
            return;
        }
        self.with_number(message.number, |n| n.evidence.read(record.at()));
        self.with_template(record.template, |t| {
            if record.at() >= t.epoch {
                t.evidence.read(record.at());
            }
        });
    }

    pub(super) fn on_failed(&mut self, e: &event::Failed, at: Timestamp) {
        let message = e.message;
        let Some(record) = self
            .number(message.number)
            .and_then(|n| n.messages.get(message.seq))
            .copied()
        else {
            return;
        };
        self.set_flags(message, bit::FAILED);
        if record.is(bit::BUSINESS_INITIATED) {
            let survivor = self.contacts.survivor(record.contact.0);
            let scope = self.scope_of(message.number);
            self.with_scope(scope, |s| s.window.fail(survivor, record.at()));
            // Where failures give their room back, a used-up limit may have room at once (L2).
            if self.rules.limits.failed_frees && self.scope(scope).is_some_and(Scope::is_used_up) {
                self.set_limit_deadline(scope, at);
            }
            self.fail_marketing(e, &record, at);
        }
    }
}
