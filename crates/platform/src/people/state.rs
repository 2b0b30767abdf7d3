//! What a portfolio knows of its simulated people: who they are, and what they are about to do.
//!
//! Promises: room is taken by what is about to happen and by those who have muted, archived or stopped, by nobody else.

use std::collections::BTreeMap;

use decider::{Timestamp, mix};
use rulebook::rating::Signal;
use serde::{Deserialize, Serialize};

use super::cast::{Cast, Person};
use super::magic::magic;
use super::reaction::Act;
use crate::ids::{ContactIx, MessageId, NumberIx, TemplateIx};

/// Something that is about to happen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pending {
    /// The message that it is about.
    pub message: MessageId,
    /// What.
    pub act: Act,
}

/// The simulated people of a portfolio.
#[derive(Clone, Debug, Default)]
pub struct People {
    cast: Option<Cast>,
    /// By due time, equal times in the order in which they were decided.
    pending: BTreeMap<(Timestamp, u64), Pending>,
    tickets: u64,
    moods: BTreeMap<(NumberIx, ContactIx), u8>,
    links: BTreeMap<TemplateIx, u64>,
    history: u64,
}

/// The bits of a mood.
mod mood {
    pub(super) const STOPPED: u8 = 1;
    pub(super) const MUTED: u8 = 2;
    pub(super) const ARCHIVED: u8 = 4;
}

/// What a person has done to a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Mood(u8);

impl Mood {
    /// They have asked for no more promotions.
    pub fn stopped(self) -> bool {
        self.0 & mood::STOPPED != 0
    }

    /// They have muted the chat.
    pub fn muted(self) -> bool {
        self.0 & mood::MUTED != 0
    }

    /// They have archived the chat.
    pub fn archived(self) -> bool {
        self.0 & mood::ARCHIVED != 0
    }
}

impl People {
    /// Who they are from now on; what is about to happen stays.
    pub fn set_cast(&mut self, cast: Option<Cast>) {
        self.remember(1, cast.as_ref().map_or(0, Cast::digest));
        self.cast = cast;
    }

    /// The groups of the file, if one was given.
    pub fn cast(&self) -> Option<&Cast> {
        self.cast.as_ref()
    }

    /// Who has this number: a magic recipient, or one of the file's people.
    pub fn person(&self, e164: u64) -> Option<Person<'_>> {
        let of_file = || self.cast.as_ref().and_then(|cast| cast.person(e164));
        magic().person(e164).or_else(of_file)
    }

    /// Something will happen.
    pub fn expect(&mut self, at: Timestamp, pending: Pending) {
        self.remember(2, at.millis() ^ pending.message.content_key().rotate_left(20));
        self.pending.insert((at, self.tickets), pending);
        self.tickets += 1;
    }

    /// When the next thing happens.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.pending.first_key_value().map(|((at, _), _)| *at)
    }

    /// What happens next.
    pub fn next(&self) -> Option<Pending> {
        self.pending.first_key_value().map(|(_, pending)| *pending)
    }

    /// What the person with this number says by a line, or by a stop word.
    pub fn person_line(&self, e164: u64, line: u16, stops: bool) -> Option<&str> {
        Some(self.person(e164)?.into_line(line, stops))
    }

    /// What is due at `now`, in order.
    pub fn due(&self, now: Timestamp) -> impl Iterator<Item = Pending> + '_ {
        self.pending
            .range(..=(now, u64::MAX))
            .map(|(_, pending)| *pending)
    }

    /// The first so many have happened.
    pub fn acted(&mut self, count: u16) {
        self.remember(3, count.into());
        for _ in 0..count {
            self.pending.pop_first();
        }
    }

    /// A person did something to a number.
    pub fn note(&mut self, number: NumberIx, contact: ContactIx, signal: Signal) {
        let bit = match signal {
            Signal::OptOut => mood::STOPPED,
            Signal::Mute => mood::MUTED,
            Signal::Archive => mood::ARCHIVED,
            Signal::Block(_) | Signal::Report(_) => return,
        };
        self.remember(
            4,
            u64::from(bit) ^ u64::from(contact.0) << 16 ^ u64::from(number.0) << 48,
        );
        *self.moods.entry((number, contact)).or_default() |= bit;
    }

    /// What the person has done to the number.
    pub fn mood(&self, number: NumberIx, contact: ContactIx) -> Mood {
        Mood(self.moods.get(&(number, contact)).copied().unwrap_or_default())
    }

    /// Two identities are one person.
    pub fn merge(&mut self, from: ContactIx, into: ContactIx) {
        let of_from = |((number, contact), mood): (&(NumberIx, ContactIx), &u8)| {
            (*contact == from).then_some((*number, *mood))
        };
        let moved: Vec<_> = self.moods.iter().filter_map(of_from).collect();
        for (number, mood) in moved {
            self.moods.remove(&(number, from));
            *self.moods.entry((number, into)).or_default() |= mood;
        }
        self.remember(5, u64::from(from.0) << 32 | u64::from(into.0));
    }

    /// Somebody followed a link of a template.
    pub fn followed(&mut self, template: TemplateIx) {
        self.remember(6, template.0.into());
        *self.links.entry(template).or_default() += 1;
    }

    /// How often links of a template were followed.
    pub fn links_followed(&self, template: TemplateIx) -> u64 {
        self.links.get(&template).copied().unwrap_or_default()
    }

    /// How much is about to happen.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Bytes on the heap, estimated from what the entries hold.
    pub fn heap_bytes(&self) -> usize {
        let entry = size_of::<((Timestamp, u64), Pending)>();
        let cast = self.cast.as_ref().map_or(0, Cast::heap_bytes);
        self.pending.len() * entry * 3 / 2 + self.moods.len() * 18 + self.links.len() * 24 + cast
    }

    /// Changes with every change.
    pub fn digest(&self) -> u64 {
        mix(self.history ^ self.pending.len() as u64)
    }

    fn remember(&mut self, what: u64, detail: u64) {
        self.history = mix(mix(self.history ^ what) ^ detail);
    }
}

/// The stored form of [`People`].
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PeopleV1 {
    /// Seed and file.
    cast: Option<(u64, String)>,
    /// Due time in milliseconds, message, act; in order.
    pending: Vec<(u64, MessageId, Act)>,
    moods: Vec<(NumberIx, ContactIx, u8)>,
    links: Vec<(TemplateIx, u64)>,
    history: u64,
}

impl People {
    /// The stored form.
    pub fn to_parts(&self) -> PeopleV1 {
        let pending = self.pending.iter();
        PeopleV1 {
            cast: self
                .cast
                .as_ref()
                .map(|cast| (cast.seed(), cast.text().to_owned())),
            pending: pending
                .map(|((at, _), of)| (at.millis(), of.message, of.act))
                .collect(),
            moods: self
                .moods
                .iter()
                .map(|((number, contact), mood)| (*number, *contact, *mood))
                .collect(),
            links: self
                .links
                .iter()
                .map(|(template, count)| (*template, *count))
                .collect(),
            history: self.history,
        }
    }

    /// From the stored form.
    pub fn from_parts(parts: PeopleV1) -> Self {
        let mut people = People {
            // It was read before it was stored.
            cast: parts.cast.and_then(|(seed, text)| Cast::read(&text, seed).ok()),
            moods: parts
                .moods
                .into_iter()
                .map(|(number, contact, mood)| ((number, contact), mood))
                .collect(),
            links: parts.links.into_iter().collect(),
            ..People::default()
        };
        for (at, message, act) in parts.pending {
            people.expect(Timestamp::from_millis(at), Pending { message, act });
        }
        people.history = parts.history;
        people
    }
}
