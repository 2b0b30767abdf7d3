//! An append-only row of small records with absolute sequence numbers, dropped from the front.
//!
//! Promises: a sequence number names the same record for ever; no append copies more than 32 KiB and the list of
//! chunks; it grows from nothing, so that an idle owner costs little. Up to 32 KiB of records stand in one piece: to
//! look at one of them touches nothing but the record.
//! Must not know: what the records mean.

use std::collections::VecDeque;

use crate::prefetch::prefetch;

/// Records of one kind in the order in which they came, each with its sequence number, from 0 up.
#[derive(Clone, Debug)]
pub struct Ring<T> {
    /// The oldest records; all of them, while they fit into [`Ring::PIECE`].
    first: VecDeque<T>,
    /// What did not fit. All chunks but the last are full.
    chunks: VecDeque<Vec<T>>,
    front: u64,
    next: u64,
}

impl<T> Default for Ring<T> {
    fn default() -> Self {
        Ring {
            first: VecDeque::new(),
            chunks: VecDeque::new(),
            front: 0,
            next: 0,
        }
    }
}

/// The most records of `size` bytes that fit into `bytes`, between 16 and `most`, as a power of two.
const fn fit(bytes: usize, size: usize, most: usize) -> usize {
    let fit = bytes / if size == 0 { 1 } else { size };
    let fit = if fit > most { most } else { fit };
    let fit = if fit < 16 { 16 } else { fit };
    1 << fit.ilog2()
}

impl<T: Copy> Ring<T> {
    /// Records in a full chunk: the power of two that comes closest to 8 KiB from below, 16 to 1,024.
    pub const CHUNK: usize = fit(8_192, size_of::<T>(), 1_024);

    /// Records that stand in one piece before there are chunks: about 32 KiB.
    const PIECE: usize = fit(32_768, size_of::<T>(), 4_096);

    /// Without records; the first will have sequence number 0. Allocates nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Without records; the first will have sequence number `seq`, as when an older ring is restored.
    pub fn starting_at(seq: u64) -> Self {
        Ring {
            front: seq,
            next: seq,
            ..Self::default()
        }
    }

    /// The sequence number of the oldest record kept, or of the next one if there is none.
    #[inline]
    pub fn front_seq(&self) -> u64 {
        self.front
    }

    /// The sequence number that the next record will get.
    #[inline]
    pub fn next_seq(&self) -> u64 {
        self.next
    }

    /// How many records are kept.
    #[inline]
    pub fn len(&self) -> usize {
        (self.next - self.front) as usize
    }

    /// Whether no record is kept.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.next == self.front
    }

    /// Appends a record; gives its sequence number.
    #[inline]
    pub fn push(&mut self, record: T) -> u64 {
        if self.chunks.is_empty() && self.first.len() < Self::PIECE {
            if self.first.len() == self.first.capacity() {
                self.grow();
            }
            self.first.push_back(record);
        } else {
            self.push_chunked(record);
        }
        self.next += 1;
        self.next - 1
    }

    /// The record `seq`, if it was appended and not dropped.
    #[inline]
    pub fn get(&self, seq: u64) -> Option<&T> {
        let offset = seq.checked_sub(self.front)? as usize;
        match offset.checked_sub(self.first.len()) {
            None => self.first.get(offset),
            Some(beyond) => self.chunks.get(beyond / Self::CHUNK)?.get(beyond % Self::CHUNK),
        }
    }

    /// Asks for the memory of the record `seq`: see [`crate::prefetch`].
    #[inline]
    pub fn prefetch(&self, seq: u64) {
        if let Some(record) = self.get(seq) {
            prefetch(record);
        }
    }

    /// The record `seq`, to be changed in place.
    #[inline]
    pub fn get_mut(&mut self, seq: u64) -> Option<&mut T> {
        let offset = seq.checked_sub(self.front)? as usize;
        match offset.checked_sub(self.first.len()) {
            None => self.first.get_mut(offset),
            Some(beyond) => (self.chunks.get_mut(beyond / Self::CHUNK)?).get_mut(beyond % Self::CHUNK),
        }
    }

    /// The oldest record kept.
    #[inline]
    pub fn front(&self) -> Option<&T> {
        self.first.front()
    }

    /// The newest record.
    pub fn back(&self) -> Option<&T> {
        self.get(self.next.wrapping_sub(1))
    }

    /// Drops the oldest record and gives it.
    #[inline]
    pub fn pop_front(&mut self) -> Option<T> {
        let record = self.first.pop_front()?;
        self.front += 1;
        if self.first.is_empty() {
            self.first = self.chunks.pop_front().map(VecDeque::from).unwrap_or_default();
            self.shrink_list();
        } else if self.first.len() * 4 < self.first.capacity() {
            self.shrink_piece();
        }
        Some(record)
    }

    /// The records kept, oldest first, with their sequence numbers.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &T)> {
        (self.front..self.next).filter_map(|seq| self.get(seq).map(|record| (seq, record)))
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        let chunked: usize = self.chunks.iter().map(Vec::capacity).sum();
        self.chunks.capacity() * size_of::<Vec<T>>() + (self.first.capacity() + chunked) * size_of::<T>()
    }

    /// Grows the piece by a quarter: less room is wasted than by doubling, and it is copied a few times more.
    #[cold]
    fn grow(&mut self) {
        let more = (self.first.len() / 4).clamp(4, Self::PIECE);
        self.first.reserve_exact(more);
    }

    fn push_chunked(&mut self, record: T) {
        match self.chunks.back_mut() {
            Some(last) if last.len() < Self::CHUNK => last.push(record),
            _ => {
                let mut chunk = Vec::with_capacity(Self::CHUNK);
                chunk.push(record);
                self.chunks.push_back(chunk);
            }
        }
    }

    /// A piece that is nearly empty gives its room back, unless it is about to go as a whole.
    #[cold]
    fn shrink_piece(&mut self) {
        if self.chunks.is_empty() && self.first.capacity() > 16 {
            self.first.shrink_to(self.first.len() * 2);
        }
    }

    #[cold]
    fn shrink_list(&mut self) {
        if self.chunks.capacity() > 64 && self.chunks.len() * 8 < self.chunks.capacity() {
            self.chunks.shrink_to(self.chunks.len() * 2);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn chunks_are_about_8_kib_and_a_piece_32() {
        assert_eq!(Ring::<[u8; 24]>::PIECE, 1_024);
        assert_eq!(Ring::<[u8; 48]>::CHUNK, 128);
        assert_eq!(Ring::<[u32; 3]>::CHUNK, 512);
        assert_eq!(Ring::<u8>::CHUNK, 1_024);
        assert_eq!(Ring::<[u8; 4_096]>::CHUNK, 16);
    }

    #[test]
    fn an_idle_ring_costs_nothing_and_a_nearly_idle_one_little() {
        let mut ring = Ring::<[u8; 48]>::new();
        assert_eq!(ring.heap_bytes(), 0);
        for _ in 0..3 {
            ring.push([0; 48]);
        }
        assert!(ring.heap_bytes() <= 400, "{}", ring.heap_bytes());
        while ring.pop_front().is_some() {}
        assert_eq!((ring.heap_bytes(), ring.next_seq()), (0, 3));
    }

    #[test]
    fn sequence_numbers_stay_when_the_front_is_dropped() {
        let mut ring = Ring::<u64>::starting_at(5_000);
        for seq in 5_000..20_000 {
            assert_eq!(ring.push(seq), seq);
        }
        assert!((5_000..20_000).all(|seq| ring.get(seq) == Some(&seq)));
        for seq in 5_000..19_000 {
            assert_eq!(ring.pop_front(), Some(seq));
        }
        assert_eq!(
            (ring.get(18_999), ring.get(19_000), ring.get(20_000)),
            (None, Some(&19_000), None)
        );
        assert_eq!(
            (ring.front_seq(), ring.next_seq(), ring.len()),
            (19_000, 20_000, 1_000)
        );
        assert_eq!((ring.front(), ring.back()), (Some(&19_000), Some(&19_999)));
    }

    proptest! {
        #[test]
        fn behaves_like_a_queue(start in 0u64..3_000, steps in prop::collection::vec((0u8..3, 1usize..700), 0..30)) {
            let mut ring = Ring::<u64>::starting_at(start);
            let mut model = VecDeque::new();
            for (what, count) in steps {
                for _ in 0..count {
                    if what == 0 {
                        prop_assert_eq!(ring.pop_front(), model.pop_front());
                    } else {
                        let seq = ring.next_seq();
                        prop_assert_eq!(ring.push(seq * 7), seq);
                        model.push_back(seq * 7);
                    }
                }
                prop_assert_eq!(ring.len(), model.len());
                prop_assert!(ring.iter().map(|(_, record)| record).eq(model.iter()));
            }
        }
    }
}
