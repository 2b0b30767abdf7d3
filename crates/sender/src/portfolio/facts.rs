//! The facts that a decision was made by: enough to say later why.

use serde::{Deserialize, Serialize};

use crate::mirror::Source;

/// "No limit."
pub const UNLIMITED: u32 = u32::MAX;

/// Version 1. Frozen: it stands in events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// The permanent number of the edition.
    pub edition: u16,
    /// The version of the policy.
    pub policy: u32,
    /// Unique recipients in the window, before this send.
    pub used: u32,
    /// The limit in force; [`UNLIMITED`] for none.
    pub limit: u32,
    /// Who said so.
    pub limit_from: Source,
    /// How old that word is, in seconds; 0 where nobody said so.
    pub limit_age_s: u32,
    /// The number's status, by its permanent number; 0 for unknown.
    pub number_status: u8,
    /// The number's rating, by its permanent number; 0 for unknown.
    pub number_rating: u8,
    /// The template's status, by its permanent number; 0 for unknown, or no template.
    pub template_status: u8,
    /// The template's rating, likewise.
    pub template_rating: u8,
    /// The template's category: 1 marketing, 2 utility, 3 authentication; 0 for unknown, or no template.
    pub category: u8,
    /// Seconds since the person last wrote, plus 1; 0 if the service window is not known to be open.
    pub window_open_s: u32,
    /// Whether this counts towards the limit.
    pub counts: bool,
    /// Age of the oldest fact about the number, in seconds; 0 where none was ever told.
    pub age_s: u32,
    /// No statuses came though sends were accepted.
    pub silent: bool,
}
