//! Why a set of values is refused.

/// Why an edition, or a change to one, is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditionError {
    /// No edition of that name or number is in this program.
    #[error("no edition `{asked}`: this version has {known}")]
    NoSuchEdition {
        /// The name or number asked for.
        asked: String,
        /// What there is.
        known: String,
    },
    /// The text cannot be read at all.
    #[error("not readable as TOML: {reason}")]
    Syntax {
        /// What the reader said, with the line.
        reason: String,
    },
    /// A path that the edition does not have.
    #[error("unknown value `{path}`: the edition has {allowed}")]
    Unknown {
        /// The path.
        path: String,
        /// The paths nearest to it.
        allowed: String,
    },
    /// A path without which the edition is not complete.
    #[error("missing value `{path}`")]
    Missing {
        /// The path.
        path: String,
    },
    /// A value that the path does not allow.
    #[error("`{path}` must be {allowed}")]
    Wrong {
        /// The path.
        path: String,
        /// What would be right.
        allowed: String,
    },
}

impl EditionError {
    pub(crate) fn wrong(path: &str, allowed: impl Into<String>) -> Self {
        EditionError::Wrong {
            path: path.to_owned(),
            allowed: allowed.into(),
        }
    }
}
