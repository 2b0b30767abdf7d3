//! The platform's words for ratings, statuses and limits, and the rulebook's values for them: both ways.
//!
//! Promises: a word that is not known here reads as nothing, never as something harmless.
//! Must not know: who says it.

use cloud_api::webhook::received::Limit as TheirLimit;
use rulebook::edition::Limit;
use rulebook::rating::Rating;
use rulebook::status::Status;
use rulebook::template::draft::Category;
use rulebook::template::lifecycle::TemplateStatus;
use rulebook::throughput::Level;

const RATINGS: [(&str, Rating); 4] = [
    ("GREEN", Rating::Green),
    ("YELLOW", Rating::Yellow),
    ("RED", Rating::Red),
    ("UNKNOWN", Rating::Unknown),
];

const STATUSES: [(&str, Status); 11] = [
    ("CONNECTED", Status::Connected),
    ("PENDING", Status::Pending),
    ("DISCONNECTED", Status::Offline),
    ("FLAGGED", Status::Flagged),
    ("RESTRICTED", Status::Restricted),
    ("RATE_LIMITED", Status::RateLimited),
    ("BANNED", Status::Banned),
    ("MIGRATED", Status::Migrated),
    ("DELETED", Status::Deleted),
    ("UNKNOWN", Status::Unknown),
    ("UNVERIFIED", Status::Unverified),
];

/// Of items and of webhook events, which say the same in part.
const TEMPLATE_STATUSES: [(&str, TemplateStatus); 14] = [
    ("APPROVED", TemplateStatus::Approved),
    ("PENDING", TemplateStatus::InReview),
    ("REJECTED", TemplateStatus::Rejected),
    ("PAUSED", TemplateStatus::Paused),
    ("DISABLED", TemplateStatus::Disabled),
    ("IN_APPEAL", TemplateStatus::AppealRequested),
    ("ARCHIVED", TemplateStatus::Archived),
    ("PENDING_DELETION", TemplateStatus::PendingDeletion),
    ("DELETED", TemplateStatus::Deleted),
    ("LIMIT_EXCEEDED", TemplateStatus::LimitExceeded),
    // Events that are no statuses.
    ("REINSTATED", TemplateStatus::Approved),
    ("UNARCHIVED", TemplateStatus::Approved),
    ("UNPAUSED", TemplateStatus::Approved),
    ("LOCKED", TemplateStatus::Disabled),
];

const CATEGORIES: [(&str, Category); 3] = [
    ("MARKETING", Category::Marketing),
    ("UTILITY", Category::Utility),
    ("AUTHENTICATION", Category::Authentication),
];

const LEVELS: [(&str, Level); 2] = [("STANDARD", Level::Standard), ("HIGH", Level::High)];

fn find<T: Copy>(word: &str, words: &[(&str, T)]) -> Option<T> {
    let found = words.iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
    found.map(|(_, value)| *value)
}

fn named<T: PartialEq>(value: &T, words: &[(&'static str, T)]) -> &'static str {
    let found = words.iter().find(|(_, known)| known == value);
    found.map_or("UNKNOWN", |(word, _)| word)
}

/// A quality rating.
pub(crate) fn rating(word: &str) -> Option<Rating> {
    find(word, &RATINGS)
}

/// Its word.
pub(crate) fn of_rating(rating: Rating) -> &'static str {
    named(&rating, &RATINGS)
}

/// The status of a number.
pub(crate) fn status(word: &str) -> Option<Status> {
    find(word, &STATUSES)
}

/// Its word.
pub(crate) fn of_status(status: Status) -> &'static str {
    named(&status, &STATUSES)
}

/// The status of a template.
pub(crate) fn template_status(word: &str) -> Option<TemplateStatus> {
    find(word, &TEMPLATE_STATUSES)
}

/// Its word.
pub(crate) fn of_template_status(status: TemplateStatus) -> &'static str {
    named(&status, &TEMPLATE_STATUSES)
}

/// Every status of a template that has a word.
pub(crate) fn template_statuses() -> impl Iterator<Item = TemplateStatus> {
    TEMPLATE_STATUSES.iter().map(|(_, status)| *status)
}

/// A category of templates.
pub(crate) fn category(word: &str) -> Option<Category> {
    find(word, &CATEGORIES)
}

/// Its word.
pub(crate) fn of_category(category: Category) -> &'static str {
    named(&category, &CATEGORIES)
}

/// How fast a number may send.
pub(crate) fn level(word: &str) -> Option<Level> {
    find(word, &LEVELS)
}

/// Its word.
pub(crate) fn of_level(level: Level) -> &'static str {
    named(&level, &LEVELS)
}

/// A messaging limit; `None` for one that is not understood, which is never "no limit".
pub(crate) fn limit(told: &TheirLimit) -> Option<Limit> {
    match told {
        TheirLimit::People(people) => u32::try_from(*people)
            .ok()
            .filter(|people| *people < u32::MAX)
            .map(Limit::People),
        TheirLimit::Unlimited => Some(Limit::Unlimited),
        TheirLimit::Unknown(_) => None,
    }
}

/// A messaging limit as a poll says it.
pub(crate) fn limit_of_word(word: &str) -> Option<Limit> {
    let told: TheirLimit = serde_json::from_value(word.into()).ok()?;
    limit(&told)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `null_limit_is_not_unlimited`, as far as words go.
    #[test]
    fn what_is_not_understood_is_not_harmless() {
        for (word, expected) in [
            ("TIER_250", Some(Limit::People(250))),
            ("TIER_2K", Some(Limit::People(2_000))),
            ("1000", Some(Limit::People(1_000))),
            ("TIER_UNLIMITED", Some(Limit::Unlimited)),
            ("-1", Some(Limit::Unlimited)),
            ("TIER_NOT_SET", None),
            ("TIER_NEW", None),
            ("-2", None),
            ("", None),
        ] {
            assert_eq!(limit_of_word(word), expected, "{word}");
        }
        assert_eq!(
            (
                rating("NA"),
                status("NEW"),
                template_status("NEW"),
                category("NEW")
            ),
            (None, None, None, None)
        );
    }

    #[test]
    fn words_lead_back() {
        for rating_ in Rating::ALL {
            assert_eq!(rating(of_rating(rating_)), Some(rating_));
        }
        for status_ in Status::ALL {
            assert_eq!(status(of_status(status_)), Some(status_));
        }
        for (_, status_) in TEMPLATE_STATUSES {
            assert_eq!(template_status(of_template_status(status_)), Some(status_));
        }
        for (_, category_) in CATEGORIES {
            assert_eq!(category(of_category(category_)), Some(category_));
        }
    }
}
