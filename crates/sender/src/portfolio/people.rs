//! The people of a portfolio: whom a key names, and what decides about writing to them.
//!
//! Promises: an id names one person for ever; several keys may lead to one person; a person's row is a fixed 20 bytes.
//! Must not know: names, texts, what a consent covers.

use std::collections::BTreeMap;

use decider::{Timestamp, mix};
use rulebook::contacts::{Contacts, ContactsParts};
use rulebook::ring::Ring;
use serde::{Deserialize, Serialize};

use super::attempts::NOBODY;
use crate::ids::{ContactIx, NumberIx, PersonKey};

/// What decides about writing to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The newest attempt to them: low bits, or [`NOBODY`].
    pub last: u32,
    /// When they last wrote or called, in seconds since the Unix epoch, rounded down; 0 for never.
    pub inbound: u32,
    /// To which number that was.
    pub inbound_number: NumberIx,
    /// See [`flag`].
    pub flags: u16,
    /// No marketing before this, because the platform asked for it (131049): seconds since the Unix epoch.
    pub not_before: u32,
    /// The first of their consents, or [`NOBODY`].
    pub consents: u32,
}

/// The bits of [`Person::flags`]: that there is something to look up, or that it must not be.
pub mod flag {
    /// They wrote to more than one number.
    pub const SEVERAL_NUMBERS: u16 = 1;
    /// There is an opt-out of theirs.
    pub const OPTED_OUT: u16 = 1 << 1;
    /// They are on the suppression list.
    pub const SUPPRESSED: u16 = 1 << 2;
    /// Their identity changed: consents are suspended until one is renewed.
    pub const CHANGED: u16 = 1 << 3;
    /// They were erased.
    pub const ERASED: u16 = 1 << 4;
}

impl Default for Person {
    fn default() -> Self {
        Person {
            last: NOBODY,
            inbound: 0,
            inbound_number: NumberIx(0),
            flags: 0,
            not_before: 0,
            consents: NOBODY,
        }
    }
}

impl Person {
    /// Whether all bits of `flags` are set.
    pub fn is(&self, flags: u16) -> bool {
        self.flags & flags == flags
    }
}

/// Everybody whom the portfolio knows.
#[derive(Debug, Default)]
pub struct People {
    contacts: Contacts,
    rows: Ring<Person>,
    /// By person and number, for those who wrote to several: when they last did, in seconds since the Unix epoch.
    inbound: BTreeMap<(ContactIx, NumberIx), u32>,
    digest: u64,
}

impl People {
    /// How many ids were given, merged and erased ones included.
    pub fn len(&self) -> usize {
        self.contacts.len()
    }

    /// Whether nobody is known.
    pub fn is_empty(&self) -> bool {
        self.contacts.is_empty()
    }

    /// The person whom a key names.
    #[inline]
    pub fn find(&self, key: PersonKey) -> Option<ContactIx> {
        self.contacts.id(key.0).map(ContactIx)
    }

    /// Asks for what [`People::find`] will read first: see [`rulebook::prefetch`].
    #[inline]
    pub fn prefetch_key(&self, key: PersonKey) {
        self.contacts.prefetch(key.0);
    }

    /// Asks for what [`People::get`] will read.
    #[inline]
    pub fn prefetch(&self, contact: ContactIx) {
        self.rows.prefetch(u64::from(contact.0));
    }

    /// The id that the next new person gets.
    pub fn next(&self) -> ContactIx {
        ContactIx(self.contacts.len() as u32)
    }

    /// The key with which an id was added, unless it was erased.
    pub fn key(&self, contact: ContactIx) -> Option<PersonKey> {
        self.contacts.e164(contact.0).map(PersonKey)
    }

    /// As whom the window counts a person who is written to by a key. The platform counts numbers: a person who changed
    /// theirs is two to it, each by the id that was first given for the key.
    pub fn own_id(&self, contact: ContactIx, key: PersonKey) -> ContactIx {
        if !self.get(contact).is(flag::CHANGED) {
            return contact;
        }
        let mut ids = self.contacts.aliases(contact.0).map(ContactIx);
        ids.find(|id| self.key(*id) == Some(key)).unwrap_or(contact)
    }

    /// Every id of a person: their own, and those that turned out to be theirs.
    pub fn ids(&self, contact: ContactIx) -> impl Iterator<Item = ContactIx> {
        self.contacts.aliases(contact.0).map(ContactIx)
    }

    /// Every key of a person.
    pub fn keys(&self, contact: ContactIx) -> impl Iterator<Item = PersonKey> {
        self.contacts
            .aliases(contact.0)
            .filter_map(|id| self.contacts.e164(id))
            .map(PersonKey)
    }

    /// The phone number of a person, if one is known: the canonical one.
    pub fn e164(&self, contact: ContactIx) -> Option<u64> {
        self.keys(contact).find_map(PersonKey::e164)
    }

    /// The person whom an id names today.
    pub fn survivor(&self, contact: ContactIx) -> ContactIx {
        ContactIx(self.contacts.survivor(contact.0))
    }

    /// What decides about a person; of nobody known, nothing.
    #[inline]
    pub fn get(&self, contact: ContactIx) -> Person {
        self.rows.get(u64::from(contact.0)).copied().unwrap_or_default()
    }

    /// When a person last wrote to a number or called it, rounded down to the second.
    #[inline]
    pub fn last_inbound(&self, contact: ContactIx, person: &Person, number: NumberIx) -> Option<Timestamp> {
        let seconds = if person.is(flag::SEVERAL_NUMBERS) {
            self.inbound.get(&(contact, number)).copied().unwrap_or(0)
        } else if person.inbound_number == number {
            person.inbound
        } else {
            0
        };
        (seconds > 0).then(|| Timestamp::from_millis(u64::from(seconds) * 1_000))
    }

    /// Adds the person of a key, if it is new.
    pub fn add(&mut self, key: PersonKey) {
        self.contacts.add(key.0);
        while self.rows.len() < self.contacts.len() {
            self.rows.push(Person::default());
        }
    }

    /// Changes what decides about a person.
    pub fn update(&mut self, contact: ContactIx, change: impl FnOnce(&mut Person)) {
        if let Some(person) = self.rows.get_mut(u64::from(contact.0)) {
            change(person);
            self.digest = mix(self.digest ^ u64::from(contact.0) ^ row_digest(person));
        }
    }

    /// A person wrote to a number or called it. Earlier news than what is known changes nothing.
    pub fn note_inbound(&mut self, contact: ContactIx, number: NumberIx, seconds: u32) {
        let person = self.get(contact);
        let known = self
            .last_inbound(contact, &person, number)
            .map_or(0, |at| at.seconds());
        if u64::from(seconds) <= known {
            return;
        }
        let elsewhere = person.inbound > 0 && person.inbound_number != number;
        if elsewhere && !person.is(flag::SEVERAL_NUMBERS) {
            self.inbound
                .insert((contact, person.inbound_number), person.inbound);
        }
        let several = elsewhere || person.is(flag::SEVERAL_NUMBERS);
        if several {
            self.inbound.insert((contact, number), seconds);
        }
        self.update(contact, |person| {
            if several {
                person.flags |= flag::SEVERAL_NUMBERS;
            }
            if seconds >= person.inbound {
                person.inbound = seconds;
                person.inbound_number = number;
            }
        });
    }

    /// No service window is open any more: whoever wrote may have been another.
    pub fn forget_inbound(&mut self, contact: ContactIx) {
        self.inbound.retain(|(of, _), _| *of != contact);
        self.update(contact, |person| {
            person.inbound = 0;
            person.flags &= !flag::SEVERAL_NUMBERS;
        });
    }

    /// Makes `from` and `into` one person, `into`; what has to be united elsewhere is given: the row that is gone.
    pub fn merge(&mut self, from: ContactIx, into: ContactIx) -> Option<Person> {
        let (from, into) = (self.survivor(from), self.survivor(into));
        if from == into || from.index() >= self.len() || into.index() >= self.len() {
            return None;
        }
        let gone = self.get(from);
        let numbers: Vec<(NumberIx, u32)> = if gone.is(flag::SEVERAL_NUMBERS) {
            let theirs = (from, NumberIx(0))..=(from, NumberIx(u16::MAX));
            self.inbound
                .range(theirs)
                .map(|((_, number), at)| (*number, *at))
                .collect()
        } else {
            vec![(gone.inbound_number, gone.inbound)]
        };
        self.contacts.merge(from.0, into.0);
        for (number, seconds) in numbers {
            self.inbound.remove(&(from, number));
            self.note_inbound(into, number, seconds);
        }
        self.update(from, |row| *row = Person::default());
        self.update(into, |row| {
            row.flags |= gone.flags & !flag::SEVERAL_NUMBERS;
            row.not_before = row.not_before.max(gone.not_before);
        });
        Some(gone)
    }

    /// Erases a person: no key leads to them any more. Gives the row that is gone.
    pub fn erase(&mut self, contact: ContactIx) -> Person {
        let gone = self.get(contact);
        self.contacts.tombstone(contact.0);
        self.inbound.retain(|(of, _), _| *of != contact);
        self.update(contact, |row| {
            *row = Person {
                flags: flag::ERASED,
                ..Person::default()
            };
        });
        gone
    }

    /// Bytes on the heap: of the keys, and of all else.
    pub fn heap_bytes(&self) -> (usize, usize) {
        let several = self.inbound.len() * 24;
        (self.contacts.heap_bytes(), self.rows.heap_bytes() + several)
    }

    /// Differs when what is known of the people differs.
    pub fn digest(&self) -> u64 {
        mix(self.digest ^ self.contacts.digest())
    }

    /// The stored form.
    pub fn to_parts(&self) -> PeopleV1 {
        PeopleV1 {
            contacts: self.contacts.to_parts(),
            rows: self.rows.iter().map(|(_, row)| *row).collect(),
            inbound: self
                .inbound
                .iter()
                .map(|(&(contact, number), &at)| (contact, number, at))
                .collect(),
            digest: self.digest,
        }
    }

    /// From the stored form.
    pub fn from_parts(parts: PeopleV1) -> Self {
        let mut rows = Ring::new();
        for row in parts.rows {
            rows.push(row);
        }
        let inbound = parts.inbound.into_iter();
        People {
            contacts: Contacts::from_parts(&parts.contacts),
            rows,
            inbound: inbound
                .map(|(contact, number, at)| ((contact, number), at))
                .collect(),
            digest: parts.digest,
        }
    }
}

/// Version 1 of the stored form.
#[derive(Debug, Serialize, Deserialize)]
pub struct PeopleV1 {
    contacts: ContactsParts,
    rows: Vec<Person>,
    inbound: Vec<(ContactIx, NumberIx, u32)>,
    digest: u64,
}

fn row_digest(row: &Person) -> u64 {
    let when = u64::from(row.inbound) << 32 | u64::from(row.not_before);
    let what = u64::from(row.last) << 32 | u64::from(row.consents);
    mix(when ^ u64::from(row.flags) ^ u64::from(row.inbound_number.0) << 16) ^ mix(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: NumberIx = NumberIx(0);
    const TWO: NumberIx = NumberIx(1);

    fn people(keys: &[u64]) -> People {
        let mut people = People::default();
        for &key in keys {
            people.add(PersonKey(key));
        }
        people
    }

    fn wrote(people: &People, contact: u32, number: NumberIx) -> Option<u64> {
        let contact = ContactIx(contact);
        let at = people.last_inbound(contact, &people.get(contact), number);
        at.map(Timestamp::seconds)
    }

    #[test]
    fn each_number_has_its_own_service_window() {
        let mut people = people(&[10, 20]);
        // (number, seconds, known of one, known of two)
        let rows = [
            (ONE, 100, Some(100), None),
            (ONE, 90, Some(100), None),
            (TWO, 50, Some(100), Some(50)),
            (ONE, 200, Some(200), Some(50)),
            (TWO, 300, Some(200), Some(300)),
        ];
        for (number, seconds, one, two) in rows {
            people.note_inbound(ContactIx(0), number, seconds);
            assert_eq!((wrote(&people, 0, ONE), wrote(&people, 0, TWO)), (one, two));
        }
        assert_eq!(wrote(&people, 1, ONE), None);
        let again = People::from_parts(people.to_parts());
        assert_eq!(wrote(&again, 0, ONE), Some(200));
        assert_eq!(again.digest(), people.digest());
    }

    #[test]
    fn merged_people_keep_the_latest_of_both() {
        let mut people = people(&[10, 20]);
        people.note_inbound(ContactIx(0), ONE, 100);
        people.note_inbound(ContactIx(0), TWO, 300);
        people.note_inbound(ContactIx(1), ONE, 200);
        people.update(ContactIx(0), |row| row.not_before = 9);
        let gone = people.merge(ContactIx(0), ContactIx(1)).expect("two people");
        assert_eq!(gone.not_before, 9);
        assert_eq!(people.find(PersonKey(10)), Some(ContactIx(1)));
        assert_eq!(
            (wrote(&people, 1, ONE), wrote(&people, 1, TWO)),
            (Some(200), Some(300))
        );
        assert_eq!(people.get(ContactIx(1)).not_before, 9);
        assert_eq!(
            people.merge(ContactIx(0), ContactIx(1)),
            None,
            "they are one already"
        );
        assert_eq!(people.e164(ContactIx(1)), Some(20));
    }

    #[test]
    fn nobody_finds_who_was_erased() {
        let mut people = people(&[10]);
        people.note_inbound(ContactIx(0), ONE, 100);
        people.erase(ContactIx(0));
        assert_eq!(people.find(PersonKey(10)), None);
        assert_eq!(wrote(&people, 0, ONE), None);
        people.add(PersonKey(10));
        assert_eq!(people.find(PersonKey(10)), Some(ContactIx(1)), "somebody new");
        assert_eq!(size_of::<Person>(), 20);
    }
}
