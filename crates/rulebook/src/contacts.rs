//! The people of a portfolio: a phone number on the outside, a small dense id inside.
//!
//! Promises: an id names one person for ever and is never given twice; several numbers may lead to one
//! person; at most 64 bytes a person. An erased person has no number any more.
//! Must not know: names, consent, messages.

use std::collections::BTreeMap;

use decider::mix;
use serde::{Deserialize, Serialize};

use crate::index::Index;
use crate::ring::Ring;

/// The table of phone numbers (E.164 digits as an integer) and contact ids.
#[derive(Clone, Debug, Default)]
pub struct Contacts {
    ids: Index<u64, u32>,
    /// By id: the number with which the id was added, 0 once erased.
    numbers: Ring<u64>,
    /// By survivor: the ids merged into it, in the order in which that happened.
    merged: BTreeMap<u32, Vec<u32>>,
    /// By merged id: its survivor.
    survivors: BTreeMap<u32, u32>,
    history: u64,
}

/// Everything that a [`Contacts`] is made of, in a form to be stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactsParts {
    /// The number of each id, from id 0 up; 0 for an erased one.
    pub numbers: Vec<u64>,
    /// Survivor and merged id, by survivor and then in the order in which they were merged.
    pub merged: Vec<(u32, u32)>,
    /// The running digest.
    pub history: u64,
}

impl Contacts {
    /// A table without people; allocates nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many ids were given, merged and erased ones included. Ids run from 0 to one below.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether nobody was added yet.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// The person behind a number; after a merge, the survivor.
    #[inline]
    pub fn id(&self, e164: u64) -> Option<u32> {
        self.ids.get(e164)
    }

    /// Asks for the memory in which the search for a number begins: see [`crate::prefetch`].
    #[inline]
    pub fn prefetch(&self, e164: u64) {
        self.ids.prefetch(e164);
    }

    /// The person behind a number, who is added if the number is new.
    pub fn add(&mut self, e164: u64) -> u32 {
        let id = self.numbers.next_seq() as u32;
        if let Some(known) = self.ids.insert_new(e164, id) {
            return known;
        }
        self.numbers.push(e164);
        self.remember(1, e164, u64::from(id));
        id
    }

    /// The number with which an id was added, unless it was erased.
    pub fn e164(&self, id: u32) -> Option<u64> {
        self.numbers
            .get(u64::from(id))
            .copied()
            .filter(|&number| number != 0)
    }

    /// The person whom an id names today: itself, or whom it was merged into.
    pub fn survivor(&self, id: u32) -> u32 {
        self.survivors.get(&id).copied().unwrap_or(id)
    }

    /// All ids of one person: the survivor first, then what was merged into it.
    pub fn aliases(&self, id: u32) -> impl Iterator<Item = u32> {
        let survivor = self.survivor(id);
        let merged = self.merged.get(&survivor).map(Vec::as_slice).unwrap_or_default();
        core::iter::once(survivor).chain(merged.iter().copied())
    }

    /// Makes two ids one person: every number of `from` leads to `into` from now on.
    /// Nothing happens if they are one person already, or if an id was never given.
    pub fn merge(&mut self, from: u32, into: u32) {
        let (from, into) = (self.survivor(from), self.survivor(into));
        let known = |id: u32| u64::from(id) < self.numbers.next_seq();
        if from == into || !known(from) || !known(into) {
            return;
        }
        let mut moved = vec![from];
        moved.extend(self.merged.remove(&from).unwrap_or_default());
        for &id in &moved {
            self.survivors.insert(id, into);
            if let Some(number) = self.e164(id) {
                self.ids.insert(number, into);
            }
        }
        self.merged.entry(into).or_default().extend(moved);
        self.remember(2, u64::from(from), u64::from(into));
    }

    /// Erases a person: none of their numbers leads to an id any more, and no id to a number.
    /// The ids stay taken; if a number comes back, it is somebody new.
    pub fn tombstone(&mut self, id: u32) {
        let ids: Vec<u32> = self.aliases(id).collect();
        for &id in &ids {
            let Some(number) = self.numbers.get_mut(u64::from(id)) else {
                continue;
            };
            let e164 = core::mem::take(number);
            if self.ids.get(e164).is_some_and(|owner| ids.contains(&owner)) {
                self.ids.remove(e164);
            }
        }
        self.remember(3, u64::from(id), 0);
    }

    /// Differs when two tables differ: a running hash of all that was done.
    pub fn digest(&self) -> u64 {
        mix(self.history ^ self.numbers.next_seq())
    }

    /// Bytes on the heap; what is kept about merged ids is estimated.
    pub fn heap_bytes(&self) -> usize {
        self.ids.heap_bytes() + self.numbers.heap_bytes() + self.survivors.len() * 64
    }

    /// The stored form.
    pub fn to_parts(&self) -> ContactsParts {
        let pairs =
            |(&into, ids): (&u32, &Vec<u32>)| ids.iter().map(move |&id| (into, id)).collect::<Vec<_>>();
        ContactsParts {
            numbers: self.numbers.iter().map(|(_, &number)| number).collect(),
            merged: self.merged.iter().flat_map(pairs).collect(),
            history: self.history,
        }
    }

    /// The table that [`Contacts::to_parts`] was taken of.
    pub fn from_parts(parts: &ContactsParts) -> Self {
        let mut contacts = Contacts {
            history: parts.history,
            ..Contacts::default()
        };
        for &(into, id) in &parts.merged {
            contacts.survivors.insert(id, into);
            contacts.merged.entry(into).or_default().push(id);
        }
        for &number in &parts.numbers {
            let id = contacts.numbers.push(number) as u32;
            if number != 0 {
                contacts.ids.insert(number, contacts.survivor(id));
            }
        }
        contacts
    }

    fn remember(&mut self, what: u64, first: u64, second: u64) {
        self.history = mix(mix(self.history ^ what) ^ first) ^ second;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANA: u64 = 34_600_000_001;
    const ANA_AT_WORK: u64 = 34_600_000_002;
    const BEN: u64 = 4_915_100_000_003;

    #[test]
    fn ids_are_dense_and_adding_twice_gives_the_same() {
        let mut contacts = Contacts::new();
        assert_eq!(contacts.heap_bytes(), 0);
        assert_eq!([ANA, BEN, ANA].map(|number| contacts.add(number)), [0, 1, 0]);
        assert_eq!((contacts.id(BEN), contacts.id(1)), (Some(1), None));
        assert_eq!((contacts.e164(0), contacts.e164(2)), (Some(ANA), None));
    }

    #[test]
    fn merged_numbers_lead_to_the_survivor_also_in_a_chain() {
        let mut contacts = Contacts::new();
        let ids = [ANA, ANA_AT_WORK, BEN].map(|number| contacts.add(number));
        contacts.merge(ids[0], ids[1]);
        contacts.merge(ids[0], ids[2]);
        contacts.merge(ids[2], ids[0]);
        assert_eq!(
            [ANA, ANA_AT_WORK, BEN].map(|number| contacts.id(number)),
            [Some(ids[2]); 3]
        );
        assert_eq!(contacts.survivor(ids[1]), ids[2]);
        assert_eq!(contacts.aliases(ids[0]).collect::<Vec<_>>(), [2, 1, 0]);
        assert_eq!(contacts.e164(ids[0]), Some(ANA), "an alias keeps its own number");
    }

    #[test]
    fn an_erased_person_is_gone_with_all_numbers_and_comes_back_as_somebody_new() {
        let mut contacts = Contacts::new();
        let ids = [ANA, ANA_AT_WORK, BEN].map(|number| contacts.add(number));
        contacts.merge(ids[0], ids[1]);
        contacts.tombstone(ids[0]);
        assert_eq!([ANA, ANA_AT_WORK].map(|number| contacts.id(number)), [None; 2]);
        assert_eq!(
            [contacts.e164(0), contacts.e164(1), contacts.e164(2)],
            [None, None, Some(BEN)]
        );
        assert_eq!(contacts.add(ANA), 3);
        contacts.tombstone(ids[1]);
        assert_eq!(
            contacts.id(ANA),
            Some(3),
            "erasing the old person again leaves the new one"
        );
    }

    #[test]
    fn the_stored_form_gives_the_same_table() {
        let mut contacts = Contacts::new();
        for number in 1..=20 {
            contacts.add(number * 1_000);
        }
        contacts.merge(3, 5);
        contacts.merge(5, 7);
        contacts.merge(9, 7);
        contacts.tombstone(11);
        let restored = Contacts::from_parts(&contacts.to_parts());
        assert_eq!(restored.to_parts(), contacts.to_parts());
        assert_eq!(restored.digest(), contacts.digest());
        for number in 1..=20 {
            assert_eq!(
                restored.id(number * 1_000),
                contacts.id(number * 1_000),
                "{number}"
            );
        }
    }

    #[test]
    fn at_most_64_bytes_a_person_at_a_million() {
        let mut contacts = Contacts::new();
        for person in 0..1_000_000u64 {
            contacts.add(34_600_000_000 + person * 7);
        }
        let bytes = contacts.heap_bytes() as f64 / 1e6;
        assert!(bytes <= 64.0, "{bytes} bytes a person");
    }
}
