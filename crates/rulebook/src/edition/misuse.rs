//! What follows when utility templates turn out to be marketing.

use super::EditionError;
use super::read::Reader;
use decider::Millis;

/// The ladder for misuse of the utility category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misuse {
    /// Whether there is one.
    pub ladder: bool,
    /// Utility messages of an account in 24 h while its volume is capped.
    pub cap: u32,
    /// How long the volume is capped.
    pub capped: Millis,
    /// How long an account has no utility templates, the first time.
    pub restricted: Millis,
    /// How long, any later time, and how long the whole portfolio.
    pub restricted_again: Millis,
}

impl Misuse {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(Misuse {
            ladder: r.bool("misuse.ladder")?,
            cap: r.u32("misuse.cap")?,
            capped: r.span("misuse.capped")?,
            restricted: r.span("misuse.restricted")?,
            restricted_again: r.span("misuse.restricted_again")?,
        })
    }
}
