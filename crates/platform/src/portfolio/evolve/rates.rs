//! Rates, free entry points, and what was told of a used-up limit.

use decider::Timestamp;

use crate::ids::{ContactIx, ScopeIx};
use crate::portfolio::Portfolio;
use crate::portfolio::agenda::Due;
use crate::portfolio::event;
use crate::portfolio::number::Number;
use crate::portfolio::scope::Told;

impl Portfolio {
    pub(super) fn on_entry_point(&mut self, e: &event::CameByEntryPoint, at: Timestamp) {
        if let Some(n) = self.numbers.get_mut(e.message.number.index()) {
            n.enters(e.contact, &self.rules.entry_point, at);
        }
    }

    /// The limit was used up, or has room again: if that is gathered, it is looked at when the span is over.
    pub(super) fn gather_status(&mut self, scope: ScopeIx, at: Timestamp) {
        let notices = &self.rules.notices;
        let (on, every) = (notices.restricted_webhook, notices.status_webhook_every);
        let told = self.scope(scope).and_then(|scope| scope.told).filter(|_| on);
        if let Some(due) = told.map(|told| told.at() + every).filter(|due| at < *due) {
            self.agenda.set(Due::StatusWebhook(scope.0), Some(due));
        }
    }

    pub(super) fn on_status_told(&mut self, e: &event::StatusTold, at: Timestamp) {
        self.with_scope(e.scope, |scope| scope.told = Some(Told::new(at, e.restricted)));
        self.agenda.set(Due::StatusWebhook(e.scope.0), None);
    }
}

impl Number {
    /// Takes one message to a person from what the number may send.
    pub(super) fn take_rates(
        &mut self,
        contact: ContactIx,
        at: Timestamp,
        pair: &rulebook::edition::PairRate,
        per_second: u32,
    ) {
        if let Ok(tat) = rulebook::pair_rate::admit(self.pairs.get(contact.0), at, pair) {
            self.pairs.insert(contact.0, tat);
        }
        self.take_throughput(at, per_second);
    }

    /// Takes one message, to or from a person, from what the number may handle in a second.
    pub(super) fn take_throughput(&mut self, at: Timestamp, per_second: u32) {
        if let Ok(tat) = rulebook::throughput::admit(self.throughput, at, per_second) {
            self.throughput = tat;
        }
    }
}
