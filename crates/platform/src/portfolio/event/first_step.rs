//! The first step: who was verified, and what analyses came to.

use rulebook::first_step::{Outcome, Path};
use serde::{Deserialize, Serialize};

use crate::ids::ScopeIx;

/// See [`Event::Verified`](super::Event::Verified).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verified {
    /// What was verified, and by whom.
    pub path: Path,
    /// How many numbers the portfolio may register from now on; 0 if that has not changed.
    pub numbers: u32,
}

/// See [`Event::AnalysisBegan`](super::Event::AnalysisBegan).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnalysisBegan {
    /// The scope of the limit.
    pub scope: ScopeIx,
    /// What led to it.
    pub path: Path,
    /// When the rules decide, in milliseconds since the Unix epoch.
    pub due_ms: u64,
}

/// See [`Event::Analysed`](super::Event::Analysed).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Analysed {
    /// The scope of the limit.
    pub scope: ScopeIx,
    /// What had led to it; `None`: the tester asked for nothing and decided.
    pub path: Option<Path>,
    /// How it ended.
    pub outcome: Outcome,
    /// By the tester, not by the rules.
    pub by_tester: bool,
}
