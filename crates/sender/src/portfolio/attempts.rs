//! The attempts of a portfolio: what was handed out to be sent, and what became of it.
//!
//! Promises: an attempt is known by its id for ever and never handed out twice; statuses in any order and any number of
//! them leave the same record; a record has a fixed size (48 bytes) and stays for as long as anything counts it. The
//! attempts to one person are chained, so that caps and repetition are counted exactly, from what really went.
//! Must not know: limits, consent, what a template is.

mod idempotency;
mod record;
mod stored;

use decider::{Millis, Timestamp, mix};
use rulebook::index::Index;
use rulebook::ring::Ring;

use crate::ids::{AttemptId, ContactIx, MessageKey};

pub use idempotency::{KEPT as KEY_KEPT, Keys};
pub use record::{NOBODY, NOT_COUNTED, Record, flag, progress_bits};
pub use stored::AttemptsV1;

/// How far back the attempts to one person are walked: no policy asks for more messages than this in its spans.
pub const WALK_MAX: usize = 64;

/// Expired attempts are dropped this many at a time: more than one send adds, so that they dwindle.
const DROPS_A_STEP: usize = 4;

/// All attempts that anything may still ask about.
#[derive(Debug, Default)]
pub struct Attempts {
    ring: Ring<Record>,
    by_message: Index<u64, u32>,
    /// Idempotency keys.
    pub keys: Keys,
    /// The first attempt that is not settled; all before it are.
    open: u64,
    digest: u64,
}

impl Attempts {
    /// The id of the next attempt.
    pub fn next(&self) -> AttemptId {
        AttemptId(self.ring.next_seq())
    }

    /// An attempt that is still kept.
    pub fn get(&self, attempt: AttemptId) -> Option<&Record> {
        self.ring.get(attempt.0)
    }

    /// Whether there was such an attempt, kept or not.
    pub fn was_made(&self, attempt: AttemptId) -> bool {
        attempt.0 < self.ring.next_seq()
    }

    /// The attempt that a message of the platform came of.
    pub fn of_message(&self, message: MessageKey) -> Option<AttemptId> {
        let attempt = self.resolve(self.by_message.get(message.0)?)?;
        (self.get(attempt)?.message == message).then_some(attempt)
    }

    /// The attempts to one person from the newest back, as far as they are kept: at most [`WALK_MAX`]. `last` is what
    /// [`Attempts::push`] gave for the newest.
    pub fn chain(&self, contact: ContactIx, last: u32) -> impl Iterator<Item = (AttemptId, &Record)> {
        let mut here = self.resolve(last);
        core::iter::from_fn(move || {
            let attempt = here?;
            let record = self.get(attempt).filter(|record| record.contact == contact)?;
            let before = self.resolve(record.before);
            here = before.filter(|before| before.0 < attempt.0);
            Some((attempt, record))
        })
        .take(WALK_MAX)
    }

    /// Asks for the first of a chain: see [`rulebook::prefetch`].
    #[inline]
    pub fn prefetch(&self, last: u32) {
        if let Some(attempt) = self.resolve(last) {
            self.ring.prefetch(attempt.0);
        }
    }

    /// Adds an attempt. Gives its id, and the low bits of it by which a person's chain begins.
    pub fn push(&mut self, record: Record) -> (AttemptId, u32) {
        self.digest = mix(self.digest ^ record.digest());
        let seq = self.ring.push(record);
        (AttemptId(seq), seq as u32)
    }

    /// Changes what is known of an attempt, if it is still kept.
    pub fn update(&mut self, attempt: AttemptId, change: impl FnOnce(&mut Record)) {
        let Some(record) = self.ring.get_mut(attempt.0) else {
            return;
        };
        let before = *record;
        change(record);
        let after = *record;
        if after == before {
            return;
        }
        self.digest = mix(self.digest ^ attempt.0 ^ after.digest());
        if after.message != before.message && after.message != MessageKey::NONE {
            self.index(after.message, attempt);
        }
        self.move_on();
    }

    /// The oldest attempt that is not settled.
    pub fn first_open(&self) -> Option<(AttemptId, Timestamp)> {
        let record = self.ring.get(self.open)?;
        Some((AttemptId(self.open), record.at()))
    }

    /// The attempts from the oldest unsettled one up to the first that was made after `until`.
    pub fn open_until(&self, until: Timestamp) -> (AttemptId, AttemptId) {
        let late = |seq: &u64| self.ring.get(*seq).is_none_or(|record| record.at() > until);
        let end = (self.open..).find(late).unwrap_or(self.open);
        (AttemptId(self.open), AttemptId(end))
    }

    /// Drops a few attempts older than `before`, settled ones only, and keys whose time is over.
    pub fn drop_old(&mut self, before: Timestamp, now: Timestamp) {
        for _ in 0..DROPS_A_STEP {
            match self.ring.front() {
                Some(record) if record.at() < before && self.ring.front_seq() < self.open => {
                    self.ring.pop_front();
                }
                _ => break,
            }
        }
        self.keys.drop_old(now);
    }

    /// Makes two chains one behind the later attempt, all of `into`; gives the new chain's low bits.
    pub fn merge(&mut self, from: (ContactIx, u32), into: (ContactIx, u32)) -> u32 {
        let mut all: Vec<u64> = self
            .chain(from.0, from.1)
            .chain(self.chain(into.0, into.1))
            .map(|(attempt, _)| attempt.0)
            .collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        for (place, &seq) in all.iter().enumerate() {
            let before = all.get(place + 1).map_or(NOBODY, |&before| before as u32);
            self.update(AttemptId(seq), |record| {
                record.contact = into.0;
                record.before = before;
            });
        }
        all.first().map_or(NOBODY, |&newest| newest as u32)
    }

    /// How many attempts are kept.
    pub fn len(&self) -> usize {
        self.ring.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.ring.heap_bytes() + self.by_message.heap_bytes() + self.keys.heap_bytes()
    }

    /// Differs when what is known of the attempts differs.
    pub fn digest(&self) -> u64 {
        mix(self.digest ^ self.ring.next_seq() ^ (self.open << 20)) ^ self.keys.digest()
    }

    fn index(&mut self, message: MessageKey, attempt: AttemptId) {
        let (front, next) = (self.ring.front_seq(), self.ring.next_seq());
        let kept = |_, low: u32| resolve(low, next).is_some_and(|seq| seq >= front);
        self.by_message.insert_purging(message.0, attempt.0 as u32, kept);
    }

    fn move_on(&mut self) {
        while self.ring.get(self.open).is_some_and(|record| !record.is_open()) {
            self.open += 1;
        }
    }

    fn resolve(&self, low: u32) -> Option<AttemptId> {
        let seq = resolve(low, self.ring.next_seq())?;
        (seq >= self.ring.front_seq()).then_some(AttemptId(seq))
    }
}

/// The newest sequence number below `next` with these low bits.
fn resolve(low: u32, next: u64) -> Option<u64> {
    if low == NOBODY {
        return None;
    }
    let newest = next.checked_sub(1)?;
    newest.checked_sub(u64::from((newest as u32).wrapping_sub(low)))
}

/// Records of this age, and younger ones, count for something: the rating window and a day.
pub const RETENTION_MIN: Millis = Millis::days(8);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::NumberIx;
    use crate::lane::Lane;

    fn at(ms: u64) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000 + ms)
    }

    fn record(contact: u32, before: u32, ms: u64) -> Record {
        Record::new(at(ms), ContactIx(contact), NumberIx(0), Lane::Marketing, before)
    }

    #[test]
    fn a_record_is_48_bytes() {
        assert_eq!(size_of::<Record>(), 48);
    }

    #[test]
    fn a_person_s_attempts_are_chained_and_unite() {
        let mut attempts = Attempts::default();
        let (mut anna, mut bert) = (NOBODY, NOBODY);
        for ms in 0..6 {
            if ms % 2 == 0 {
                anna = attempts.push(record(1, anna, ms)).1;
            } else {
                bert = attempts.push(record(2, bert, ms)).1;
            }
        }
        let ids = |attempts: &Attempts, contact, last| -> Vec<u64> {
            let chain = attempts.chain(ContactIx(contact), last);
            chain.map(|(attempt, _)| attempt.0).collect()
        };
        assert_eq!(ids(&attempts, 1, anna), [4, 2, 0]);
        assert_eq!(ids(&attempts, 2, bert), [5, 3, 1]);
        assert_eq!(ids(&attempts, 1, bert), [] as [u64; 0], "somebody else's");
        let both = attempts.merge((ContactIx(1), anna), (ContactIx(2), bert));
        assert_eq!(ids(&attempts, 2, both), [5, 4, 3, 2, 1, 0]);
    }

    #[test]
    fn what_is_open_is_kept_and_found_in_order() {
        let mut attempts = Attempts::default();
        for ms in [0, 10, 20] {
            attempts.push(record(1, NOBODY, ms));
        }
        attempts.update(AttemptId(1), |r| r.flags |= flag::ACCEPTED);
        assert_eq!(attempts.first_open(), Some((AttemptId(0), at(0))));
        attempts.drop_old(at(100), at(100));
        assert_eq!(attempts.len(), 3, "nothing is dropped behind an open one");
        assert_eq!(attempts.open_until(at(10)), (AttemptId(0), AttemptId(2)));
        attempts.update(AttemptId(0), |r| r.flags |= flag::REFUSED);
        assert_eq!(attempts.first_open(), Some((AttemptId(2), at(20))));
        attempts.drop_old(at(100), at(100));
        assert_eq!(attempts.len(), 1);
    }

    #[test]
    fn a_message_leads_to_its_attempt() {
        let mut attempts = Attempts::default();
        let (attempt, _) = attempts.push(record(1, NOBODY, 0));
        let message = MessageKey::of("wamid.1");
        assert_eq!(attempts.of_message(message), None);
        attempts.update(attempt, |r| r.message = message);
        assert_eq!(attempts.of_message(message), Some(attempt));
        assert_eq!(attempts.of_message(MessageKey::of("wamid.2")), None);
    }
}
