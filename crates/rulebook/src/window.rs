//! The window of a messaging limit: unique recipients of the last 24 h and of the last 7 days, from one structure
//! (rules L1, L2 and L4 (c), all editions: `limits.window` and `limits.upgrade.window`; who is noted here is the
//! caller's rule L3). The longer span bounds what is kept.
//!
//! A recipient is in use at `now` if a counted message to them was accepted in (now - 86,400,000 ms, now]; a later
//! one renews the stamp. Edition values decide whether a message that failed later still counts ([`Counting`]).
//!
//! Promises: counts are exact at any instant and reading them changes nothing; every operation is O(1) but for a
//! step per 512 entries when time jumps; expired entries are dropped a few at a time, so that nothing is done in
//! one lump, and a scope that falls silent keeps the last ones until it sends again; at most 48 bytes a live pair of
//! scope and recipient. Stamps never run backwards: an earlier instant is taken as the latest one seen.
//! Must not know: limits, tiers, what a message is.
//!
//! How: entries stand in a log in order of their stamps. The entries of one contact are chained: the newest
//! accepted one is the head, all others in the chain have not failed. Of two bits an entry has one if it is the
//! head of its contact (`Accepted`) and one if it is the contact's newest that has not failed (`NotFailed`); so a
//! count of unique recipients is a count of bits. Two cursors carry the counts of the two spans along.

mod log;
mod parts;
#[cfg(test)]
mod tests;

use decider::{Millis, Timestamp, mix};

use crate::index::Index;
use crate::prefetch::prefetch;
use log::{Log, NOBODY, Tally};
pub use parts::{WindowEntry, WindowParts};

/// At most so many expired entries are dropped by one operation: more than it can add, so that they dwindle.
const DROPS_A_STEP: usize = 8;

/// After so many dropped entries it is seen to the heads that lead nowhere.
const HEADS_EVERY: u64 = 256;

/// Whether a message that failed after it was accepted still counts (L2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Counting {
    /// It does: 2023 and 2024.
    Accepted = 0,
    /// It does not: 2026, where deliveries count.
    NotFailed = 1,
}

/// The unique recipients of one scope (a number or a portfolio).
#[derive(Clone, Debug)]
pub struct Window {
    used_span: u64,
    reached_span: u64,
    log: Log,
    /// By contact: the low bits of the sequence number of its head. Heads of dropped entries stay until their room
    /// is needed: they lead nowhere, or to an entry of somebody else.
    heads: Index<u32, u32>,
    /// The 24 h tally as of `settled`.
    used: Tally,
    /// The 7 days tally as of `settled`, from the start of the tier on.
    reached: Tally,
    /// The first sequence number of the tier.
    tier: u64,
    /// The latest instant seen.
    settled: u64,
    history: u64,
}

impl Window {
    /// A window without recipients; allocates nothing. `used` is the span of the limit, `reached` that of the rise.
    pub fn new(used: Millis, reached: Millis) -> Self {
        Window {
            used_span: used.get(),
            reached_span: reached.get(),
            log: Log::default(),
            heads: Index::new(),
            used: Tally::empty(0),
            reached: Tally::empty(0),
            tier: 0,
            settled: 0,
            history: 0,
        }
    }

    /// A counted message to `contact` was accepted at `at`.
    pub fn note(&mut self, contact: u32, at: Timestamp) {
        self.remember(1, contact, at);
        // Before settling: entries that fill up a chunk are older than `at`, and the tallies must pass them.
        let seq = self.log.make_ready(self.settled.max(at.millis()));
        self.settle(at);
        self.append(seq, contact, self.settled);
        self.drop_expired(DROPS_A_STEP);
    }

    /// The message to `contact` accepted at `accepted_at` failed: it is still one that was accepted, and no longer
    /// one that has not failed. Nothing happens if it is older than 7 days or unknown.
    pub fn fail(&mut self, contact: u32, accepted_at: Timestamp) {
        self.remember(2, contact, accepted_at);
        let mut after = None;
        let mut here = self.head(contact);
        while let Some(seq) = here {
            let stamp = self.log.stamp(seq);
            let failed_before = after.is_none() && !self.log.is_set(Counting::NotFailed, seq);
            if stamp == Some(accepted_at.millis()) && !failed_before {
                return self.mark_failed(seq, after);
            }
            if stamp < Some(accepted_at.millis()) {
                return;
            }
            after = Some(seq);
            here = self.log.before(seq);
        }
    }

    /// A new tier begins: [`Window::reached`] counts only what is noted from now on.
    pub fn begin_tier(&mut self, at: Timestamp) {
        self.remember(3, 0, at);
        self.settle(at);
        self.tier = self.log.next_seq();
        self.reached = Tally::empty(self.tier);
        self.drop_expired(DROPS_A_STEP);
    }

    /// The contact `from` turned out to be the same person as `into`, who has the entries of both from now on.
    pub fn merge(&mut self, from: u32, into: u32) {
        self.remember(4, from, Timestamp::from_millis(u64::from(into)));
        if from == into || self.head(from).is_none() {
            return;
        }
        let mut chain: Vec<u64> = self.chain(from).chain(self.chain(into)).collect();
        chain.sort_unstable_by(|a, b| b.cmp(a));
        let newest = chain.first().copied();
        let heads = [self.head(from), self.head(into)];
        chain.retain(|&seq| {
            let failed = heads.contains(&Some(seq)) && !self.log.is_set(Counting::NotFailed, seq);
            if failed && newest != Some(seq) {
                self.forget(seq);
            }
            !failed || newest == Some(seq)
        });
        let newest_failed = newest.is_some_and(|seq| !self.log.is_set(Counting::NotFailed, seq));
        let newest_failed = newest_failed && newest.is_some_and(|seq| heads.contains(&Some(seq)));
        self.heads.remove(from);
        self.relink(into, &chain, newest_failed);
    }

    /// How many recipients are in use at `now`, which is not before the last operation. Exact.
    #[inline]
    pub fn used(&self, now: Timestamp, counting: Counting) -> u32 {
        self.used_at(now).counts[counting as usize]
    }

    /// How many recipients had, in the last 7 days and since the tier began, a message that has not failed (L4 (c)).
    #[inline]
    pub fn reached(&self, now: Timestamp) -> u32 {
        let tally = match now.millis().checked_sub(self.reached_span) {
            Some(gone) => self.log.advance(self.reached, gone),
            None => self.reached,
        };
        tally.counts[Counting::NotFailed as usize]
    }

    /// Whether `contact` is in use: a further message to them takes no slot.
    #[inline]
    pub fn in_use(&self, contact: u32, now: Timestamp, counting: Counting) -> bool {
        let entry = match counting {
            Counting::Accepted => self.head(contact),
            Counting::NotFailed => self.good(contact),
        };
        entry
            .and_then(|seq| self.log.stamp(seq))
            .is_some_and(|stamp| stamp + self.used_span > now.millis())
    }

    /// Whether [`Window::reached`] counts `contact` already.
    pub fn reached_already(&self, contact: u32, now: Timestamp) -> bool {
        let good = self.good(contact).filter(|&seq| seq >= self.tier);
        good.and_then(|seq| self.log.stamp(seq))
            .is_some_and(|stamp| stamp + self.reached_span > now.millis())
    }

    /// The first instant from `now` on at which fewer than `limit` recipients are in use if nothing more is sent.
    /// `None` for a limit of 0.
    pub fn frees_at(&self, now: Timestamp, limit: u32, counting: Counting) -> Option<Timestamp> {
        let tally = self.used_at(now);
        let used = tally.counts[counting as usize];
        if used < limit {
            return Some(now);
        }
        if limit == 0 {
            return None;
        }
        let last_to_go = self.log.select(counting, tally.from, used - limit + 1)?;
        self.log
            .stamp(last_to_go)
            .map(|stamp| Timestamp::from_millis(stamp + self.used_span))
    }

    /// When the newest counted message to `contact` was accepted; messages older than 7 days may be forgotten.
    pub fn last(&self, contact: u32) -> Option<Timestamp> {
        self.head(contact)
            .and_then(|seq| self.log.stamp(seq))
            .map(Timestamp::from_millis)
    }

    /// Asks for what every count and every note reads: see [`crate::prefetch`].
    #[inline]
    pub fn prefetch(&self) {
        prefetch(&self.history);
        self.log.prefetch([self.used, self.reached]);
    }

    /// Asks for the place where the newest entry of a contact is looked up.
    #[inline]
    pub fn prefetch_head(&self, contact: u32) {
        self.heads.prefetch(contact);
    }

    /// Asks for the newest entry of a contact itself: of use once its head is there.
    #[inline]
    pub fn prefetch_newest(&self, contact: u32) {
        if let Some(seq) = self.heads.get(contact).and_then(|low| self.log.resolve(low)) {
            self.log.prefetch_entry(seq);
        }
    }

    /// How many entries are kept.
    pub fn len(&self) -> usize {
        (self.log.next_seq() - self.log.front_seq()) as usize
    }

    /// Whether no entry is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.log.heap_bytes() + self.heads.heap_bytes()
    }

    /// Differs when two windows differ: a running hash of all that was done.
    pub fn digest(&self) -> u64 {
        let counts = u64::from(self.used.counts[0]) << 32 | u64::from(self.reached.counts[1]);
        mix(mix(self.history ^ self.log.next_seq()) ^ mix(self.log.front_seq() ^ counts))
    }

    #[inline]
    fn used_at(&self, now: Timestamp) -> Tally {
        match now.millis().checked_sub(self.used_span) {
            Some(gone) => self.log.advance(self.used, gone),
            None => self.used,
        }
    }

    /// The newest entry of a contact.
    #[inline]
    fn head(&self, contact: u32) -> Option<u64> {
        self.log.resolve_of(contact, self.heads.get(contact)?)
    }

    /// The newest entry of a contact that has not failed.
    #[inline]
    fn good(&self, contact: u32) -> Option<u64> {
        let head = self.head(contact)?;
        if self.log.is_set(Counting::NotFailed, head) {
            Some(head)
        } else {
            self.log.before(head)
        }
    }

    /// The entries of a contact from the newest back.
    fn chain(&self, contact: u32) -> impl Iterator<Item = u64> {
        core::iter::successors(self.head(contact), |&seq| self.log.before(seq))
    }

    /// Moves the clock and both tallies on.
    #[inline]
    fn settle(&mut self, at: Timestamp) {
        self.settled = self.settled.max(at.millis());
        if let Some(gone) = self.settled.checked_sub(self.used_span) {
            self.used = self.log.advance(self.used, gone);
        }
        if let Some(gone) = self.settled.checked_sub(self.reached_span) {
            self.reached = self.log.advance(self.reached, gone);
        }
    }

    /// Makes a new entry, for which the log is ready, the head of `contact`. A head that had failed leaves the chain.
    #[inline]
    fn append(&mut self, seq: u64, contact: u32, at: u64) {
        let log = &self.log;
        let earlier = self
            .heads
            .insert_purging(contact, seq as u32, |_, low| log.resolve(low).is_some());
        let head = earlier.and_then(|low| self.log.resolve_of(contact, low));
        let mut before = head;
        if let Some(head) = head {
            self.put(Counting::Accepted, head, false);
            if !self.put(Counting::NotFailed, head, false) {
                before = self.log.before(head);
                self.forget(head);
            }
        }
        if let (Some(good), true) = (before, before != head) {
            self.put(Counting::NotFailed, good, false);
        }
        self.log.push_set(contact, at, before.unwrap_or(seq) as u32);
        for tally in [&mut self.used, &mut self.reached] {
            tally.take_in(seq, at);
        }
    }

    /// Marks an entry that had not failed; `after` is the next newer one of its contact. A failed entry stays
    /// in the chain only as its head.
    fn mark_failed(&mut self, seq: u64, after: Option<u64>) {
        let before = self.log.before(seq);
        if let Some(after) = after {
            let link = before.unwrap_or(after) as u32;
            if let Some(entry) = self.log.entry_mut(after) {
                entry.before = link;
            }
        }
        if self.put(Counting::NotFailed, seq, false)
            && let Some(before) = before
        {
            self.put(Counting::NotFailed, before, true);
        }
        if after.is_some() {
            self.forget(seq);
        }
    }

    /// Makes `chain` (newest first) the entries of `contact`; only the newest may have failed.
    fn relink(&mut self, contact: u32, chain: &[u64], newest_failed: bool) {
        for (place, &seq) in chain.iter().enumerate() {
            self.put(Counting::Accepted, seq, place == 0);
            self.put(Counting::NotFailed, seq, place == usize::from(newest_failed));
            let before = chain.get(place + 1).copied().unwrap_or(seq) as u32;
            if let Some(entry) = self.log.entry_mut(seq) {
                entry.contact = contact;
                entry.before = before;
            }
        }
        if let Some(&newest) = chain.first() {
            self.heads.insert(contact, newest as u32);
        }
    }

    /// Sets or clears a bit and keeps the tallies right; says whether it was different before.
    #[inline]
    fn put(&mut self, kind: Counting, seq: u64, set: bool) -> bool {
        let changed = self.log.put(kind, seq, set);
        if changed {
            for tally in [&mut self.used, &mut self.reached] {
                if seq >= tally.from {
                    let count = &mut tally.counts[kind as usize];
                    *count = if set { *count + 1 } else { *count - 1 };
                }
            }
        }
        changed
    }

    /// Makes an entry one of nobody.
    fn forget(&mut self, seq: u64) {
        self.put(Counting::Accepted, seq, false);
        self.put(Counting::NotFailed, seq, false);
        if let Some(entry) = self.log.entry_mut(seq) {
            entry.contact = NOBODY;
        }
    }

    /// Drops at most `max` entries older than the longer span. Both tallies are past them.
    #[inline]
    fn drop_expired(&mut self, max: usize) {
        let kept = self.reached_span.max(self.used_span);
        let Some(gone) = self.settled.checked_sub(kept) else {
            return;
        };
        for _ in 0..max {
            if self
                .log
                .stamp(self.log.front_seq())
                .is_none_or(|stamp| stamp > gone)
            {
                return;
            }
            self.log.pop_front();
            if self.is_empty() || self.log.front_seq().is_multiple_of(HEADS_EVERY) {
                self.drop_heads();
            }
        }
    }

    /// After a great broadcast, gives the room of heads that lead nowhere back, a sub-table at a time. In a steady
    /// state there are at most three times as many heads as entries, and nothing is done.
    #[cold]
    fn drop_heads(&mut self) {
        let (log, kept) = (&self.log, self.log.next_seq() - self.log.front_seq());
        if kept == 0 {
            self.heads = Index::new();
        } else if self.heads.len() as u64 > 4 * kept + HEADS_EVERY {
            self.heads.purge_next(|_, low| log.resolve(low).is_some());
        }
    }

    fn remember(&mut self, what: u32, who: u32, at: Timestamp) {
        self.history = mix(self.history ^ (u64::from(what) << 32 | u64::from(who))) ^ at.millis();
    }
}
