//! Misuse of the utility category.

use rulebook::misuse::Step;
use serde::{Deserialize, Serialize};

use crate::ids::WabaIx;

/// See [`Event::MisuseFound`](super::Event::MisuseFound).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MisuseFound {
    /// Which account.
    pub waba: WabaIx,
    /// Where it is from now on.
    pub step: Step,
    /// When that ends, in milliseconds since the Unix epoch; 0: never.
    pub until_ms: u64,
}

/// See [`Event::MisuseEnded`](super::Event::MisuseEnded).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MisuseEnded {
    /// Which account.
    pub waba: WabaIx,
    /// What has ended.
    pub step: Step,
}
