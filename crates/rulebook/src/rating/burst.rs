//! Unusual bursts: an hour with far more messages than the number's own hours of late (Q7).
//!
//! Promises: integers; a send is O(1) but for the 64th of an hour. What an hour is compared with are the active
//! hours of the window before it: a business that sends one broadcast a day is compared with its broadcasts, and
//! a number without any active hour before has nothing unusual about it.

use super::Burst;
use super::evidence::hour_of;
use crate::prefetch::prefetch;
use decider::{Timestamp, mix};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// How many messages a number sent in each of its hours of late.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SendRate {
    hours: VecDeque<Sent>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Sent {
    hour: u32,
    count: u32,
    /// The 95th percentile of the active hours before this one; 0 if there was none, or while it is a quiet hour.
    usual: u32,
}

/// Fewer messages in an hour are no burst, whatever came before: most hours are never compared with others.
const QUIET: u32 = 64;

/// How far back hours are compared with.
const WINDOW_HOURS: u32 = 168;

impl SendRate {
    /// A business-initiated message was accepted; times never go backwards.
    pub fn sent(&mut self, at: Timestamp) {
        let hour = hour_of(at);
        if let Some(newest) = self.hours.back_mut()
            && newest.hour == hour
        {
            newest.count += 1;
            if newest.count == QUIET {
                self.compare_newest();
            }
            return;
        }
        while self
            .hours
            .front()
            .is_some_and(|old| hour.saturating_sub(old.hour) > WINDOW_HOURS)
        {
            self.hours.pop_front();
        }
        self.hours.push_back(Sent {
            hour,
            count: 1,
            usual: 0,
        });
    }

    /// Works out what was usual before the newest hour.
    fn compare_newest(&mut self) {
        let Some(newest) = self.hours.pop_back() else {
            return;
        };
        let usual = self.percentile_95();
        self.hours.push_back(Sent { usual, ..newest });
    }

    /// Whether the hour of `at` is an unusual burst by what is known now.
    pub fn is_burst(&self, params: &Burst, at: Timestamp) -> bool {
        let hour = hour_of(at);
        self.hours
            .binary_search_by_key(&hour, |sent| sent.hour)
            .is_ok_and(|index| {
                let sent = &self.hours[index];
                let unusual = u64::from(sent.count) > u64::from(params.times) * u64::from(sent.usual);
                sent.usual > 0 && unusual && sent.count >= params.at_least
            })
    }

    /// Asks for what one more send changes: see [`crate::prefetch`].
    pub fn prefetch(&self) {
        if let Some(newest) = self.hours.back() {
            prefetch(newest);
        }
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.hours.capacity() * size_of::<Sent>()
    }

    /// Differs, with overwhelming likelihood, when two histories differ.
    pub fn digest(&self) -> u64 {
        self.hours.iter().fold(self.hours.len() as u64, |digest, sent| {
            [sent.hour, sent.count, sent.usual]
                .iter()
                .fold(digest, |digest, n| mix(digest ^ u64::from(*n)))
        })
    }

    /// The nearest-rank 95th percentile of the hours kept.
    fn percentile_95(&self) -> u32 {
        let mut counts: Vec<u32> = self.hours.iter().map(|sent| sent.count).collect();
        let rank = (counts.len() * 95).div_ceil(100);
        rank.checked_sub(1)
            .map_or(0, |index| *counts.select_nth_unstable(index).1)
    }
}
