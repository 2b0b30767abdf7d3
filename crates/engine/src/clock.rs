//! The one clock of a process: the system's, or one that its owner moves.
//!
//! Promises: never goes backwards, whatever the system clock does. Nothing else in the workspace reads a clock in
//! order to stamp events.
//! Must not know: cells, storage.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use decider::{Millis, Timestamp};

/// A cheap handle; clones show the same time.
#[derive(Clone)]
pub struct Clock(Arc<Inner>);

/// Somebody who waits for an instant in real time and must look again when the clock is moved.
pub(crate) trait Sleeper: Send + Sync {
    /// The clock was moved, or its speed changed.
    fn clock_changed(&self);
}

struct Inner {
    /// What has been shown already: later readings are never earlier.
    shown: AtomicU64,
    hands: Option<Mutex<Hands>>,
    sleepers: Mutex<Vec<Weak<dyn Sleeper>>>,
}

/// A virtual clock's position: `at` was shown at `since`, and runs at `speed` from there.
struct Hands {
    at: Timestamp,
    since: Instant,
    speed: f64,
    /// While time is being advanced the hands stand still; this many advances are under way.
    held: u32,
}

impl Clock {
    /// The system's clock; stands still when that goes backwards.
    pub fn system() -> Self {
        Clock::with(Timestamp::ZERO, None)
    }

    /// A clock that starts at `start` and runs at `speed` simulated milliseconds a real one; 0 is frozen.
    pub fn virtual_at(start: Timestamp, speed: f64) -> Self {
        let hands = Hands {
            at: start,
            since: real_now(),
            speed: sane(speed),
            held: 0,
        };
        Clock::with(start, Some(Mutex::new(hands)))
    }

    fn with(start: Timestamp, hands: Option<Mutex<Hands>>) -> Self {
        let shown = AtomicU64::new(start.millis());
        Clock(Arc::new(Inner {
            shown,
            hands,
            sleepers: Mutex::default(),
        }))
    }

    /// Now; never earlier than any reading before.
    pub fn now(&self) -> Timestamp {
        let reading = match self.hands() {
            None => system_now(),
            Some(hands) => hands.now(),
        };
        let shown = self.0.shown.fetch_max(reading.millis(), Ordering::AcqRel);
        reading.max(Timestamp::from_millis(shown))
    }

    /// Whether somebody owns this clock, rather than the system.
    pub fn is_virtual(&self) -> bool {
        self.0.hands.is_some()
    }

    /// How many simulated milliseconds pass in a real one; 0 when frozen. 1 for the system's clock.
    pub fn speed(&self) -> f64 {
        self.hands().map_or(1.0, |hands| hands.speed)
    }

    /// Stops a virtual clock where it is; the system's clock takes no notice.
    pub fn freeze(&self) {
        self.resume(0.0);
    }

    /// Lets a virtual clock run at `speed` from where it is; the system's clock takes no notice.
    pub fn resume(&self, speed: f64) {
        if let Some(mut hands) = self.hands() {
            hands.settle();
            hands.speed = sane(speed);
        }
        self.wake();
    }

    /// Moves the clock forward to `to` at least: what was stamped so late exists, so it cannot be earlier.
    pub(crate) fn raise(&self, to: Timestamp) {
        if let Some(mut hands) = self.hands() {
            hands.settle();
            hands.at = hands.at.max(to);
        }
        self.0.shown.fetch_max(to.millis(), Ordering::AcqRel);
        self.wake();
    }

    /// Holds a virtual clock's hands until the guard is dropped; `None` for the system's clock.
    pub(crate) fn hold(&self) -> Option<Held<'_>> {
        let mut hands = self.hands()?;
        hands.settle();
        hands.held += 1;
        Some(Held(self))
    }

    /// Real time from now until the clock shows `due`; `None` if it stands still.
    pub(crate) fn real_time_until(&self, due: Timestamp) -> Option<Duration> {
        let wait = due.since(self.now()).get() as f64;
        let hands = self.hands();
        let speed = hands
            .as_deref()
            .map_or(1.0, |hands| if hands.held > 0 { 0.0 } else { hands.speed });
        // An hour bounds the arithmetic only: whoever wakes early looks again.
        let hour = Millis::HOUR.get() as f64;
        (speed > 0.0).then(|| Duration::from_micros(((wait / speed).min(hour) * 1_000.0) as u64))
    }

    /// How many advances are under way.
    #[cfg(test)]
    pub(crate) fn hold_count(&self) -> u32 {
        self.hands().map_or(0, |hands| hands.held)
    }

    pub(crate) fn wakes(&self, sleeper: Weak<dyn Sleeper>) {
        let mut sleepers = self.0.sleepers.lock().unwrap_or_else(PoisonError::into_inner);
        sleepers.retain(|sleeper| sleeper.strong_count() > 0);
        sleepers.push(sleeper);
    }

    fn wake(&self) {
        let sleepers = self.0.sleepers.lock().unwrap_or_else(PoisonError::into_inner);
        for sleeper in sleepers.iter().filter_map(Weak::upgrade) {
            sleeper.clock_changed();
        }
    }

    fn hands(&self) -> Option<MutexGuard<'_, Hands>> {
        let hands = self.0.hands.as_ref()?;
        Some(hands.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A virtual clock whose hands stand still for an advance; see [`Clock::hold`].
pub(crate) struct Held<'a>(&'a Clock);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Some(mut hands) = self.0.hands() {
            hands.settle();
            hands.held -= 1;
        }
        self.0.wake();
    }
}

impl Hands {
    fn now(&self) -> Timestamp {
        if self.held > 0 || self.speed == 0.0 {
            return self.at;
        }
        let real = real_now().saturating_duration_since(self.since);
        self.at + Millis::new((real.as_secs_f64() * 1_000.0 * self.speed) as u64)
    }

    /// Makes the present reading the new starting point.
    fn settle(&mut self) {
        self.at = self.now();
        self.since = real_now();
    }
}

/// A speed that arithmetic can bear: not negative, not infinite, a number.
fn sane(speed: f64) -> f64 {
    if speed.is_finite() {
        speed.clamp(0.0, 1e9)
    } else {
        0.0
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the engine's clock is the one place that reads the system's"
)]
fn system_now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

#[expect(clippy::disallowed_methods, reason = "a virtual clock runs along real time")]
fn real_now() -> Instant {
    Instant::now()
}
