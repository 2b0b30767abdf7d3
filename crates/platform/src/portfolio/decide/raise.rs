//! Numbers that are raised to the high throughput by themselves (R16).

use decider::Timestamp;
use rulebook::refusal::Refusal;
use rulebook::throughput::Level;

use super::send::No;
use super::stamp;
use crate::ids::NumberIx;
use crate::portfolio::event::{ThroughputExpected, ThroughputRaising, ThroughputSet};
use crate::portfolio::number::Number;
use crate::portfolio::number::raise::Next;
use crate::portfolio::{Event, Portfolio};

impl Portfolio {
    /// All holds for a rise, or the next step of it is due.
    pub(super) fn raise_due(&self, number: NumberIx, now: Timestamp, out: &mut Vec<Event>) {
        let rules = &self.rules.throughput.raise;
        let next = self
            .number(number)
            .and_then(|n| n.raising.as_ref()?.next)
            .map(|(next, _)| next);
        let event = match (next, self.may_be_raised(number, now)) {
            (Some(Next::Done), _) => {
                let level = Level::High;
                ThroughputSet { number, level }.into()
            }
            (Some(Next::Begin), true) => {
                let until_ms = stamp(now + rules.downtime);
                ThroughputRaising { number, until_ms }.into()
            }
            (None, true) => {
                let at_ms = stamp(now + rules.after.unwrap_or_default());
                ThroughputExpected { number, at_ms }.into()
            }
            (Some(Next::Begin) | None, false) => ThroughputExpected { number, at_ms: 0 }.into(),
        };
        out.push(event);
    }

    /// 131057: the number is being raised.
    pub(super) fn is_up(&self, number: &Number) -> Result<(), No> {
        match number.down_until() {
            None => Ok(()),
            Some(until) => {
                let detail = format!(
                    "the number is being raised to a higher throughput until {} (Unix seconds)",
                    until.seconds()
                );
                Err((Refusal::Maintenance, detail))
            }
        }
    }
}
