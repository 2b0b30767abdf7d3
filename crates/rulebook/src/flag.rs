//! FLAGGED: the warning for low quality, its recovery and its deadline (rules S4, S5, S6 and L6; editions
//! `2023-per-number` and `2024-per-number`: `flagged`; an edition without that section flags nothing).
//!
//! Promises: a timer alone never flags; each FLAGGED has its own start; what is stamped up to the deadline comes
//! before it. Must not know: how a rating comes about, whose limit is lowered.

use decider::Timestamp;

use crate::edition::{Flagged, Recovery};
use crate::rating::Rating;

/// A number is FLAGGED.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Flag {
    /// When it began.
    pub since: Timestamp,
    /// Since when the rating has not been RED any more, if it is not.
    pub good_since: Option<Timestamp>,
    /// Since when the rating is RED, or was RED last: the start of the flag, or a relapse.
    pub red_since: Timestamp,
}

/// What may flag a number that is not flagged (S4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Entry {
    /// Its rating has just become RED.
    TurnedRed,
    /// It has just become CONNECTED.
    BecameConnected,
    /// A harm signal came in.
    Harm {
        /// When the message that it refers to was sent.
        sent: Timestamp,
        /// When the last FLAGGED ended with a lower tier while the rating stayed RED ever since.
        lowered: Option<Timestamp>,
    },
}

/// What becomes of a FLAGGED number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FlagStep {
    /// It stays FLAGGED.
    Stay,
    /// It is CONNECTED again, without penalty (S5).
    Recovered,
    /// It is CONNECTED again, one tier lower (S6).
    Lowered,
}

impl Flag {
    /// A number becomes FLAGGED, which it does only while RED.
    pub fn begin(at: Timestamp) -> Self {
        Flag {
            since: at,
            good_since: None,
            red_since: at,
        }
    }
}

/// Whether a number that is not flagged becomes FLAGGED (S4). `connected` tells whether it is registered, and
/// neither banned nor moved nor removed; `rating` is the present one.
pub fn begins(connected: bool, rating: Rating, entry: Entry) -> bool {
    let caused = match entry {
        Entry::TurnedRed | Entry::BecameConnected => true,
        Entry::Harm { sent, lowered } => lowered.is_some_and(|lowered| sent > lowered),
    };
    connected && rating == Rating::Red && caused
}

/// Keeps account of a changed rating, after [`on_rating`] left the number FLAGGED.
pub fn note_rating(_rules: &Flagged, flag: &mut Flag, rating: Rating, now: Timestamp) {
    match (rating, flag.good_since) {
        (Rating::Red, Some(_)) => {
            flag.good_since = None;
            flag.red_since = now;
        }
        (Rating::Red, None) => {}
        (_, good_since) => flag.good_since = good_since.or(Some(now)),
    }
}

/// What a changed rating does to a FLAGGED number: only under `at_once` does it end the flag (S5).
pub fn on_rating(rules: &Flagged, _flag: &Flag, rating: Rating, _now: Timestamp) -> FlagStep {
    match rules.recovery {
        Recovery::AtOnce if rating != Rating::Red => FlagStep::Recovered,
        Recovery::AtOnce | Recovery::OnDay7 | Recovery::GoodFor7Days => FlagStep::Stay,
    }
}

/// When the flag is to be looked at: seven days after its start (S6); under `good_for_7_days`, while the rating is
/// good, seven days after it became so. A relapse restarts nothing; one later than seven days after the start
/// is looked at at once.
pub fn deadline(rules: &Flagged, flag: &Flag) -> Timestamp {
    match (rules.recovery, flag.good_since) {
        (Recovery::GoodFor7Days, Some(good_since)) => good_since + rules.period,
        _ => (flag.since + rules.period).max(flag.red_since),
    }
}

/// What becomes of the flag at its deadline: RED lowers the tier, anything else is no penalty (S6).
pub fn at_deadline(rules: &Flagged, flag: &Flag, rating: Rating, now: Timestamp) -> FlagStep {
    if now < deadline(rules, flag) {
        FlagStep::Stay
    } else if rating == Rating::Red {
        FlagStep::Lowered
    } else {
        FlagStep::Recovered
    }
}

#[cfg(test)]
mod tests {
    use decider::Millis;

    use super::*;

    const HOUR: u64 = 3_600_000;
    const DAY: u64 = 24 * HOUR;

    fn start() -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000)
    }

    /// Lives a flag through changes of rating (ms since its start); gives when and how it ends.
    fn check(recovery: Recovery, changes: &[(u64, Rating)]) -> (u64, FlagStep) {
        let rules = Flagged {
            period: Millis::days(7),
            recovery,
        };
        let (mut flag, mut rating) = (Flag::begin(start()), Rating::Red);
        let mut changes = changes
            .iter()
            .map(|&(millis, to)| (start() + Millis::new(millis), to))
            .peekable();
        loop {
            let due = deadline(&rules, &flag);
            let (now, step) = match changes.next_if(|&(at, _)| at <= due) {
                Some((at, to)) => {
                    let step = on_rating(&rules, &flag, to, at);
                    note_rating(&rules, &mut flag, to, at);
                    rating = to;
                    (at, step)
                }
                None => (due, at_deadline(&rules, &flag, rating, due)),
            };
            if step != FlagStep::Stay {
                return (now.since(start()).get(), step);
            }
        }
    }

    #[test]
    fn it_ends_by_recovery_or_at_its_deadline() {
        use FlagStep::{Lowered, Recovered};
        use Rating::{Green, Red, Unknown, Yellow};
        use Recovery::{AtOnce, GoodFor7Days, OnDay7};
        // The ms written out by seed rule S6.
        let week = 604_800_000;
        type Row<'a> = (Recovery, &'a [(u64, Rating)], u64, FlagStep);
        let rows: [Row<'_>; 17] = [
            (AtOnce, &[], week, Lowered),
            (AtOnce, &[(3 * DAY, Yellow)], 3 * DAY, Recovered),
            (AtOnce, &[(0, Green)], 0, Recovered),
            (AtOnce, &[(DAY, Unknown)], DAY, Recovered),
            (AtOnce, &[(week, Yellow)], week, Recovered),
            (AtOnce, &[(week + 1, Yellow)], week, Lowered),
            (OnDay7, &[], week, Lowered),
            (OnDay7, &[(3 * DAY, Yellow)], week, Recovered),
            (OnDay7, &[(3 * DAY, Yellow), (4 * DAY, Red)], week, Lowered),
            (
                OnDay7,
                &[(3 * DAY, Yellow), (4 * DAY, Red), (6 * DAY, Green)],
                week,
                Recovered,
            ),
            (OnDay7, &[(week - 1, Unknown)], week, Recovered),
            (GoodFor7Days, &[], week, Lowered),
            (GoodFor7Days, &[(3 * DAY, Yellow)], 10 * DAY, Recovered),
            (
                GoodFor7Days,
                &[(3 * DAY, Yellow), (5 * DAY, Green)],
                10 * DAY,
                Recovered,
            ),
            (GoodFor7Days, &[(3 * DAY, Yellow), (6 * DAY, Red)], week, Lowered),
            (
                GoodFor7Days,
                &[(3 * DAY, Yellow), (5 * DAY, Red), (6 * DAY, Green)],
                13 * DAY,
                Recovered,
            ),
            (
                GoodFor7Days,
                &[(3 * DAY, Yellow), (9 * DAY, Red)],
                9 * DAY,
                Lowered,
            ),
        ];
        for (recovery, changes, millis, step) in rows {
            assert_eq!(
                check(recovery, changes),
                (millis, step),
                "{recovery:?} {changes:?}"
            );
        }
    }

    #[test]
    fn it_begins_on_three_occasions_only() {
        let lowered = start();
        let harm = |millis: u64, lowered| Entry::Harm {
            sent: start() + Millis::new(millis),
            lowered,
        };
        // (connected, rating, occasion, flagged)
        let rows = [
            (true, Rating::Red, Entry::TurnedRed, true),
            (true, Rating::Yellow, Entry::TurnedRed, false),
            (false, Rating::Red, Entry::TurnedRed, false),
            (true, Rating::Red, Entry::BecameConnected, true),
            (true, Rating::Unknown, Entry::BecameConnected, false),
            (true, Rating::Red, harm(1, Some(lowered)), true),
            (true, Rating::Red, harm(0, Some(lowered)), false),
            (true, Rating::Red, harm(1, None), false),
            (true, Rating::Yellow, harm(1, Some(lowered)), false),
            (false, Rating::Red, harm(1, Some(lowered)), false),
        ];
        for (connected, rating, entry, flagged) in rows {
            assert_eq!(
                begins(connected, rating, entry),
                flagged,
                "{connected} {rating:?} {entry:?}"
            );
        }
    }
}
