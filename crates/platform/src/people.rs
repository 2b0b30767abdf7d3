//! Simulated people: who they are, and what becomes of a message that they get.
//!
//! People are arithmetic: a group and an index make a person, so that a million of them cost a few hundred bytes.
//! What a person does follows from (seed, person, message) and from what they had from the number before, never
//! from the order in which anything is asked. Magic recipients are groups of a built-in file with a fixed character.
//! Promises: pure; the same file and seed give the same people for ever.
//! Must not know: commands, events, how a message is sent.

mod cast;
mod country;
mod draw;
mod file;
mod group;
mod magic;
mod reaction;
pub(crate) mod section;
mod state;
mod values;

pub use cast::{Cast, Listed, Person};
pub use group::Group;
pub use magic::{code_at_once, code_later, is_magic, magic};
pub use reaction::{Act, Arrival, Circumstances, Planned, Template};
pub use state::{Mood, Pending, People, PeopleV1};

/// The commented example that the documentation shows: four groups of a shop's customers.
pub const EXAMPLE: &str = include_str!("../people/example.toml");

/// Why a people file is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("people file{}: {reason}", place(path))]
pub struct PeopleError {
    /// Where in the file, such as `group[0].reads`.
    pub path: String,
    /// What is wrong there: a lower-case fragment.
    pub reason: String,
}

fn place(path: &str) -> String {
    if path.is_empty() {
        String::new()
    } else {
        format!(", `{path}`")
    }
}

impl PeopleError {
    pub(crate) fn new(path: impl Into<String>, reason: impl Into<String>) -> Self {
        PeopleError {
            path: path.into(),
            reason: reason.into(),
        }
    }
}
