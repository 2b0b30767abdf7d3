//! A business phone number, as far as its owner knows it.

use decider::{Timestamp, mix};
use rulebook::prefetch::prefetch;
use rulebook::rating::Rating;
use rulebook::status::Status;
use rulebook::throughput::Level;
use serde::{Deserialize, Serialize};

use super::refusals::RecentRefusals;
use crate::ids::{PhoneNumberId, WabaIx};
use crate::mirror::{Known, Value};

/// What is known of a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// The platform's id.
    pub id: PhoneNumberId,
    /// Its account.
    pub waba: WabaIx,
    /// Its digits, with country code.
    pub e164: u64,
    /// Numbers of one brand share opt-outs, where policy says so.
    pub brand: u16,
    /// Its status.
    pub status: Known<Status>,
    /// Its rating.
    pub rating: Known<Rating>,
    /// How fast it may be.
    pub level: Known<Level>,
    /// Throttled for its quality until then, in milliseconds since the Unix epoch.
    pub throttled_until: Known<u64>,
    /// Nothing but replies until then, likewise: it was too fast.
    pub slow_until: Known<u64>,
    /// Throughput taken by all messages, and by all but replies: see [`rulebook::throughput`].
    pub rates: (u64, u64),
    /// What was refused within the last minute.
    pub refusals: RecentRefusals,
}

impl Number {
    /// A number of which nothing is known yet.
    pub fn new(id: PhoneNumberId, waba: WabaIx, e164: u64, brand: u16) -> Self {
        Number {
            id,
            waba,
            e164,
            brand,
            status: Known::default(),
            rating: Known::default(),
            level: Known::default(),
            throttled_until: Known::default(),
            slow_until: Known::default(),
            rates: (0, 0),
            refusals: RecentRefusals::default(),
        }
    }

    /// How old the oldest fact is that must be told again and again; `None` while none was ever told.
    pub fn oldest_fact(&self, now: Timestamp) -> Option<decider::Millis> {
        self.status.age(now).max(self.rating.age(now))
    }

    /// Asks for what an admission reads of it: see [`rulebook::prefetch`].
    #[inline]
    pub(super) fn prefetch(&self) {
        prefetch(&self.waba);
        prefetch(&self.status);
        prefetch(&self.rating);
        prefetch(&self.level);
        prefetch(&self.slow_until);
        prefetch(&self.rates);
    }

    pub(super) fn digest(&self) -> u64 {
        let facts = [
            fact_digest(&self.status),
            fact_digest(&self.rating),
            fact_digest(&self.level),
            fact_digest(&self.throttled_until),
            fact_digest(&self.slow_until),
            self.rates.0,
            self.rates.1,
        ];
        facts
            .into_iter()
            .fold(mix(self.id.0 ^ self.e164), |digest, part| mix(digest ^ part))
    }
}

/// Of something that was told.
pub(super) fn fact_digest<T: Value>(known: &Known<T>) -> u64 {
    let told = known.fact();
    told.map_or(0, |fact| {
        mix(mix(fact.at_ms) ^ fact.value.caution() ^ ((fact.source as u64) << 56))
    })
}
