//! Who does not want to be written to: by a word, by WhatsApp's own control, or as told by the business.
//!
//! Promises: the latest word counts, whatever the order in which words come; of two of one instant, the opt-out. What
//! scope an opt-out has (number, brand, portfolio) is policy, not stored.
//! Must not know: consents, suppression.

use std::collections::BTreeMap;

use decider::mix;
use serde::{Deserialize, Serialize};

use super::number::fact_digest;
use crate::ids::{ContactIx, NumberIx};
use crate::mirror::{Fact, Known};

/// How somebody opted out. The numbers are permanent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum How {
    /// By WhatsApp's own control, or as the platform said on a send (131050): marketing only.
    Platform = 0,
    /// By a word to a number, or told by the business: what policy says.
    Words = 1,
}

/// All opt-outs, and what ended them.
#[derive(Clone, Debug, Default)]
pub struct OptOuts {
    by_person: BTreeMap<(ContactIx, NumberIx, How), Known<bool>>,
    digest: u64,
}

impl OptOuts {
    /// Whether a word would change anything.
    pub fn is_news(&self, key: (ContactIx, NumberIx, How), fact: &Fact<bool>) -> bool {
        match self.by_person.get(&key) {
            Some(known) => known.value() != Some(fact.value) && known.is_news(fact),
            // An end of what never began.
            None => fact.value,
        }
    }

    /// Takes a word in.
    pub fn learn(&mut self, key: (ContactIx, NumberIx, How), fact: Fact<bool>) {
        let known = self.by_person.entry(key).or_default();
        known.learn(fact);
        let who = u64::from(key.0.0) << 24 | u64::from(key.1.0) << 8 | key.2 as u64;
        self.digest = mix(self.digest ^ who ^ fact_digest(known));
    }

    /// What is in force of a person: to which number it was said, and how.
    pub fn of(&self, contact: ContactIx) -> impl Iterator<Item = (NumberIx, How)> {
        let theirs = (contact, NumberIx(0), How::Platform)..=(contact, NumberIx(u16::MAX), How::Words);
        let entries = self.by_person.range(theirs);
        entries
            .filter(|(_, known)| known.value() == Some(true))
            .map(|((_, number, how), _)| (*number, *how))
    }

    /// Unites what two people said: the latest of each kind.
    pub fn merge(&mut self, from: ContactIx, into: ContactIx) {
        for ((_, number, how), known) in self.take(from) {
            if let Some(fact) = known.fact() {
                self.learn((into, number, how), fact);
            }
        }
    }

    /// Forgets a person.
    pub fn erase(&mut self, contact: ContactIx) {
        self.take(contact);
        self.digest = mix(self.digest ^ u64::from(contact.0));
    }

    /// How many people's words are kept, and how many.
    pub fn len(&self) -> usize {
        self.by_person.len()
    }

    /// Whether nobody ever opted out.
    pub fn is_empty(&self) -> bool {
        self.by_person.is_empty()
    }

    /// Differs when what was said differs.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// The stored form: all words, and the running digest.
    pub fn to_parts(&self) -> OptOutsV1 {
        let words = self.by_person.iter();
        OptOutsV1(words.map(|(&key, &known)| (key, known)).collect(), self.digest)
    }

    /// From the stored form.
    pub fn from_parts(parts: OptOutsV1) -> Self {
        OptOuts {
            by_person: parts.0.into_iter().collect(),
            digest: parts.1,
        }
    }

    fn take(&mut self, contact: ContactIx) -> Vec<((ContactIx, NumberIx, How), Known<bool>)> {
        let theirs = (contact, NumberIx(0), How::Platform)..=(contact, NumberIx(u16::MAX), How::Words);
        let found: Vec<_> = self
            .by_person
            .range(theirs)
            .map(|(&key, &known)| (key, known))
            .collect();
        for (key, _) in &found {
            self.by_person.remove(key);
        }
        found
    }
}

/// Version 1 of the stored form.
#[derive(Debug, Serialize, Deserialize)]
pub struct OptOutsV1(Vec<((ContactIx, NumberIx, How), Known<bool>)>, u64);

#[cfg(test)]
mod tests {
    use decider::Timestamp;

    use super::*;
    use crate::mirror::Source;

    const ANNA: ContactIx = ContactIx(1);
    const BERT: ContactIx = ContactIx(2);
    const ONE: NumberIx = NumberIx(0);

    fn word(stopped: bool, ms: u64) -> Fact<bool> {
        Fact::new(stopped, Source::Webhook, Timestamp::from_millis(ms))
    }

    #[test]
    fn the_latest_word_counts_in_any_order() {
        // (words, opted out)
        let rows: [(&[(bool, u64)], bool); 5] = [
            (&[(true, 1)], true),
            (&[(true, 1), (false, 2)], false),
            (&[(false, 2), (true, 1)], false),
            (&[(false, 2), (true, 2)], true),
            (&[(true, 2), (false, 2)], true),
        ];
        for (words, out) in rows {
            let mut opt_outs = OptOuts::default();
            for &(stopped, ms) in words {
                opt_outs.learn((ANNA, ONE, How::Words), word(stopped, ms));
            }
            assert_eq!(opt_outs.of(ANNA).count() == 1, out, "{words:?}");
        }
    }

    #[test]
    fn who_becomes_one_person_stays_opted_out() {
        let mut opt_outs = OptOuts::default();
        let key = |contact| (contact, ONE, How::Platform);
        opt_outs.learn(key(ANNA), word(true, 5));
        opt_outs.learn(key(BERT), word(false, 3));
        opt_outs.merge(ANNA, BERT);
        assert_eq!(opt_outs.of(BERT).collect::<Vec<_>>(), [(ONE, How::Platform)]);
        assert_eq!(opt_outs.of(ANNA).count(), 0);
        let again = OptOuts::from_parts(opt_outs.to_parts());
        assert_eq!(again.digest(), opt_outs.digest());
        assert!(!opt_outs.is_news(key(BERT), &word(true, 9)), "the same again");
        assert!(opt_outs.is_news(key(BERT), &word(false, 9)));
        opt_outs.erase(BERT);
        assert!(opt_outs.is_empty());
    }
}
