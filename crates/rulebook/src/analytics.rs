//! Analytics (all editions: `analytics`): how far back a business may look (a year since December 2025, ten before;
//! templates 90 days), into which periods its figures are cut, when two templates can be compared.
//! Source: platform-rules.md §14 (pages on analytics, 12 February 2026, and on template comparison, 14 November 2025).
//! That periods are those of UTC, whatever the account's time zone, is assumed; so is how long half-hours are kept.
//!
//! Promises: exact; a period begins at or before the instant that it is asked for, and ends after it.
//! Must not know: what is counted, who asks, the wire format.

use decider::{Millis, Timestamp};

use crate::edition::Analytics;
use crate::rating::BlockReason;

/// Into which periods figures are cut.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Granularity {
    /// Half an hour.
    HalfHour,
    /// A day of UTC.
    Day,
    /// A month of UTC.
    Month,
}

const HALF_HOUR: Millis = Millis::minutes(30);

impl Granularity {
    /// The period that an instant is in: its first instant, and the first after it.
    pub fn period(self, at: Timestamp) -> (Timestamp, Timestamp) {
        match self {
            Granularity::HalfHour => aligned(at, HALF_HOUR),
            Granularity::Day => aligned(at, Millis::DAY),
            Granularity::Month => month(at),
        }
    }
}

fn aligned(at: Timestamp, span: Millis) -> (Timestamp, Timestamp) {
    let start = Timestamp::from_millis(at.millis() - at.millis() % span.get());
    (start, start + span)
}

/// By the calendar of eras of 400 years, whose years begin in March, so that the leap day is the last.
fn month(at: Timestamp) -> (Timestamp, Timestamp) {
    const DAYS_OF_AN_ERA: u64 = 146_097;
    const DAYS_TO_1970: u64 = 719_468;
    let day = at.millis() / Millis::DAY.get();
    let of_era = (day + DAYS_TO_1970) % DAYS_OF_AN_ERA;
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let first = |month: u64| (153 * month + 2) / 5;
    let start = day - (of_year - first(month));
    // February, month 11 of such a year, ends with it.
    let leap =
        (year + 1).is_multiple_of(4) && (!(year + 1).is_multiple_of(100) || (year + 1).is_multiple_of(400));
    let length = if month == 11 {
        28 + u64::from(leap)
    } else {
        first(month + 1) - first(month)
    };
    let of_day = |day: u64| Timestamp::from_millis(day * Millis::DAY.get());
    (of_day(start), of_day(start + length))
}

/// A range of time that cannot be asked for. Displays as a lower-case fragment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RangeError {
    /// It ends before it begins.
    #[error("end must be after start")]
    Empty,
    /// It begins too long ago.
    #[error("start must be at most {days} days ago")]
    TooLongAgo {
        /// So many days may be looked back.
        days: u64,
    },
    /// Half-hours of so long ago are not kept.
    #[error("half-hours are kept for {days} days here: start later, or ask for days")]
    HalfHours {
        /// For so many days.
        days: u64,
    },
    /// No such span can be compared.
    #[error("start and end must be {spans} days apart")]
    Window {
        /// The spans that can.
        spans: &'static str,
    },
}

/// Whether figures of numbers from `start` to `end` can be asked for now.
pub fn of_numbers(
    rule: &Analytics,
    granularity: Granularity,
    start: Timestamp,
    end: Timestamp,
    now: Timestamp,
) -> Result<(), RangeError> {
    within(rule.lookback, start, end, now)?;
    if granularity == Granularity::HalfHour && now.since(start) > rule.half_hours {
        let days = rule.half_hours.get() / Millis::DAY.get();
        return Err(RangeError::HalfHours { days });
    }
    Ok(())
}

/// The days of templates that are told of `start` to `end`: both go back to the beginning of their day.
pub fn of_templates(
    rule: &Analytics,
    start: Timestamp,
    end: Timestamp,
    now: Timestamp,
) -> Result<(Timestamp, Timestamp), RangeError> {
    let day = |at| Granularity::Day.period(at);
    within(
        rule.template_lookback + Millis::DAY,
        start,
        end + Millis::new(1),
        now,
    )?;
    // A range within one day is that day, as in the page's own example.
    let last = if end > day(end).0 { day(end).1 } else { end };
    let last = last.max(day(start).1);
    Ok((day(start).0, last))
}

/// Whether two templates can be compared from `start` to `end`.
pub fn of_comparison(
    rule: &Analytics,
    start: Timestamp,
    end: Timestamp,
    now: Timestamp,
) -> Result<(), RangeError> {
    within(rule.template_lookback + Millis::DAY, start, end, now)?;
    let days = (end.since(start) + Millis::hours(12)).get() / Millis::DAY.get();
    if COMPARED_DAYS.contains(&days) {
        Ok(())
    } else {
        Err(RangeError::Window {
            spans: "7, 30, 60 or 90",
        })
    }
}

/// Template comparison page: the last 7, 30, 60 or 90 days.
const COMPARED_DAYS: [u64; 4] = [7, 30, 60, 90];

fn within(lookback: Millis, start: Timestamp, end: Timestamp, now: Timestamp) -> Result<(), RangeError> {
    if end <= start {
        return Err(RangeError::Empty);
    }
    if now.since(start) > lookback {
        let days = lookback.get() / Millis::DAY.get();
        return Err(RangeError::TooLongAgo { days });
    }
    Ok(())
}

/// Whether reads and clicks on messages of a day, which ended at `end`, are still told (seven days from the send).
pub fn tells_reads(rule: &Analytics, end: Timestamp, now: Timestamp) -> bool {
    now.since(end) < rule.reads_kept
}

/// The word of a template comparison for a reason to block.
pub fn block_reason(reason: BlockReason) -> &'static str {
    match reason {
        BlockReason::NoLongerNeeded => "NO_LONGER_NEEDED",
        BlockReason::DidntSignUp => "NO_SIGN_UP",
        BlockReason::Spam => "SPAM",
        BlockReason::Offensive => "OFFENSIVE_MESSAGES",
        BlockReason::OtpDidNotRequest => "OTP_DID_NOT_REQUEST",
        BlockReason::Other => "OTHER",
        BlockReason::NoReason => "NO_REASON_GIVEN",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Edition;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[test]
    fn periods_are_those_of_utc() {
        use Granularity::{Day, HalfHour, Month};
        // (granularity, an instant, first instant, first after it; Unix seconds)
        let rows = [
            // 2023-08-15T12:34:56Z
            (HalfHour, 1_692_102_896, 1_692_102_600, 1_692_104_400),
            (Day, 1_692_102_896, 1_692_057_600, 1_692_144_000),
            (Month, 1_692_102_896, 1_690_848_000, 1_693_526_400),
            // 2024-02-29, a leap day, and the months around it.
            (Month, 1_709_200_000, 1_706_745_600, 1_709_251_200),
            (Month, 1_709_251_199, 1_706_745_600, 1_709_251_200),
            (Month, 1_709_251_200, 1_709_251_200, 1_711_929_600),
            // 2023-02 has 28 days, 2000-02 has 29, 2100-02 has 28.
            (Month, 1_676_000_000, 1_675_209_600, 1_677_628_800),
            (Month, 951_782_400, 949_363_200, 951_868_800),
            (Month, 4_107_456_000, 4_105_123_200, 4_107_542_400),
            // December and January.
            (Month, 1_703_980_800, 1_701_388_800, 1_704_067_200),
            (Month, 1_704_067_200, 1_704_067_200, 1_706_745_600),
            (Month, 0, 0, 2_678_400),
        ];
        for (granularity, instant, start, end) in rows {
            let got = granularity.period(at(instant));
            assert_eq!(got, (at(start), at(end)), "{granularity:?} of {instant}");
        }
    }

    #[test]
    fn so_far_back_and_no_further() {
        let now = at(1_780_000_000);
        let day = |days: u64| now.back(Millis::days(days));
        let of = |edition: &str| Edition::named(edition).unwrap().analytics.clone();
        // (edition, granularity, days back, told)
        let rows = [
            ("2026-per-portfolio", Granularity::Day, 365, "fine"),
            (
                "2026-per-portfolio",
                Granularity::Day,
                366,
                "start must be at most 365 days ago",
            ),
            ("2024-per-number", Granularity::Month, 3_650, "fine"),
            (
                "2024-per-number",
                Granularity::Month,
                3_651,
                "start must be at most 3650 days ago",
            ),
            ("2023-per-number", Granularity::HalfHour, 30, "fine"),
            (
                "2023-per-number",
                Granularity::HalfHour,
                31,
                "half-hours are kept for 30 days here: start later, or ask for days",
            ),
        ];
        for (edition, granularity, days, told) in rows {
            let got = of_numbers(&of(edition), granularity, day(days), now, now);
            let got = got.map_or_else(|error| error.to_string(), |()| "fine".to_owned());
            assert_eq!(got, told, "{edition}, {days} days back");
        }
        let rule = of("2026-per-portfolio");
        assert_eq!(
            of_numbers(&rule, Granularity::Day, now, now, now),
            Err(RangeError::Empty)
        );
        assert!(of_templates(&rule, day(90), now, now).is_ok());
        assert!(of_templates(&rule, day(92), now, now).is_err());
        assert!(tells_reads(&rule, day(6), now) && !tells_reads(&rule, day(7), now));
    }

    #[test]
    fn a_range_of_templates_goes_back_to_the_beginning_of_its_days() {
        let rule = &Edition::named("2026-per-portfolio").unwrap().analytics;
        let now = at(1_718_200_000);
        // (start, end, first day's start, last day's end), the first row from the platform's page
        let rows = [
            (1_718_064_000, 1_718_122_745, 1_718_064_000, 1_718_150_400),
            (1_718_064_000, 1_718_150_400, 1_718_064_000, 1_718_150_400),
            (1_718_064_001, 1_718_064_001, 1_718_064_000, 1_718_150_400),
            (1_717_977_600, 1_718_064_000, 1_717_977_600, 1_718_064_000),
        ];
        for (start, end, first, last) in rows {
            let got = of_templates(rule, at(start), at(end), now);
            assert_eq!(got, Ok((at(first), at(last))), "{start} to {end}");
        }
    }

    #[test]
    fn templates_are_compared_over_four_spans() {
        let rule = &Edition::named("2026-per-portfolio").unwrap().analytics;
        let now = at(1_718_200_000);
        for (days, allowed) in [
            (6, false),
            (7, true),
            (8, false),
            (30, true),
            (60, true),
            (90, true),
        ] {
            let got = of_comparison(rule, now.back(Millis::days(days)), now, now);
            assert_eq!(got.is_ok(), allowed, "{days} days: {got:?}");
        }
    }
}
