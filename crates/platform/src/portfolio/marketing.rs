//! How much marketing single people got from this portfolio, where the edition limits that (per-user limit).
//!
//! Promises: nothing is kept, and nothing costs anything, under an edition without such a limit; what is of no
//! consequence any more goes as new entries come. Must not know: what others send; that is drawn when it is asked for.

use std::collections::BTreeMap;

use decider::{Timestamp, mix};
use rulebook::edition::PerUser;
use rulebook::index::Index;
use rulebook::per_user::{Resent, Taken};
use serde::{Deserialize, Serialize};

use crate::ids::{ContactIx, WabaIx};
use crate::portfolio::snapshot::sections::{Section, write};

/// So many entries of people who were shut off or tried again are looked through for old ones at each new one.
const RESENT_SWEEP: usize = 4;

/// Marketing of a portfolio, by person.
#[derive(Debug, Default)]
pub struct Marketing {
    taken: Index<u32, Taken>,
    resent: BTreeMap<(WabaIx, ContactIx), Resent>,
    digest: u64,
}

impl Marketing {
    /// What the person got lately.
    pub fn taken(&self, contact: ContactIx) -> Taken {
        self.taken.get(contact.0).unwrap_or_default()
    }

    /// Whether the person is shut off from the account for having been tried again and again.
    pub fn is_shut_off(&self, waba: WabaIx, contact: ContactIx, now: Timestamp) -> bool {
        let of = |resent: &Resent| resent.shuts_off(now);
        !self.resent.is_empty() && self.resent.get(&(waba, contact)).is_some_and(of)
    }

    /// One was accepted outside a customer service window.
    pub(super) fn take(&mut self, contact: ContactIx, rule: &PerUser, at: Timestamp) {
        let mut taken = self.taken(contact);
        if taken.counts(rule, at) {
            taken.take(at);
            self.taken
                .insert_purging(contact.0, taken, |_, other| !other.is_past(at));
            self.note(1, u64::from(contact.0), at);
        }
    }

    /// One that was accepted at `accepted` has failed.
    pub(super) fn give_back(&mut self, contact: ContactIx, accepted: Timestamp) {
        if let Some(taken) = self.taken.get_mut(contact.0) {
            taken.give_back(accepted);
            self.note(2, u64::from(contact.0), accepted);
        }
    }

    /// One met the limit.
    pub(super) fn met(&mut self, waba: WabaIx, contact: ContactIx, rule: &PerUser, at: Timestamp) {
        if rule.resend_penalty.is_none() || contact == ContactIx::NONE {
            return;
        }
        let old: Vec<_> = (self.resent.iter())
            .take(RESENT_SWEEP)
            .filter(|(key, resent)| resent.is_past(at) && **key != (waba, contact))
            .map(|(key, _)| *key)
            .collect();
        for key in old {
            self.resent.remove(&key);
        }
        self.resent.entry((waba, contact)).or_default().note(rule, at);
        self.note(3, u64::from(contact.0), at);
    }

    /// Two people are one: they got what both got.
    pub(super) fn merge(&mut self, from: ContactIx, into: ContactIx) {
        if let Some(old) = self.taken.remove(from.0) {
            let kept = self.taken(into).with(old);
            self.taken.insert(into.0, kept);
            self.note(4, u64::from(from.0), Timestamp::from_millis(into.0.into()));
        }
        let moved: Vec<_> = (self.resent.iter())
            .filter(|((_, contact), _)| *contact == from)
            .map(|(&(waba, _), &resent)| (waba, resent))
            .collect();
        for (waba, resent) in moved {
            self.resent.remove(&(waba, from));
            let kept = self.resent.entry((waba, into)).or_default();
            *kept = kept.with(resent);
        }
    }

    /// Changes with every change.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    fn note(&mut self, what: u64, about: u64, at: Timestamp) {
        self.digest = mix(self.digest ^ mix(what << 56 ^ about) ^ at.millis());
    }
}

/// Version 1 of what is stored.
#[derive(Serialize, Deserialize)]
struct MarketingV1 {
    /// By person, in order.
    taken: Vec<(u32, Taken)>,
    resent: Vec<(WabaIx, ContactIx, Resent)>,
    digest: u64,
}

/// Stored when anything was ever kept.
pub(crate) const SECTION: Section = Section {
    id: 31,
    version: 1,
    store: |portfolio| {
        let of = &portfolio.marketing;
        if of.digest == 0 {
            return None;
        }
        let people = 0..portfolio.contacts.len() as u32;
        Some(write(&MarketingV1 {
            taken: people
                .filter_map(|person| Some((person, of.taken.get(person)?)))
                .collect(),
            resent: of
                .resent
                .iter()
                .map(|(key, resent)| (key.0, key.1, *resent))
                .collect(),
            digest: of.digest,
        }))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(postcard::from_bytes(bytes).map(|stored: MarketingV1| {
            let mut taken = Index::new();
            for (person, of) in stored.taken {
                taken.insert(person, of);
            }
            portfolio.marketing = Marketing {
                taken,
                resent: (stored.resent.into_iter())
                    .map(|(waba, contact, resent)| ((waba, contact), resent))
                    .collect(),
                digest: stored.digest,
            };
        })),
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
        let values = "marketing.per_user.counts = \"every\"\nmarketing.per_user.resend_penalty = \"24h\"";
        let edition = Edition::named("2023-per-number").expect("known");
        let edition = edition.with_overrides(values).expect("sound");
        let rule = &edition.recipients.per_user;
        let at = Timestamp::from_millis(1_693_832_400_000);
        check(
            &SECTION,
            0,
            "01009499010180999d82a631 01010080999d82a6310000 f887edfef4d0c18576",
            |portfolio| {
                portfolio.contacts.add(15_550_001_111);
                portfolio.marketing.take(ContactIx(0), rule, at);
                portfolio.marketing.met(WabaIx(1), ContactIx(0), rule, at);
            },
        );
    }
}
