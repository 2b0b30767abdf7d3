//! What was told.

use decider::{Millis, Timestamp};

use crate::mirror::{Fact, Source};
use crate::portfolio::attempts::{flag, progress_bits};
use crate::portfolio::event::{
    AccountFact, AccountTold, Alarm, Alarmed, By, ForeignSeen, InboundSeen, LimitTold, NumberFact,
    NumberTold, Progress, StatusSeen, TemplateFact, TemplateTold,
};
use crate::portfolio::{Portfolio, admission};

impl Portfolio {
    pub(super) fn on_number_told(&mut self, e: &NumberTold) {
        let Some(number) = self.numbers.get_mut(e.number.index()) else {
            return;
        };
        match e.fact {
            NumberFact::Status(value) => number.status.learn(fact(value, e.by)),
            NumberFact::Rating(value) => number.rating.learn(fact(value, e.by)),
            NumberFact::Level(value) => number.level.learn(fact(value, e.by)),
            NumberFact::ThrottledUntil(value) => number.throttled_until.learn(fact(value, e.by)),
            NumberFact::SlowUntil(value) => number.slow_until.learn(fact(value, e.by)),
        };
    }

    pub(super) fn on_limit_told(&mut self, e: &LimitTold) {
        if let Some(scope) = self.scopes.get_mut(e.scope.index()) {
            let known = scope.limit.value().is_some();
            let changed = scope.limit.learn(fact(e.limit, e.by));
            self.missed += u64::from(known && changed && e.by.source == Source::Poll);
        }
    }

    pub(super) fn on_account_told(&mut self, e: &AccountTold) {
        let Some(account) = self.accounts.get_mut(e.waba.index()) else {
            return;
        };
        match e.fact {
            AccountFact::Disabled(value) => account.disabled.learn(fact(value, e.by)),
            AccountFact::Payment(value) => account.payment.learn(fact(value, e.by)),
            AccountFact::Restricted(what, end) => account.restricted[what as usize].learn(fact(end, e.by)),
        };
    }

    pub(super) fn on_template_told(&mut self, e: &TemplateTold) {
        let Some(template) = self.templates.get_mut(e.template.index()) else {
            return;
        };
        let changed = match e.fact {
            TemplateFact::Standing(value) => {
                let known = template.status.value().is_some();
                template.status.learn(fact(value, e.by)) && known
            }
            TemplateFact::Quality(value) => {
                let known = template.quality.value().is_some();
                template.quality.learn(fact(value, e.by)) && known
            }
            TemplateFact::Category(value) => {
                let known = template.category.value().is_some();
                template.agreed.get_or_insert(value);
                template.category.learn(fact(value, e.by)) && known
            }
            TemplateFact::Agreed(value) => {
                template.agreed = Some(value);
                false
            }
        };
        self.missed += u64::from(changed && e.by.source == Source::Poll);
    }

    pub(super) fn on_status_seen(&mut self, e: &StatusSeen, at: Timestamp) {
        self.waiting_since = None;
        self.silent = false;
        let Some(&record) = self.attempts.get(e.attempt) else {
            return;
        };
        self.accepted(e.attempt, record, at);
        self.attempts.update(e.attempt, |record| {
            record.message = e.message;
            record.flags |= progress_bits(e.progress);
            if e.progress == Progress::Failed && record.code == 0 {
                record.code = e.code;
            }
        });
        self.recount(e, at);
    }

    /// Where deliveries count (2026), one that arrives counts from then, and one that fails gives its place back, unless
    /// it has arrived all the same.
    fn recount(&mut self, e: &StatusSeen, at: Timestamp) {
        let Some(&record) = self.attempts.get(e.attempt) else {
            return;
        };
        if !self.edition.limits.failed_frees {
            return;
        }
        if record.any(flag::DELIVERED) {
            let when = Timestamp::from_millis(e.at_ms).max(record.at()).min(at);
            self.count_again(e.attempt, when);
        } else if record.any(flag::FAILED) {
            self.give_back(e.attempt);
        }
    }

    pub(super) fn on_foreign_seen(&mut self, e: &ForeignSeen) {
        let scope_ix = self.scope_of(e.number);
        if let Some(scope) = self.scopes.get_mut(scope_ix.index()) {
            scope.count(e.contact, Timestamp::from_millis(e.at_ms));
        }
        let at = Timestamp::from_millis(e.at_ms);
        self.foreign.note(scope_ix, e.contact, at);
    }

    pub(super) fn on_inbound_seen(&mut self, e: &InboundSeen, at: Timestamp) {
        self.people.note_inbound(e.contact, e.number, e.at_s);
        let throughput = &self.edition.throughput;
        if let Some(number) = self.numbers.get_mut(e.number.index())
            && self.policy.enforce_rates
        {
            // The platform counts both directions.
            let per_second = number.level.value().unwrap_or_default().per_second(throughput);
            number.rates = admission::take(number.rates, at, per_second, &self.policy, true);
        }
    }

    pub(super) fn on_alarmed(&mut self, e: &Alarmed) {
        if matches!(e.alarm, Alarm::Silence(_)) {
            self.silent = true;
        }
    }

    /// When it is told that no status comes, if nothing does.
    pub(in crate::portfolio) fn silence_due(&self) -> Option<Timestamp> {
        let since = self
            .waiting_since
            .filter(|_| !self.silent && self.policy.silence_ms > 0)?;
        Some(Timestamp::from_millis(since) + Millis::new(self.policy.silence_ms))
    }
}

fn fact<T>(value: T, by: By) -> Fact<T> {
    Fact::new(value, by.source, Timestamp::from_millis(by.at_ms))
}
