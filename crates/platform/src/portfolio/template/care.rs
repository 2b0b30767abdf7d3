//! What becomes of a template after its approval: the category that it should have, reviews of that, its last use,
//! archival.
//!
//! Promises: nothing is kept of a template that nothing of it has happened to, but its last use.

use decider::{Timestamp, mix};
use rulebook::template::draft::Category;
use rulebook::template::lifecycle::TemplateStatus;
use serde::{Deserialize, Serialize};

use super::Template;
use crate::ids::TemplateIx;
use crate::portfolio::snapshot::sections::{Section, write};

/// What is kept of a template. Stored as it is: section 78, version 1. Times are milliseconds since the Unix epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Care {
    /// When it was used last; 0: not since it was submitted or edited.
    pub(in crate::portfolio) used: u64,
    /// What it should be, and when it is changed.
    pub(in crate::portfolio) coming: Option<(Category, u64)>,
    /// What it was before its category was changed, and when that was.
    pub(in crate::portfolio) changed: Option<(Category, u64)>,
    /// When the review of its category that the business asked for is decided.
    pub(in crate::portfolio) review: Option<u64>,
    /// What it was before it was put away, and when it is deleted.
    pub(in crate::portfolio) archived: Option<(TemplateStatus, u64)>,
}

impl Template {
    /// When it was used last: submitted, edited, sent, appealed for, taken out.
    pub fn used(&self) -> Timestamp {
        Timestamp::from_millis(self.care.used).max(self.created)
    }

    /// The category that it should have, and when it gets it.
    pub fn coming_category(&self) -> Option<(Category, Timestamp)> {
        let (category, at) = self.care.coming?;
        Some((category, Timestamp::from_millis(at)))
    }

    /// The category that it had before it was changed.
    pub fn previous_category(&self) -> Option<Category> {
        self.care.changed.map(|(category, _)| category)
    }

    /// Since when its category is what it is.
    pub fn category_since(&self) -> Timestamp {
        let changed = self.care.changed.map(|(_, at)| Timestamp::from_millis(at));
        changed.unwrap_or(self.created)
    }

    /// When the review of its category is decided, while one is open.
    pub fn category_review(&self) -> Option<Timestamp> {
        self.care.review.map(Timestamp::from_millis)
    }

    /// When it is deleted, while it is put away.
    pub fn deleted_at(&self) -> Option<Timestamp> {
        self.care.archived.map(|(_, until)| Timestamp::from_millis(until))
    }
}

impl Care {
    /// Changes with every change.
    pub(super) fn digest(&self) -> u64 {
        let of = |pair: Option<(u64, u64)>| pair.map_or(0, |(what, at)| mix(at ^ what << 56));
        let category = |pair: Option<(Category, u64)>| pair.map(|(category, at)| (category as u64 + 1, at));
        let archived = self.archived.map(|(status, at)| (status as u64, at));
        mix(self.used)
            ^ of(category(self.coming)).rotate_left(7)
            ^ of(category(self.changed)).rotate_left(13)
            ^ of(archived).rotate_left(19)
            ^ self.review.map_or(0, mix).rotate_left(29)
    }
}

/// Stored of each template that has any of it.
pub(crate) const SECTION: Section = Section {
    id: 78,
    version: 1,
    store: |portfolio| {
        let templates = (0..).map(TemplateIx).zip(&portfolio.templates);
        let kept: Vec<(TemplateIx, &Care)> = templates
            .filter(|(_, template)| template.care != Care::default())
            .map(|(ix, template)| (ix, &template.care))
            .collect();
        (!kept.is_empty()).then(|| write(&kept))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(postcard::from_bytes(bytes).map(|kept: Vec<(TemplateIx, Care)>| {
            for (ix, care) in kept {
                if let Some(template) = portfolio.templates.get_mut(ix.index()) {
                    template.care = care;
                }
            }
        })),
        _ => None,
    },
};

#[cfg(test)]
mod tests {
    use rulebook::template::draft::{ParameterFormat, TemplateDraft};

    use super::*;
    use crate::ids::WabaIx;
    use crate::portfolio::Portfolio;

    fn with_two_templates() -> Portfolio {
        let draft = || TemplateDraft {
            name: "news".into(),
            language: "en".into(),
            category: Category::Utility,
            parameter_format: ParameterFormat::Positional,
            components: Vec::new(),
        };
        let mut portfolio = Portfolio::new(decider::CellId(1));
        let new = || Template::new(WabaIx(0), draft(), Timestamp::from_millis(1));
        portfolio.templates.extend([new(), new()]);
        portfolio
    }

    #[test]
    fn what_becomes_of_templates_is_stored() {
        let mut portfolio = with_two_templates();
        assert_eq!((SECTION.store)(&portfolio), None, "nothing is stored of nothing");
        portfolio.templates[1].care = Care {
            used: 5,
            coming: Some((Category::Marketing, 6)),
            changed: Some((Category::Utility, 7)),
            review: Some(8),
            archived: Some((TemplateStatus::Rejected, 9)),
        };
        let bytes = (SECTION.store)(&portfolio).expect("there is content");
        let mut again = with_two_templates();
        assert!(matches!((SECTION.load)(&mut again, 1, &bytes), Some(Ok(()))));
        assert_eq!(again.templates[1].care, portfolio.templates[1].care);
        assert_eq!(again.templates[0].care, Care::default());
        assert!((SECTION.load)(&mut again, 0, &bytes).is_none());
        insta::assert_snapshot!(format!("{bytes:?}"));
    }
}
