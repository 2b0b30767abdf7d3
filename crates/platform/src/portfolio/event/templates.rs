//! Managing templates: names that stay reserved, deletions that wait, times to live.

use serde::{Deserialize, Serialize};

use crate::ids::TemplateIx;

/// See [`Event::NameReserved`](super::Event::NameReserved).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NameReserved {
    /// The template that was deleted.
    pub template: TemplateIx,
    /// Until when, in milliseconds since the Unix epoch.
    pub until_ms: u64,
    /// In every language, or only in its own.
    pub every_language: bool,
}

/// See [`Event::DeletionDeferred`](super::Event::DeletionDeferred).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeletionDeferred {
    /// The template.
    pub template: TemplateIx,
}

/// See [`Event::TtlSet`](super::Event::TtlSet).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TtlSet {
    /// The template.
    pub template: TemplateIx,
    /// How long its messages may wait, in seconds; -1 for the longest.
    pub seconds: i64,
}
