//! Whom a messaging limit counts, and the limit: a number, or the whole portfolio, by edition.
//!
//! Promises: our count holds everybody whom the platform's holds, and some for longer (invariant 4): whoever may have
//! been counted stays for the platform's window from the latest instant at which that may have happened, plus a margin.
//! Where deliveries count (2026), a message that arrives more than a day after it was taken is counted when that is told:
//! to keep its place until then would cost a place for everybody whose phone is off.
//! Must not know: what share of the limit is kept for whom.

use decider::{Millis, Timestamp, mix};
use rulebook::edition::{Limit, Limits};
use rulebook::window::{Counting, Window};

use super::number::fact_digest;
use crate::ids::ContactIx;
use crate::mirror::{Known, LimitValue, Source};

/// How far the platform's clock may be from ours, and its count behind its answer (assumed).
pub const MARGIN: Millis = Millis::MINUTE;

/// So much later than an attempt was handed out the platform may have counted it without being noted again: most
/// answers come sooner, and a second entry for each message would double the window.
pub const ANSWERED_WITHIN: Millis = Millis::seconds(10);

/// A refusal gives the place back; nothing else does.
const COUNTING: Counting = Counting::NotFailed;

/// The limit of a scope, and who uses it.
#[derive(Debug)]
pub struct Scope {
    /// The recipients.
    pub window: Window,
    /// The limit, as far as it was told.
    pub limit: Known<LimitValue>,
}

impl Scope {
    /// A scope without recipients.
    pub fn new(limits: &Limits) -> Self {
        let span = limits.window + MARGIN + ANSWERED_WITHIN;
        Scope {
            window: Window::new(span, span),
            limit: Known::default(),
        }
    }

    /// The limit in force, and who said so. A limit that was never told is the one that scopes begin with.
    pub fn limit(&self, limits: &Limits) -> (Limit, Source) {
        match self.limit.fact() {
            Some(fact) => (fact.value.into(), fact.source),
            None => (
                limits
                    .tiers
                    .get(limits.start)
                    .copied()
                    .unwrap_or(Limit::People(0)),
                Source::Assumed,
            ),
        }
    }

    /// How many people are in use.
    pub fn used(&self, now: Timestamp) -> u32 {
        self.window.used(now, COUNTING)
    }

    /// Whether a person is in use.
    pub fn in_use(&self, contact: ContactIx, now: Timestamp) -> bool {
        self.window.in_use(contact.0, now, COUNTING)
    }

    /// When fewer than `most` people are in use, if nothing more is sent.
    pub fn frees_at(&self, now: Timestamp, most: u32) -> Option<Timestamp> {
        self.window.frees_at(now, most, COUNTING)
    }

    /// A person may be counted from `at` on. Gives the instant for which it was noted: time does not run backwards.
    pub fn count(&mut self, contact: ContactIx, at: Timestamp) -> Timestamp {
        self.window.note(contact.0, at);
        self.window.last(contact.0).unwrap_or(at)
    }

    /// What was noted for `stamp` was not counted after all.
    pub fn give_back(&mut self, contact: ContactIx, stamp: Timestamp) {
        self.window.fail(contact.0, stamp);
    }

    pub(super) fn digest(&self) -> u64 {
        mix(self.window.digest() ^ fact_digest(&self.limit))
    }
}
