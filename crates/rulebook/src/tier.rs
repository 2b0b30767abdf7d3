//! Tiers of the messaging limit: the automatic rise, the way down, and their names (rules L3 to L7, P2 to P6, all
//! editions: `limits`). The lowest tier may have a way up of its own (`first_step`).
//!
//! Promises: a scope rises at the first instant at which all conditions hold, one tier at a time; the lowest tier
//! stays when it is lowered. Must not know: who is counted (`window`), when a flag ends (`flag`).

use decider::{Millis, Timestamp};

use crate::edition::{Limit, Limits, UpgradeTemplates};
use crate::rating::Rating;

/// What the rise of a scope depends on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UpgradeFacts {
    /// CONNECTED or RESTRICTED (L4 a); of a portfolio, that any of its numbers is.
    pub connected: bool,
    /// FLAGGED; of a portfolio, that any of its numbers is.
    pub flagged: bool,
    /// The rating; of a portfolio, the worst of its numbers.
    pub rating: Rating,
    /// The worst rating of a template that could be sent with.
    pub templates: Rating,
    /// The present tier: an index into the edition's tiers.
    pub tier: usize,
    /// It has to leave the lowest tier by a first step, and has not.
    pub first_step: bool,
    /// Distinct recipients accepted and not failed in the upgrade window since the tier began (L4 c).
    pub reached: u32,
    /// The first counted message on this tier (L4 d).
    pub first_counted: Option<Timestamp>,
    /// In how many separate 24 h periods since then messages were counted (L4 d).
    pub periods: u32,
    /// The delay after which a rise follows is over.
    pub waited: bool,
}

/// Whether a scope goes up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Upgrade {
    /// Now.
    Due,
    /// Then, if nothing changes: only time on the tier is missing.
    Wait {
        /// The first instant that is late enough.
        until: Timestamp,
    },
    /// Not yet, and not by waiting alone.
    No(NoUpgrade),
}

/// What speaks against a rise; the first in this order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoUpgrade {
    /// It is on the highest tier.
    HighestTier,
    /// It is on the lowest tier, which use alone does not lead off.
    FirstStep,
    /// It is neither CONNECTED nor RESTRICTED.
    NotConnected,
    /// It is FLAGGED.
    Flagged,
    /// Its rating does not pass.
    Rating,
    /// The rating of a template does not pass.
    Templates,
    /// Too few people were reached.
    TooFewReached,
    /// Too few separate days.
    TooFewPeriods,
}

impl NoUpgrade {
    /// Whether it is status, flag, rating or the end of the ladder that is against it, and not volume: another
    /// message changes nothing then.
    pub fn is_standing(self) -> bool {
        !matches!(self, NoUpgrade::TooFewReached | NoUpgrade::TooFewPeriods)
    }

    /// What is missing: a lower-case fragment.
    pub fn text(self) -> &'static str {
        match self {
            NoUpgrade::HighestTier => "the highest tier is reached",
            NoUpgrade::FirstStep => "the first step is by verification, or by volume in good quality",
            NoUpgrade::NotConnected => "the number is not connected",
            NoUpgrade::Flagged => "the number is flagged",
            NoUpgrade::Rating => "the quality rating does not allow it",
            NoUpgrade::Templates => "the quality rating of a template does not allow it",
            NoUpgrade::TooFewReached => "too few people were reached in the last 7 days",
            NoUpgrade::TooFewPeriods => "messages went out on too few separate days",
        }
    }
}

/// Whether a scope goes up a tier at `now` (L4, L5). `reached` includes the message being decided. Volume is asked for
/// when the edition's delay begins, all else also at its end.
pub fn upgrade(limits: &Limits, facts: &UpgradeFacts, now: Timestamp) -> Upgrade {
    let rules = &limits.upgrade;
    let recipients = limits
        .tiers
        .get(facts.tier)
        .and_then(|&limit| rules.recipients(limit));
    let (Some(needed), true) = (recipients, facts.tier + 1 < limits.tiers.len()) else {
        return Upgrade::No(NoUpgrade::HighestTier);
    };
    let delay_over = facts.waited && rules.delay > Millis::ZERO;
    let obstacles = [
        (facts.first_step, NoUpgrade::FirstStep),
        (!facts.connected, NoUpgrade::NotConnected),
        (facts.flagged, NoUpgrade::Flagged),
        (!rules.rating.passes(facts.rating), NoUpgrade::Rating),
        (
            !templates_pass(rules.templates, facts.templates),
            NoUpgrade::Templates,
        ),
        (
            !delay_over && u64::from(facts.reached) < needed,
            NoUpgrade::TooFewReached,
        ),
        (facts.periods < rules.periods, NoUpgrade::TooFewPeriods),
    ];
    if let Some((_, reason)) = obstacles.into_iter().find(|(holds, _)| *holds) {
        return Upgrade::No(reason);
    }
    let on_tier = facts.first_counted.map_or(now, |first| first + rules.min_on_tier);
    let delayed = if facts.waited { now } else { now + rules.delay };
    let until = on_tier.max(delayed);
    if until > now {
        Upgrade::Wait { until }
    } else {
        Upgrade::Due
    }
}

fn templates_pass(rule: UpgradeTemplates, worst: Rating) -> bool {
    match rule {
        UpgradeTemplates::Any => true,
        UpgradeTemplates::NotRed => worst != Rating::Red,
        UpgradeTemplates::NotBelowGreen => !worst.is_worse_than(Rating::Green),
    }
}

/// The tier above (L5); the highest stays.
pub fn raised(limits: &Limits, tier: usize) -> usize {
    (tier + 1).min(limits.tiers.len().saturating_sub(1))
}

/// The tier below (S6, L6): from unlimited to 100,000, and so on; the lowest stays.
pub fn lowered(_limits: &Limits, tier: usize) -> usize {
    tier.saturating_sub(1)
}

impl Limit {
    /// Whether somebody new may be written to when so many people are in use (L1).
    pub fn admits(self, used: u32) -> bool {
        self.people().is_none_or(|people| used < people)
    }

    /// How many more new people may be written to; `None` for unlimited (L8).
    pub fn left(self, used: u32) -> Option<u32> {
        self.people().map(|people| people.saturating_sub(used))
    }

    /// The platform's name of the tier: `TIER_250`, `TIER_1K`, `TIER_2K`, ... `TIER_UNLIMITED`.
    pub fn tier_name(self) -> String {
        match self {
            Limit::People(people) if people >= 1_000 && people.is_multiple_of(1_000) => {
                format!("TIER_{}K", people / 1_000)
            }
            Limit::People(people) => format!("TIER_{people}"),
            Limit::Unlimited => "TIER_UNLIMITED".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::{Edition, EditionId};

    fn start() -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000)
    }

    fn good(reached: u32) -> UpgradeFacts {
        UpgradeFacts {
            connected: true,
            flagged: false,
            rating: Rating::Green,
            templates: Rating::Green,
            tier: 0,
            first_step: false,
            reached,
            first_counted: Some(start()),
            periods: 2,
            waited: false,
        }
    }

    fn edition(overrides: &str) -> Edition {
        Edition::named("2023-per-number")
            .unwrap()
            .with_overrides(overrides)
            .unwrap()
    }

    #[test]
    fn all_conditions_must_hold() {
        use NoUpgrade::{
            Flagged, HighestTier, NotConnected, Rating as RatingLow, TooFewPeriods, TooFewReached,
        };
        let plain = edition("");
        let green_only = edition("limits.upgrade.rating = \"green_only\"");
        let two_days = 172_800_000;
        let wait = Upgrade::Wait {
            until: start() + Millis::new(two_days),
        };
        let rated = |rating| UpgradeFacts {
            rating,
            ..good(2_000)
        };
        // (edition, facts, ms since the first counted message, outcome)
        let rows = [
            (&plain, good(2_000), two_days, Upgrade::Due),
            (&plain, good(2_001), 10 * two_days, Upgrade::Due),
            (&plain, good(2_000), two_days - 1, wait),
            (&plain, good(2_000), 0, wait),
            (&plain, good(1_999), two_days, Upgrade::No(TooFewReached)),
            (
                &plain,
                UpgradeFacts {
                    periods: 1,
                    ..good(2_000)
                },
                two_days,
                Upgrade::No(TooFewPeriods),
            ),
            (
                &plain,
                UpgradeFacts {
                    connected: false,
                    ..good(2_000)
                },
                two_days,
                Upgrade::No(NotConnected),
            ),
            (
                &plain,
                UpgradeFacts {
                    flagged: true,
                    ..good(2_000)
                },
                two_days,
                Upgrade::No(Flagged),
            ),
            (&plain, rated(Rating::Red), two_days, Upgrade::No(RatingLow)),
            (&plain, rated(Rating::Yellow), two_days, Upgrade::Due),
            (&plain, rated(Rating::Unknown), two_days, Upgrade::Due),
            (&green_only, rated(Rating::Green), two_days, Upgrade::Due),
            (
                &green_only,
                rated(Rating::Yellow),
                two_days,
                Upgrade::No(RatingLow),
            ),
            (
                &green_only,
                rated(Rating::Unknown),
                two_days,
                Upgrade::No(RatingLow),
            ),
            (
                &plain,
                UpgradeFacts {
                    tier: 1,
                    ..good(19_999)
                },
                two_days,
                Upgrade::No(TooFewReached),
            ),
            (
                &plain,
                UpgradeFacts {
                    tier: 1,
                    ..good(20_000)
                },
                two_days,
                Upgrade::Due,
            ),
            (
                &plain,
                UpgradeFacts {
                    tier: 2,
                    ..good(200_000)
                },
                two_days,
                Upgrade::Due,
            ),
            (
                &plain,
                UpgradeFacts {
                    tier: 3,
                    ..good(9_999_999)
                },
                two_days,
                Upgrade::No(HighestTier),
            ),
        ];
        for (edition, facts, millis, outcome) in rows {
            let now = start() + Millis::new(millis);
            assert_eq!(
                upgrade(&edition.limits, &facts, now),
                outcome,
                "{facts:?} after {millis} ms"
            );
        }
    }

    #[test]
    fn half_the_limit_lifts_after_a_delay() {
        use NoUpgrade::{FirstStep, Rating as RatingLow, Templates, TooFewReached};
        let later = |id| &Edition::builtin(id).limits;
        let (per_number, shared) = (
            later(EditionId::PER_NUMBER_2024),
            later(EditionId::PER_PORTFOLIO_2026),
        );
        // The second tier, 1,000 and 2,000 people; nothing is asked of time on it or of days.
        let facts = |reached| UpgradeFacts {
            tier: 1,
            first_counted: None,
            periods: 0,
            ..good(reached)
        };
        let waited = |reached| UpgradeFacts {
            waited: true,
            ..facts(reached)
        };
        let first = |reached| UpgradeFacts {
            tier: 0,
            first_step: true,
            ..facts(reached)
        };
        let rated = |rating| UpgradeFacts {
            rating,
            ..waited(1_000)
        };
        let templates = |templates| UpgradeFacts {
            templates,
            ..waited(1_000)
        };
        let wait = |hours| Upgrade::Wait {
            until: start() + Millis::hours(hours),
        };
        let rows = [
            (per_number, facts(500), wait(24)),
            (per_number, facts(499), Upgrade::No(TooFewReached)),
            (per_number, waited(500), Upgrade::Due),
            (per_number, waited(0), Upgrade::Due),
            (per_number, rated(Rating::Yellow), Upgrade::Due),
            (per_number, rated(Rating::Red), Upgrade::No(RatingLow)),
            (per_number, rated(Rating::Unknown), Upgrade::No(RatingLow)),
            (per_number, templates(Rating::Red), Upgrade::Due),
            // Use does not lead off the lowest tier.
            (per_number, first(250), Upgrade::No(FirstStep)),
            (shared, first(250), Upgrade::No(FirstStep)),
            (shared, facts(1_000), wait(6)),
            (shared, facts(999), Upgrade::No(TooFewReached)),
            (shared, waited(1_000), Upgrade::Due),
            (shared, rated(Rating::Yellow), Upgrade::No(RatingLow)),
            (shared, rated(Rating::Unknown), Upgrade::No(RatingLow)),
            (shared, templates(Rating::Yellow), Upgrade::No(Templates)),
            (shared, templates(Rating::Unknown), Upgrade::Due),
        ];
        for (limits, facts, outcome) in rows {
            assert_eq!(upgrade(limits, &facts, start()), outcome, "{facts:?}");
        }
    }

    #[test]
    fn one_tier_at_a_time_and_not_beyond_the_ends() {
        let limits = &edition("").limits;
        let name = |tier: usize| limits.tiers[tier].tier_name();
        let up: Vec<_> = (0..4).map(|tier| name(raised(limits, tier))).collect();
        let down: Vec<_> = (0..4).map(|tier| name(lowered(limits, tier))).collect();
        assert_eq!(up, ["TIER_10K", "TIER_100K", "TIER_UNLIMITED", "TIER_UNLIMITED"]);
        assert_eq!(down, ["TIER_1K", "TIER_1K", "TIER_10K", "TIER_100K"]);
    }

    #[test]
    fn limits_admit_name_and_leave() {
        let rows = [
            (Limit::People(250), 249, true, Some(1), "TIER_250"),
            (Limit::People(250), 250, false, Some(0), "TIER_250"),
            (Limit::People(1_000), 1_001, false, Some(0), "TIER_1K"),
            (Limit::People(2_000), 0, true, Some(2_000), "TIER_2K"),
            (Limit::Unlimited, u32::MAX, true, None, "TIER_UNLIMITED"),
        ];
        for (limit, used, admits, left, name) in rows {
            assert_eq!(
                (limit.admits(used), limit.left(used)),
                (admits, left),
                "{limit:?} with {used}"
            );
            assert_eq!(limit.tier_name(), name);
        }
    }
}
