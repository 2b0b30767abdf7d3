//! Numbers on their way to the high throughput.

use decider::Timestamp;
use rulebook::edition::Limit;
use rulebook::throughput::Level;
use rulebook::throughput::raise::RaiseFacts;

use crate::ids::{ContactIx, NumberIx, ScopeIx};
use crate::portfolio::Portfolio;
use crate::portfolio::agenda::Due;
use crate::portfolio::event;
use crate::portfolio::number::Number;
use crate::portfolio::number::raise::{Next, Raising};

impl Portfolio {
    /// Whether all holds for the rise of a number; once its delay has begun, all but the volume.
    pub(in crate::portfolio) fn may_be_raised(&self, ix: NumberIx, now: Timestamp) -> bool {
        let Some(number) = self.number(ix) else {
            return false;
        };
        let raising = number.raising.as_deref();
        let facts = RaiseFacts {
            level: number.level,
            connected: number.is_connected(),
            unlimited: self.is_unlimited(self.scope_of(ix)),
            rating: number.rating(),
            reached: raising.map_or(0, |raising| raising.reached(now)),
            waited: raising.is_some_and(|raising| raising.next.is_some()),
        };
        self.rules.throughput.raise.is_due(&facts)
    }

    fn is_unlimited(&self, scope: ScopeIx) -> bool {
        self.scope(scope)
            .is_some_and(|scope| scope.limit(&self.rules.limits) == Limit::Unlimited)
    }

    /// Rating, status or limit of a number changed: is all there for a rise?
    pub(in crate::portfolio) fn look_for_raise(&mut self, ix: NumberIx, at: Timestamp) {
        let waits = |n: &Number| n.raising.as_ref().is_some_and(|r| r.next.is_some());
        if !self.number(ix).is_some_and(waits) && self.may_be_raised(ix, at) {
            self.agenda.set(Due::Throughput(ix.0), Some(at));
        }
    }

    /// A business-initiated message was accepted: whom the number wrote to counts where that is asked for.
    pub(super) fn count_raise(&mut self, ix: NumberIx, contact: ContactIx, at: Timestamp) {
        let rules = &self.rules.throughput.raise;
        let (recipients, span) = (rules.recipients, self.rules.limits.window);
        if rules.after.is_none() || recipients == 0 || !self.is_unlimited(self.scope_of(ix)) {
            return;
        }
        let standard = |n: &&mut Number| n.level == Level::Standard;
        let Some(number) = self.numbers.get_mut(ix.index()).filter(standard) else {
            return;
        };
        let raising = number.raising.get_or_insert_default();
        if raising.next.is_none() && raising.note(contact, span, at) >= recipients {
            self.look_for_raise(ix, at);
        }
    }

    pub(super) fn on_throughput_expected(&mut self, e: &event::ThroughputExpected) {
        let at = (e.at_ms != 0).then(|| Timestamp::from_millis(e.at_ms));
        self.with_number(e.number, |n| match at {
            Some(at) => n.raising.get_or_insert_default().next = Some((Next::Begin, at)),
            None => n.raising = None,
        });
        self.agenda.set(Due::Throughput(e.number.0), at);
    }

    pub(super) fn on_throughput_raising(&mut self, e: &event::ThroughputRaising) {
        let until = Timestamp::from_millis(e.until_ms);
        self.with_number(e.number, |n| {
            n.raising = Some(Box::new(Raising::until_done(until)));
        });
        self.agenda.set(Due::Throughput(e.number.0), Some(until));
    }

    pub(super) fn on_throughput_set(&mut self, e: &event::ThroughputSet) {
        self.with_number(e.number, |n| {
            n.level = e.level;
            n.raising = None;
        });
        self.agenda.set(Due::Throughput(e.number.0), None);
    }
}
