//! Attempts: handed out, settled, given up; and what the window counts of them.

use decider::{Millis, Timestamp};

use crate::ids::AttemptId;
use crate::portfolio::attempts::{NOT_COUNTED, Record, flag};
use crate::portfolio::event::{Admitted, AttemptsLost, Declined, Settled, SettledAs};
use crate::portfolio::scope::ANSWERED_WITHIN;
use crate::portfolio::{Portfolio, admission};

impl Portfolio {
    pub(super) fn on_admitted(&mut self, e: &Admitted, at: Timestamp) {
        self.decisions = e.decision.0;
        let contact = self.people.survivor(e.contact);
        let person = self.people.get(contact);
        let mut record = Record::new(at, contact, e.number, e.lane, person.last);
        record.counted = e.contact;
        record.template = e.template;
        record.text = e.text;
        let reply = !e.facts.counts;
        record.flags |= if e.facts.counts { flag::COUNTS } else { 0 }
            | if e.facts.window_open_s > 0 {
                flag::INSIDE
            } else {
                0
            }
            | if e.elsewhere { flag::ELSEWHERE } else { 0 };
        if e.facts.counts {
            self.count(&record, at);
        }
        self.take_rates(e, reply, at);
        let (attempt, last) = self.attempts.push(record);
        self.people.update(contact, |person| person.last = last);
        if let Some(key) = e.key {
            self.attempts.keys.note(key, attempt, at);
        }
        self.attempts.drop_old(at.back(self.retention()), at);
    }

    fn take_rates(&mut self, e: &Admitted, reply: bool, at: Timestamp) {
        if !self.policy.enforce_rates {
            return;
        }
        let throughput = &self.edition.throughput;
        if let Some(number) = self.numbers.get_mut(e.number.index()) {
            let per_second = number.level.value().unwrap_or_default().per_second(throughput);
            number.rates = admission::take(number.rates, at, per_second, &self.policy, reply);
        }
    }

    pub(super) fn on_declined(&mut self, e: &Declined, at: Timestamp) {
        self.decisions = e.decision.0;
        if let Some(number) = self.numbers.get_mut(e.number.index()) {
            number.refusals.note(e.contact, e.refusal, e.decision, at);
        }
    }

    pub(super) fn on_settled(&mut self, e: &Settled, at: Timestamp) {
        let Some(&record) = self.attempts.get(e.attempt) else {
            return;
        };
        match e.outcome {
            SettledAs::Accepted { message, held } => {
                self.accepted(e.attempt, record, at);
                // A status that came before the answer is not waited for.
                if !record.any(flag::ELSEWHERE | flag::SENT | flag::FAILED) {
                    self.waiting_since.get_or_insert(at.millis());
                }
                self.attempts.update(e.attempt, |record| {
                    record.message = message;
                    record.flags |= if held { flag::HELD } else { 0 };
                });
            }
            SettledAs::Refused { code } => {
                self.attempts.update(e.attempt, |record| {
                    record.flags |= flag::REFUSED;
                    record.code = code;
                });
                self.give_back(e.attempt);
            }
            SettledAs::Unknown => {
                self.attempts
                    .update(e.attempt, |record| record.flags |= flag::UNKNOWN);
                self.count_again(e.attempt, at);
            }
        }
    }

    /// The platform took it, as its answer or a status says.
    pub(super) fn accepted(&mut self, attempt: AttemptId, record: Record, at: Timestamp) {
        if record.any(flag::ACCEPTED) {
            return;
        }
        let refused = record.any(flag::REFUSED);
        self.attempts.update(attempt, |record| {
            record.flags = (record.flags | flag::ACCEPTED) & !flag::REFUSED;
            record.code = if refused { 0 } else { record.code };
        });
        self.count_again(attempt, at);
    }

    pub(super) fn on_lost(&mut self, e: &AttemptsLost, at: Timestamp) {
        for seq in e.from.0..e.until.0 {
            let attempt = AttemptId(seq);
            if self.attempts.get(attempt).is_some_and(Record::is_open) {
                self.attempts.update(attempt, |record| record.flags |= flag::LOST);
                self.count_again(attempt, at);
            }
        }
    }

    /// Notes a person in the window; gives the milliseconds from the attempt to the instant that was noted.
    fn count(&mut self, record: &Record, at: Timestamp) -> u32 {
        let scope = self.scope_of(record.number);
        let noted = match self.scopes.get_mut(scope.index()) {
            Some(scope) => scope.count(record.counted, at),
            None => at,
        };
        u32::try_from(noted.since(record.at()).get()).unwrap_or(u32::MAX)
    }

    /// The platform may have counted it as late as now.
    pub(super) fn count_again(&mut self, attempt: AttemptId, at: Timestamp) {
        let Some(&record) = self.attempts.get(attempt) else {
            return;
        };
        let counted = record.any(flag::COUNTS) && !record.any(flag::GIVEN_BACK);
        let soon = at.since(record.at()) <= ANSWERED_WITHIN;
        if !record.any(flag::COUNTS) || (counted && soon) {
            return;
        }
        let after = self.count(&record, at);
        self.attempts.update(attempt, |record| {
            record.recounted_after = after;
            record.flags &= !flag::GIVEN_BACK;
        });
    }

    /// The platform definitely did not count it.
    pub(super) fn give_back(&mut self, attempt: AttemptId) {
        let Some(&record) = self.attempts.get(attempt) else {
            return;
        };
        if !record.any(flag::COUNTS) || record.any(flag::GIVEN_BACK) {
            return;
        }
        let scope = self.scope_of(record.number);
        let first = (!record.any(flag::FIRST_GONE)).then_some(0);
        let again = (record.recounted_after != NOT_COUNTED).then_some(record.recounted_after);
        if let Some(scope) = self.scopes.get_mut(scope.index()) {
            // Each of its entries once: another attempt may have one of the very same instant.
            for after in [again, first].into_iter().flatten() {
                let stamp = record.at() + Millis::new(u64::from(after));
                scope.give_back(record.counted, stamp);
            }
        }
        self.attempts.update(attempt, |record| {
            record.flags |= flag::GIVEN_BACK | flag::FIRST_GONE;
            record.recounted_after = NOT_COUNTED;
        });
    }
}
