//! The least that any exact answer to "may this person be written to within the limit?" must touch: a map of people, and
//! a map and a queue of stamps. No rules, no events, no idempotency.

use std::collections::VecDeque;

use decider::{Millis, Timestamp};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// All of it.
#[derive(Default)]
pub(crate) struct Baseline {
    people: HashMap<u64, u32, FixedState>,
    last: HashMap<u32, u64, FixedState>,
    queue: VecDeque<(u32, u64)>,
}

impl Baseline {
    pub(crate) fn know(&mut self, e164: u64, person: u32) {
        self.people.insert(e164, person);
    }

    /// Notes a message to a person, and forgets what is older than a day.
    pub(crate) fn send(&mut self, to: u64, now: Timestamp) -> bool {
        let Some(&person) = self.people.get(&to) else {
            return false;
        };
        let (now, span) = (now.millis(), Millis::DAY.get());
        let known = self.last.insert(person, now).is_some();
        self.queue.push_back((person, now));
        while let Some(&(person, stamp)) = self.queue.front()
            && stamp + span <= now
        {
            if self.last.get(&person) == Some(&stamp) {
                self.last.remove(&person);
            }
            self.queue.pop_front();
        }
        known
    }
}
