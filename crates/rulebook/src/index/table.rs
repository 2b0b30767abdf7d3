//! A hash table of small entries that stand beside their keys: to find one, to find that it is not there, and to put it
//! there touches one cache line in most cases, where a table with its control bytes apart touches two or three.
//!
//! Promises: never grows by itself; at most three quarters of its slots are taken, so that the search for a key that is
//! not there ends soon (8 slots on average when it is full); removing leaves no trace.
//! Must not know: which table a key belongs to.
//!
//! It is open addressing with linear probing; a removal moves those back that stood behind.

use super::{Key, hash_of};
use crate::prefetch::prefetch;

/// Fewest slots of a table that has any.
const SLOTS_MIN: usize = 4;

#[derive(Clone, Debug)]
pub(super) struct Table<K, V> {
    /// A power of two of them, or none; one is free if it has [`Key::VACANT`] as its key.
    slots: Vec<(K, V)>,
    len: usize,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Table {
            slots: Vec::new(),
            len: 0,
        }
    }
}

impl<K: Key, V: Copy + Default> Table<K, V> {
    /// With room for so many entries.
    pub(super) fn with_room(entries: usize) -> Self {
        let slots = match entries {
            0 => 0,
            _ => (entries * 4).div_ceil(3).next_power_of_two().max(SLOTS_MIN),
        };
        Table {
            slots: vec![(K::VACANT, V::default()); slots],
            len: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// How many entries it may hold.
    pub(super) fn room(&self) -> usize {
        self.slots.len() / 4 * 3
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.slots.capacity() * size_of::<(K, V)>()
    }

    #[inline]
    pub(super) fn get(&self, hash: u64, key: K) -> Option<V> {
        let found = self.probe(hash, key).ok()?;
        Some(self.slots[found].1)
    }

    /// Asks for the slot in which the search for this hash begins.
    #[inline]
    pub(super) fn prefetch(&self, hash: u64) {
        let mask = self.slots.len().wrapping_sub(1);
        if let Some(slot) = self.slots.get(hash as usize & mask) {
            prefetch(slot);
        }
    }

    #[inline]
    pub(super) fn get_mut(&mut self, hash: u64, key: K) -> Option<&mut V> {
        let found = self.probe(hash, key).ok()?;
        Some(&mut self.slots[found].1)
    }

    /// Sets the value of `key` if it has none; else gives the place of the one it has. There must be room for one more.
    #[inline]
    pub(super) fn insert_new(&mut self, hash: u64, key: K, value: V) -> Option<&mut V> {
        match self.probe(hash, key) {
            Ok(found) => Some(&mut self.slots[found].1),
            Err(free) => {
                self.slots[free] = (key, value);
                self.len += 1;
                None
            }
        }
    }

    /// Removes `key`; gives the value it had.
    pub(super) fn remove(&mut self, hash: u64, key: K) -> Option<V> {
        let found = self.probe(hash, key).ok()?;
        let value = self.slots[found].1;
        self.close(found);
        self.len -= 1;
        Some(value)
    }

    /// The entries, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (K, V)> {
        self.slots.iter().copied().filter(|slot| slot.0 != K::VACANT)
    }

    /// The same entries in as little room as holds `entries`, but those that `keep` does not want.
    pub(super) fn rebuild(&mut self, entries: usize, keep: impl Fn(K, V) -> bool) {
        let mut new = Table::with_room(entries);
        for (key, value) in self.iter().filter(|entry| keep(entry.0, entry.1)) {
            new.insert_new(hash_of(&key), key, value);
        }
        *self = new;
    }

    /// Where `key` is, else where it would go. An empty table has no such place.
    #[inline]
    fn probe(&self, hash: u64, key: K) -> Result<usize, usize> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        while let Some(slot) = self.slots.get(at) {
            if slot.0 == key {
                return Ok(at);
            }
            if slot.0 == K::VACANT {
                return Err(at);
            }
            at = (at + 1) & mask;
        }
        Err(0)
    }

    /// Takes the entry at `gap` away: whatever a search would reach only through it moves back.
    fn close(&mut self, mut gap: usize) {
        let mask = self.slots.len() - 1;
        let mut at = gap;
        loop {
            at = (at + 1) & mask;
            let (key, _) = self.slots[at];
            if key == K::VACANT {
                break;
            }
            let home = hash_of(&key) as usize & mask;
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(gap) & mask {
                self.slots[gap] = self.slots[at];
                gap = at;
            }
        }
        self.slots[gap].0 = K::VACANT;
    }
}
