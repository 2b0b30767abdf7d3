//! The people of a number who came by a free entry point.

use std::collections::BTreeMap;

use decider::{Timestamp, mix};
use rulebook::edition::EntryPoint;
use rulebook::free_entry::Entry;

use super::Number;
use crate::ids::ContactIx;
use crate::portfolio::snapshot::sections::{Section, write};

/// Old entries are looked for when their number has doubled from here on.
const SWEEP_FROM: usize = 64;

/// Who came, and whether they were answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entries {
    of: BTreeMap<ContactIx, Entry>,
    digest: u64,
}

impl Entries {
    fn put(&mut self, contact: ContactIx, entry: Entry) {
        self.take(contact);
        self.digest ^= weigh(contact, entry);
        self.of.insert(contact, entry);
    }

    fn take(&mut self, contact: ContactIx) -> Option<Entry> {
        let entry = self.of.remove(&contact)?;
        self.digest ^= weigh(contact, entry);
        Some(entry)
    }

    fn sweep(&mut self, rule: &EntryPoint, at: Timestamp) {
        if self.of.len() >= SWEEP_FROM && self.of.len().is_power_of_two() {
            let past: Vec<ContactIx> = (self.of.iter())
                .filter(|(_, entry)| entry.is_past(rule, at))
                .map(|(contact, _)| *contact)
                .collect();
            for contact in past {
                self.take(contact);
            }
        }
    }
}

fn weigh(contact: ContactIx, entry: Entry) -> u64 {
    mix(entry.digest() ^ u64::from(contact.0))
}

impl Number {
    /// Since when everything that is sent to the person is free, if it is at `at`.
    pub fn free_since(&self, contact: ContactIx, rule: &EntryPoint, at: Timestamp) -> Option<Timestamp> {
        let entry = self.entries.as_ref()?.of.get(&contact)?;
        entry.free_since(rule, at)
    }

    /// A person comes by a free entry point.
    pub(in crate::portfolio) fn enters(&mut self, contact: ContactIx, rule: &EntryPoint, at: Timestamp) {
        let entries = self.entries.get_or_insert_default();
        entries.sweep(rule, at);
        let before = entries.of.get(&contact).copied();
        entries.put(contact, Entry::came(before, rule, at));
    }

    /// The business sends them something; whether that is free.
    pub(in crate::portfolio) fn answers(
        &mut self,
        contact: ContactIx,
        rule: &EntryPoint,
        at: Timestamp,
    ) -> bool {
        let Some(entries) = self.entries.as_mut() else {
            return false;
        };
        let Some(mut entry) = entries.of.get(&contact).copied() else {
            return false;
        };
        entry.answer(rule, at);
        entries.put(contact, entry);
        entry.is_open(rule, at)
    }

    pub(in crate::portfolio) fn merge_entries(&mut self, from: ContactIx, into: ContactIx) {
        let Some(entries) = self.entries.as_mut() else {
            return;
        };
        if let Some(old) = entries.take(from) {
            let kept = entries.of.get(&into).map_or(old, |kept| kept.with(old));
            entries.put(into, kept);
        }
    }

    /// For [`Number::digest`].
    pub(super) fn entries_digest(&self) -> u64 {
        self.entries.as_ref().map_or(0, |entries| entries.digest)
    }
}

/// Stored: by number in order, by person in order.
pub(crate) const SECTION: Section = Section {
    id: 33,
    version: 1,
    store: |portfolio| {
        let of = |number: &Number| -> Vec<(ContactIx, Entry)> {
            let all = number.entries.iter().flat_map(|entries| &entries.of);
            all.map(|(contact, entry)| (*contact, *entry)).collect()
        };
        let all: Vec<_> = portfolio.numbers.iter().map(of).collect();
        all.iter().any(|entries| !entries.is_empty()).then(|| write(&all))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(
            postcard::from_bytes(bytes).map(|all: Vec<Vec<(ContactIx, Entry)>>| {
                for (number, stored) in portfolio.numbers.iter_mut().zip(all) {
                    let mut entries = Entries::default();
                    for (contact, entry) in stored {
                        entries.put(contact, entry);
                    }
                    number.entries = (!entries.of.is_empty()).then(|| Box::new(entries));
                }
            }),
        ),
        _ => None,
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portfolio::snapshot::sections::tests::check;
    use rulebook::edition::Edition;

    #[test]
    fn the_bytes_stay() {
        let rule = &Edition::named("2023-per-number").expect("known").entry_point;
        let at = Timestamp::from_millis(1_693_832_400_000);
        check(
            &SECTION,
            2,
            "02 00 02 05 80999d82a631 00 07 80999d82a631 80999d82a631",
            |portfolio| {
                portfolio.numbers[1].enters(ContactIx(7), rule, at);
                portfolio.numbers[1].enters(ContactIx(5), rule, at);
                assert!(portfolio.numbers[1].answers(ContactIx(7), rule, at));
            },
        );
    }

    #[test]
    fn old_entries_go_and_the_digest_is_that_of_what_is_left() {
        let rule = &Edition::named("2023-per-number").expect("known").entry_point;
        let at = Timestamp::from_millis(1_693_832_400_000);
        let mut number = Number::new(crate::ids::WabaIx(0), 1, "Shop".into(), at);
        for person in 0..64 {
            number.enters(ContactIx(person), rule, at);
        }
        let later = at + rule.answer_within;
        number.enters(ContactIx(100), rule, later);
        let mut fresh = Number::new(crate::ids::WabaIx(0), 1, "Shop".into(), at);
        fresh.enters(ContactIx(100), rule, later);
        assert_eq!(number.entries, fresh.entries);
    }
}
