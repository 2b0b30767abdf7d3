//! Pacing of a whole portfolio (rules P13 and P14, edition 2026: `pacing.portfolio`): when a portfolio that has sent little, or
//! is watched, sends many templates in a short time, the rest is held and let go batch by batch; bad feedback drops what is
//! held, and the portfolio is reviewed before it may send or create templates again.
//!
//! Sources: the platform's page on portfolio pacing (8 December 2025), which publishes the 500,000 messages of a year and
//! what follows; how many in how short a time, how large the batches are and how long the review takes are assumed.
//!
//! Promises: the decision about one send is O(1), counts are exact to a sixtieth of the span and to a day of the year.
//! Must not know: where held messages wait, what a drop is told as.

use std::collections::VecDeque;

use decider::{Millis, Timestamp, mix};
use serde::{Deserialize, Serialize};

use crate::edition::{EditionError, Reader};
use crate::rating::Rating;

/// The type of the violation as which a portfolio under review is recorded (assumed).
pub const VIOLATION: &str = "PORTFOLIO_PACING";

/// When messages of a portfolio are held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortfolioPacing {
    /// So many templates go within `within`, the rest is held; `None`: nothing is ever held.
    pub first: Option<u32>,
    /// See `first`.
    pub within: Millis,
    /// A portfolio that sent fewer templates in 365 days is in doubt.
    pub below: u32,
    /// From one batch to the next.
    pub every: Millis,
    /// How long a portfolio is reviewed after bad feedback.
    pub review: Millis,
}

impl PortfolioPacing {
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(PortfolioPacing {
            first: r.u32_or_never("pacing.portfolio.first")?,
            within: r.span("pacing.portfolio.within")?,
            below: r.u32("pacing.portfolio.below")?,
            every: r.span("pacing.portfolio.every")?,
            review: r.span("pacing.portfolio.review")?,
        })
    }

    /// Whether one more template is held.
    pub fn holds(&self, traffic: &Traffic, watched: bool, now: Timestamp) -> bool {
        let many = |first| traffic.lately.count(now, self.within, self.step()) >= u64::from(first);
        let in_doubt = || watched || traffic.year.count(now, YEAR, Millis::DAY) < u64::from(self.below);
        self.first.is_some_and(many) && in_doubt()
    }

    /// How many go next, after `went` that had been held: twice as many each time, as long as feedback is good.
    pub fn batch(&self, went: u32) -> u32 {
        self.first.unwrap_or(u32::MAX).max(went).max(1)
    }

    /// Buckets of the short span: a sixtieth of it.
    fn step(&self) -> Millis {
        Millis::new((self.within.get() / 60).max(1))
    }
}

/// Whether feedback drops what is held: a number of the portfolio is RED.
pub fn drops(number: Rating) -> bool {
    number == Rating::Red
}

const YEAR: Millis = Millis::days(365);

/// The templates that a portfolio sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Traffic {
    year: Buckets,
    lately: Buckets,
}

impl Traffic {
    /// A template was accepted.
    pub fn note(&mut self, rules: &PortfolioPacing, at: Timestamp) {
        self.year.note(at, YEAR, Millis::DAY);
        self.lately.note(at, rules.within, rules.step());
    }

    /// Whether nothing was ever noted.
    pub fn is_empty(&self) -> bool {
        self.year.counts.is_empty()
    }

    /// Templates in 365 days.
    pub fn in_a_year(&self, now: Timestamp) -> u64 {
        self.year.count(now, YEAR, Millis::DAY)
    }

    /// Changes with every change.
    pub fn digest(&self) -> u64 {
        let last = self
            .lately
            .counts
            .back()
            .map_or(0, |(bucket, count)| bucket ^ u64::from(*count) << 40);
        mix(self.year.total ^ last) ^ self.lately.total
    }
}

/// Counts by time, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Buckets {
    counts: VecDeque<(u64, u32)>,
    total: u64,
}

impl Buckets {
    fn note(&mut self, at: Timestamp, span: Millis, width: Millis) {
        let oldest = oldest(at, span, width);
        while let Some((_, count)) = self.counts.front().filter(|(bucket, _)| *bucket < oldest) {
            self.total -= u64::from(*count);
            self.counts.pop_front();
        }
        let now = at.millis() / width.get();
        match self.counts.back_mut().filter(|(bucket, _)| *bucket == now) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => self.counts.push_back((now, 1)),
        }
        self.total += 1;
    }

    fn count(&self, now: Timestamp, span: Millis, width: Millis) -> u64 {
        let oldest = oldest(now, span, width);
        let gone = self.counts.iter().take_while(|(bucket, _)| *bucket < oldest);
        self.total - gone.map(|(_, count)| u64::from(*count)).sum::<u64>()
    }
}

/// The first bucket that lies within the span as a whole.
fn oldest(now: Timestamp, span: Millis, width: Millis) -> u64 {
    now.back(span).millis() / width.get() + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::{Edition, EditionId};

    fn start() -> Timestamp {
        Timestamp::from_millis(1_764_547_200_000)
    }

    fn rules(overrides: &str) -> PortfolioPacing {
        let edition = Edition::builtin(EditionId::PER_PORTFOLIO_2026);
        edition.with_overrides(overrides).unwrap().pacing.portfolio
    }

    #[test]
    fn many_in_a_short_time_are_held_where_little_was_sent_before() {
        let small = rules("pacing.portfolio.first = 10\npacing.portfolio.below = 25");
        // (sent a day before, sent now, watched, minutes later, held)
        let rows = [
            (0, 9, false, 0, false),
            (0, 10, false, 0, true),
            (14, 10, false, 0, true),
            (15, 10, false, 0, false),
            (15, 10, true, 0, true),
            (15, 9, true, 0, false),
            (0, 10, false, 59, true),
            (0, 10, false, 60, false),
        ];
        for (before, sent, watched, minutes, held) in rows {
            let mut traffic = Traffic::default();
            (0..before).for_each(|_| traffic.note(&small, start().back(Millis::DAY)));
            (0..sent).for_each(|_| traffic.note(&small, start()));
            let now = start() + Millis::minutes(minutes);
            assert_eq!(
                small.holds(&traffic, watched, now),
                held,
                "{before} {sent} {watched} {minutes}"
            );
        }
        let mut traffic = Traffic::default();
        traffic.note(&small, start());
        assert_eq!(traffic.in_a_year(start() + Millis::days(364)), 1);
        assert_eq!(traffic.in_a_year(start() + Millis::days(365)), 0);
        for id in [EditionId::PER_NUMBER_2023, EditionId::PER_NUMBER_2024] {
            let none = &Edition::builtin(id).pacing.portfolio;
            let mut traffic = Traffic::default();
            (0..5_000).for_each(|_| traffic.note(none, start()));
            assert!(!none.holds(&traffic, true, start()), "{id:?}");
        }
    }

    #[test]
    fn batches_double() {
        let rules = rules("pacing.portfolio.first = 10");
        assert_eq!([0, 10, 20, 40].map(|went| rules.batch(went)), [10, 10, 20, 40]);
        assert!(drops(Rating::Red) && !drops(Rating::Yellow));
    }
}
