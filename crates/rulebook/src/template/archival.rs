//! Archival of templates (edition 2026: `archival`): whoever is not used for twelve months is put away, and deleted 28 days
//! later unless taken out again, when it is what it was before. Use is creating, editing, sending, appealing, taking
//! out. A business may put away approved and rejected templates itself.
//! Source: page on template archival, 17 April and 2 June 2026 (platform-rules.md §6.7).
//!
//! Promises: exact to the millisecond. Must not know: who uses it, what deleting means.

use decider::Timestamp;

use super::lifecycle::TemplateStatus;
use crate::edition::Archival;

/// When a template is put away that was used last at `used`; `None`: never.
pub fn due(rule: &Archival, used: Timestamp) -> Option<Timestamp> {
    rule.after.map(|after| used + after)
}

/// When one that is put away at `at` is deleted.
pub fn deleted(rule: &Archival, at: Timestamp) -> Timestamp {
    at + rule.kept
}

/// Whether one in this status is put away by the platform.
pub fn is_archivable(status: TemplateStatus) -> bool {
    !matches!(
        status,
        TemplateStatus::PendingDeletion | TemplateStatus::Deleted | TemplateStatus::Archived
    )
}

/// Whether one in this status is put away when the business asks for it. The refusal is the platform's.
pub fn by_business(status: TemplateStatus) -> Result<(), &'static str> {
    match status {
        TemplateStatus::Approved | TemplateStatus::Rejected => Ok(()),
        _ => Err("only approved or rejected templates can be archived"),
    }
}

/// Whether one in this status can be taken out again.
pub fn can_unarchive(status: TemplateStatus) -> Result<(), &'static str> {
    match status {
        TemplateStatus::Archived => Ok(()),
        _ => Err("template is not archived"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Edition;
    use decider::Millis;

    #[test]
    fn a_year_then_28_days_in_the_newest_edition_only() {
        let used = Timestamp::from_millis(1_776_384_000_000);
        for (edition, after) in [
            ("2023-per-number", None),
            ("2024-per-number", None),
            ("2026-per-portfolio", Some(Millis::days(365))),
        ] {
            let rule = &Edition::named(edition).unwrap().archival;
            assert_eq!(due(rule, used), after.map(|after| used + after), "{edition}");
            assert_eq!(deleted(rule, used), used + Millis::days(28));
        }
    }

    #[test]
    fn what_is_deleted_or_put_away_already_is_left_alone() {
        for status in TemplateStatus::ALL {
            let gone = matches!(status as u8, 7..=9);
            assert_eq!(is_archivable(status), !gone, "{status:?}");
            assert_eq!(
                by_business(status).is_ok(),
                matches!(status as u8, 2 | 3),
                "{status:?}"
            );
            assert_eq!(can_unarchive(status).is_ok(), status as u8 == 7, "{status:?}");
        }
    }
}
