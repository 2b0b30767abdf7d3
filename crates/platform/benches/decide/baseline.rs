//! The least that any exact answer to "may this number write to this person?" must touch: a map of people, and a map
//! and a queue of stamps for each number. One span, no templates, no threads, no rules, no events.

use std::collections::VecDeque;

use decider::{Millis, Timestamp};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// One number.
#[derive(Default)]
struct Scope {
    last: HashMap<u32, u64, FixedState>,
    queue: VecDeque<(u32, u64)>,
}

/// All of it.
#[derive(Default)]
pub(crate) struct Baseline {
    people: HashMap<u64, u32, FixedState>,
    scopes: Vec<Scope>,
}

impl Baseline {
    pub(crate) fn new(numbers: u64) -> Self {
        Baseline {
            scopes: (0..numbers).map(|_| Scope::default()).collect(),
            ..Baseline::default()
        }
    }

    pub(crate) fn know(&mut self, e164: u64, person: u32) {
        self.people.insert(e164, person);
    }

    /// Notes a message of a number to a person, and forgets what is older than 7 days.
    pub(crate) fn send(&mut self, number: u16, to: u64, now: Timestamp) -> bool {
        let Some(&person) = self.people.get(&to) else {
            return false;
        };
        let scope = &mut self.scopes[usize::from(number)];
        let (now, span) = (now.millis(), Millis::days(7).get());
        let known = scope.last.insert(person, now).is_some();
        scope.queue.push_back((person, now));
        while let Some(&(person, stamp)) = scope.queue.front()
            && stamp + span <= now
        {
            if scope.last.get(&person) == Some(&stamp) {
                scope.last.remove(&person);
            }
            scope.queue.pop_front();
        }
        known
    }
}
