//! How much a number may send: throughput by level, messages to one person; and what
//! is told of a used-up limit (S8).

use decider::Timestamp;
use rulebook::refusal::Refusal;
use rulebook::throughput::Level;
use rulebook::{pair_rate, throughput};

use super::send::No;
use crate::ids::{ContactIx, NumberIx, ScopeIx};
use crate::portfolio::event::{StatusQuiet, StatusTold, ThroughputSet};
use crate::portfolio::number::Number;
use crate::portfolio::{Answer, Event, Portfolio};

impl Portfolio {
    /// 131056 and 130429, where rates are enforced.
    pub(super) fn within_rates(
        &self,
        number: &Number,
        contact: Option<ContactIx>,
        now: Timestamp,
    ) -> Result<(), No> {
        if !self.settings.as_ref().is_some_and(|s| s.enforce_rates) {
            return Ok(());
        }
        let pair = contact.and_then(|contact| number.pairs.get(contact.0));
        if let Err(free) = pair_rate::admit(pair, now, &self.rules.pair_rate) {
            let detail = format!(
                "too many messages to this person in a short time: the next may go in {} ms",
                free.since(now).get()
            );
            return Err((Refusal::PairRate, detail));
        }
        let per_second = number.level.per_second(&self.rules.throughput);
        if throughput::admit(number.throughput, now, per_second).is_err() {
            return Err((
                Refusal::Throughput,
                format!("more than {per_second} messages a second"),
            ));
        }
        Ok(())
    }

    pub(super) fn set_throughput(&self, ix: NumberIx, level: Level, out: &mut Vec<Event>) -> Answer {
        let number = match self.known(ix) {
            Ok(number) => number,
            Err(unknown) => return unknown,
        };
        if number.level != level {
            out.push(ThroughputSet { number: ix, level }.into());
        }
        Answer::Done
    }

    /// A limit was used up or has room again: told at once, or gathered while the last word is younger than the span.
    pub(super) fn tell_status(&self, ix: ScopeIx, restricted: bool, now: Timestamp, out: &mut Vec<Event>) {
        let notices = &self.rules.notices;
        let Some(scope) = self.scope(ix).filter(|_| notices.restricted_webhook) else {
            return;
        };
        let gathered = scope
            .told
            .is_some_and(|told| now < told.at() + notices.status_webhook_every);
        // The platform's word before the first one is that there is room.
        let last = scope.told.is_some_and(|told| told.restricted);
        if !gathered && last != restricted {
            out.push(
                StatusTold {
                    scope: ix,
                    restricted,
                }
                .into(),
            );
        }
    }

    /// The span is over: what is different from the last word is told now.
    pub(super) fn status_due(&self, ix: ScopeIx, out: &mut Vec<Event>) {
        let Some(scope) = self.scope(ix) else { return };
        let restricted = scope.is_used_up();
        if scope.told.is_some_and(|told| told.restricted) == restricted {
            out.push(StatusQuiet { scope: ix }.into());
        } else {
            out.push(
                StatusTold {
                    scope: ix,
                    restricted,
                }
                .into(),
            );
        }
    }
}
