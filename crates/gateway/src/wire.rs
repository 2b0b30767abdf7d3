//! Changes to bytes on their way: only what must differ does, everything else stays as it came.
//!
//! Must not know: who sends what to whom.

pub(crate) mod callback;
pub(crate) mod links;
pub(crate) mod scan;
