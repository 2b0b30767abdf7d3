//! The kinds of value in a people file, each read from its text form and checked at once.

use decider::Millis;
use serde::de::{Deserialize, Deserializer, Error};

/// A million: shares are whole millionths.
pub(super) const WHOLE: u32 = 1_000_000;

/// A share from 0 to 1, in millionths.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) struct Share(pub(super) u32);

impl Share {
    pub(super) const ALL: Share = Share(WHOLE);

    /// The share in millionths.
    pub(super) const fn ppm(self) -> u32 {
        self.0
    }

    /// This share of that share.
    pub(super) const fn of(self, other: Share) -> Share {
        Share((self.0 as u64 * other.0 as u64 / WHOLE as u64) as u32)
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let share = f64::deserialize(from)?;
        if (0.0..=1.0).contains(&share) {
            Ok(Share((share * f64::from(WHOLE)).round() as u32))
        } else {
            Err(D::Error::custom("it must be a share from 0 to 1"))
        }
    }
}

/// A span such as `20m`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Span(pub(super) Millis);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let wrong = || D::Error::custom("it must be a span such as 20m (ms, s, m, h, d), a year at most");
        rulebook::edition::span(&text)
            .filter(|span| *span <= Millis::days(366))
            .map(Span)
            .ok_or_else(wrong)
    }
}

/// The hours of a day in which somebody looks at their phone, in minutes of their own time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Awake {
    /// They get up.
    pub(super) from: u32,
    /// They go to bed; before `from` it is after midnight.
    pub(super) until: u32,
}

/// Minutes of a day.
const DAY: u32 = 24 * 60;

impl Awake {
    /// Milliseconds to wait until they are awake, at `local` milliseconds of their own time.
    pub(super) fn wait(self, local: u64) -> Millis {
        let minute = Millis::MINUTE.get();
        let (day, now) = (u64::from(DAY) * minute, local % (u64::from(DAY) * minute));
        let (from, until) = (u64::from(self.from) * minute, u64::from(self.until) * minute);
        let awake = if from < until {
            (from..until).contains(&now)
        } else {
            now >= from || now < until
        };
        if awake {
            Millis::ZERO
        } else {
            Millis::new((from + day - now) % day)
        }
    }
}

impl<'de> Deserialize<'de> for Awake {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let wrong =
            || D::Error::custom("it must be hours such as 07:00-23:00, of which one at least is awake");
        let (from, until) = text.split_once('-').ok_or_else(wrong)?;
        let (from, until) = minutes(from).zip(minutes(until)).ok_or_else(wrong)?;
        let awake = (until + DAY - from - 1) % DAY + 1;
        if from < DAY && awake >= 60 {
            Ok(Awake { from, until })
        } else {
            Err(wrong())
        }
    }
}

/// `07:30` as minutes of the day; `24:00` is its end.
fn minutes(text: &str) -> Option<u32> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let two = |text: &str| text.parse::<u32>().ok().filter(|_| text.len() == 2);
    let (hours, minutes) = two(hours).zip(two(minutes))?;
    let all = hours * 60 + minutes;
    (minutes < 60 && all <= DAY).then_some(all)
}

/// What local time is ahead of UTC, in minutes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Offset(pub(super) i32);

impl Offset {
    /// Milliseconds of local time, counted from some midnight.
    pub(super) fn local(self, millis: u64) -> u64 {
        let shift = i64::from(self.0) * 60_000;
        millis.saturating_add_signed(shift)
    }
}

impl<'de> Deserialize<'de> for Offset {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let sign = match text.as_bytes().first() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => 0,
        };
        let found = text
            .get(1..)
            .and_then(minutes)
            .filter(|all| sign != 0 && *all <= 14 * 60);
        let wrong = || D::Error::custom("it must be an offset from UTC such as +05:30");
        found.map(|all| Offset(sign * all as i32)).ok_or_else(wrong)
    }
}

/// The international number of somebody: digits with country code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Digits(pub(super) u64);

impl<'de> Deserialize<'de> for Digits {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let digits = text.strip_prefix('+').unwrap_or(&text);
        let sound = (7..=15).contains(&digits.len()) && !digits.starts_with('0');
        let number = digits.parse().ok().filter(|_| sound);
        let wrong = || D::Error::custom("it must be a phone number of 7 to 15 digits with country code");
        number.map(Digits).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sleeps_waits_for_the_morning() {
        let hour = Millis::HOUR.get();
        let (day, night) = (
            Awake {
                from: 7 * 60,
                until: 23 * 60,
            },
            Awake {
                from: 22 * 60,
                until: 6 * 60,
            },
        );
        for (awake, at, wait) in [
            (day, 7, 0),
            (day, 22, 0),
            (day, 23, 8),
            (day, 24 + 2, 5),
            (night, 23, 0),
            (night, 5, 0),
            (night, 6, 16),
            (Awake { from: 0, until: DAY }, 3, 0),
        ] {
            assert_eq!(awake.wait(at * hour), Millis::hours(wait), "{awake:?} at {at}");
        }
        assert_eq!(Offset(-90).local(hour * 2), hour / 2);
    }
}
