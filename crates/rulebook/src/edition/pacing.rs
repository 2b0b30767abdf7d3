//! Pacing: which messages are held until feedback on others is known (T7).

use super::EditionError;
use super::read::Reader;
use crate::portfolio_pacing::PortfolioPacing;
use decider::Millis;

/// Pacing of messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pacing {
    /// Of single templates.
    pub template: TemplatePacing,
    /// Of whole portfolios.
    pub portfolio: PortfolioPacing,
}

/// Pacing of single templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplatePacing {
    /// So many messages go before the rest are held; `None`: nothing is ever held.
    pub first: Option<u32>,
    /// Held messages are released so long after the first of them, unless the rating is RED.
    pub guard: Millis,
    /// GREEN releases once so many of the messages that went were read.
    pub reads: u32,
    /// How long a template is in doubt after it was unpaused.
    pub unpaused: Millis,
    /// How long a RED, paused or disabled template speaks against its account.
    pub history: Millis,
    /// How long utility templates are paced after one of them was paused; `None`: never.
    pub utility: Option<Millis>,
    /// How long a pause by pacing lasts at least.
    pub unpause_after: Millis,
}

impl Pacing {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(Pacing {
            template: TemplatePacing {
                first: r.u32_or_never("pacing.template.first")?,
                guard: r.span("pacing.template.guard")?,
                reads: r.u32("pacing.template.reads")?,
                unpaused: r.millis("pacing.template.unpaused")?,
                history: r.millis("pacing.template.history")?,
                utility: r.span_or_never("pacing.template.utility")?,
                unpause_after: r.millis("pacing.template.unpause_after")?,
            },
            portfolio: PortfolioPacing::read(r)?,
        })
    }
}
