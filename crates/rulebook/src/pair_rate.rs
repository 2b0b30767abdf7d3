//! The pair rate (all editions: `pair_rate`): one message in 6 s from a number to the same person, of which up to 45
//! may be borrowed from the future; whoever borrowed waits as long as the burst would have taken.
//! Source: the platform's overview page, "pair rate limits"; refused with 131056.
//!
//! Promises: one integer of state a pair, the theoretical arrival time (the generic cell rate algorithm): the
//! instant, in ms, at which everything borrowed is paid back.
//! Must not know: where the state is kept.

use decider::Timestamp;

use crate::edition::PairRate;

/// Takes one message at `now`: the new state to keep, or the first instant at which it would be taken.
/// `paid_back` is the state kept from before, `None` for a first message.
pub fn admit(paid_back: Option<u64>, now: Timestamp, rate: &PairRate) -> Result<u64, Timestamp> {
    let interval = rate.interval.get();
    let borrowable = interval * u64::from(rate.burst.saturating_sub(1));
    let paid_back = paid_back.unwrap_or(0).max(now.millis());
    if paid_back > now.millis() + borrowable {
        return Err(Timestamp::from_millis(paid_back - borrowable));
    }
    Ok(paid_back + interval)
}

#[cfg(test)]
mod tests {
    use decider::Millis;

    use super::*;

    const RATE: PairRate = PairRate {
        interval: Millis::seconds(6),
        burst: 45,
    };

    /// Sends `count` messages at `at`; gives the state and how many were taken.
    fn send(state: Option<u64>, at: u64, count: u32) -> (Option<u64>, u32) {
        (0..count).fold((state, 0), |(state, taken), _| {
            match admit(state, Timestamp::from_millis(at), &RATE) {
                Ok(next) => (Some(next), taken + 1),
                Err(_) => (state, taken),
            }
        })
    }

    #[test]
    fn forty_five_at_once_then_one_in_six_seconds() {
        let start = 1_700_000_000_000;
        let mut state = None;
        // (ms after the start, sent, taken)
        let rows = [
            (0, 60, 45),
            (5_999, 3, 0),
            (6_000, 3, 1),
            (11_999, 1, 0),
            (12_000, 1, 1),
            (60_000, 20, 8),
            (60_000 + 20 * 6_000, 30, 20),
            (60_000 + 65 * 6_000, 60, 45),
        ];
        for (millis, count, taken) in rows {
            let (next, got) = send(state, start + millis, count);
            assert_eq!(got, taken, "{millis} ms after the start");
            state = next;
        }
    }

    #[test]
    fn a_refusal_says_when() {
        let start = 1_700_000_000_000;
        let (state, _) = send(None, start, 45);
        let refused = admit(state, Timestamp::from_millis(start + 10), &RATE);
        assert_eq!(refused, Err(Timestamp::from_millis(start + 6_000)));
        assert!(admit(state, Timestamp::from_millis(start + 6_000), &RATE).is_ok());
    }
}
