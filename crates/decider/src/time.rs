//! Time as plain integers: milliseconds since the Unix epoch, and spans of milliseconds.

use core::fmt;
use core::ops::{Add, Sub};

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(u64);

/// A span of time in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Millis(u64);

impl Timestamp {
    /// The Unix epoch; also "before anything".
    pub const ZERO: Timestamp = Timestamp(0);
    /// Later than anything.
    pub const MAX: Timestamp = Timestamp(u64::MAX);

    /// From milliseconds since the Unix epoch.
    pub const fn from_millis(millis: u64) -> Self {
        Timestamp(millis)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn millis(self) -> u64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, as the platform's webhooks give them.
    pub const fn seconds(self) -> u64 {
        self.0 / 1_000
    }

    /// The span from `earlier` to this instant; zero if `earlier` is later.
    pub const fn since(self, earlier: Timestamp) -> Millis {
        Millis(self.0.saturating_sub(earlier.0))
    }

    /// This instant less `span`, not below the epoch.
    pub const fn back(self, span: Millis) -> Timestamp {
        Timestamp(self.0.saturating_sub(span.0))
    }

    /// The start of the hour (UTC) after this instant.
    pub const fn next_hour(self) -> Timestamp {
        Timestamp((self.0 / Millis::HOUR.0 + 1) * Millis::HOUR.0)
    }
}

impl Millis {
    /// No time at all.
    pub const ZERO: Millis = Millis(0);
    /// 1,000 ms.
    pub const SECOND: Millis = Millis(1_000);
    /// 60,000 ms.
    pub const MINUTE: Millis = Millis(60_000);
    /// 3,600,000 ms.
    pub const HOUR: Millis = Millis(3_600_000);
    /// 86,400,000 ms.
    pub const DAY: Millis = Millis(86_400_000);

    /// From a count of milliseconds.
    pub const fn new(millis: u64) -> Self {
        Millis(millis)
    }

    /// From a count of seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Millis(seconds * Self::SECOND.0)
    }

    /// From a count of minutes.
    pub const fn minutes(minutes: u64) -> Self {
        Millis(minutes * Self::MINUTE.0)
    }

    /// From a count of hours.
    pub const fn hours(hours: u64) -> Self {
        Millis(hours * Self::HOUR.0)
    }

    /// From a count of days of 24 hours.
    pub const fn days(days: u64) -> Self {
        Millis(days * Self::DAY.0)
    }

    /// The count of milliseconds.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl Add<Millis> for Timestamp {
    type Output = Timestamp;
    fn add(self, span: Millis) -> Timestamp {
        Timestamp(self.0.saturating_add(span.0))
    }
}

impl Add for Millis {
    type Output = Millis;
    fn add(self, other: Millis) -> Millis {
        Millis(self.0.saturating_add(other.0))
    }
}

impl Sub for Millis {
    type Output = Millis;
    fn sub(self, other: Millis) -> Millis {
        Millis(self.0.saturating_sub(other.0))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}ms", self.0)
    }
}

impl fmt::Debug for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}ms", self.0)
    }
}
