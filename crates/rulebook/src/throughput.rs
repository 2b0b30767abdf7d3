//! Throughput (all editions: `throughput`): so many messages a second of one number, 80 by default.
//! Source: the platform's throughput page; refused with 130429.
//!
//! Promises: one integer of state a number, the theoretical arrival time in microseconds (the generic cell rate
//! algorithm, with a burst of one second's worth), so that any rate up to 1,000,000 a second is kept exactly enough.
//! Must not know: where the state is kept, when a number rises ([`raise`]).

pub mod raise;

use decider::Timestamp;
use serde::{Deserialize, Serialize};

use crate::edition::Throughput;

/// How fast a number may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Level {
    /// Every number to begin with.
    #[default]
    Standard,
    /// Raised by the platform.
    High,
    /// Shared with the phone app.
    Coexistence,
}

impl Level {
    /// Every level, from the usual one.
    pub const ALL: [Level; 3] = [Level::Standard, Level::High, Level::Coexistence];

    /// Messages a second.
    pub fn per_second(self, rates: &Throughput) -> u32 {
        match self {
            Level::Standard => rates.standard,
            Level::High => rates.high,
            Level::Coexistence => rates.coexistence,
        }
    }

    /// The name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Level::Standard => "standard",
            Level::High => "high",
            Level::Coexistence => "coexistence",
        }
    }
}

const SECOND: u64 = 1_000_000;

/// Takes one message at `now`: the new state to keep, or the first instant at which it would be taken.
/// `paid_back` is the state kept from before, 0 for a first message.
pub fn admit(paid_back: u64, now: Timestamp, per_second: u32) -> Result<u64, Timestamp> {
    let interval = SECOND / u64::from(per_second).clamp(1, SECOND);
    let now = now.millis() * 1_000;
    let paid_back = paid_back.max(now);
    let borrowable = SECOND - interval;
    if paid_back > now + borrowable {
        return Err(Timestamp::from_millis((paid_back - borrowable).div_ceil(1_000)));
    }
    Ok(paid_back + interval)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_a_second_and_no_more() {
        // (ms after the start, sent, taken), by messages a second.
        type Steps = [(u64, u32, u32); 5];
        let rows: [(u32, Steps); 3] = [
            (
                20,
                [(0, 25, 20), (49, 5, 0), (50, 5, 1), (500, 30, 9), (5_000, 40, 20)],
            ),
            (
                80,
                [
                    (0, 85, 80),
                    (12, 5, 0),
                    (13, 5, 1),
                    (500, 80, 39),
                    (5_000, 160, 80),
                ],
            ),
            (
                1_000,
                [
                    (0, 1_001, 1_000),
                    (0, 5, 0),
                    (1, 5, 1),
                    (500, 600, 499),
                    (5_000, 1_100, 1_000),
                ],
            ),
        ];
        for (per_second, steps) in rows {
            let mut state = 0;
            for (millis, count, taken) in steps {
                let now = Timestamp::from_millis(1_700_000_000_000 + millis);
                let mut got = 0;
                for _ in 0..count {
                    if let Ok(next) = admit(state, now, per_second) {
                        state = next;
                        got += 1;
                    }
                }
                assert_eq!(got, taken, "{per_second}/s, {millis} ms after the start");
            }
        }
    }

    #[test]
    fn a_refusal_says_when() {
        let start = Timestamp::from_millis(1_700_000_000_000);
        let mut state = 0;
        let refused = loop {
            match admit(state, start, 80) {
                Ok(next) => state = next,
                Err(retry_at) => break retry_at,
            }
        };
        assert_eq!(
            refused.since(start).get(),
            13,
            "the next eightieth of a second, in whole ms"
        );
        assert!(admit(state, refused, 80).is_ok());
        assert!(admit(state, start, 80).is_err());
    }
}
