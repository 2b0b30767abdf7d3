//! What becomes of templates after their approval: other categories, archival.

use rulebook::template::draft::Category;
use serde::{Deserialize, Serialize};

use crate::ids::TemplateIx;

/// See [`Event::CategoryNoticed`](super::Event::CategoryNoticed).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CategoryNoticed {
    /// The template.
    pub template: TemplateIx,
    /// What it is.
    pub from: Category,
    /// What it should be.
    pub correct: Category,
    /// When it is changed, in milliseconds since the Unix epoch.
    pub at_ms: u64,
}

/// See [`Event::CategoryChanged`](super::Event::CategoryChanged).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CategoryChanged {
    /// The template.
    pub template: TemplateIx,
    /// Before.
    pub from: Category,
    /// From now on.
    pub to: Category,
    /// A review took an earlier change back.
    pub reversed: bool,
}

/// See [`Event::CategoryReviewAsked`](super::Event::CategoryReviewAsked).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CategoryReviewAsked {
    /// The template.
    pub template: TemplateIx,
    /// When the rules decide, in milliseconds since the Unix epoch.
    pub due_ms: u64,
}

/// See [`Event::CategoryReviewed`](super::Event::CategoryReviewed).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CategoryReviewed {
    /// The template.
    pub template: TemplateIx,
    /// The decision is taken back; else it stays.
    pub reversed: bool,
    /// Decided by the tester, not by the rules.
    pub by_tester: bool,
}

/// See [`Event::Archived`](super::Event::Archived).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Archived {
    /// The template.
    pub template: TemplateIx,
    /// When it is deleted, in milliseconds since the Unix epoch.
    pub until_ms: u64,
    /// The business asked for it; else nobody had used it.
    pub by_business: bool,
}

/// See [`Event::Unarchived`](super::Event::Unarchived).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unarchived {
    /// The template.
    pub template: TemplateIx,
}

/// See [`Event::UseSeen`](super::Event::UseSeen).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct UseSeen {
    /// The template.
    pub template: TemplateIx,
    /// When it is looked at again, in milliseconds since the Unix epoch.
    pub until_ms: u64,
}
