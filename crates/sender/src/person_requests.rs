//! People who asked for a person, until somebody took over: each has a deadline, and whoever is not answered by then is counted
//! (H1, product row 23).
//!
//! A request begins when a person asks; asking again while it is open changes nothing. It ends when a person of the business
//! takes over: told by the API, seen from a reply that a person wrote, or from an echo of the business app. One whose
//! deadline passed is *missed*: it is counted once, and stays open, since the person still waits.
//!
//! Promises: pure; the next deadline is found at once; a deadline is handled exactly once; at most one request of a person
//! and number is open. Must not know: texts, what an alarm looks like.

use std::collections::{BTreeMap, BTreeSet};

use decider::{Millis, Timestamp, mix};
use serde::{Deserialize, Serialize};

use crate::ids::{ContactIx, NumberIx};

/// How somebody took over. The numbers are permanent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum HandOver {
    /// The business said so.
    Told = 0,
    /// A person wrote a reply through the gateway.
    Reply = 1,
    /// A person wrote from the business app.
    Echo = 2,
}

/// An open request.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Request {
    /// When the person asked, in milliseconds since the Unix epoch.
    pub asked_ms: u64,
    /// When it has to be answered, in milliseconds since the Unix epoch.
    pub due_ms: u64,
    /// Nobody took over in time.
    pub missed: bool,
}

/// What came of the requests to a number.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Counts {
    /// How many there were.
    pub asked: u32,
    /// Answered in time.
    pub in_time: u32,
    /// Not answered in time.
    pub missed: u32,
    /// Of these, answered later.
    pub late: u32,
}

type Key = (NumberIx, ContactIx);

/// All requests of a portfolio.
#[derive(Clone, Debug, Default)]
pub struct PersonRequests {
    open: BTreeMap<Key, Request>,
    /// Deadlines of those that were not missed yet.
    due: BTreeSet<(u64, Key)>,
    counts: BTreeMap<NumberIx, Counts>,
    digest: u64,
}

impl PersonRequests {
    /// The open request of a person to a number.
    pub fn get(&self, number: NumberIx, contact: ContactIx) -> Option<Request> {
        self.open.get(&(number, contact)).copied()
    }

    /// Whether asking at `at` begins a request: nothing is open, or it was missed and the person asks again.
    pub fn begins(&self, number: NumberIx, contact: ContactIx, at: Timestamp) -> bool {
        let open = self.get(number, contact);
        open.is_none_or(|request| request.missed && request.due_ms < at.millis())
    }

    /// A person asked; to be answered within a span.
    pub fn ask(&mut self, number: NumberIx, contact: ContactIx, at: Timestamp, within: Millis) {
        if !self.begins(number, contact, at) {
            return;
        }
        let request = Request {
            asked_ms: at.millis(),
            due_ms: (at + within).millis(),
            missed: false,
        };
        self.open.insert((number, contact), request);
        self.due.insert((request.due_ms, (number, contact)));
        self.counts.entry(number).or_default().asked += 1;
        self.note(1, (number, contact), request.due_ms);
    }

    /// Somebody took over. Gives the request that this ends.
    pub fn hand_over(&mut self, number: NumberIx, contact: ContactIx) -> Option<Request> {
        let request = self.open.remove(&(number, contact))?;
        let counts = self.counts.entry(number).or_default();
        if request.missed {
            counts.late += 1;
        } else {
            counts.in_time += 1;
        }
        self.due.remove(&(request.due_ms, (number, contact)));
        self.note(2, (number, contact), request.asked_ms);
        Some(request)
    }

    /// The earliest deadline.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.due.first().map(|(due, _)| Timestamp::from_millis(*due))
    }

    /// The request whose deadline comes first.
    pub fn first_due(&self) -> Option<(NumberIx, ContactIx)> {
        self.due.first().map(|(_, key)| *key)
    }

    /// The deadline of a request passed.
    pub fn miss(&mut self, number: NumberIx, contact: ContactIx) {
        let Some(request) = self
            .open
            .get_mut(&(number, contact))
            .filter(|request| !request.missed)
        else {
            return;
        };
        request.missed = true;
        let due_ms = request.due_ms;
        self.due.remove(&(due_ms, (number, contact)));
        self.counts.entry(number).or_default().missed += 1;
        self.note(3, (number, contact), due_ms);
    }

    /// Two people are one: of two requests to a number, the earlier stays.
    pub fn merge(&mut self, from: ContactIx, into: ContactIx) {
        for (number, theirs) in self.take(from) {
            let key = (number, into);
            let kept = match self.open.get(&key) {
                Some(own) if own.asked_ms <= theirs.asked_ms => *own,
                _ => theirs,
            };
            if let Some(own) = self.open.insert(key, kept) {
                self.due.remove(&(own.due_ms, key));
            }
            if !kept.missed {
                self.due.insert((kept.due_ms, key));
            }
            self.note(4, key, kept.due_ms);
        }
    }

    /// Forgets a person; what was counted stays.
    pub fn erase(&mut self, contact: ContactIx) {
        self.take(contact);
    }

    /// What came of the requests to a number.
    pub fn counts(&self, number: NumberIx) -> Counts {
        self.counts.get(&number).copied().unwrap_or_default()
    }

    /// All open requests, by number.
    pub fn open(&self) -> impl Iterator<Item = (NumberIx, ContactIx, Request)> {
        self.open
            .iter()
            .map(|((number, contact), request)| (*number, *contact, *request))
    }

    /// Whether nobody ever asked.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty() && self.counts.is_empty()
    }

    /// Differs when what is known differs.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// The stored form.
    pub fn to_parts(&self) -> PersonRequestsV1 {
        PersonRequestsV1 {
            open: self.open.iter().map(|(key, request)| (*key, *request)).collect(),
            counts: self
                .counts
                .iter()
                .map(|(number, counts)| (*number, *counts))
                .collect(),
            digest: self.digest,
        }
    }

    /// From the stored form.
    pub fn from_parts(parts: PersonRequestsV1) -> Self {
        let waiting = parts.open.iter().filter(|(_, request)| !request.missed);
        PersonRequests {
            due: waiting.map(|(key, request)| (request.due_ms, *key)).collect(),
            open: parts.open.into_iter().collect(),
            counts: parts.counts.into_iter().collect(),
            digest: parts.digest,
        }
    }

    /// Takes all requests of a person out.
    fn take(&mut self, contact: ContactIx) -> Vec<(NumberIx, Request)> {
        let theirs = self.open.iter().filter(|((_, of), _)| *of == contact);
        let found: Vec<_> = theirs.map(|((number, _), request)| (*number, *request)).collect();
        for (number, request) in &found {
            self.open.remove(&(*number, contact));
            self.due.remove(&(request.due_ms, (*number, contact)));
            self.note(5, (*number, contact), request.due_ms);
        }
        found
    }

    fn note(&mut self, what: u64, (number, contact): Key, ms: u64) {
        let who = u64::from(contact.0) << 24 | u64::from(number.0) << 8 | what;
        self.digest = mix(self.digest ^ who ^ mix(ms));
    }
}

/// Version 1 of the stored form.
#[derive(Debug, Serialize, Deserialize)]
pub struct PersonRequestsV1 {
    open: Vec<(Key, Request)>,
    counts: Vec<(NumberIx, Counts)>,
    digest: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: NumberIx = NumberIx(0);
    const ANNA: ContactIx = ContactIx(1);
    const BERT: ContactIx = ContactIx(2);

    /// What happens, minute by minute.
    enum Step {
        Asks(ContactIx),
        Taken(ContactIx),
        Merged(ContactIx, ContactIx),
        Erased(ContactIx),
    }
    use Step::{Asks, Erased, Merged, Taken};

    fn at(minute: u64) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000) + Millis::minutes(minute)
    }

    /// Plays steps, each at its minute, with deadlines handled as they come; ten minutes to answer.
    fn play(steps: &[(u64, Step)], end: u64) -> PersonRequests {
        let mut requests = PersonRequests::default();
        let due = |requests: &mut PersonRequests, now: Timestamp| {
            while let Some(deadline) = requests.next_deadline().filter(|due| *due <= now) {
                let (number, contact) = requests.first_due().expect("there is a deadline");
                requests.miss(number, contact);
                assert!(
                    requests.next_deadline().is_none_or(|next| next >= deadline),
                    "no way back"
                );
            }
        };
        for (minute, step) in steps {
            due(&mut requests, at(*minute));
            match step {
                Asks(who) => requests.ask(ONE, *who, at(*minute), Millis::minutes(10)),
                Taken(who) => drop(requests.hand_over(ONE, *who)),
                Merged(from, into) => requests.merge(*from, *into),
                Erased(who) => requests.erase(*who),
            }
            let again = PersonRequests::from_parts(requests.to_parts());
            assert_eq!(again.digest(), requests.digest());
            assert_eq!(
                (again.next_deadline(), again.counts(ONE)),
                (requests.next_deadline(), requests.counts(ONE))
            );
        }
        due(&mut requests, at(end));
        requests
    }

    #[test]
    fn requests_are_answered_in_time_late_or_never() {
        // (steps, end, asked, in time, missed, late, still open)
        type Row = (Vec<(u64, Step)>, u64, [u32; 4], usize);
        let rows: Vec<Row> = vec![
            (vec![], 100, [0, 0, 0, 0], 0),
            (vec![(0, Asks(ANNA)), (9, Taken(ANNA))], 100, [1, 1, 0, 0], 0),
            // At the deadline it is missed.
            (vec![(0, Asks(ANNA)), (10, Taken(ANNA))], 100, [1, 0, 1, 1], 0),
            (vec![(0, Asks(ANNA))], 9, [1, 0, 0, 0], 1),
            (vec![(0, Asks(ANNA))], 10, [1, 0, 1, 0], 1),
            // Asking again while it is open changes nothing, not even the deadline.
            (vec![(0, Asks(ANNA)), (5, Asks(ANNA))], 10, [1, 0, 1, 0], 1),
            // Asking again after it was missed is a new request.
            (
                vec![(0, Asks(ANNA)), (20, Asks(ANNA)), (25, Taken(ANNA))],
                100,
                [2, 1, 1, 0],
                0,
            ),
            (
                vec![(0, Asks(ANNA)), (1, Asks(BERT)), (5, Taken(BERT))],
                100,
                [2, 1, 1, 0],
                1,
            ),
            (vec![(0, Taken(ANNA))], 100, [0, 0, 0, 0], 0),
            (
                vec![(0, Asks(ANNA)), (2, Asks(BERT)), (3, Merged(BERT, ANNA))],
                100,
                [2, 0, 1, 0],
                1,
            ),
            (
                vec![(0, Asks(ANNA)), (3, Merged(ANNA, BERT)), (5, Taken(BERT))],
                100,
                [1, 1, 0, 0],
                0,
            ),
            (vec![(0, Asks(ANNA)), (3, Erased(ANNA))], 100, [1, 0, 0, 0], 0),
        ];
        for (place, (steps, end, expected, open)) in rows.into_iter().enumerate() {
            let requests = play(&steps, end);
            let Counts {
                asked,
                in_time,
                missed,
                late,
            } = requests.counts(ONE);
            assert_eq!([asked, in_time, missed, late], expected, "row {place}");
            assert_eq!(requests.open().count(), open, "row {place}");
        }
    }
}
