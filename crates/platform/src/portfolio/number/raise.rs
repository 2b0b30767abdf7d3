//! A number on its way to the high throughput.
//!
//! Promises: a number that is not on its way keeps nothing of it.
//! Must not know: when a number is raised (`rulebook::throughput::raise`).

use decider::{Millis, Timestamp, mix};
use rulebook::window::{Counting, Window, WindowParts};
use serde::{Deserialize, Serialize};

use super::Number;
use crate::ids::ContactIx;
use crate::portfolio::snapshot::sections::{Section, write};

/// Where a number is on its way.
#[derive(Debug, Default)]
pub struct Raising {
    /// Whom it wrote to outside a service window, where that is asked for.
    reached: Option<Window>,
    /// What comes next, and when.
    pub next: Option<(Next, Timestamp)>,
}

/// What comes next on the way. The order is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Next {
    /// The number begins to be raised: it can send nothing from then on.
    Begin,
    /// The number is fast.
    Done,
}

impl Raising {
    /// The number wrote to somebody; how many people it wrote to within `span`.
    pub(in crate::portfolio) fn note(&mut self, contact: ContactIx, span: Millis, at: Timestamp) -> u32 {
        let window = self.reached.get_or_insert_with(|| Window::new(span, span));
        window.note(contact.0, at);
        window.used(at, Counting::Accepted)
    }

    /// How many people it wrote to.
    pub(in crate::portfolio) fn reached(&self, now: Timestamp) -> u32 {
        self.reached
            .as_ref()
            .map_or(0, |window| window.used(now, Counting::Accepted))
    }

    /// Nothing is sent until `until`; then the number is fast.
    pub(in crate::portfolio) fn until_done(until: Timestamp) -> Self {
        Raising {
            reached: None,
            next: Some((Next::Done, until)),
        }
    }

    fn digest(&self) -> u64 {
        let next = self
            .next
            .map_or(0, |(next, at)| at.millis() ^ (next as u64 + 1) << 60);
        mix(next ^ self.reached.as_ref().map_or(1, Window::digest))
    }
}

impl Number {
    /// Until when it can send nothing because it is being raised.
    pub fn down_until(&self) -> Option<Timestamp> {
        match self.raising.as_ref()?.next? {
            (Next::Done, at) => Some(at),
            (Next::Begin, _) => None,
        }
    }

    pub(in crate::portfolio) fn merge_raising(&mut self, from: ContactIx, into: ContactIx) {
        if let Some(window) = self.raising.as_mut().and_then(|raising| raising.reached.as_mut()) {
            window.merge(from.0, into.0);
        }
    }

    /// For [`Number::digest`].
    pub(super) fn raising_digest(&self) -> u64 {
        self.raising.as_ref().map_or(0, |raising| raising.digest())
    }
}

/// One number as stored.
type RaisingV1 = (Option<WindowParts>, Option<(Next, u64)>);

/// Stored: by number in order.
pub(crate) const SECTION: Section = Section {
    id: 74,
    version: 1,
    store: |portfolio| {
        let store = |raising: &Raising| -> RaisingV1 {
            let next = raising.next.map(|(next, at)| (next, at.millis()));
            (raising.reached.as_ref().map(Window::to_parts), next)
        };
        let all: Vec<Option<RaisingV1>> = (portfolio.numbers.iter())
            .map(|number| number.raising.as_deref().map(store))
            .collect();
        all.iter().any(Option::is_some).then(|| write(&all))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(postcard::from_bytes(bytes).map(|all: Vec<Option<RaisingV1>>| {
            let load = |(reached, next): RaisingV1| {
                let reached = reached.as_ref().map(Window::from_parts);
                let next = next.map(|(next, at)| (next, Timestamp::from_millis(at)));
                Box::new(Raising { reached, next })
            };
            for (number, stored) in portfolio.numbers.iter_mut().zip(all) {
                number.raising = stored.map(load);
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
        let hex = "02 00 01 01 80b89929 80b89929 00 80999d82a631 01 01 05 00 00 00 80999d82a631 eae498e8ac909c9851 \
                   01 00 e0eda082a631";
        check(&SECTION, 2, hex, |portfolio| {
            let mut raising = Raising::default();
            raising.note(
                ContactIx(5),
                Millis::DAY,
                Timestamp::from_millis(1_693_832_400_000),
            );
            raising.next = Some((Next::Begin, Timestamp::from_millis(1_693_832_460_000)));
            portfolio.numbers[1].raising = Some(Box::new(raising));
        });
    }
}
