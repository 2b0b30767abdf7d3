//! What low quality costs beside a flag: some messages are filtered, and after a long time the volume is throttled (Q10; all
//! editions: `low_quality`).
//!
//! Seed 001: a low score reduces reachability; seed 004: in the end sending may be suspended. The platform's error table has
//! 131048 for it. How much, and after how long, nobody published: assumed.
//!
//! Promises: the same message is filtered or not, whenever it is asked. Must not know: how a rating comes about.

use decider::{Millis, Timestamp, mix};
use serde::{Deserialize, Serialize};

use crate::edition::{EditionError, Reader};

/// What low quality costs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LowQuality {
    /// Business-initiated messages of a RED number that are filtered, in millionths.
    pub filtered_ppm: u32,
    /// A number that is RED for so long without a break is throttled; `None`: never.
    pub throttled_after: Option<Millis>,
    /// Business-initiated messages in 24 hours of a number that is throttled; 0 suspends them.
    pub per_day: u32,
}

impl LowQuality {
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(LowQuality {
            filtered_ppm: r.ppm("low_quality.filtered")?,
            throttled_after: r.span_or_never("low_quality.throttled_after")?,
            per_day: r.u32("low_quality.per_day")?,
        })
    }
}

/// Whether the message of this place is filtered: a draw of its own for each place.
pub fn is_filtered(rules: &LowQuality, place: u64) -> bool {
    mix(place ^ 0x0066_696c_7465_7264) % 1_000_000 < u64::from(rules.filtered_ppm)
}

/// What a throttled number has sent in the period of 24 hours that runs.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Volume {
    /// Since when, in milliseconds since the Unix epoch.
    since: u64,
    /// Business-initiated messages since then.
    count: u32,
}

impl Volume {
    /// What was sent in the period that runs at `now`.
    pub fn sent(self, now: Timestamp) -> u32 {
        if now.since(Timestamp::from_millis(self.since)) < Millis::DAY {
            self.count
        } else {
            0
        }
    }

    /// With one message more; the first after a period begins the next.
    #[must_use]
    pub fn with_one(self, now: Timestamp) -> Volume {
        match self.sent(now) {
            0 => Volume {
                since: now.millis(),
                count: 1,
            },
            count => Volume {
                count: count + 1,
                ..self
            },
        }
    }

    /// Changes with every change.
    pub fn digest(self) -> u64 {
        mix(self.since ^ (u64::from(self.count) << 44))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_are_filtered_as_the_edition_says() {
        let rules = |filtered_ppm| LowQuality {
            filtered_ppm,
            throttled_after: None,
            per_day: 0,
        };
        for (ppm, least, most) in [(0, 0, 0), (50_000, 400, 600), (1_000_000, 10_000, 10_000)] {
            let filtered = (0..10_000)
                .filter(|place| is_filtered(&rules(ppm), *place))
                .count();
            assert!((least..=most).contains(&filtered), "{ppm}: {filtered}");
        }
    }

    #[test]
    fn a_period_begins_with_its_first_message() {
        let at = |hours: u64| Timestamp::from_millis(1_700_000_000_000) + Millis::hours(hours);
        let mut volume = Volume::default();
        // (hour of a message, messages in the period with it)
        for (hour, sent) in [(0, 1), (1, 2), (23, 3), (24, 1), (47, 2), (100, 1)] {
            volume = volume.with_one(at(hour));
            assert_eq!(volume.sent(at(hour)), sent, "hour {hour}");
        }
        assert_eq!(volume.sent(at(123)), 1);
        assert_eq!(volume.sent(at(124)), 0);
    }
}
