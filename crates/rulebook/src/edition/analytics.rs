//! What a business may see of its own figures.

use super::read::Reader;
use super::{Countries, EditionError};
use decider::Millis;

/// Analytics of numbers and templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analytics {
    /// How far back figures of numbers go.
    pub lookback: Millis,
    /// How long half-hours are kept apart; then their days are.
    pub half_hours: Millis,
    /// How far back figures of templates go.
    pub template_lookback: Millis,
    /// Templates in one question.
    pub template_ids: u32,
    /// From a send on, reads and clicks are told for so long.
    pub reads_kept: Millis,
    /// Businesses with a number in one of these have no figures of templates.
    pub excluded: Countries,
    /// Sends that each of two templates must have to be compared.
    pub compared_sends: u32,
}

impl Analytics {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(Analytics {
            lookback: r.span("analytics.lookback")?,
            half_hours: r.span("analytics.half_hours")?,
            template_lookback: r.span("analytics.template_lookback")?,
            template_ids: r.u32("analytics.template_ids")?,
            reads_kept: r.span("analytics.reads_kept")?,
            excluded: r.countries("analytics.excluded")?,
            compared_sends: r.u32("analytics.compared_sends")?,
        })
    }
}
