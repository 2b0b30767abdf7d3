//! The template: not approved, paused, disabled (rules T2, T5, T6, T8; 132001, 132015, 132016). One that we never heard
//! of goes: the platform decides.

use decider::Timestamp;
use rulebook::template::lifecycle::TemplateStatus;

use super::{Case, Objection, in_force};
use crate::refusal::Refusal;

pub(super) fn check(case: &Case<'_>) -> Option<Objection> {
    let known = case.template?.known?;
    let standing = in_force(&known.status, case.now)?;
    match standing.status {
        TemplateStatus::Approved => None,
        TemplateStatus::Paused => match Timestamp::from_millis(standing.until_ms) {
            Timestamp::ZERO => Objection::open_ended(Refusal::TemplatePaused),
            until if case.now < until => Objection::until(Refusal::TemplatePaused, until),
            _ => None,
        },
        TemplateStatus::Disabled => Objection::open_ended(Refusal::TemplateDisabled),
        TemplateStatus::InReview
        | TemplateStatus::Rejected
        | TemplateStatus::AppealRequested
        | TemplateStatus::Archived
        | TemplateStatus::PendingDeletion
        | TemplateStatus::Deleted
        | TemplateStatus::LimitExceeded => Objection::open_ended(Refusal::TemplateNotApproved),
    }
}
