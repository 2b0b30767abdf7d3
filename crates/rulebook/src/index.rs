//! A hash map without iteration, for state that is looked up by key and never listed.
//!
//! Promises: the same keys give the same behaviour in every run (fixed seed, no order to observe);
//! no operation rehashes more than one sub-table of [`SPLIT_AT`] entries, so there is no stall
//! however large the map grows; an empty map owns no heap.
//! Must not know: what the keys mean.
//!
//! It is extendible hashing: a directory indexed by some bits of the hash points to small tables (module `table`).
//! A full table splits in two by the next bit; the directory doubles when it must, which copies
//! four bytes a table and no entry. The first table stands in the map itself: as long as it is the only one, which
//! is so for most numbers, a look-up touches neither directory nor list of tables.

mod table;

use core::hash::{BuildHasher, Hash};

use foldhash::fast::FixedState;

use table::Table;

/// A sub-table with this many entries is split: 3/4 of 8,192 slots, where it would have to grow.
pub const SPLIT_AT: usize = 6_144;

/// No more directory bits than this: 2^20 sub-tables hold over 3 * 10^9 entries.
const DEPTH_MAX: u8 = 20;

/// A sub-table uses the low bits of a hash; the directory uses those from here.
const DIRECTORY_SHIFT: u32 = 32;

/// A sub-table smaller than this is never shrunk.
const SHRINK_FLOOR: usize = 64;

/// What can be a key: a small value, one of which stands for "no key" inside a table.
pub trait Key: Copy + Eq + Hash {
    /// That one. It can be a key like any other; it is kept apart.
    const VACANT: Self;
}

impl Key for u32 {
    const VACANT: Self = u32::MAX;
}

impl Key for u64 {
    const VACANT: Self = u64::MAX;
}

impl Key for u128 {
    const VACANT: Self = u128::MAX;
}

impl Key for (u16, u64) {
    const VACANT: Self = (u16::MAX, u64::MAX);
}

/// A hash map from `K` to `V` that cannot be iterated.
#[derive(Clone)]
pub struct Index<K, V> {
    /// Power-of-two many positions, 0 for `first` and n for `further[n - 1]`; none at all while there is only `first`.
    directory: Vec<u32>,
    first: SubTable<K, V>,
    further: Vec<SubTable<K, V>>,
    /// The value of [`Key::VACANT`].
    vacant: Option<V>,
    len: usize,
    /// The sub-table that was purged last.
    purged: usize,
}

#[derive(Clone)]
struct SubTable<K, V> {
    entries: Table<K, V>,
    /// How many directory bits all keys of this table have in common.
    depth: u8,
}

impl<K, V> Default for SubTable<K, V> {
    fn default() -> Self {
        SubTable {
            entries: Table::default(),
            depth: 0,
        }
    }
}

impl<K, V> Default for Index<K, V> {
    fn default() -> Self {
        Index {
            directory: Vec::new(),
            first: SubTable::default(),
            further: Vec::new(),
            vacant: None,
            len: 0,
            purged: 0,
        }
    }
}

impl<K, V> core::fmt::Debug for Index<K, V> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Index")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

impl<K: Key, V: Copy + Default> Index<K, V> {
    /// An empty map; allocates nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many keys it holds.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it holds no key.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The value of `key`.
    #[inline]
    pub fn get(&self, key: K) -> Option<V> {
        if key == K::VACANT {
            return self.vacant;
        }
        let hash = hash_of(&key);
        self.table(self.position(hash)).entries.get(hash, key)
    }

    /// Asks for the memory in which the search for `key` begins: see [`crate::prefetch`].
    #[inline]
    pub fn prefetch(&self, key: K) {
        let hash = hash_of(&key);
        self.table(self.position(hash)).entries.prefetch(hash);
    }

    /// The value of `key`, to be changed in place.
    #[inline]
    pub fn get_mut(&mut self, key: K) -> Option<&mut V> {
        if key == K::VACANT {
            return self.vacant.as_mut();
        }
        let hash = hash_of(&key);
        let position = self.position(hash);
        self.table_mut(position).entries.get_mut(hash, key)
    }

    /// Whether `key` is there.
    pub fn contains(&self, key: K) -> bool {
        self.get(key).is_some()
    }

    /// Sets the value of `key`; gives the value it had.
    #[inline]
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.insert_purging(key, value, |_, _| true)
    }

    /// Sets the value of `key`; gives the value it had. Where a sub-table is full, the entries in it that `keep` does
    /// not want go before it grows: so an owner whose entries become worthless by themselves need not remove them
    /// one by one, and a sub-table is never more than a third emptier for it.
    #[inline]
    pub fn insert_purging(&mut self, key: K, value: V, keep: impl Fn(K, V) -> bool) -> Option<V> {
        let before = if key == K::VACANT {
            self.vacant.replace(value)
        } else {
            let hash = hash_of(&key);
            let position = self.make_room(self.position(hash), hash, keep);
            let known = self.table_mut(position).entries.insert_new(hash, key, value);
            known.map(|known| core::mem::replace(known, value))
        };
        self.len += usize::from(before.is_none());
        before
    }

    /// Sets the value of `key` if it has none; else gives the one it has, which stays.
    #[inline]
    pub fn insert_new(&mut self, key: K, value: V) -> Option<V> {
        if key == K::VACANT {
            if self.vacant.is_none() {
                self.insert(key, value);
                return None;
            }
            return self.vacant;
        }
        let hash = hash_of(&key);
        let position = self.make_room(self.position(hash), hash, |_, _| true);
        let entries = &mut self.table_mut(position).entries;
        let known = entries.insert_new(hash, key, value).copied();
        self.len += usize::from(known.is_none());
        known
    }

    /// Removes `key`; gives the value it had.
    #[inline]
    pub fn remove(&mut self, key: K) -> Option<V> {
        let value = if key == K::VACANT {
            self.vacant.take()
        } else {
            let hash = hash_of(&key);
            let position = self.position(hash);
            let table = &mut self.table_mut(position).entries;
            let value = table.remove(hash, key);
            if table.room() > SHRINK_FLOOR && table.len() * 8 < table.room() {
                table.rebuild(table.len() * 2, |_, _| true);
            }
            value
        }?;
        self.len -= 1;
        if self.len == 0 {
            *self = Self::default();
        }
        Some(value)
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        let tables: usize = core::iter::once(&self.first)
            .chain(&self.further)
            .map(|table| table.entries.heap_bytes())
            .sum();
        self.directory.capacity() * size_of::<u32>()
            + self.further.capacity() * size_of::<SubTable<K, V>>()
            + tables
    }

    /// How many sub-tables there are.
    fn tables(&self) -> usize {
        1 + self.further.len()
    }

    #[inline]
    fn table(&self, position: usize) -> &SubTable<K, V> {
        match position.checked_sub(1) {
            None => &self.first,
            Some(further) => &self.further[further],
        }
    }

    #[inline]
    fn table_mut(&mut self, position: usize) -> &mut SubTable<K, V> {
        match position.checked_sub(1) {
            None => &mut self.first,
            Some(further) => &mut self.further[further],
        }
    }

    /// The position of the table of `hash`.
    #[inline]
    fn position(&self, hash: u64) -> usize {
        if self.directory.is_empty() {
            return 0;
        }
        self.directory[directory_bits(hash) & (self.directory.len() - 1)] as usize
    }

    /// Makes room for one more entry in the table at `position`; gives the position of the table of `hash` then.
    #[inline]
    fn make_room(&mut self, position: usize, hash: u64, keep: impl Fn(K, V) -> bool) -> usize {
        let entries = &self.table(position).entries;
        if entries.len() < entries.room() {
            position
        } else {
            self.make_room_in_full(position, hash, keep)
        }
    }

    /// Purges a full table; splits or grows it if more than two thirds are worth keeping.
    #[cold]
    fn make_room_in_full(&mut self, position: usize, hash: u64, keep: impl Fn(K, V) -> bool) -> usize {
        let table = self.table(position);
        let (full, depth) = (table.entries.len(), table.depth);
        let kept = table
            .entries
            .iter()
            .filter(|entry| keep(entry.0, entry.1))
            .count();
        if kept < full {
            self.purge(position, kept, full, keep);
        }
        if kept < full && kept * 3 <= full * 2 {
            return position;
        }
        if full < SPLIT_AT || depth >= DEPTH_MAX {
            self.table_mut(position).entries.rebuild(full + 1, |_, _| true);
            return position;
        }
        self.split(position, hash);
        self.position(hash)
    }

    /// Rebuilds a table without the entries that `keep` does not want, with `room` for as many.
    fn purge(&mut self, position: usize, kept: usize, room: usize, keep: impl Fn(K, V) -> bool) {
        let table = &mut self.table_mut(position).entries;
        let gone = table.len() - kept;
        table.rebuild(room, keep);
        self.len -= gone;
    }

    /// Purges and shrinks one sub-table after another, one a call: for an owner most of whose entries are worthless.
    pub fn purge_next(&mut self, keep: impl Fn(K, V) -> bool) {
        self.purged = (self.purged + 1) % self.tables();
        let (position, table) = (self.purged, &self.table(self.purged).entries);
        let kept = table.iter().filter(|entry| keep(entry.0, entry.1)).count();
        if kept < table.len() {
            self.purge(position, kept, kept, keep);
        }
    }

    /// Moves the entries whose next bit is set from the table at `position` to a new one.
    #[cold]
    fn split(&mut self, position: usize, hash: u64) {
        let depth = self.table(position).depth;
        let next_bit = 1usize << depth;
        if self.directory.is_empty() {
            self.directory.push(0);
        }
        if next_bit == self.directory.len() {
            self.directory.extend_from_within(..);
        }
        let old = core::mem::take(&mut self.table_mut(position).entries);
        let stays = old
            .iter()
            .filter(|entry| directory_bits(hash_of(&entry.0)) & next_bit == 0)
            .count();
        // Either may be the one that is inserted into next.
        let mut low = Table::with_room(stays + 1);
        let mut high = Table::with_room(old.len() - stays + 1);
        for (key, value) in old.iter() {
            let hash = hash_of(&key);
            let half = if directory_bits(hash) & next_bit == 0 {
                &mut low
            } else {
                &mut high
            };
            half.insert_new(hash, key, value);
        }
        let new_position = self.tables() as u32;
        *self.table_mut(position) = SubTable {
            entries: low,
            depth: depth + 1,
        };
        self.further.push(SubTable {
            entries: high,
            depth: depth + 1,
        });
        let first = (directory_bits(hash) & (next_bit - 1)) | next_bit;
        for slot in (first..self.directory.len()).step_by(next_bit * 2) {
            self.directory[slot] = new_position;
        }
    }
}

#[inline]
fn hash_of<K: Hash>(key: &K) -> u64 {
    FixedState::with_seed(0x676f_6f64).hash_one(key)
}

#[inline]
fn directory_bits(hash: u64) -> usize {
    (hash >> DIRECTORY_SHIFT) as usize
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_empty_index_owns_no_heap_and_an_emptied_one_gives_it_back() {
        let mut index = Index::<u32, u32>::new();
        assert_eq!(index.heap_bytes(), 0);
        assert_eq!((index.get(1), index.remove(1)), (None, None));
        for key in 0..50_000 {
            index.insert(key, key);
        }
        for key in 0..50_000 {
            assert_eq!(index.remove(key), Some(key));
        }
        assert_eq!((index.len(), index.heap_bytes()), (0, 0));
    }

    #[test]
    fn sub_tables_split_and_keep_every_key() {
        let count = SPLIT_AT as u64 * 20;
        let mut index = Index::new();
        for key in 0..count {
            assert_eq!(index.insert(key << 20, key), None);
        }
        assert!(index.tables() >= 20, "{} tables", index.tables());
        assert!(index.further.iter().all(|table| table.entries.len() <= SPLIT_AT));
        assert!(index.first.entries.len() <= SPLIT_AT);
        for key in 0..count {
            assert_eq!(index.get(key << 20), Some(key));
        }
        assert_eq!(index.get(1), None);
        assert_eq!(index.len() as u64, count);
    }

    #[test]
    fn worthless_entries_go_when_room_is_needed() {
        let mut index = Index::new();
        let live = 20_000u32;
        for key in 0..live * 50 {
            index.insert_purging(key, key, |_, value| value + live > key);
            assert!(index.get(key.saturating_sub(live - 1)).is_some());
        }
        let most = live as usize * 3;
        assert!(
            index.len() <= most,
            "{} entries for {live} live ones",
            index.len()
        );
        assert!(
            index.heap_bytes() / live as usize <= 36,
            "{} bytes",
            index.heap_bytes() / live as usize
        );
        for _ in 0..index.tables() {
            index.purge_next(|_, value| value >= live * 50 - 10);
        }
        assert_eq!(index.len(), 10);
        assert!(index.heap_bytes() < 4_096, "{} bytes", index.heap_bytes());
    }

    proptest! {
        #[test]
        fn behaves_like_a_map(steps in prop::collection::vec((0u8..5, key(), any::<u32>()), 0..400)) {
            let mut index = Index::new();
            let mut model = BTreeMap::new();
            for (what, key, value) in steps {
                match what {
                    4 => {
                        let known = model.get(&key).copied();
                        model.entry(key).or_insert(value);
                        prop_assert_eq!(index.insert_new(key, value), known);
                    }
                    0 | 1 => prop_assert_eq!(index.insert(key, value), model.insert(key, value)),
                    2 => prop_assert_eq!(index.remove(key), model.remove(&key)),
                    _ => prop_assert_eq!(index.get_mut(key).copied(), model.get(&key).copied()),
                }
                prop_assert_eq!(index.len(), model.len());
            }
            for key in (0..200).chain([u32::MAX]) {
                prop_assert_eq!(index.get(key), model.get(&key).copied());
            }
        }
    }

    /// Few, so that they meet again; among them the one that stands for none.
    fn key() -> impl Strategy<Value = u32> {
        prop_oneof![9 => 0u32..200, 1 => Just(u32::MAX)]
    }
}
