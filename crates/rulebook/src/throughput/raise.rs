//! The rise to the high throughput (rule R16, editions 2024 and 2026: `throughput.raise`): a number without a limit and of
//! good quality is raised by itself; in 2026 it must have reached so many people by itself as well.
//!
//! Sources: the platform's page on throughput (21 November 2025); the changes of 7 October 2025 for both editions.
//!
//! Promises: whoever is eligible is raised once the delay is over, if all but the volume still holds.
//! Must not know: who counts people, what is told.

use decider::Millis;

use super::Level;
use crate::edition::{EditionError, Reader, UpgradeRating};
use crate::rating::Rating;

/// When a number is raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raise {
    /// How long after all holds; `None`: never by itself.
    pub after: Option<Millis>,
    /// How long it can send nothing while it is raised.
    pub downtime: Millis,
    /// Unique recipients that the number must have written to outside a service window, within the window of the limit;
    /// 0: not asked.
    pub recipients: u32,
    /// Which ratings pass.
    pub rating: UpgradeRating,
}

/// What the rise of a number depends on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RaiseFacts {
    /// How fast it may be now.
    pub level: Level,
    /// It is registered and may take part.
    pub connected: bool,
    /// Its messaging limit, or that of its portfolio, is unlimited.
    pub unlimited: bool,
    /// Its rating.
    pub rating: Rating,
    /// Unique recipients that it wrote to; asked for when the delay begins only.
    pub reached: u32,
    /// The delay has begun.
    pub waited: bool,
}

impl Raise {
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(Raise {
            after: r.span_or_never("throughput.raise.after")?,
            downtime: r.millis("throughput.raise.downtime")?,
            recipients: r.u32("throughput.raise.recipients")?,
            rating: r.choice("throughput.raise.rating")?,
        })
    }

    /// Whether all holds.
    pub fn is_due(&self, facts: &RaiseFacts) -> bool {
        self.after.is_some()
            && facts.level == Level::Standard
            && facts.connected
            && facts.unlimited
            && self.rating.passes(facts.rating)
            && (facts.waited || facts.reached >= self.recipients)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::{Edition, EditionId};

    #[test]
    fn unlimited_numbers_of_good_quality_are_raised() {
        let rules = |id| &Edition::builtin(id).throughput.raise;
        let (never, old, new) = (
            rules(EditionId::PER_NUMBER_2023),
            rules(EditionId::PER_NUMBER_2024),
            rules(EditionId::PER_PORTFOLIO_2026),
        );
        let facts = RaiseFacts {
            level: Level::Standard,
            connected: true,
            unlimited: true,
            rating: Rating::Yellow,
            reached: 100_000,
            waited: false,
        };
        let rated = |rating| RaiseFacts { rating, ..facts };
        let reached = |reached| RaiseFacts { reached, ..facts };
        let level = |level| RaiseFacts { level, ..facts };
        // (facts, in 2024, in 2026)
        let rows = [
            (facts, true, true),
            (rated(Rating::Green), true, true),
            (rated(Rating::Unknown), false, false),
            (rated(Rating::Red), false, false),
            (reached(99_999), true, false),
            (
                RaiseFacts {
                    waited: true,
                    ..reached(0)
                },
                true,
                true,
            ),
            (
                RaiseFacts {
                    unlimited: false,
                    ..facts
                },
                false,
                false,
            ),
            (
                RaiseFacts {
                    connected: false,
                    ..facts
                },
                false,
                false,
            ),
            (level(Level::High), false, false),
            (level(Level::Coexistence), false, false),
        ];
        for (facts, in_2024, in_2026) in rows {
            assert!(!never.is_due(&facts), "{facts:?}");
            assert_eq!(
                (old.is_due(&facts), new.is_due(&facts)),
                (in_2024, in_2026),
                "{facts:?}"
            );
        }
        assert_eq!([old.after, new.after], [Some(Millis::hours(12)); 2]);
    }
}
