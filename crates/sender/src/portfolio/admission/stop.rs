//! What somebody or an incident stopped (B1, B2). Nothing inside an open service window is concerned (invariant 6).

use super::{Case, Objection};
use crate::refusal::Refusal;

pub(super) fn check(case: &Case<'_>) -> Option<Objection> {
    if case.reply {
        return None;
    }
    let stop = (case.portfolio.stops).against(case.number.0, case.template_ix, case.lane)?;
    Objection::open_ended(if stop.incident {
        Refusal::IncidentOpen
    } else {
        Refusal::Stopped
    })
}
