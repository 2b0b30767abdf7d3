//! Requests for a person, watched: an alarm for each number with people who waited too long, and counts.
//!
//! Promises: an alarm is raised while somebody waits whose time is over, and cleared when nobody does; what is counted is what the
//! portfolio counted, each once. Must not know: what a request is.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use decider::{CellId, Timestamp};
use sender::ids::{NumberIx, PhoneNumberId};
use sender::person_requests::Counts;
use sender::portfolio::Portfolio;

use crate::alarms::{Alarms, Name};
use crate::graph::answers::iso;
use crate::metrics::Metrics;

/// What was told so far, by number.
#[derive(Debug, Default)]
pub(crate) struct Requests(Mutex<BTreeMap<(CellId, PhoneNumberId), Counts>>);

/// What a portfolio says of a number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting {
    number: PhoneNumberId,
    counts: Counts,
    /// People who wait and whose time is over.
    missed: usize,
    /// When the first of them asked, in milliseconds since the Unix epoch.
    since_ms: u64,
}

/// By number, for those that anybody ever asked.
pub(crate) fn waiting(portfolio: &Portfolio) -> Vec<Waiting> {
    if portfolio.requests.is_empty() {
        return Vec::new();
    }
    let mut missed: BTreeMap<NumberIx, (usize, u64)> = BTreeMap::new();
    for (number, _, request) in portfolio.requests.open().filter(|(_, _, request)| request.missed) {
        let (count, since) = missed.entry(number).or_insert((0, u64::MAX));
        *count += 1;
        *since = request.asked_ms.min(*since);
    }
    let of = |(ix, number): (u16, &sender::portfolio::number::Number)| {
        let (missed, since_ms) = missed.get(&NumberIx(ix)).copied().unwrap_or_default();
        Waiting {
            number: number.id,
            counts: portfolio.requests.counts(NumberIx(ix)),
            missed,
            since_ms,
        }
    };
    let all = (0_u16..).zip(&portfolio.numbers).map(of);
    all.filter(|waiting| waiting.counts != Counts::default())
        .collect()
}

impl Waiting {
    fn alarm(&self, alarms: &Alarms, now: Timestamp) {
        let subject = self.number.0.to_string();
        if self.missed == 0 {
            return alarms.clear(Name::PersonMissed, &subject);
        }
        let (missed, since) = (self.missed, iso(Timestamp::from_millis(self.since_ms)));
        let what = format!(
            "{missed} people asked number {subject} for a person, the first at {since}, and nobody answered in time"
        );
        alarms.raise(Name::PersonMissed, &subject, what, now);
    }
}

impl Requests {
    /// Takes up what a portfolio says.
    pub(crate) fn look(
        &self,
        cell: CellId,
        found: &[Waiting],
        alarms: &Alarms,
        metrics: &Metrics,
        now: Timestamp,
    ) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for waiting in found {
            waiting.alarm(alarms, now);
            let before = told
                .insert((cell, waiting.number), waiting.counts)
                .unwrap_or_default();
            let counts = waiting.counts;
            for (outcome, now, before) in [
                ("asked", counts.asked, before.asked),
                ("in_time", counts.in_time, before.in_time),
                ("missed", counts.missed, before.missed),
                ("late", counts.late, before.late),
            ] {
                metrics.person_requests(outcome, u64::from(now.saturating_sub(before)));
            }
        }
    }
}
