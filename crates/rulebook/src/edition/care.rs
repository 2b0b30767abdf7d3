//! What becomes of templates after their approval: other categories, archival.

use super::EditionError;
use super::choice::choices;
use super::read::Reader;
use decider::Millis;

/// Categories of templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Categories {
    /// Whether the rules judge a template's category by its words.
    pub judged: bool,
    /// As what a template is taken that is in the wrong category.
    pub submitted: Submitted,
    /// How a change of an approved template is announced.
    pub notice: CategoryNotice,
    /// An account that was warned of misuse has its templates changed at once.
    pub warned_at_once: bool,
    /// So long after its submission or change the category of a template can be reviewed.
    pub review_within: Millis,
}

choices! {
    /// As what a template is taken that is in the wrong category.
    Submitted {
        /// In the category that it is by its words.
        AsJudged = "as_judged",
        /// In that category where the business allows it; else it is rejected.
        AsAllowed = "as_allowed",
    }
}

choices! {
    /// How a change of the category of an approved template is announced.
    CategoryNotice {
        /// Nothing is changed.
        Never = "never",
        /// 24 hours before.
        Day = "24h",
        /// It comes on the first day of the next month.
        Month = "month",
    }
}

/// Templates that nobody uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archival {
    /// So long after its last use a template is put away; `None`: never.
    pub after: Option<Millis>,
    /// So long after that it is deleted.
    pub kept: Millis,
}

impl Categories {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(Categories {
            judged: r.bool("categories.judged")?,
            submitted: r.choice("categories.submitted")?,
            notice: r.choice("categories.notice")?,
            warned_at_once: r.bool("categories.warned_at_once")?,
            review_within: r.span("categories.review_within")?,
        })
    }
}

impl Archival {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(Archival {
            after: r.span_or_never("archival.after")?,
            kept: r.span("archival.kept")?,
        })
    }
}
