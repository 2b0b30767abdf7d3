//! How a portfolio changes: one arm an event, nothing is refused here.
//!
//! Deadlines follow from events and from the values of the edition that the portfolio was opened with, which never
//! change once an edition is released.

use decider::Timestamp;
use rulebook::flag::{self, Flag};
use rulebook::rating::{Evidence, Peak, Rating, Signal, Standing};
use rulebook::status::apply;
use rulebook::template::lifecycle::TemplateStatus;

use super::agenda::Due;
use super::event::{self, Decision, Event, Notice};
use super::messages::{NONE, flag as bit};
use super::number::Number;
use super::scope::{Scope, UpgradeState};
use super::template::Template;
use super::{Portfolio, Rules};
use crate::ids::{ContactIx, MessageId, NumberIx, ScopeIx, TemplateIx};
use crate::portfolio::decide::signals::harm_of;

/// At most so many expired messages are dropped for each new one.
const DROP_MAX: usize = 4;

impl Portfolio {
    /// Applies one event.
    pub fn evolve(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::Opened(e) => self.on_opened(e),
            Event::WabaAdded(e) => self.wabas.push(e.name.clone()),
            Event::NumberAdded(e) => self.on_number_added(e, at),
            Event::Staged(e) => self.on_staged(e, at),
            Event::ContactSeen(e) => {
                self.contacts.add(e.e164);
            }
            Event::ContactsMerged(e) => self.on_merged(e),
            Event::Accepted(e) => self.on_accepted(e, at),
            Event::Received(e) => self.on_received(e, at),
            Event::SentThrough(e) => self.on_sent_through(e),
            Event::DeliveredThrough(e) => self.on_delivered_through(e, at),
            Event::Delivered(e) => self.on_delivered(e.message, at),
            Event::Read(e) => self.on_read(e.message),
            Event::Failed(e) => self.on_failed(e.message),
            Event::Refused(e) => self.with_number(e.number, |n| n.refusals.note(e.contact, e.refusal, at)),
            Event::MarkedRead(e) => self.set_flags(e.message, bit::READ),
            Event::Signalled(e) => self.on_signalled(e, at),
            Event::Unblocked(e) => self.with_number(e.number, |n| {
                n.blocked_by.remove(&e.contact);
            }),
            Event::NumberRated(e) => self.on_number_rated(e, at),
            Event::TemplateRated(e) => self.on_template_rated(e, at),
            Event::NumberEvaluated(e) => self.on_number_evaluated(e, at),
            Event::TemplateEvaluated(e) => self.on_template_evaluated(e, at),
            Event::NumberHeld(e) => {
                self.with_number(e.number, |n| n.standing.hold = e.hold);
                self.agenda
                    .set(Due::NumberRating(e.number.0), Some(at.next_hour()));
            }
            Event::Flagged(e) => self.on_flagged(e.number, at),
            Event::FlagEnded(e) => self.on_flag_ended(e, at),
            Event::FlagExtended(e) => self.set_flag_deadline(e.number),
            Event::LimitReached(e) => self.on_limit_reached(e.scope, at),
            Event::LimitFreed(e) => self.on_limit_freed(e.scope),
            Event::TierChanged(e) => self.on_tier_changed(e, at),
            Event::UpgradeExpected(e) => {
                self.with_scope(e.scope, |s| s.tier.upgrade = UpgradeState::Expected);
                self.agenda
                    .set(Due::Upgrade(e.scope.0), Some(Timestamp::from_millis(e.at_ms)));
            }
            Event::UpgradeMissed(e) => {
                let state = if e.blocked {
                    UpgradeState::Blocked
                } else {
                    UpgradeState::Open
                };
                self.with_scope(e.scope, |s| s.tier.upgrade = state);
                self.agenda.set(Due::Upgrade(e.scope.0), None);
            }
            Event::TemplateCreated(e) => self.on_template_created(e, at),
            Event::TemplateReviewed(e) => self.on_template_reviewed(e, at),
            Event::TemplateEdited(e) => self.on_template_edited(e, at),
            Event::TemplateDeleted(e) => self.on_template_deleted(e.template, at),
            Event::TemplatePaused(e) => self.on_template_paused(e, at),
            Event::TemplateUnpaused(e) => self.on_template_unpaused(e.template, at),
            Event::TemplateDisabled(e) => self.end_template(e.template, TemplateStatus::Disabled, at),
            Event::Noticed(e) => self.on_noticed(e.notice, at),
        }
    }

    fn with_number(&mut self, number: NumberIx, change: impl FnOnce(&mut Number)) {
        if let Some(number) = self.numbers.get_mut(number.index()) {
            change(number);
        }
    }

    fn with_scope(&mut self, scope: ScopeIx, change: impl FnOnce(&mut Scope)) {
        if let Some(scope) = self.scopes.get_mut(scope.index()) {
            change(scope);
        }
    }

    fn with_template(&mut self, template: TemplateIx, change: impl FnOnce(&mut Template)) {
        if let Some(template) = self.templates.get_mut(template.index()) {
            change(template);
        }
    }

    fn set_flags(&mut self, message: MessageId, flags: u16) {
        self.with_number(message.number, |n| {
            n.messages.update(message.seq, |record| record.flags |= flags)
        });
    }

    fn on_opened(&mut self, e: &event::Opened) {
        self.name.clone_from(&e.name);
        // `decide` has read the same text: it is sound, and stays so, because released editions never change.
        if let Ok(rules) = Rules::of(&e.settings) {
            self.rules = rules;
        }
        self.settings = Some(e.settings.clone());
    }

    fn on_number_added(&mut self, e: &event::NumberAdded, at: Timestamp) {
        self.numbers
            .push(Number::new(e.waba, e.e164, e.verified_name.clone(), at));
        let scope = self.scope_of(NumberIx(self.numbers.len() as u16 - 1));
        if scope.index() == self.scopes.len() {
            self.scopes.push(Scope::new(&self.rules.limits));
        }
    }

    fn on_staged(&mut self, e: &event::Staged, at: Timestamp) {
        self.with_number(e.number, |n| {
            if let Ok(facts) = apply(&n.facts, e.change) {
                n.facts = facts;
            }
        });
        self.look_for_upgrade(self.scope_of(e.number), at, UpgradeState::Blocked);
    }

    fn on_merged(&mut self, e: &event::ContactsMerged) {
        self.contacts.merge(e.from.0, e.into.0);
        for scope in &mut self.scopes {
            scope.window.merge(e.from.0, e.into.0);
        }
        for number in &mut self.numbers {
            number.messages.merge(e.from, e.into);
            if number.blocked_by.remove(&e.from) {
                number.blocked_by.insert(e.into);
            }
        }
    }

    fn on_accepted(&mut self, e: &event::Accepted, at: Timestamp) {
        let flags = if e.business_initiated {
            bit::BUSINESS_INITIATED
        } else {
            0
        };
        let retention = self.rules.messages.retention;
        let number = e.message.number;
        let rates = self.settings.as_ref().is_some_and(|s| s.enforce_rates);
        let pair = self.rules.pair_rate.clone();
        let throughput = self.rules.throughput.standard;
        self.with_number(number, |n| {
            n.messages.push(at, e.contact, e.template, flags);
            n.messages.drop_old(at.back(retention), DROP_MAX);
            n.rate.sent(at);
            if rates {
                n.take_rates(e.contact, at, &pair, throughput);
            }
        });
        if e.business_initiated {
            let scope = self.scope_of(number);
            self.with_scope(scope, |s| s.count(e.contact, at));
            if self.scope(scope).is_some_and(Scope::is_used_up) {
                self.set_limit_deadline(scope, at);
            }
            self.look_for_upgrade(scope, at, UpgradeState::Open);
        }
        if self.agenda.get(Due::Transit(number.0)).is_none() {
            self.set_transit_deadline(number);
        }
    }

    fn on_received(&mut self, e: &event::Received, at: Timestamp) {
        let flags = bit::INBOUND | if e.call { bit::CALL } else { 0 };
        let retention = self.rules.messages.retention;
        self.with_number(e.message.number, |n| {
            let seq = n.messages.push(at, e.contact, TemplateIx::NONE, flags);
            n.messages.drop_old(at.back(retention), DROP_MAX);
            // Nothing that waits is before it: it need not be passed later.
            if n.messages.sent_until == seq && n.messages.delivered_until == seq {
                n.messages.sent_until = seq + 1;
                n.messages.delivered_until = seq + 1;
            }
        });
    }

    /// Looks at once whether a scope may go up a tier, if enough people were reached and it is in `state`.
    fn look_for_upgrade(&mut self, scope: ScopeIx, at: Timestamp, state: UpgradeState) {
        let Some(s) = self.scopes.get_mut(scope.index()) else {
            return;
        };
        if s.tier.upgrade == state && s.has_volume(&self.rules.limits, at) {
            s.tier.upgrade = UpgradeState::Open;
            self.agenda.set(Due::Upgrade(scope.0), Some(at));
        }
    }

    /// The next outbound message that has to leave or arrive, at its time.
    fn set_transit_deadline(&mut self, number: NumberIx) {
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

    fn on_sent_through(&mut self, e: &event::SentThrough) {
        self.with_number(e.number, |n| {
            for seq in n.messages.sent_until..e.until {
                n.messages.update(seq, |record| {
                    if !record.any(bit::INBOUND | bit::FAILED) {
                        record.flags |= bit::SENT;
                    }
                });
            }
            n.messages.sent_until = e.until;
        });
        self.set_transit_deadline(e.number);
    }

    fn on_delivered_through(&mut self, e: &event::DeliveredThrough, at: Timestamp) {
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

    /// Whether an outbound message reaches its person by itself: nothing reaches who has blocked the number.
    pub fn arrives(&self, number: NumberIx, seq: u32) -> bool {
        self.number(number).is_some_and(|n| {
            n.messages.get(seq).is_some_and(|record| {
                !record.any(bit::INBOUND | bit::FAILED | bit::DELIVERED)
                    && !n.blocked_by.contains(&record.contact)
            })
        })
    }

    /// Whoever tells the outside of it must know later which event said so: this one, or one about many.
    fn on_delivered(&mut self, message: MessageId, at: Timestamp) {
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

    fn deliver(&mut self, message: MessageId, at: Timestamp) {
        let every = self.rules.rating.exposure_every;
        let Some(n) = self.numbers.get_mut(message.number.index()) else {
            return;
        };
        let Some((record, exposes, exposes_template)) = n.messages.deliver(message.seq, every) else {
            return;
        };
        if !record.is(bit::BUSINESS_INITIATED) {
            return;
        }
        n.evidence.delivered(record.at(), exposes);
        let known = n.rating() != Rating::Unknown;
        let enough = known
            || n.evidence.deliveries(at, self.rules.rating.window) < u64::from(self.rules.rating.known_after);
        self.expect_rating(Due::NumberRating(message.number.0), enough, at);
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
    fn expect_rating(&mut self, due: Due, hourly: bool, at: Timestamp) {
        if !hourly {
            self.agenda.set(due, Some(at));
        } else if self.agenda.get(due).is_none() {
            self.agenda.set(due, Some(at.next_hour()));
        }
    }

    fn on_read(&mut self, message: MessageId) {
        let Some(n) = self.numbers.get_mut(message.number.index()) else {
            return;
        };
        let Some(record) = n.messages.get(message.seq).copied() else {
            return;
        };
        n.messages.update(message.seq, |record| record.flags |= bit::READ);
        if !record.is(bit::BUSINESS_INITIATED) || record.any(bit::READ) {
            return;
        }
        n.evidence.read(record.at());
        self.with_template(record.template, |t| {
            if record.at() >= t.epoch {
                t.evidence.read(record.at());
            }
        });
    }

    fn on_failed(&mut self, message: MessageId) {
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
        }
    }

    fn on_signalled(&mut self, e: &event::Signalled, at: Timestamp) {
        let Some(harm) = harm_of(e) else { return };
        let record = e
            .charged
            .and_then(|seq| self.number(e.number)?.messages.get(seq).copied());
        let (message_at, template) = record.map_or((at, TemplateIx::NONE), |r| (r.at(), r.template));
        self.with_number(e.number, |n| {
            if matches!(harm.signal, Signal::Block(_)) {
                n.blocked_by.insert(e.contact);
            }
            if !e.counts {
                return;
            }
            if record.is_none() {
                n.evidence.delivered(at, true);
            }
            n.harm(message_at, template, &harm);
            n.messages.update(e.charged.unwrap_or(NONE), |record| {
                record.harm = e.signal.into();
                record.flags = record.flags & !bit::BURST | if e.burst { bit::BURST } else { 0 };
            });
        });
        if !e.counts {
            return;
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

    fn on_number_rated(&mut self, e: &event::NumberRated, at: Timestamp) {
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
        self.agenda
            .set(Due::NumberRating(e.number.0), Some(at.next_hour()));
        self.look_for_upgrade(self.scope_of(e.number), at, UpgradeState::Blocked);
    }

    fn on_template_rated(&mut self, e: &event::TemplateRated, at: Timestamp) {
        self.with_template(e.template, |t| {
            (t.standing.rating, t.standing.since) = (e.to, at);
            if e.to == Rating::Red {
                t.last_red = Some(at);
            }
        });
        self.agenda
            .set(Due::TemplateRating(e.template.0), Some(at.next_hour()));
    }

    fn on_number_evaluated(&mut self, e: &event::NumberEvaluated, at: Timestamp) {
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

    fn on_template_evaluated(&mut self, e: &event::TemplateEvaluated, at: Timestamp) {
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

    fn on_flagged(&mut self, number: NumberIx, at: Timestamp) {
        self.with_number(number, |n| {
            n.flag = Some(Flag::begin(at));
            n.lowered_at = None;
        });
        self.set_flag_deadline(number);
    }

    fn set_flag_deadline(&mut self, number: NumberIx) {
        let at = match (
            &self.rules.flagged,
            self.number(number).and_then(|n| n.flag.as_ref()),
        ) {
            (Some(rules), Some(flag)) => Some(flag::deadline(rules, flag)),
            _ => None,
        };
        self.agenda.set(Due::Flag(number.0), at);
    }

    fn on_flag_ended(&mut self, e: &event::FlagEnded, at: Timestamp) {
        self.with_number(e.number, |n| {
            n.flag = None;
            n.lowered_at = (!e.recovered && n.rating() == Rating::Red).then_some(at);
        });
        self.set_flag_deadline(e.number);
        self.look_for_upgrade(self.scope_of(e.number), at, UpgradeState::Blocked);
    }

    fn on_limit_reached(&mut self, scope: ScopeIx, at: Timestamp) {
        self.with_scope(scope, |s| s.tier.used_up_since = Some(at.millis()));
        self.set_limit_deadline(scope, at);
    }

    fn set_limit_deadline(&mut self, scope: ScopeIx, now: Timestamp) {
        let end = self.rules.restricted.end;
        let at = self
            .scope(scope)
            .and_then(|s| s.frees_at(&self.rules.limits, end, now));
        self.agenda.set(Due::Limit(scope.0), at);
    }

    fn on_limit_freed(&mut self, scope: ScopeIx) {
        self.with_scope(scope, |s| s.tier.used_up_since = None);
        self.agenda.set(Due::Limit(scope.0), None);
    }

    fn on_tier_changed(&mut self, e: &event::TierChanged, at: Timestamp) {
        self.with_scope(e.scope, |s| s.move_to(e.to, at));
        self.agenda.set(Due::Upgrade(e.scope.0), None);
        if self.scope(e.scope).is_some_and(Scope::is_used_up) {
            self.set_limit_deadline(e.scope, at);
        }
    }

    fn on_template_created(&mut self, e: &event::TemplateCreated, at: Timestamp) {
        let template = Template::new(e.waba, (*e.draft).clone(), at);
        let ix = self.templates.len() as u32;
        self.by_key.insert((e.waba.0, template.key.0), ix);
        self.templates.push(template);
        self.expect_review(TemplateIx(ix), at);
    }

    fn expect_review(&mut self, template: TemplateIx, at: Timestamp) {
        let auto = self.settings.as_ref().is_some_and(|s| s.auto_review);
        let due = auto.then(|| at + self.rules.review.delay);
        self.agenda.set(Due::Review(template.0), due);
    }

    fn on_template_reviewed(&mut self, e: &event::TemplateReviewed, at: Timestamp) {
        self.agenda.set(Due::Review(e.template.0), None);
        self.with_template(e.template, |t| {
            t.updated = at;
            match &e.decision {
                Decision::Approve => {
                    t.status = TemplateStatus::Approved;
                    t.rejection = None;
                }
                Decision::Reject {
                    reason,
                    explanation,
                    recommendation,
                } => {
                    t.status = TemplateStatus::Rejected;
                    t.rejection = Some((reason.clone(), explanation.clone(), recommendation.clone()));
                }
            }
        });
    }

    fn on_template_edited(&mut self, e: &event::TemplateEdited, at: Timestamp) {
        let Some(t) = self.templates.get_mut(e.template.index()) else {
            return;
        };
        let fresh = Template::new(t.waba, (*e.draft).clone(), t.created);
        t.draft = fresh.draft;
        t.expected = fresh.expected;
        t.updated = at;
        if t.paused_until.take().is_some() {
            // An edit ends a pause once it is approved (T6): a new start, as at the end of any pause.
            t.restart(at);
        }
        t.status = TemplateStatus::InReview;
        self.agenda.set(Due::Pause(e.template.0), None);
        self.expect_review(e.template, at);
    }

    fn on_template_deleted(&mut self, template: TemplateIx, at: Timestamp) {
        if let Some(t) = self.templates.get(template.index()) {
            self.by_key.remove((t.waba.0, t.key.0));
        }
        self.end_template(template, TemplateStatus::Deleted, at);
    }

    fn end_template(&mut self, template: TemplateIx, status: TemplateStatus, at: Timestamp) {
        self.with_template(template, |t| {
            t.status = status;
            t.paused_until = None;
            t.updated = at;
        });
        self.agenda.set(Due::Pause(template.0), None);
        self.agenda.set(Due::Review(template.0), None);
    }

    fn on_template_paused(&mut self, e: &event::TemplatePaused, at: Timestamp) {
        let until = Timestamp::from_millis(e.until_ms);
        self.with_template(e.template, |t| {
            t.status = TemplateStatus::Paused;
            t.pauses = e.instance;
            t.paused_until = Some(until);
            t.updated = at;
        });
        self.agenda.set(Due::Pause(e.template.0), Some(until));
    }

    fn on_template_unpaused(&mut self, template: TemplateIx, at: Timestamp) {
        self.with_template(template, |t| {
            t.status = TemplateStatus::Approved;
            t.paused_until = None;
            t.restart(at);
        });
        self.agenda.set(Due::Pause(template.0), None);
    }

    fn on_noticed(&mut self, notice: Notice, at: Timestamp) {
        if let Notice::Restricted(scope) = notice {
            self.with_scope(scope, |s| s.tier.noticed = Some(at.millis()));
        }
    }
}

impl Template {
    /// A new start: UNKNOWN, and only feedback on messages sent from here on counts (T5).
    fn restart(&mut self, at: Timestamp) {
        self.epoch = at;
        self.evidence = Evidence::default();
        self.standing = Standing {
            since: at,
            ..Standing::default()
        };
        self.updated = at;
    }
}

impl Number {
    fn take_rates(
        &mut self,
        contact: ContactIx,
        at: Timestamp,
        pair: &rulebook::edition::PairRate,
        per_second: u32,
    ) {
        if let Ok(tat) = rulebook::pair_rate::admit(self.pairs.get(contact.0), at, pair) {
            self.pairs.insert(contact.0, tat);
        }
        if let Ok(tat) = rulebook::throughput::admit(self.throughput, at, per_second) {
            self.throughput = tat;
        }
    }
}
