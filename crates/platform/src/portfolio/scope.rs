//! A messaging limit at work: one number's, or the whole portfolio's (L1 to L6, S7).

use decider::{Millis, Timestamp, mix};
use rulebook::edition::{Limit, Limits, RestrictedEnd};
use rulebook::window::{Counting, Window};
use serde::{Deserialize, Serialize};

use super::first_step::Progress;
use super::snapshot::sections::{Section, write};
use crate::ids::ContactIx;

/// The limit of one scope, and who it counts.
#[derive(Debug)]
pub struct Scope {
    /// The unique recipients.
    pub window: Window,
    /// What is known of the tier.
    pub tier: TierState,
    /// The last word by webhook about the limit, where that is told.
    pub told: Option<Told>,
    /// The way off the lowest tier, while that is another than use.
    pub first: Option<Box<Progress>>,
}

/// The last word by webhook about a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// In milliseconds since the Unix epoch.
    at: u64,
    /// It was used up; else it had room again.
    pub restricted: bool,
}

impl Told {
    /// What was told at `at`.
    pub fn new(at: Timestamp, restricted: bool) -> Self {
        Told {
            at: at.millis(),
            restricted,
        }
    }

    /// When.
    pub fn at(&self) -> Timestamp {
        Timestamp::from_millis(self.at)
    }
}

/// Stored: by scope in order.
pub(crate) const SECTION: Section = Section {
    id: 34,
    version: 1,
    store: |portfolio| {
        let all: Vec<Option<Told>> = portfolio.scopes.iter().map(|scope| scope.told).collect();
        all.iter().any(Option::is_some).then(|| write(&all))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(postcard::from_bytes(bytes).map(|all: Vec<Option<Told>>| {
            for (scope, told) in portfolio.scopes.iter_mut().zip(all) {
                scope.told = told;
            }
        })),
        _ => None,
    },
};

/// The tier of a scope and the clocks that run on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TierState {
    /// Index into the edition's tiers.
    pub index: u8,
    /// The first counted message on this tier (L4 d).
    pub first_counted: Option<u64>,
    /// The last period of 24 h since then in which a message was counted, and how many such periods there are.
    pub period: (u32, u32),
    /// Since when the limit is used up: RESTRICTED.
    pub used_up_since: Option<u64>,
    /// The last notice about that (S8: at most one in 24 h).
    pub noticed: Option<u64>,
    /// Whether the next tier is waited for, or out of reach until rating, flag or status change.
    pub upgrade: UpgradeState,
}

/// Where a scope is on its way to the next tier.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum UpgradeState {
    /// Looked at with each message.
    Open,
    /// All but time is there.
    Expected,
    /// Rating, flag or status are against it.
    Blocked,
}

impl Scope {
    /// Whether enough people were reached for the next tier (L4 c).
    pub fn has_volume(&self, limits: &Limits, now: Timestamp) -> bool {
        let needed = limits
            .upgrade
            .recipients(self.limit(limits))
            .filter(|_| self.first.is_none());
        needed.is_some_and(|needed| u64::from(self.window.reached(now)) >= needed)
    }

    /// A scope on the edition's first tier.
    pub fn new(limits: &Limits) -> Self {
        let tier = TierState {
            index: limits.start as u8,
            first_counted: None,
            period: (0, 0),
            used_up_since: None,
            noticed: None,
            upgrade: UpgradeState::Open,
        };
        Scope {
            window: Window::new(limits.window, limits.upgrade.window),
            tier,
            told: None,
            first: Scope::begins_with_first_step(limits, limits.start as u8)
                .then(|| Box::new(Progress::new(&limits.first_step))),
        }
    }

    /// Whether a limit on this tier, of which nothing else is known, has its first step before it.
    pub(super) fn begins_with_first_step(limits: &Limits, tier: u8) -> bool {
        tier == 0 && limits.has_first_step()
    }

    /// The limit now in force.
    pub fn limit(&self, limits: &Limits) -> Limit {
        limits
            .tiers
            .get(usize::from(self.tier.index))
            .copied()
            .unwrap_or(Limit::Unlimited)
    }

    /// How many people are in use now (L1, L8).
    pub fn used(&self, limits: &Limits, now: Timestamp) -> u32 {
        self.window.used(now, counting(limits))
    }

    /// Whether the person is in use now.
    pub fn in_use(&self, limits: &Limits, contact: ContactIx, now: Timestamp) -> bool {
        self.window.in_use(contact.0, now, counting(limits))
    }

    /// Whether the limit is used up: nobody new may be written to.
    pub fn is_used_up(&self) -> bool {
        self.tier.used_up_since.is_some()
    }

    /// When RESTRICTED ends if nothing more is sent (S7).
    pub fn frees_at(&self, limits: &Limits, end: RestrictedEnd, now: Timestamp) -> Option<Timestamp> {
        let since = Timestamp::from_millis(self.tier.used_up_since?);
        match end {
            RestrictedEnd::StartPlusDay => Some(since + limits.window),
            RestrictedEnd::Rolling => {
                let people = self.limit(limits).people()?;
                Some(self.window.frees_at(now, people, counting(limits)).unwrap_or(now))
            }
        }
    }

    /// Counts a message to a person. Where later messages renew nothing, one to a person who counts already changes
    /// nothing.
    pub fn count(&mut self, limits: &Limits, contact: ContactIx, at: Timestamp) {
        if limits.renews || !self.window.in_use(contact.0, at, counting(limits)) {
            self.window.note(contact.0, at);
        }
        let first = *self.tier.first_counted.get_or_insert(at.millis());
        let period = (at.millis() - first.min(at.millis())) / Millis::DAY.get();
        let (last, count) = self.tier.period;
        if count == 0 || period as u32 > last {
            self.tier.period = (period as u32, count + 1);
        }
    }

    /// Moves to another tier: its clocks begin again (L4), that of the people reached where the edition says so.
    pub fn move_to(&mut self, index: u8, limits: &Limits, at: Timestamp) {
        if limits.upgrade.since_tier {
            self.window.begin_tier(at);
        }
        // Whoever falls back to the lowest tier rises by use (assumed).
        self.first = None;
        self.tier.index = index;
        self.tier.first_counted = None;
        self.tier.period = (0, 0);
        self.tier.upgrade = UpgradeState::Open;
    }

    /// Changes with every change.
    pub fn digest(&self) -> u64 {
        let tier = &self.tier;
        mix(self.window.digest() ^ (u64::from(tier.index) << 56) ^ u64::from(tier.period.1))
            ^ mix(tier.first_counted.unwrap_or(0) ^ tier.used_up_since.unwrap_or(1))
            ^ self
                .told
                .map_or(0, |told| mix(told.at ^ u64::from(told.restricted) << 63))
            ^ self.first.as_ref().map_or(0, |first| first.digest())
    }
}

/// Whether a message that failed gives its slot back (L2).
pub fn counting(limits: &Limits) -> Counting {
    if limits.failed_frees {
        Counting::NotFailed
    } else {
        Counting::Accepted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portfolio::snapshot::sections::tests::check;

    #[test]
    fn the_bytes_stay() {
        check(&SECTION, 2, "02000180999d82a63101", |portfolio| {
            portfolio.scopes[1].told = Some(Told::new(Timestamp::from_millis(1_693_832_400_000), true));
        });
    }
}
