//! The life of a template (rules T2, T3, T6 and T8): its statuses, and which step is legal in which.
//!
//! Promises: permanent numbers; every step is legal or refused by name. DISABLED is final but for an appeal.
//! Must not know: ratings, time, how many edits are allowed in a span.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::rating::Rating;
use crate::refusal::Refusal;

/// Where a template stands. The numbers are permanent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum TemplateStatus {
    /// Being reviewed.
    InReview = 1,
    /// Active: it may be sent.
    Approved = 2,
    /// Refused by the review.
    Rejected = 3,
    /// Unsendable for a time, or until it is unpaused.
    Paused = 4,
    /// Unsendable for good.
    Disabled = 5,
    /// An appeal waits for its decision.
    AppealRequested = 6,
    /// Put away after a year without use.
    Archived = 7,
    /// Deleted, while messages are still on their way.
    PendingDeletion = 8,
    /// Gone.
    Deleted = 9,
    /// Over the account's number of templates.
    LimitExceeded = 10,
}

/// A step in the life of a template.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Action {
    /// A review goes on.
    Review,
    /// A review ends well.
    Approve,
    /// A review ends badly.
    Reject,
    /// The content is replaced.
    Edit,
    /// Its quality, or pacing, pauses it.
    Pause,
    /// The pause ends.
    Unpause,
    /// Its quality disables it.
    Disable,
    /// An appeal is filed.
    Appeal,
    /// The appeal is granted.
    GrantAppeal,
    /// The appeal against a rejection is refused.
    KeepRejected,
    /// The appeal against disabling is refused.
    KeepDisabled,
    /// It is put away.
    Archive,
    /// It is taken out again.
    Unarchive,
    /// It is deleted.
    Delete,
}

impl Action {
    /// All of them.
    pub const ALL: [Action; 14] = [
        Action::Review,
        Action::Approve,
        Action::Reject,
        Action::Edit,
        Action::Pause,
        Action::Unpause,
        Action::Disable,
        Action::Appeal,
        Action::GrantAppeal,
        Action::KeepRejected,
        Action::KeepDisabled,
        Action::Archive,
        Action::Unarchive,
        Action::Delete,
    ];
}

/// A step that the present status does not allow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a template that is {} cannot be {action}", .from.label().to_lowercase())]
pub struct IllegalAction {
    /// The status.
    pub from: TemplateStatus,
    /// The step.
    pub action: Action,
}

impl IllegalAction {
    /// As which refusal it is told.
    pub fn refusal(&self) -> Refusal {
        match (self.from, self.action) {
            (TemplateStatus::Deleted, _) => Refusal::TemplateUnknown,
            (_, Action::Appeal) => Refusal::TemplateNotAppealable,
            _ => Refusal::TemplateNotEditable,
        }
    }
}

impl TemplateStatus {
    /// All of them, by number.
    pub const ALL: [TemplateStatus; 10] = [
        TemplateStatus::InReview,
        TemplateStatus::Approved,
        TemplateStatus::Rejected,
        TemplateStatus::Paused,
        TemplateStatus::Disabled,
        TemplateStatus::AppealRequested,
        TemplateStatus::Archived,
        TemplateStatus::PendingDeletion,
        TemplateStatus::Deleted,
        TemplateStatus::LimitExceeded,
    ];

    /// The value of the Graph API's `status` field.
    pub fn api_value(self) -> &'static str {
        match self {
            TemplateStatus::InReview => "PENDING",
            TemplateStatus::Approved => "APPROVED",
            TemplateStatus::Rejected => "REJECTED",
            TemplateStatus::Paused => "PAUSED",
            TemplateStatus::Disabled => "DISABLED",
            TemplateStatus::AppealRequested => "IN_APPEAL",
            TemplateStatus::Archived => "ARCHIVED",
            TemplateStatus::PendingDeletion => "PENDING_DELETION",
            TemplateStatus::Deleted => "DELETED",
            TemplateStatus::LimitExceeded => "LIMIT_EXCEEDED",
        }
    }

    /// The word on the screen, without the quality.
    pub fn label(self) -> &'static str {
        match self {
            TemplateStatus::InReview => "In review",
            TemplateStatus::Approved => "Active",
            TemplateStatus::Rejected => "Rejected",
            TemplateStatus::Paused => "Paused",
            TemplateStatus::Disabled => "Disabled",
            TemplateStatus::AppealRequested => "Appeal requested",
            TemplateStatus::Archived => "Archived",
            TemplateStatus::PendingDeletion => "Pending deletion",
            TemplateStatus::Deleted => "Deleted",
            TemplateStatus::LimitExceeded => "Limit exceeded",
        }
    }

    /// The words on the screen (T2): an active template shows its quality.
    pub fn manager_label(self, rating: Rating) -> &'static str {
        match (self, rating) {
            (TemplateStatus::Approved, Rating::Unknown) => "Active - Quality pending",
            (TemplateStatus::Approved, Rating::Green) => "Active - High quality",
            (TemplateStatus::Approved, Rating::Yellow) => "Active - Medium quality",
            (TemplateStatus::Approved, Rating::Red) => "Active - Low quality",
            (other, _) => other.label(),
        }
    }

    /// Whether a step is legal.
    pub fn allows(self, action: Action) -> Result<(), IllegalAction> {
        self.after(action).map(|_| ())
    }

    /// The status after a step, or why it cannot be.
    pub fn after(self, action: Action) -> Result<TemplateStatus, IllegalAction> {
        use TemplateStatus::{
            AppealRequested, Approved, Archived, Deleted, Disabled, InReview, LimitExceeded, Paused, Rejected,
        };
        let next = match (self, action) {
            (InReview, Action::Review) => InReview,
            (InReview, Action::Approve) => Approved,
            (InReview, Action::Reject) => Rejected,
            (Approved | Rejected | Paused, Action::Edit) => InReview,
            (Approved, Action::Pause) => Paused,
            (Paused, Action::Unpause) => Approved,
            (Approved | Paused, Action::Disable) => Disabled,
            (Rejected | Disabled, Action::Appeal) => AppealRequested,
            (AppealRequested, Action::GrantAppeal) => Approved,
            (AppealRequested, Action::KeepRejected) => Rejected,
            (AppealRequested, Action::KeepDisabled) => Disabled,
            // The platform puts away what nobody uses; it comes back as what it was, approved if that is not known.
            (
                InReview | Approved | Rejected | Paused | Disabled | AppealRequested | LimitExceeded,
                Action::Archive,
            ) => Archived,
            (Archived, Action::Unarchive) => Approved,
            (
                InReview | Approved | Rejected | Paused | AppealRequested | Archived | LimitExceeded,
                Action::Delete,
            ) => Deleted,
            _ => return Err(IllegalAction { from: self, action }),
        };
        Ok(next)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Action::Review => "reviewed",
            Action::Approve => "approved",
            Action::Reject => "rejected",
            Action::Edit => "edited",
            Action::Pause => "paused",
            Action::Unpause => "unpaused",
            Action::Disable => "disabled",
            Action::Appeal => "appealed for",
            Action::GrantAppeal => "reinstated",
            Action::KeepRejected => "kept rejected",
            Action::KeepDisabled => "kept disabled",
            Action::Archive => "archived",
            Action::Unarchive => "unarchived",
            Action::Delete => "deleted",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which steps are legal where; all others are refused.
    #[test]
    fn every_step_from_every_status() {
        let mut table = String::new();
        for status in TemplateStatus::ALL {
            let words = (status as u8, status.api_value(), status.label());
            table.push_str(&format!("{words:?}\n"));
            for action in Action::ALL {
                match status.after(action) {
                    Ok(next) => table.push_str(&format!("  {action:?} -> {}\n", next.label())),
                    Err(illegal) => {
                        let action = format!("{action}");
                        let text = illegal.to_string();
                        assert!(text.ends_with(&format!("cannot be {action}")), "{text}");
                    }
                }
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn only_active_templates_show_their_quality() {
        let active: Vec<_> = Rating::ALL
            .map(|rating| TemplateStatus::Approved.manager_label(rating))
            .into();
        let rows = [
            "Active - Quality pending",
            "Active - High quality",
            "Active - Medium quality",
            "Active - Low quality",
        ];
        assert_eq!(active, rows);
        assert_eq!(TemplateStatus::Paused.manager_label(Rating::Red), "Paused");
    }

    #[test]
    fn a_refused_step_says_what_and_why() {
        let rows = [
            (
                TemplateStatus::Disabled,
                Action::Edit,
                "a template that is disabled cannot be edited",
            ),
            (
                TemplateStatus::InReview,
                Action::Edit,
                "a template that is in review cannot be edited",
            ),
            (
                TemplateStatus::Disabled,
                Action::Delete,
                "a template that is disabled cannot be deleted",
            ),
        ];
        for (status, action, text) in rows {
            let illegal = status.allows(action).unwrap_err();
            assert_eq!(illegal.to_string(), text);
            assert_eq!(illegal.refusal(), Refusal::TemplateNotEditable);
        }
        let gone = TemplateStatus::Deleted.allows(Action::Edit).unwrap_err();
        assert_eq!(gone.refusal(), Refusal::TemplateUnknown);
        let fine = TemplateStatus::Approved.allows(Action::Appeal).unwrap_err();
        assert_eq!(fine.refusal(), Refusal::TemplateNotAppealable);
    }
}
