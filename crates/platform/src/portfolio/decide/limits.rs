//! Limits at work: used up, free again, up and down a tier (L4 to L6, S6, S7).

use decider::Timestamp;
use rulebook::rating::Rating;
use rulebook::template::lifecycle::TemplateStatus;
use rulebook::tier::{self, Upgrade, UpgradeFacts};

use super::stamp;
use crate::ids::{ContactIx, NumberIx, ScopeIx};
use crate::portfolio::event::{
    LimitFreed, LimitReached, Notice, Noticed, TierChanged, UpgradeExpected, UpgradeMissed,
};
use crate::portfolio::scope::{Scope, UpgradeState};
use crate::portfolio::{Event, Portfolio};

/// The worst of several ratings; UNKNOWN only if nothing else is known.
fn worst(ratings: impl Iterator<Item = Rating>) -> Rating {
    ratings.fold(Rating::Unknown, |worst, rating| {
        if worst == Rating::Unknown || rating.is_worse_than(worst) {
            rating
        } else {
            worst
        }
    })
}

impl Portfolio {
    /// A counted message was accepted: is the limit used up with it? (S7: in the same commit.)
    pub(super) fn use_limit(
        &self,
        number: NumberIx,
        contact: ContactIx,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) {
        let limits = &self.rules.limits;
        let ix = self.scope_of(number);
        let Some(scope) = self.scope(ix) else { return };
        let Some(people) = scope.limit(limits).people() else {
            return;
        };
        let used = scope.used(limits, now) + u32::from(!scope.in_use(limits, contact, now));
        if used >= people && !scope.is_used_up() {
            self.reach_limit(ix, scope, used, now, out);
        }
    }

    fn reach_limit(&self, ix: ScopeIx, scope: &Scope, used: u32, now: Timestamp, out: &mut Vec<Event>) {
        out.push(LimitReached { scope: ix, used }.into());
        let every = self.rules.notices.restricted_every;
        let quiet = scope
            .tier
            .noticed
            .is_some_and(|last| now.since(Timestamp::from_millis(last)) < every);
        if !quiet {
            out.push(
                Noticed {
                    notice: Notice::Restricted(ix),
                }
                .into(),
            );
        }
        self.tell_status(ix, true, now, out);
    }

    /// RESTRICTED ends.
    pub(super) fn free_limit(&self, ix: ScopeIx, now: Timestamp, out: &mut Vec<Event>) {
        out.push(LimitFreed { scope: ix }.into());
        let limits = &self.rules.limits;
        let Some(scope) = self.scope(ix) else { return };
        let used = scope.used(limits, now);
        if scope.limit(limits).people().is_some_and(|people| used >= people) {
            out.push(LimitReached { scope: ix, used }.into());
        } else {
            self.tell_status(ix, false, now, out);
        }
    }

    /// Is it time for the next tier? (L4)
    pub(super) fn look_at_upgrade(&self, ix: ScopeIx, now: Timestamp, out: &mut Vec<Event>) {
        let Some(scope) = self.scope(ix) else { return };
        let facts = self.upgrade_facts(ix, scope, now);
        match tier::upgrade(&self.rules.limits, &facts, now) {
            Upgrade::Due => self.change_tier(ix, tier::raised(&self.rules.limits, facts.tier), now, out),
            Upgrade::Wait { until } if until > now => {
                out.push(
                    UpgradeExpected {
                        scope: ix,
                        at_ms: stamp(until),
                    }
                    .into(),
                );
            }
            Upgrade::Wait { .. } => out.push(
                UpgradeMissed {
                    scope: ix,
                    blocked: false,
                }
                .into(),
            ),
            Upgrade::No(reason) => {
                out.push(
                    UpgradeMissed {
                        scope: ix,
                        blocked: reason.is_standing(),
                    }
                    .into(),
                );
            }
        }
    }

    pub(super) fn upgrade_facts(&self, ix: ScopeIx, scope: &Scope, now: Timestamp) -> UpgradeFacts {
        let numbers = || {
            self.numbers_of(ix)
                .filter_map(|number| self.number(number))
                .filter(|number| !number.facts.deleted && !number.facts.migrated)
        };
        let templates = (self.templates.iter())
            .filter(|template| template.status != TemplateStatus::Deleted)
            .filter(|template| numbers().any(|number| number.waba == template.waba));
        UpgradeFacts {
            connected: numbers().any(|n| n.is_connected()),
            flagged: numbers().any(|n| n.flag.is_some()),
            rating: worst(numbers().map(|n| n.rating())),
            templates: worst(templates.map(|t| t.rating())),
            tier: usize::from(scope.tier.index),
            first_step: scope.first.is_some(),
            reached: scope.window.reached(now),
            first_counted: scope.tier.first_counted.map(Timestamp::from_millis),
            periods: scope.tier.period.1,
            waited: scope.tier.upgrade == UpgradeState::Expected,
        }
    }

    /// Moves a scope to another tier, with what follows for RESTRICTED (S10).
    pub(super) fn change_tier(&self, ix: ScopeIx, to: usize, now: Timestamp, out: &mut Vec<Event>) {
        let limits = &self.rules.limits;
        let Some(scope) = self.scope(ix) else { return };
        let from = scope.tier.index;
        if usize::from(from) == to {
            return;
        }
        let reached = scope.window.reached(now);
        out.push(
            TierChanged {
                scope: ix,
                from,
                to: to as u8,
                reached,
            }
            .into(),
        );
        out.push(
            Noticed {
                notice: Notice::Limit(ix),
            }
            .into(),
        );
        let used = scope.used(limits, now);
        let full = limits
            .tiers
            .get(to)
            .and_then(|limit| limit.people())
            .is_some_and(|people| used >= people);
        match (scope.is_used_up(), full) {
            (true, false) => {
                out.push(LimitFreed { scope: ix }.into());
                self.tell_status(ix, false, now, out);
            }
            (false, true) => self.reach_limit(ix, scope, used, now, out),
            _ => {}
        }
    }
}
