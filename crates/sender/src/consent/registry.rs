//! The consents of all people of a portfolio, as short chains in one row.
//!
//! Promises: a person without consents costs nothing here, a consent costs 32 bytes; places that are free again are used first;
//! of a person and scope there is one consent. Must not know: people (they keep where their chain begins).

use decider::mix;
use serde::{Deserialize, Serialize};

use super::{Consent, strictest};
use crate::portfolio::attempts::NOBODY;

/// Consents of a person at most: more topics than anybody is asked about. What comes beyond is not taken.
pub const CONSENTS_MAX: usize = 32;

/// A place: a consent and where the next one stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Link {
    /// `None` while the place is free.
    consent: Option<Consent>,
    next: u32,
}

/// All consents.
#[derive(Clone, Debug)]
pub struct Consents {
    links: Vec<Link>,
    /// The first free place.
    free: u32,
    digest: u64,
}

impl Default for Consents {
    fn default() -> Self {
        Consents {
            links: Vec::new(),
            free: NOBODY,
            digest: 0,
        }
    }
}

impl Consents {
    /// The consents of a chain.
    pub fn of(&self, first: u32) -> impl Iterator<Item = Consent> {
        let mut here = first;
        let links = core::iter::from_fn(move || {
            let link = self.links.get(here as usize)?;
            here = link.next;
            link.consent
        });
        links.take(CONSENTS_MAX)
    }

    /// Whether one more scope fits into a chain, or this one is there.
    pub fn fits(&self, first: u32, consent: &Consent) -> bool {
        self.of(first).count() < CONSENTS_MAX || self.of(first).any(|known| known.same_scope(consent))
    }

    /// Puts a consent in the place of the one for the same scope, or adds it. Gives where the chain begins.
    #[must_use]
    pub fn put(&mut self, first: u32, consent: Consent) -> u32 {
        self.digest = mix(self.digest ^ u64::from(first) ^ digest(&consent));
        if let Some(place) = self.place_of(first, &consent) {
            self.links[place].consent = Some(consent);
            return first;
        }
        if self.of(first).count() >= CONSENTS_MAX {
            return first;
        }
        self.link(consent, first)
    }

    /// Unites two chains: of two consents for the same, the stricter. Gives where the chain begins.
    #[must_use]
    pub fn merge(&mut self, from: u32, into: u32) -> u32 {
        let theirs: Vec<Consent> = self.of(from).collect();
        self.drop_all(from);
        theirs.into_iter().fold(into, |first, consent| {
            let known = self.of(first).find(|known| known.same_scope(&consent));
            self.put(first, known.map_or(consent, |known| strictest(known, consent)))
        })
    }

    /// Forgets a chain; nothing of it stays in memory.
    pub fn drop_all(&mut self, first: u32) {
        let mut here = first;
        for _ in 0..CONSENTS_MAX {
            let Some(link) = self
                .links
                .get_mut(here as usize)
                .filter(|link| link.consent.is_some())
            else {
                return;
            };
            let next = link.next;
            *link = Link {
                consent: None,
                next: self.free,
            };
            self.free = here;
            self.digest = mix(self.digest ^ u64::from(here));
            here = next;
        }
    }

    /// How many places there are, free ones included.
    pub fn len(&self) -> usize {
        self.links.len()
    }

    /// Whether there never was a consent.
    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.links.capacity() * size_of::<Link>()
    }

    /// Differs when what is recorded differs.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// The stored form.
    pub fn to_parts(&self) -> ConsentsV1 {
        ConsentsV1 {
            links: self.links.clone(),
            free: self.free,
            digest: self.digest,
        }
    }

    /// From the stored form.
    pub fn from_parts(parts: ConsentsV1) -> Self {
        Consents {
            links: parts.links,
            free: parts.free,
            digest: parts.digest,
        }
    }

    fn place_of(&self, first: u32, consent: &Consent) -> Option<usize> {
        let mut here = first;
        for _ in 0..CONSENTS_MAX {
            let link = self.links.get(here as usize)?;
            if link.consent?.same_scope(consent) {
                return Some(here as usize);
            }
            here = link.next;
        }
        None
    }

    fn link(&mut self, consent: Consent, next: u32) -> u32 {
        let link = Link {
            consent: Some(consent),
            next,
        };
        let place = self.free;
        if let Some(free) = self.links.get_mut(place as usize) {
            self.free = free.next;
            *free = link;
            return place;
        }
        self.links.push(link);
        (self.links.len() - 1) as u32
    }
}

/// Version 1 of the stored form.
#[derive(Debug, Serialize, Deserialize)]
pub struct ConsentsV1 {
    links: Vec<Link>,
    free: u32,
    digest: u64,
}

fn digest(consent: &Consent) -> u64 {
    let when = u64::from(consent.given_s) << 32 | u64::from(consent.ends_s);
    let what = u64::from(consent.topic.0) << 32 | u64::from(consent.wording) << 16;
    mix(when ^ consent.proof) ^ mix(what ^ u64::from(consent.channel as u8) << 8 ^ u64::from(consent.bits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::Channel;
    use crate::ids::TopicKey;
    use crate::lane::Lanes;

    fn consent(topic: u32, given_s: u32) -> Consent {
        Consent::new(TopicKey(topic), Lanes::TEMPLATES, Channel::App, given_s)
    }

    fn told(consents: &Consents, first: u32) -> Vec<(u32, u32)> {
        let mut all: Vec<_> = consents
            .of(first)
            .map(|consent| (consent.topic.0, consent.given_s))
            .collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn of_a_scope_there_is_one() {
        let mut consents = Consents::default();
        let (mut anna, mut bert) = (NOBODY, NOBODY);
        for (topic, given) in [(1, 10), (2, 20), (1, 30)] {
            anna = consents.put(anna, consent(topic, given));
        }
        bert = consents.put(bert, consent(1, 5));
        assert_eq!(told(&consents, anna), [(1, 30), (2, 20)]);
        assert_eq!(told(&consents, bert), [(1, 5)]);
        assert_eq!(consents.len(), 3);
        assert!(consents.heap_bytes() >= 3 * 32 && size_of::<Link>() == 32);
        let again = Consents::from_parts(consents.to_parts());
        assert_eq!(
            (told(&again, anna), again.digest()),
            (told(&consents, anna), consents.digest())
        );
    }

    #[test]
    fn people_who_are_one_have_the_stricter_of_both() {
        let mut consents = Consents::default();
        let anna = consents.put(NOBODY, consent(1, 10).withdrawn(40));
        let anna = consents.put(anna, consent(2, 20));
        let bert = consents.put(NOBODY, consent(1, 50));
        let both = consents.merge(anna, bert);
        assert_eq!(told(&consents, both), [(1, 50), (2, 20)]);
        assert!(
            consents
                .of(both)
                .any(|consent| consent.topic.0 == 1 && consent.is_withdrawn())
        );
        assert_eq!(consents.len(), 3, "the places of the one are used again");
        assert_eq!(told(&consents, consents.of(both).count() as u32 + 100), []);
    }

    #[test]
    fn who_is_forgotten_leaves_nothing() {
        let mut consents = Consents::default();
        let anna = (1..=40).fold(NOBODY, |first, topic| consents.put(first, consent(topic, topic)));
        assert_eq!(told(&consents, anna).len(), CONSENTS_MAX);
        assert!(!consents.fits(anna, &consent(99, 1)) && consents.fits(anna, &consent(1, 1)));
        consents.drop_all(anna);
        assert_eq!(told(&consents, anna), []);
        assert!(consents.links.iter().all(|link| link.consent.is_none()));
        let bert = consents.put(NOBODY, consent(1, 1));
        assert_eq!(
            (told(&consents, bert), consents.len()),
            (vec![(1, 1)], CONSENTS_MAX)
        );
    }
}
