//! What low quality costs beside a flag (Q10).

use decider::Ctx;
use rulebook::low_quality;
use rulebook::rating::Rating;
use rulebook::refusal::Refusal;
use rulebook::status::{StageChange, apply};

use super::send::No;
use crate::ids::NumberIx;
use crate::portfolio::event::{Staged, Throttled};
use crate::portfolio::number::Number;
use crate::portfolio::{Event, Portfolio};

/// Which of a command's draws decides whether its message is filtered.
const FILTER_DRAW: u64 = 40;

impl Portfolio {
    /// The number was RED without a break for so long that it is throttled (Q10).
    pub(super) fn low_quality_due(&self, ix: NumberIx, out: &mut Vec<Event>) {
        let Some(number) = self.number(ix) else { return };
        out.push(Throttled { number: ix }.into());
        let change = StageChange::RateLimit;
        if apply(&number.facts, change).is_ok() {
            out.push(
                Staged {
                    number: ix,
                    change,
                    tier: self.tier_of(ix),
                }
                .into(),
            );
        }
    }

    /// A number that the rules throttled is no longer RED.
    pub(super) fn unthrottle(&self, ix: NumberIx, to: Rating, out: &mut Vec<Event>) {
        let Some(number) = self.number(ix) else { return };
        let change = StageChange::RateLimitLifted;
        if number.throttle.by_rules && to != Rating::Red && apply(&number.facts, change).is_ok() {
            out.push(
                Staged {
                    number: ix,
                    change,
                    tier: self.tier_of(ix),
                }
                .into(),
            );
        }
    }

    /// Whether a business-initiated message of a number of low quality goes, and if so, whether it is filtered (Q10).
    pub(super) fn within_volume(&self, number: &Number, ctx: &Ctx) -> Result<bool, No> {
        let rules = &self.rules.low_quality;
        if number.facts.rate_limited && number.throttle.volume.sent(ctx.now) >= rules.per_day {
            let detail = match rules.per_day {
                0 => "business-initiated messages are suspended because of low quality".to_owned(),
                most => format!(
                    "{most} business-initiated messages were sent in 24 hours, as many as its quality allows"
                ),
            };
            return Err((Refusal::QualityLimited, detail));
        }
        Ok(number.rating() == Rating::Red && low_quality::is_filtered(rules, ctx.draw(FILTER_DRAW)))
    }
}
