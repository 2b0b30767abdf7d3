//! Evidence: what was delivered, read and resented, counted by the hour of the message it refers to.
//!
//! Promises: integers only; only hours in which something happened take room; adding to the newest hour is O(1),
//! to another O(log hours). Must not know: weights, thresholds, people.

use super::{Kind, Signal};
use decider::{Millis, Timestamp, mix};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Counts by the hour, oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Evidence {
    hours: VecDeque<Hour>,
}

/// The counts of one hour (UTC).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Hour {
    hour: u32,
    deliveries: u32,
    exposures: u32,
    reads: u32,
    /// By [`Kind`]: on ordinary messages, on messages of a burst.
    harm: [[u32; 2]; Kind::ALL.len()],
}

impl Hour {
    /// When the hour began.
    pub fn start(&self) -> Timestamp {
        Timestamp::from_millis(u64::from(self.hour) * Millis::HOUR.get())
    }

    /// Business-initiated messages delivered.
    pub fn deliveries(&self) -> u32 {
        self.deliveries
    }

    /// Deliveries that count as exposure: further ones to the same person do not, for a while.
    pub fn exposures(&self) -> u32 {
        self.exposures
    }

    /// Messages that were read.
    pub fn reads(&self) -> u32 {
        self.reads
    }

    /// Signals of a kind on messages of this hour, those on a burst's messages apart.
    pub fn harm(&self, kind: Kind, burst: bool) -> u32 {
        self.harm[kind as usize][usize::from(burst)]
    }

    /// All counts of signals: by kind, and within a kind on ordinary messages before those of a burst.
    pub(super) fn counts(&self) -> impl Iterator<Item = u32> {
        self.harm.iter().flatten().copied()
    }

    /// Whole hours from this one to that of `now`; 0 for an hour to come.
    pub(super) fn age(&self, now: Timestamp) -> u32 {
        hour_of(now).saturating_sub(self.hour)
    }
}

impl Evidence {
    /// A business-initiated message was delivered. `exposed`: the person had none for
    /// [`RatingParams::exposure_every`](super::RatingParams::exposure_every).
    pub fn delivered(&mut self, at: Timestamp, exposed: bool) {
        let hour = self.hour(at);
        hour.deliveries += 1;
        hour.exposures += u32::from(exposed);
    }

    /// A person resented the message of `message_at`. `burst`: it was one of a burst.
    pub fn harmed(&mut self, message_at: Timestamp, signal: Signal, burst: bool) {
        self.hour(message_at).harm[signal.kind() as usize][usize::from(burst)] += 1;
    }

    /// A signal that belongs to no message that is still known: it brings its own exposure.
    pub fn harmed_without_message(&mut self, at: Timestamp, signal: Signal) {
        self.hour(at).exposures += 1;
        self.harmed(at, signal, false);
    }

    /// Takes back what [`Evidence::harmed`] counted, because a heavier signal of the same person on the same
    /// message replaces it.
    pub fn unharmed(&mut self, message_at: Timestamp, signal: Signal, burst: bool) {
        let counts = &mut self.hour(message_at).harm[signal.kind() as usize];
        // An hour can turn into a burst after the signal was counted as ordinary.
        let place = if counts[usize::from(burst)] > 0 {
            burst
        } else {
            !burst
        };
        counts[usize::from(place)] = counts[usize::from(place)].saturating_sub(1);
    }

    /// The message of `message_at` was read.
    pub fn read(&mut self, message_at: Timestamp) {
        self.hour(message_at).reads += 1;
    }

    /// Drops the hours that are out of the window; changes no assessment at `now` or later.
    pub fn prune(&mut self, now: Timestamp, window: Millis) {
        let hours = whole_hours(window);
        while self.hours.front().is_some_and(|hour| hour.age(now) >= hours) {
            self.hours.pop_front();
        }
    }

    /// Messages delivered in the window, unweighted.
    pub fn deliveries(&self, now: Timestamp, window: Millis) -> u64 {
        self.within(now, window)
            .map(|hour| u64::from(hour.deliveries))
            .sum()
    }

    /// Whether nothing is counted at all.
    pub fn is_empty(&self) -> bool {
        self.hours.is_empty()
    }

    /// Every hour in which something happened, oldest first.
    pub fn hours(&self) -> impl DoubleEndedIterator<Item = &Hour> {
        self.hours.iter()
    }

    /// The hours of the window, newest first.
    pub fn within(&self, now: Timestamp, window: Millis) -> impl Iterator<Item = &Hour> {
        let hours = whole_hours(window);
        self.hours
            .iter()
            .rev()
            .take_while(move |hour| hour.age(now) < hours)
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.hours.capacity() * size_of::<Hour>()
    }

    /// Differs, with overwhelming likelihood, when two evidences differ.
    pub fn digest(&self) -> u64 {
        self.hours.iter().fold(self.hours.len() as u64, |digest, hour| {
            let fixed = [hour.hour, hour.deliveries, hour.exposures, hour.reads];
            let counts = fixed.into_iter().chain(hour.counts());
            counts.fold(digest, |digest, count| mix(digest ^ u64::from(count)))
        })
    }

    fn hour(&mut self, at: Timestamp) -> &mut Hour {
        let hour = hour_of(at);
        let index = match self.hours.back() {
            Some(newest) if newest.hour == hour => self.hours.len() - 1,
            Some(newest) if newest.hour > hour => self.place(hour),
            _ => {
                self.hours.push_back(Hour {
                    hour,
                    ..Hour::default()
                });
                self.hours.len() - 1
            }
        };
        &mut self.hours[index]
    }

    fn place(&mut self, hour: u32) -> usize {
        let index = self.hours.partition_point(|known| known.hour < hour);
        if self.hours[index].hour != hour {
            self.hours.insert(
                index,
                Hour {
                    hour,
                    ..Hour::default()
                },
            );
        }
        index
    }
}

pub(super) fn hour_of(at: Timestamp) -> u32 {
    u32::try_from(at.millis() / Millis::HOUR.get()).unwrap_or(u32::MAX)
}

/// The window in hours; the hour of now is the first.
fn whole_hours(window: Millis) -> u32 {
    u32::try_from(window.get() / Millis::HOUR.get()).unwrap_or(u32::MAX)
}
