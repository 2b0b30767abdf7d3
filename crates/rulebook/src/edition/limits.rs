//! Messaging limits: whose they are, their tiers, how they rise, what a used-up one answers (L1 to L9).

use super::EditionError;
use super::choice::choices;
use super::read::Reader;
use crate::first_step::FirstStep;
use crate::rating::Rating;
use core::fmt;
use decider::Millis;

/// Messaging limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Who has a limit of its own.
    pub scope: Scope,
    /// The tiers from the lowest up; each is higher than the one before.
    pub tiers: Vec<Limit>,
    /// Index in `tiers` of the tier on which a scope starts.
    pub start: usize,
    /// How long a recipient counts (L1: 24 h).
    pub window: Millis,
    /// Whether a later message renews the time for which a recipient counts (L1), or only one after that time does (P19).
    pub renews: bool,
    /// Whether a counted message that fails gives its slot back (L2).
    pub failed_frees: bool,
    /// The automatic rise by one tier (L4).
    pub upgrade: Upgrade,
    /// The ways off the lowest tier (P9).
    pub first_step: FirstStep,
    /// What a send over the limit is told (L9).
    pub exceeded: Exceeded,
}

choices! {
    /// Who has a messaging limit of its own.
    Scope {
        /// Each phone number.
        Number = "number",
        /// The portfolio; its numbers share it.
        Portfolio = "portfolio",
    }
}

/// How many unique recipients a tier allows in the window.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Limit {
    /// So many.
    People(u32),
    /// Any number.
    Unlimited,
}

impl Limit {
    /// The count, or `None` for unlimited.
    pub fn people(self) -> Option<u32> {
        match self {
            Limit::People(count) => Some(count),
            Limit::Unlimited => None,
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::People(count) => count.fmt(f),
            Limit::Unlimited => f.write_str("unlimited"),
        }
    }
}

/// When a scope rises to the next tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upgrade {
    /// The span in which unique recipients are counted.
    pub window: Millis,
    /// Thousandths of the limit that must have been reached: 2,000 is twice the limit.
    pub factor_permille: u32,
    /// Whether only people reached since the tier began count.
    pub since_tier: bool,
    /// The shortest time since the first counted message on the tier.
    pub min_on_tier: Millis,
    /// In how many separate 24 h periods counted messages must have been sent.
    pub periods: u32,
    /// How long after all else holds the tier rises.
    pub delay: Millis,
    /// Which ratings of numbers pass.
    pub rating: UpgradeRating,
    /// Which ratings of templates pass.
    pub templates: UpgradeTemplates,
}

impl Upgrade {
    /// The unique recipients that lift a scope from `limit`; `None` from unlimited.
    pub fn recipients(&self, limit: Limit) -> Option<u64> {
        limit
            .people()
            .map(|people| (u64::from(people) * u64::from(self.factor_permille)).div_ceil(1_000))
    }
}

choices! {
    /// Which ratings pass for a rise.
    UpgradeRating {
        /// All but RED; UNKNOWN passes.
        NotRed = "not_red",
        /// GREEN and YELLOW.
        YellowOrBetter = "yellow_or_better",
        /// GREEN.
        GreenOnly = "green_only",
    }
}

impl UpgradeRating {
    /// Whether a rating passes.
    pub fn passes(self, rating: Rating) -> bool {
        match self {
            UpgradeRating::NotRed => rating != Rating::Red,
            UpgradeRating::YellowOrBetter => matches!(rating, Rating::Yellow | Rating::Green),
            UpgradeRating::GreenOnly => rating == Rating::Green,
        }
    }
}

choices! {
    /// Which ratings of templates pass for a rise; UNKNOWN always does.
    UpgradeTemplates {
        /// All.
        Any = "any",
        /// GREEN and YELLOW.
        NotRed = "not_red",
        /// GREEN.
        NotBelowGreen = "not_below_green",
    }
}

/// What a send to a new recipient is told when the limit is used up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exceeded {
    /// The Graph error code.
    pub code: u32,
    /// Where it shows.
    pub when: ExceededAt,
}

choices! {
    /// Where a refusal shows.
    ExceededAt {
        /// In the answer to the send.
        Once = "once",
        /// The send is accepted and a failed status follows.
        Failed = "failed",
    }
}

impl Limits {
    /// Whether a scope that begins on the lowest tier has to leave it by a first step.
    pub fn has_first_step(&self) -> bool {
        self.start == 0 && !self.first_step.paths.is_empty()
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        let limits = Limits {
            scope: r.choice("limits.scope")?,
            tiers: r.limits("limits.tiers")?,
            start: r.u32("limits.start")? as usize,
            window: r.span("limits.window")?,
            renews: r.bool("limits.renews")?,
            failed_frees: r.bool("limits.failed_frees")?,
            upgrade: Upgrade {
                window: r.span("limits.upgrade.window")?,
                factor_permille: r.permille("limits.upgrade.factor")?,
                since_tier: r.bool("limits.upgrade.since_tier")?,
                min_on_tier: r.millis("limits.upgrade.min_on_tier")?,
                periods: r.u32("limits.upgrade.periods")?,
                delay: r.millis("limits.upgrade.delay")?,
                rating: r.choice("limits.upgrade.rating")?,
                templates: r.choice("limits.upgrade.templates")?,
            },
            first_step: FirstStep::read(r)?,
            exceeded: Exceeded {
                code: r.u32("limits.exceeded.code")?,
                when: r.choice("limits.exceeded.when")?,
            },
        };
        let rising = limits.tiers.is_sorted_by(|lower, higher| lower < higher);
        r.require(
            rising && !limits.tiers.is_empty(),
            "limits.tiers",
            "at least one tier, each above the last",
        )?;
        r.require(
            limits.start < limits.tiers.len(),
            "limits.start",
            "the place of a tier, counted from 0",
        )?;
        Ok(limits)
    }
}
