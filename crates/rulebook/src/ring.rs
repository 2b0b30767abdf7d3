//! An append-only row of small records with absolute sequence numbers, dropped from the front.
//!
//! Promises: a sequence number names the same record for ever; no append copies more than one chunk
//! (about 8 KiB) and the list of chunks; the first chunk grows from nothing, so that an idle owner costs little.
//! Must not know: what the records mean.

use std::collections::VecDeque;

/// Records of one kind in the order in which they came, each with its sequence number, from 0 up.
#[derive(Clone, Debug)]
pub struct Ring<T> {
    /// All but the last are full, and so is the last but for its tail; the first may have a dropped head.
    chunks: VecDeque<Vec<T>>,
    /// The sequence number of the first record in the first chunk.
    base: u64,
    front: u64,
    next: u64,
}

impl<T> Default for Ring<T> {
    fn default() -> Self {
        Ring {
            chunks: VecDeque::new(),
            base: 0,
            front: 0,
            next: 0,
        }
    }
}

impl<T: Copy> Ring<T> {
    /// Records in a full chunk: the power of two that comes closest to 8 KiB from below, 16 to 1,024.
    pub const CHUNK: usize = {
        let fit = 8_192 / if size_of::<T>() == 0 { 1 } else { size_of::<T>() };
        let fit = if fit > 1_024 { 1_024 } else { fit };
        let fit = if fit < 16 { 16 } else { fit };
        1 << fit.ilog2()
    };

    /// Without records; the first will have sequence number 0. Allocates nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Without records; the first will have sequence number `seq`, as when an older ring is restored.
    pub fn starting_at(seq: u64) -> Self {
        Ring {
            chunks: VecDeque::new(),
            base: seq,
            front: seq,
            next: seq,
        }
    }

    /// The sequence number of the oldest record kept, or of the next one if there is none.
    pub fn front_seq(&self) -> u64 {
        self.front
    }

    /// The sequence number that the next record will get.
    pub fn next_seq(&self) -> u64 {
        self.next
    }

    /// How many records are kept.
    pub fn len(&self) -> usize {
        (self.next - self.front) as usize
    }

    /// Whether no record is kept.
    pub fn is_empty(&self) -> bool {
        self.next == self.front
    }

    /// Appends a record; gives its sequence number.
    #[inline]
    pub fn push(&mut self, record: T) -> u64 {
        let (chunk, _) = self.place(self.next);
        if chunk == self.chunks.len() {
            self.add_chunk();
        }
        self.chunks[chunk].push(record);
        self.next += 1;
        self.next - 1
    }

    /// The record `seq`, if it was appended and not dropped.
    #[inline]
    pub fn get(&self, seq: u64) -> Option<&T> {
        if seq < self.front || seq >= self.next {
            return None;
        }
        let (chunk, offset) = self.place(seq);
        self.chunks.get(chunk)?.get(offset)
    }

    /// The record `seq`, to be changed in place.
    #[inline]
    pub fn get_mut(&mut self, seq: u64) -> Option<&mut T> {
        if seq < self.front || seq >= self.next {
            return None;
        }
        let (chunk, offset) = self.place(seq);
        self.chunks.get_mut(chunk)?.get_mut(offset)
    }

    /// The oldest record kept.
    pub fn front(&self) -> Option<&T> {
        self.get(self.front)
    }

    /// The newest record.
    pub fn back(&self) -> Option<&T> {
        self.get(self.next.wrapping_sub(1))
    }

    /// Drops the oldest record and gives it.
    #[inline]
    pub fn pop_front(&mut self) -> Option<T> {
        let record = *self.get(self.front)?;
        self.front += 1;
        if self.front == self.next {
            self.chunks = VecDeque::new();
            self.base = self.front;
        } else if self.front - self.base == Self::CHUNK as u64 {
            self.chunks.pop_front();
            self.base += Self::CHUNK as u64;
            if self.chunks.capacity() > 64 && self.chunks.len() * 8 < self.chunks.capacity() {
                self.chunks.shrink_to(self.chunks.len() * 2);
            }
        }
        Some(record)
    }

    /// The records kept, oldest first, with their sequence numbers.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &T)> {
        (self.front..self.next).filter_map(|seq| self.get(seq).map(|record| (seq, record)))
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        let records: usize = self
            .chunks
            .iter()
            .map(|chunk| chunk.capacity() * size_of::<T>())
            .sum();
        self.chunks.capacity() * size_of::<Vec<T>>() + records
    }

    /// The chunk of `seq` and the offset in it.
    #[inline]
    fn place(&self, seq: u64) -> (usize, usize) {
        let offset = (seq - self.base) as usize;
        (offset / Self::CHUNK, offset % Self::CHUNK)
    }

    /// A first chunk grows as it fills; later ones have their full size from the start.
    #[cold]
    fn add_chunk(&mut self) {
        let capacity = if self.chunks.is_empty() { 0 } else { Self::CHUNK };
        self.chunks.push_back(Vec::with_capacity(capacity));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn chunks_are_about_8_kib() {
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
