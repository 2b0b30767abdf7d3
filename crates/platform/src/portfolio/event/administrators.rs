//! Who is told of what concerns a portfolio.

use serde::{Deserialize, Serialize};

/// See [`Event::AdministratorsSet`](super::Event::AdministratorsSet).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdministratorsSet {
    /// All of them, from now on.
    pub administrators: Vec<Administrator>,
}

/// Somebody who looks after a portfolio.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Administrator {
    /// What they are called.
    pub name: String,
    /// Where mail reaches them.
    pub email: String,
}
