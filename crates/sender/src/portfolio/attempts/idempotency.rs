//! Idempotency keys: a key that comes again within 24 h names the attempt of the first time.
//!
//! Promises: exact for 24 h; forgotten afterwards, in the order in which they came.

use decider::{Millis, Timestamp, mix};
use rulebook::index::Index;
use rulebook::ring::Ring;
use serde::{Deserialize, Serialize};

use crate::ids::AttemptId;

/// How long a key is honoured.
pub const KEPT: Millis = Millis::DAY;

/// Keys are dropped this many at a time: more than one send adds.
const DROPS_A_STEP: usize = 4;

/// A key, the attempt that it led to, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// The key, hashed.
    pub key: u128,
    /// The attempt.
    pub attempt: AttemptId,
    /// When it came, in milliseconds since the Unix epoch.
    pub at_ms: u64,
}

impl Key {
    fn ends(&self) -> Timestamp {
        Timestamp::from_millis(self.at_ms) + KEPT
    }
}

/// The keys of the last 24 hours.
#[derive(Debug, Default)]
pub struct Keys {
    ring: Ring<Key>,
    by_key: Index<u128, u64>,
    digest: u64,
}

impl Keys {
    /// The attempt that a key led to within the last 24 hours.
    pub fn get(&self, key: u128, now: Timestamp) -> Option<AttemptId> {
        let known = self.ring.get(self.by_key.get(key)?)?;
        (known.key == key && now < known.ends()).then_some(known.attempt)
    }

    /// Remembers a key.
    pub fn note(&mut self, key: u128, attempt: AttemptId, at: Timestamp) {
        let at_ms = at.millis();
        self.digest = mix(self.digest ^ key as u64 ^ (key >> 64) as u64 ^ attempt.0);
        self.restore(Key { key, attempt, at_ms });
    }

    /// Drops a few keys whose time is over.
    pub fn drop_old(&mut self, now: Timestamp) {
        for _ in 0..DROPS_A_STEP {
            if self.ring.front().is_none_or(|key| now < key.ends()) {
                return;
            }
            let seq = self.ring.front_seq();
            if let Some(old) = self.ring.pop_front()
                && self.by_key.get(old.key) == Some(seq)
            {
                self.by_key.remove(old.key);
            }
        }
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.ring.heap_bytes() + self.by_key.heap_bytes()
    }

    /// Differs when two sets of keys differ.
    pub fn digest(&self) -> u64 {
        mix(self.digest ^ self.ring.len() as u64)
    }

    /// The stored form: the keys in order, and the running digest.
    pub fn to_parts(&self) -> (Vec<Key>, u64) {
        (self.ring.iter().map(|(_, key)| *key).collect(), self.digest)
    }

    /// From the stored form.
    pub fn from_parts((keys, digest): (Vec<Key>, u64)) -> Self {
        let mut all = Keys {
            digest,
            ..Keys::default()
        };
        for key in keys {
            all.restore(key);
        }
        all
    }

    fn restore(&mut self, key: Key) {
        let seq = self.ring.push(key);
        self.by_key.insert(key.key, seq);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000 + ms)
    }

    #[test]
    fn a_key_is_honoured_for_a_day_to_the_millisecond() {
        let mut keys = Keys::default();
        keys.note(7, AttemptId(1), at(0));
        // (ms later, the attempt)
        let rows = [
            (0, Some(AttemptId(1))),
            (86_399_999, Some(AttemptId(1))),
            (86_400_000, None),
        ];
        for (ms, attempt) in rows {
            assert_eq!(keys.get(7, at(ms)), attempt, "{ms} ms later");
        }
        assert_eq!(keys.get(8, at(0)), None);
        keys.note(7, AttemptId(9), at(86_400_000));
        keys.drop_old(at(86_400_000));
        assert_eq!(
            keys.get(7, at(86_400_001)),
            Some(AttemptId(9)),
            "the later one stays"
        );
        let again = Keys::from_parts(keys.to_parts());
        assert_eq!(again.digest(), keys.digest());
        assert_eq!(again.get(7, at(86_400_001)), Some(AttemptId(9)));
    }
}
