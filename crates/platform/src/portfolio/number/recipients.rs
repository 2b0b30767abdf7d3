//! What a number and single people settled between them: who has stopped its marketing, whom it has blocked.
//!
//! Promises: a number with which nobody settled anything keeps one empty pointer.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Number;
use crate::ids::ContactIx;
use crate::portfolio::snapshot::sections::{Section, write};

/// The people of one number who are not as all others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recipients {
    /// Who has stopped marketing of this number.
    pub stopped: BTreeSet<ContactIx>,
    /// Whom the business has blocked on this number.
    pub blocked: BTreeSet<ContactIx>,
}

impl Recipients {
    /// Whether there is nobody in it.
    pub fn is_empty(&self) -> bool {
        self.stopped.is_empty() && self.blocked.is_empty()
    }

    /// Two people are one: what one of them has asked for holds for both.
    fn merge(&mut self, from: ContactIx, into: ContactIx) {
        for set in [&mut self.stopped, &mut self.blocked] {
            if set.remove(&from) {
                set.insert(into);
            }
        }
    }
}

impl Number {
    /// Whether the person has stopped marketing of this number.
    pub fn is_stopped_by(&self, contact: ContactIx) -> bool {
        let of = |people: &Recipients| people.stopped.contains(&contact);
        self.recipients.as_deref().is_some_and(of)
    }

    /// Whether the business has blocked the person on this number.
    pub fn has_blocked(&self, contact: ContactIx) -> bool {
        let of = |people: &Recipients| people.blocked.contains(&contact);
        self.recipients.as_deref().is_some_and(of)
    }

    /// Changes what was settled; what is empty then is given up.
    pub(in crate::portfolio) fn settle(&mut self, change: impl FnOnce(&mut Recipients)) {
        let people = self.recipients.get_or_insert_default();
        change(people);
        if people.is_empty() {
            self.recipients = None;
        }
    }

    pub(in crate::portfolio) fn merge_recipients(&mut self, from: ContactIx, into: ContactIx) {
        if self.recipients.is_some() {
            self.settle(|people| people.merge(from, into));
        }
    }

    /// For [`Number::digest`].
    pub(super) fn recipients_digest(&self) -> u64 {
        let Some(people) = self.recipients.as_deref() else {
            return 0;
        };
        decider::mix((people.stopped.len() as u64) << 32 | people.blocked.len() as u64 | 1 << 63)
    }
}

/// Stored: by number in order.
pub(crate) const SECTION: Section = Section {
    id: 30,
    version: 1,
    store: |portfolio| {
        let all: Vec<Option<&Recipients>> = (portfolio.numbers.iter())
            .map(|number| number.recipients.as_deref())
            .collect();
        all.iter().any(Option::is_some).then(|| write(&all))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(postcard::from_bytes(bytes).map(|all: Vec<Option<Recipients>>| {
            for (number, people) in portfolio.numbers.iter_mut().zip(all) {
                number.recipients = people.map(Box::new);
            }
        })),
        _ => None,
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portfolio::snapshot::sections::tests::check;

    #[test]
    fn the_bytes_stay() {
        let people = |contacts: &[u32]| contacts.iter().copied().map(ContactIx).collect();
        let some = Recipients {
            stopped: people(&[3, 70_000]),
            blocked: people(&[5]),
        };
        check(&SECTION, 2, "02000102 03f0a2040105", |portfolio| {
            portfolio.numbers[1].recipients = Some(Box::new(some));
        });
    }
}
