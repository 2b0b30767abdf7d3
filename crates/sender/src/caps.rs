//! Frequency caps: how many messages a person gets at most, in windows that roll or that follow the calendar (B8).
//!
//! A *rolling* span is exact: in any stretch of that length there are at most so many. A *calendar* span begins anew at midnight
//! where the person lives (in the middle of their zone), on Monday, or on the first of the month: up to twice as many may then
//! lie close together around its border, which is why the two have different names. Several caps hold together.
//!
//! Promises: pure and exact to the millisecond; the instant given is the earliest at which one more is allowed, as far as
//! what was sent is known. Must not know: where sends are kept, what follows from a cap.

use decider::{Millis, Timestamp};
use serde::{Deserialize, Serialize};

use crate::lane::{Lane, Lanes};
use crate::quiet_hours::Zone;

/// A stretch of time that is counted over.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Span {
    /// The last so many milliseconds.
    Rolling(u64),
    /// Since midnight.
    CalendarDay,
    /// Since midnight of Monday.
    CalendarWeek,
    /// Since midnight of the first of the month.
    CalendarMonth,
}

/// At most so many in a span.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Cap {
    /// The lanes that it counts and holds, all of them together. Replies are never counted.
    pub lanes: Lanes,
    /// Over which time.
    pub span: Span,
    /// How many: 0 means none at all.
    pub most: u16,
}

impl Cap {
    /// When one more of a lane may go; `None` if it may now. `sent`: what went, newest first.
    fn until(&self, lane: Lane, sent: &[(Timestamp, Lane)], now: Timestamp, zone: Zone) -> Option<Timestamp> {
        if lane == Lane::Service || !self.lanes.contains(lane) {
            return None;
        }
        let counted = sent
            .iter()
            .filter(|(_, lane)| *lane != Lane::Service && self.lanes.contains(*lane));
        let Some(before) = usize::from(self.most).checked_sub(1) else {
            return Some(Timestamp::MAX);
        };
        // With this one gone from the span, there is room for one more.
        let (oldest, _) = counted.clone().nth(before)?;
        let leaves = self.span.leaves(*oldest, zone);
        (leaves > now).then_some(leaves)
    }
}

impl Span {
    /// When what was sent at `at` is no longer counted.
    fn leaves(self, at: Timestamp, zone: Zone) -> Timestamp {
        let offset = i64::from(zone.middle()) * 60_000;
        let local = at.millis().saturating_add_signed(offset);
        let day = local / Millis::DAY.get();
        let next_day = match self {
            Span::Rolling(span) => return at + Millis::new(span),
            Span::CalendarDay => day + 1,
            // 1970-01-01 was a Thursday.
            Span::CalendarWeek => day + 7 - (day + 3) % 7,
            Span::CalendarMonth => next_month(day),
        };
        Timestamp::from_millis((next_day * Millis::DAY.get()).saturating_add_signed(-offset))
    }
}

/// When one more of a lane may go by all caps; `None` if it may now. `sent`: what went or may have gone, newest first; where
/// more went than are given, the caps see those.
pub fn until(
    caps: &[Cap],
    lane: Lane,
    sent: &[(Timestamp, Lane)],
    now: Timestamp,
    zone: Zone,
) -> Option<Timestamp> {
    caps.iter()
        .filter_map(|cap| cap.until(lane, sent, now, zone))
        .max()
}

/// The most that any cap counts: so many sends of a person have to be looked at.
pub fn reach(caps: &[Cap]) -> usize {
    caps.iter().map(|cap| usize::from(cap.most)).max().unwrap_or(0)
}

/// The first day, counted from 1970-01-01, of the month after that of `day`.
fn next_month(day: u64) -> u64 {
    // Years are counted from March, so that the leap day is the last of its year; day 0 is then 0000-03-01.
    let shifted = day + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let (year, month) = if month == 11 {
        (year + 1, 0)
    } else {
        (year, month + 1)
    };
    let first = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5;
    era * 146_097 + first - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3_600_000;
    const DAY: u64 = 86_400_000;
    /// Wednesday, 25 February 2026, 00:00 UTC.
    const START: u64 = 1_771_977_600_000;

    fn at(hours: u64) -> Timestamp {
        Timestamp::from_millis(START + hours * HOUR)
    }

    fn cap(span: Span, most: u16) -> Cap {
        Cap {
            lanes: Lanes::MARKETING,
            span,
            most,
        }
    }

    /// Hours from the start; `None` if one more may go now.
    fn check(caps: &[Cap], sent: &[u64], now: u64, zone: Zone) -> Option<u64> {
        let sent: Vec<(Timestamp, Lane)> = sent.iter().map(|hours| (at(*hours), Lane::Marketing)).collect();
        let until = until(caps, Lane::Marketing, &sent, at(now), zone)?;
        Some(until.since(at(0)).get() / HOUR)
    }

    #[test]
    fn a_rolling_cap_is_exact() {
        let two_a_day = [cap(Span::Rolling(DAY), 2)];
        // (sent at hours, newest first; now; free at)
        let rows: [(&[u64], u64, Option<u64>); 6] = [
            (&[], 0, None),
            (&[1], 2, None),
            (&[10, 1], 12, Some(25)),
            (&[10, 1], 24, Some(25)),
            (&[10, 1], 25, None),
            (&[30, 28, 10, 1], 31, Some(52)),
        ];
        for (sent, now, expected) in rows {
            assert_eq!(
                check(&two_a_day, sent, now, Zone::UTC),
                expected,
                "{sent:?} at {now}"
            );
        }
        let almost = Timestamp::from_millis(at(25).millis() - 1);
        let sent = [(at(10), Lane::Marketing), (at(1), Lane::Marketing)];
        assert_eq!(
            until(&two_a_day, Lane::Marketing, &sent, almost, Zone::UTC),
            Some(at(25))
        );
    }

    #[test]
    fn a_calendar_cap_begins_anew_where_the_person_lives() {
        let india = Zone::exact(330);
        let rows = [
            (Span::CalendarDay, Zone::UTC, 23, Some(24)),
            (Span::CalendarDay, Zone::exact(60), 23, Some(47)),
            (Span::CalendarDay, Zone::exact(60), 22, Some(23)),
            // Midnight in India is 18:30 UTC, told in whole hours.
            (Span::CalendarDay, india, 18, Some(18)),
            (Span::CalendarDay, india, 19, Some(42)),
            // The Monday after that Wednesday is 2 March.
            (Span::CalendarWeek, Zone::UTC, 0, Some(5 * 24)),
            (Span::CalendarWeek, Zone::UTC, 5 * 24 - 1, Some(5 * 24)),
            (Span::CalendarWeek, Zone::UTC, 5 * 24, Some(12 * 24)),
            // March begins four days later, and has 31.
            (Span::CalendarMonth, Zone::UTC, 0, Some(4 * 24)),
            (Span::CalendarMonth, Zone::UTC, 4 * 24, Some(35 * 24)),
            (Span::CalendarMonth, Zone::exact(-60), 4 * 24, Some(4 * 24 + 1)),
        ];
        for (span, zone, sent, expected) in rows {
            assert_eq!(
                check(&[cap(span, 1)], &[sent], sent, zone),
                expected,
                "{span:?} {zone} {sent}"
            );
        }
    }

    #[test]
    fn months_follow_the_calendar() {
        // (day, first of the next month), counted from 1970-01-01
        let rows = [
            (0, 31),
            (30, 31),
            (31, 59),
            (364, 365),
            // 2000-02-28, 2000-02-29 and 2000-03-01; 2100 has no leap day.
            (11_015, 11_017),
            (11_016, 11_017),
            (11_017, 11_048),
            (47_540, 47_541),
            (20_453, 20_454),
        ];
        for (day, expected) in rows {
            assert_eq!(next_month(day), expected, "{day}");
        }
    }

    #[test]
    fn several_caps_hold_together() {
        let caps = [
            cap(Span::Rolling(DAY), 1),
            cap(Span::Rolling(7 * DAY), 2),
            Cap {
                lanes: Lanes::TEMPLATES,
                span: Span::Rolling(DAY),
                most: 3,
            },
        ];
        assert_eq!(reach(&caps), 3);
        assert_eq!(check(&caps, &[0], 1, Zone::UTC), Some(24));
        assert_eq!(check(&caps, &[30, 0], 31, Zone::UTC), Some(7 * 24));
        let sent = [
            (at(5), Lane::Utility),
            (at(4), Lane::Service),
            (at(3), Lane::Utility),
            (at(2), Lane::Authentication),
        ];
        // Utility has no cap of its own, and all together are used up; replies do not count.
        assert_eq!(until(&caps, Lane::Utility, &sent, at(6), Zone::UTC), Some(at(26)));
        assert_eq!(until(&caps, Lane::Utility, &sent[..3], at(6), Zone::UTC), None);
        assert_eq!(until(&caps, Lane::Service, &sent, at(6), Zone::UTC), None);
        let none = cap(Span::CalendarDay, 0);
        assert_eq!(
            until(&[none], Lane::Marketing, &[], at(0), Zone::UTC),
            Some(Timestamp::MAX)
        );
    }
}
