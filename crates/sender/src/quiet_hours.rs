//! Quiet hours: when a person is not to be written to, by the clock where they live.
//!
//! Where that is, is known from the country of their phone number only. A country is a *range* of offsets from UTC: all its
//! zones, with and without daylight saving. It is quiet when it is quiet anywhere in the range. So nobody is woken, a
//! decision can be explained and replayed without a database of time zones (whose rules change every year), and the price is
//! told: in a country with one zone and daylight saving the quiet time is an hour longer. Who knows a person's own
//! offset passes it ([`Zone::exact`]).
//!
//! Promises: pure; the instant given as the end is outside the quiet hours. Must not know: where a person really is.

mod zones;

use core::fmt;

use decider::{Millis, Timestamp};
use serde::{Deserialize, Serialize};

use crate::lane::{Lane, Lanes};

/// Minutes of a day.
const DAY: u16 = 1_440;

/// Where a person's clock may stand: minutes east of UTC, from the least to the most.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Zone {
    west: i16,
    east: i16,
}

impl Zone {
    /// Where nothing is known: as if in UTC.
    pub const UTC: Zone = Zone::exact(0);

    /// One offset, in minutes east of UTC; what no clock shows is taken for the nearest that one does.
    pub const fn exact(minutes_east: i16) -> Zone {
        // UTC-12:00 to UTC+14:00.
        let east = match minutes_east {
            ..=-720 => -720,
            840.. => 840,
            between => between,
        };
        Zone { west: east, east }
    }

    /// Where a phone number belongs (digits with country code); [`Zone::UTC`] if it belongs nowhere.
    pub fn of(e164: Option<u64>) -> Zone {
        let country = e164.and_then(rulebook::country::Country::of);
        let range = country.and_then(|country| zones::of(country.letters()));
        range.map_or(Zone::UTC, |(west, east)| Zone { west, east })
    }

    /// How many minutes lie between its earliest and its latest clock.
    pub const fn width(self) -> u16 {
        self.east.abs_diff(self.west)
    }

    /// The offset in the middle, in minutes east of UTC: the one to count calendar days by.
    pub const fn middle(self) -> i16 {
        self.west + (self.width() / 2) as i16
    }

    /// The minute of the day that the westernmost clock shows.
    fn minute_in_the_west(self, now: Timestamp) -> u16 {
        let minute = (now.millis() / Millis::MINUTE.get() % u64::from(DAY)) as i32;
        (minute + i32::from(self.west)).rem_euclid(i32::from(DAY)) as u16
    }
}

/// `UTC+1` or `UTC+1 to UTC+2`.
impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = |f: &mut fmt::Formatter<'_>, offset: i16| {
            let sign = if offset < 0 { '-' } else { '+' };
            let (hours, minutes) = (offset.unsigned_abs() / 60, offset.unsigned_abs() % 60);
            match minutes {
                0 => write!(f, "UTC{sign}{hours}"),
                _ => write!(f, "UTC{sign}{hours}:{minutes:02}"),
            }
        };
        one(f, self.west)?;
        if self.east > self.west {
            f.write_str(" to ")?;
            one(f, self.east)?;
        }
        Ok(())
    }
}

/// A time of the day in which nothing of some lanes is sent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct QuietHours {
    /// In which lanes. Replies are never held.
    pub lanes: Lanes,
    /// The first quiet minute of the day, 0 to 1,439.
    pub from: u16,
    /// The first minute that is not; before `from` if the night lies between, the same if it is never quiet.
    pub until: u16,
}

impl QuietHours {
    /// When a send of a lane may go; `None` if it may now. Where the clocks of a zone leave no moment that is quiet
    /// nowhere, the one in its middle counts.
    pub fn until(&self, lane: Lane, zone: Zone, now: Timestamp) -> Option<Timestamp> {
        if lane == Lane::Service || !self.lanes.contains(lane) {
            return None;
        }
        let quiet = (self.until % DAY + DAY - self.from % DAY) % DAY;
        let zone = if zone.width() + quiet < DAY {
            zone
        } else {
            Zone::exact(zone.middle())
        };
        // From when the easternmost clock enters the quiet hours until the westernmost has left them.
        let passed = (zone.minute_in_the_west(now) + zone.width() + DAY - self.from % DAY) % DAY;
        let left = (quiet + zone.width())
            .checked_sub(passed)
            .filter(|left| quiet > 0 && *left > 0)?;
        let minute = now.millis() / Millis::MINUTE.get();
        Some(Timestamp::from_millis(
            (minute + u64::from(left)) * Millis::MINUTE.get(),
        ))
    }
}

/// When a send may go by all of them; `None` if it may now.
pub fn until(all: &[QuietHours], lane: Lane, zone: Zone, now: Timestamp) -> Option<Timestamp> {
    let latest = |at: Timestamp| all.iter().filter_map(|hours| hours.until(lane, zone, at)).max();
    let mut end = latest(now)?;
    // The end of one may lie in another; after as many steps as there are, all of the day is quiet.
    for _ in all {
        match latest(end) {
            Some(later) => end = later,
            None => break,
        }
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NIGHT: QuietHours = QuietHours {
        lanes: Lanes::MARKETING,
        from: 21 * 60,
        until: 8 * 60,
    };

    /// An instant on one day, in minutes of UTC.
    fn at(hour: u64, minute: u64) -> Timestamp {
        Timestamp::from_millis(1_790_000_000_000 / 86_400_000 * 86_400_000)
            + Millis::hours(hour)
            + Millis::minutes(minute)
    }

    fn told(hours: &[QuietHours], zone: Zone, now: Timestamp) -> String {
        match until(hours, Lane::Marketing, zone, now) {
            None => "goes".to_owned(),
            Some(end) => {
                let minute = end.since(at(0, 0)).get() / 60_000;
                format!("{}:{:02}", minute / 60, minute % 60)
            }
        }
    }

    #[test]
    fn the_night_is_where_the_person_lives() {
        let rows = [
            (Zone::UTC, (20, 59), "goes"),
            (Zone::UTC, (21, 0), "32:00"),
            (Zone::UTC, (7, 59), "8:00"),
            (Zone::UTC, (8, 0), "goes"),
            (Zone::exact(330), (15, 29), "goes"),
            (Zone::exact(330), (15, 30), "26:30"),
            (Zone::exact(-480), (4, 59), "goes"),
            (Zone::exact(-480), (5, 0), "16:00"),
            // Germany, UTC+1 to UTC+2: quiet from 21:00 in summer time to 8:00 in winter time.
            (Zone::of(Some(4_915_112_345_678)), (18, 59), "goes"),
            (Zone::of(Some(4_915_112_345_678)), (19, 0), "31:00"),
            (Zone::of(Some(4_915_112_345_678)), (6, 59), "7:00"),
            (Zone::of(Some(4_915_112_345_678)), (7, 0), "goes"),
            // The United States, UTC-10 to UTC-4.
            (Zone::of(Some(12_125_550_100)), (18, 0), "goes"),
            (Zone::of(Some(12_125_550_100)), (0, 59), "goes"),
            (Zone::of(Some(12_125_550_100)), (1, 0), "18:00"),
        ];
        for (zone, (hour, minute), expected) in rows {
            assert_eq!(
                told(&[NIGHT], zone, at(hour, minute)),
                expected,
                "{zone} {hour}:{minute}"
            );
        }
    }

    #[test]
    fn there_is_always_a_moment_to_send() {
        // A zone so wide that it is night somewhere at any time: its middle counts.
        let wide = Zone {
            west: 0,
            east: 14 * 60,
        };
        assert_eq!(told(&[NIGHT], wide, at(5, 0)), "goes");
        assert_eq!(told(&[NIGHT], wide, at(15, 0)), "25:00");
        let never = QuietHours {
            until: NIGHT.from,
            ..NIGHT
        };
        assert_eq!(told(&[never], Zone::UTC, at(22, 0)), "goes");
        let siesta = QuietHours {
            from: 8 * 60,
            until: 9 * 60,
            ..NIGHT
        };
        assert_eq!(told(&[siesta, NIGHT], Zone::UTC, at(23, 0)), "33:00");
        for lane in [Lane::Service, Lane::Utility, Lane::Authentication] {
            assert_eq!(NIGHT.until(lane, Zone::UTC, at(23, 0)), None, "{lane:?}");
        }
    }

    /// Every minute of a day, in every country: the end is not quiet, and what is not held is quiet nowhere.
    #[test]
    fn the_end_is_outside() {
        for (_, west, east) in zones::ALL {
            let zone = Zone {
                west: *west,
                east: *east,
            };
            for minute in (0..1_440).step_by(7) {
                let now = at(0, minute);
                let Some(end) = NIGHT.until(Lane::Marketing, zone, now) else {
                    continue;
                };
                assert!(end > now, "{zone} {minute}");
                assert_eq!(NIGHT.until(Lane::Marketing, zone, end), None, "{zone} {minute}");
            }
        }
    }

    #[test]
    fn zones_are_told() {
        let rows = [
            (Zone::UTC, "UTC+0"),
            (Zone::exact(-210), "UTC-3:30"),
            (Zone::exact(9_000), "UTC+14"),
            (Zone::of(Some(919_876_543_210)), "UTC+5:30"),
            (Zone::of(Some(5_511_987_654_321)), "UTC-5 to UTC-2"),
            (Zone::of(Some(999_123_456)), "UTC+0"),
            (Zone::of(None), "UTC+0"),
        ];
        for (zone, expected) in rows {
            assert_eq!(zone.to_string(), expected);
        }
    }
}
