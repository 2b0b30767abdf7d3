//! The entries of a window in the order of their stamps, with two bits each and the counts of those bits.
//!
//! Promises: 12 bytes an entry and 152 bytes for 512 of them; a count over any tail costs one step a chunk and
//! one population count. Stamps are kept against a base for each chunk, so that time may run for ever.
//! Must not know: what the two bits mean to the rule.

use crate::prefetch::prefetch;
use crate::ring::Ring;

use super::Counting;

/// Entries that share a base and counts.
const CHUNK: u64 = 512;

/// So many expired entries are looked at one by one before a search: usually there is one, or none.
const STEPS: usize = 4;

/// The contact of an entry that no longer stands for anybody.
pub(super) const NOBODY: u32 = u32::MAX;

/// One counted message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) contact: u32,
    /// Milliseconds since the base of the chunk.
    stamp: u32,
    /// The low bits of the sequence number of the contact's entry before; its own if there is none.
    pub(super) before: u32,
}

/// 512 bits and how many of them are set.
#[derive(Clone, Copy, Debug, Default)]
struct Bits {
    words: [u64; 8],
    count: u32,
}

#[derive(Clone, Copy, Debug)]
struct Chunk {
    base: u64,
    bits: [Bits; 2],
}

/// A place in the log and how many bits of each kind are set from there on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) from: u64,
    /// No entry from there on that counts is stamped before this: as long as it is not gone, nothing is looked at.
    oldest: u64,
    pub(super) counts: [u32; 2],
}

impl Tally {
    /// Of nothing, from `from` on.
    pub(super) fn empty(from: u64) -> Self {
        Tally {
            from,
            oldest: u64::MAX,
            counts: [0; 2],
        }
    }

    /// Takes in the entry `seq` with both bits set, stamped `at`, at the end of the log.
    #[inline]
    pub(super) fn take_in(&mut self, seq: u64, at: u64) {
        if self.oldest == u64::MAX {
            (self.from, self.oldest) = (seq, at);
        }
        self.counts = self.counts.map(|count| count + 1);
    }
}

/// The entries, oldest first. A sequence number names the same entry for ever.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    entries: Ring<Entry>,
    chunks: Ring<Chunk>,
}

impl Log {
    /// A log whose first entry will be `seq`, in a chunk that counts its stamps from `base`.
    pub(super) fn starting_at(seq: u64, base: u64) -> Self {
        let mut chunks = Ring::starting_at(seq / CHUNK);
        if !seq.is_multiple_of(CHUNK) {
            chunks.push(Chunk {
                base,
                bits: [Bits::default(); 2],
            });
        }
        Log {
            entries: Ring::starting_at(seq),
            chunks,
        }
    }

    pub(super) fn front_seq(&self) -> u64 {
        self.entries.front_seq()
    }

    pub(super) fn next_seq(&self) -> u64 {
        self.entries.next_seq()
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.entries.heap_bytes() + self.chunks.heap_bytes()
    }

    #[inline]
    pub(super) fn entry(&self, seq: u64) -> Option<&Entry> {
        self.entries.get(seq)
    }

    #[inline]
    pub(super) fn entry_mut(&mut self, seq: u64) -> Option<&mut Entry> {
        self.entries.get_mut(seq)
    }

    /// The whole sequence number that ends in `low`, if that entry is kept.
    #[inline]
    pub(super) fn resolve(&self, low: u32) -> Option<u64> {
        let offset = u64::from(low.wrapping_sub(self.front_seq() as u32));
        (offset < self.entries.len() as u64).then_some(self.front_seq() + offset)
    }

    /// The entry of `contact` whose sequence number ends in `low`, if it is kept.
    #[inline]
    pub(super) fn resolve_of(&self, contact: u32, low: u32) -> Option<u64> {
        self.resolve(low)
            .filter(|&seq| self.entry(seq).is_some_and(|entry| entry.contact == contact))
    }

    /// The entry of the same contact before `seq`, if there is one and it is kept.
    #[inline]
    pub(super) fn before(&self, seq: u64) -> Option<u64> {
        let low = self.entry(seq)?.before;
        if low == seq as u32 {
            None
        } else {
            self.resolve(low)
        }
    }

    /// The stamp of an entry that is kept, in milliseconds since the Unix epoch.
    #[inline]
    pub(super) fn stamp(&self, seq: u64) -> Option<u64> {
        let entry = self.entries.get(seq)?;
        Some(self.chunks.get(seq / CHUNK)?.base + u64::from(entry.stamp))
    }

    /// Asks for the newest and the oldest entry, and those that the tallies stand at.
    #[inline]
    pub(super) fn prefetch(&self, tallies: [Tally; 2]) {
        let ends = [self.next_seq().saturating_sub(1), self.front_seq()];
        for seq in ends.into_iter().chain(tallies.map(|tally| tally.from)) {
            self.prefetch_entry(seq);
        }
    }

    /// Asks for an entry, its bits, and the base that it counts from.
    #[inline]
    pub(super) fn prefetch_entry(&self, seq: u64) {
        self.entries.prefetch(seq);
        if let Some(chunk) = self.chunks.get(seq / CHUNK) {
            let (word, _) = place(seq);
            prefetch(&chunk.base);
            chunk.bits.iter().for_each(|bits| prefetch(&bits.words[word]));
        }
    }

    /// The base of the first chunk kept.
    pub(super) fn base(&self) -> u64 {
        self.chunks.front().map_or(0, |chunk| chunk.base)
    }

    /// Makes sure that the next entry can be stamped `at`; gives its sequence number. A chunk whose base is
    /// more than 49 days back is filled up with entries of nobody.
    #[inline]
    pub(super) fn make_ready(&mut self, at: u64) -> u64 {
        let next = self.next_seq();
        match self.chunks.get(next / CHUNK) {
            Some(chunk) if at - chunk.base <= u64::from(u32::MAX) => next,
            Some(_) => self.pad(at),
            None => {
                self.chunks.push(Chunk {
                    base: at,
                    bits: [Bits::default(); 2],
                });
                next
            }
        }
    }

    #[cold]
    fn pad(&mut self, at: u64) -> u64 {
        while !self.next_seq().is_multiple_of(CHUNK) {
            self.entries.push(Entry {
                contact: NOBODY,
                stamp: u32::MAX,
                before: self.next_seq() as u32,
            });
        }
        self.make_ready(at)
    }

    /// Appends an entry after [`Log::make_ready`] for the same instant; sets neither bit.
    #[inline]
    pub(super) fn push(&mut self, contact: u32, at: u64, before: u32) {
        let base = self.chunks.back().map_or(at, |chunk| chunk.base);
        self.entries.push(Entry {
            contact,
            stamp: (at - base) as u32,
            before,
        });
    }

    /// Appends an entry as [`Log::push`] does, and sets both bits.
    #[inline]
    pub(super) fn push_set(&mut self, contact: u32, at: u64, before: u32) {
        let (word, bit) = place(self.next_seq());
        if let Some(chunk) = self.chunks.get_mut(self.next_seq() / CHUNK) {
            for bits in &mut chunk.bits {
                bits.words[word] |= bit;
                bits.count += 1;
            }
            let stamp = (at - chunk.base) as u32;
            self.entries.push(Entry {
                contact,
                stamp,
                before,
            });
        }
    }

    /// Drops the oldest entry.
    pub(super) fn pop_front(&mut self) {
        self.entries.pop_front();
        if self.front_seq() / CHUNK > self.chunks.front_seq() {
            self.chunks.pop_front();
        }
    }

    #[inline]
    pub(super) fn is_set(&self, kind: Counting, seq: u64) -> bool {
        let (word, bit) = place(seq);
        self.chunks
            .get(seq / CHUNK)
            .is_some_and(|chunk| chunk.bits[kind as usize].words[word] & bit != 0)
    }

    /// Sets or clears a bit; says whether it was different before.
    #[inline]
    pub(super) fn put(&mut self, kind: Counting, seq: u64, set: bool) -> bool {
        let (word, bit) = place(seq);
        let Some(chunk) = self.chunks.get_mut(seq / CHUNK) else {
            return false;
        };
        let bits = &mut chunk.bits[kind as usize];
        if (bits.words[word] & bit != 0) == set {
            return false;
        }
        bits.words[word] ^= bit;
        bits.count = if set { bits.count + 1 } else { bits.count - 1 };
        true
    }

    /// The tally from `seq` on.
    pub(super) fn tally(&self, from: u64) -> Tally {
        let mut counts = [0; 2];
        let mut seq = from;
        while seq < self.next_seq() {
            let end = chunk_end(seq);
            let more = self.count(seq, end);
            counts = [counts[0] + more[0], counts[1] + more[1]];
            seq = end;
        }
        let oldest = self.stamp(from).unwrap_or(u64::MAX);
        Tally { from, oldest, counts }
    }

    /// The tally without the entries stamped at or before `gone`, starting from an earlier one.
    #[inline]
    pub(super) fn advance(&self, tally: Tally, gone: u64) -> Tally {
        if tally.oldest > gone {
            return tally;
        }
        let mut tally = self.advance_far(tally, gone);
        tally.oldest = self.stamp(tally.from).unwrap_or(u64::MAX);
        tally
    }

    fn advance_far(&self, mut tally: Tally, gone: u64) -> Tally {
        for _ in 0..STEPS {
            match self.stamp(tally.from) {
                Some(stamp) if stamp <= gone => self.step(&mut tally),
                _ => return tally,
            }
        }
        while tally.from < self.next_seq() {
            let chunk_end = chunk_end(tally.from).min(self.next_seq());
            let whole = self.is_gone(chunk_end - 1, gone);
            let end = if whole {
                chunk_end
            } else {
                self.first_after(tally.from, chunk_end, gone)
            };
            let less = self.count(tally.from, end);
            tally.counts = [tally.counts[0] - less[0], tally.counts[1] - less[1]];
            tally.from = end;
            if !whole {
                break;
            }
        }
        tally
    }

    /// Takes the first entry out of a tally.
    fn step(&self, tally: &mut Tally) {
        let (word, bit) = place(tally.from);
        if let Some(chunk) = self.chunks.get(tally.from / CHUNK) {
            for (count, bits) in tally.counts.iter_mut().zip(&chunk.bits) {
                *count -= u32::from(bits.words[word] & bit != 0);
            }
        }
        tally.from += 1;
    }

    /// The first entry in `low..high` stamped after `gone`.
    fn first_after(&self, mut low: u64, mut high: u64, gone: u64) -> u64 {
        while low < high {
            let middle = low + (high - low) / 2;
            if self.is_gone(middle, gone) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn is_gone(&self, seq: u64, gone: u64) -> bool {
        self.stamp(seq).is_none_or(|stamp| stamp <= gone)
    }

    /// The `nth` (from 1) entry from `from` on whose bit is set.
    pub(super) fn select(&self, kind: Counting, from: u64, mut nth: u32) -> Option<u64> {
        let mut seq = from;
        while seq < self.next_seq() {
            let end = chunk_end(seq);
            let count = self.count(seq, end)[kind as usize];
            if count >= nth {
                let set = (seq..end).filter(|&seq| self.is_set(kind, seq));
                return set.into_iter().nth(nth as usize - 1);
            }
            nth -= count;
            seq = end;
        }
        None
    }

    /// How many bits of each kind are set in `from..end`, which lies in one chunk.
    fn count(&self, from: u64, end: u64) -> [u32; 2] {
        let Some(chunk) = self.chunks.get(from / CHUNK) else {
            return [0; 2];
        };
        let whole = from.is_multiple_of(CHUNK) && end == chunk_end(from);
        chunk.bits.map(|bits| {
            if whole {
                bits.count
            } else {
                bits.count_between(from, end)
            }
        })
    }
}

impl Bits {
    fn count_between(&self, from: u64, end: u64) -> u32 {
        let first = (from % CHUNK) as u32;
        let last = first + (end - from) as u32;
        let masked = self.words.iter().zip(0u32..).map(|(&word, index)| {
            let start = index * 64;
            word & low_bits(last.saturating_sub(start)) & !low_bits(first.saturating_sub(start))
        });
        masked.map(u64::count_ones).sum()
    }
}

/// A word with the lowest `count` bits set.
fn low_bits(count: u32) -> u64 {
    if count >= 64 { u64::MAX } else { (1 << count) - 1 }
}

fn chunk_end(seq: u64) -> u64 {
    (seq / CHUNK + 1) * CHUNK
}

#[inline]
fn place(seq: u64) -> (usize, u64) {
    let offset = (seq % CHUNK) as usize;
    (offset / 64, 1 << (offset % 64))
}
