//! How often something may be tried: registering a number, its PIN, its code (all editions: `registration`).
//! Source: the platform's pages on registration, two-step verification and error codes (133005 to 133016, 136024).
//!
//! Promises: exact at the bounds: an attempt is outside when its span has passed to the millisecond; bounded in size,
//! because nothing beyond the bound is ever admitted. Must not know: what is tried.

use decider::{Millis, Timestamp};
use serde::{Deserialize, Serialize};

/// When something was tried, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts(Vec<u64>);

impl Attempts {
    /// The first instant at which one more is admitted, if `most` were made within `span` before `now`.
    pub fn wait(&self, now: Timestamp, most: u32, span: Millis) -> Option<Timestamp> {
        let since = now.millis().saturating_sub(span.get());
        let within = self.0.iter().filter(|at| **at > since || since == 0);
        let count = within.clone().count();
        if count < most as usize {
            return None;
        }
        // Once so many of the oldest are outside, there is room for one.
        let leaving = within.clone().nth(count - most as usize).copied().unwrap_or(0);
        Some(Timestamp::from_millis(leaving) + span)
    }

    /// The latest attempt.
    pub fn last(&self) -> Option<Timestamp> {
        self.0.last().copied().map(Timestamp::from_millis)
    }

    /// Adds one, and forgets what is outside the span.
    pub fn note(&mut self, at: Timestamp, span: Millis) {
        let since = at.millis().saturating_sub(span.get());
        self.0.retain(|earlier| *earlier > since || since == 0);
        self.0.push(at.millis());
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_within_a_span() {
        let span = Millis::seconds(10);
        let at = |ms: u64| Timestamp::from_millis(1_000_000 + ms);
        let mut attempts = Attempts::default();
        // (at, waits until): three are admitted within ten seconds.
        for (ms, until) in [
            (0, None),
            (4_000, None),
            (5_000, None),
            (9_999, Some(10_000)),
            (10_000, None),
            (12_000, Some(14_000)),
            (14_000, None),
        ] {
            assert_eq!(attempts.wait(at(ms), 3, span), until.map(at), "{ms}");
            if until.is_none() {
                attempts.note(at(ms), span);
            }
        }
        assert_eq!(attempts.last(), Some(at(14_000)));
        attempts.clear();
        assert_eq!(attempts.wait(at(14_000), 3, span), None);
    }
}
