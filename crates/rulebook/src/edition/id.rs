//! The permanent numbers and names of the editions, and the texts that come with the program.

use super::{Edition, EditionError};
use std::sync::LazyLock;

/// Which edition decided: a permanent number, stored in events. Only editions of this program can be made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct EditionId(u16);

struct Builtin {
    id: EditionId,
    name: &'static str,
    about: &'static str,
    edition: LazyLock<Edition>,
}

// Numbers are never used again.
static BUILTIN: [Builtin; 3] = [
    Builtin {
        id: EditionId::PER_NUMBER_2023,
        name: "2023-per-number",
        about: "each number has its own limit, from 1,000 people; RED flags a number, and lowers its limit after 7 days",
        edition: LazyLock::new(|| {
            read(
                EditionId::PER_NUMBER_2023,
                include_str!("../../editions/2023-per-number.toml"),
            )
        }),
    },
    Builtin {
        id: EditionId::PER_NUMBER_2024,
        name: "2024-per-number",
        about: "until 7 October 2025: as before, from 250 people; half of a limit used lifts it a day later",
        edition: LazyLock::new(|| {
            read(
                EditionId::PER_NUMBER_2024,
                include_str!("../../editions/2024-per-number.toml"),
            )
        }),
    },
    Builtin {
        id: EditionId::PER_PORTFOLIO_2026,
        name: "2026-per-portfolio",
        about: "since then: the numbers of a portfolio share one limit; a low rating holds it up, and lowers nothing",
        edition: LazyLock::new(|| {
            read(
                EditionId::PER_PORTFOLIO_2026,
                include_str!("../../editions/2026-per-portfolio.toml"),
            )
        }),
    },
];

impl EditionId {
    /// `2023-per-number`: each number has its limit, RED flags it and may lower its tier.
    pub const PER_NUMBER_2023: EditionId = EditionId(1);
    /// `2024-per-number`: as before, from 250 people and with half of the limit used for a rise; until 7 October 2025.
    pub const PER_NUMBER_2024: EditionId = EditionId(2);
    /// `2026-per-portfolio`: the numbers of a portfolio share one limit, and a low rating flags and lowers nothing.
    pub const PER_PORTFOLIO_2026: EditionId = EditionId(3);

    /// Every edition of this program.
    pub fn all() -> impl Iterator<Item = EditionId> {
        BUILTIN.iter().map(|entry| entry.id)
    }

    /// The edition of this name.
    pub fn named(name: &str) -> Result<EditionId, EditionError> {
        let found = BUILTIN.iter().find(|entry| entry.name == name);
        found
            .map(|entry| entry.id)
            .ok_or_else(|| no_such(name.to_owned()))
    }

    /// The permanent number.
    pub const fn number(self) -> u16 {
        self.0
    }

    /// The name.
    pub fn name(self) -> &'static str {
        entry(self).name
    }

    /// What it is, in a lower-case sentence.
    pub fn about(self) -> &'static str {
        entry(self).about
    }
}

impl TryFrom<u16> for EditionId {
    type Error = EditionError;
    fn try_from(number: u16) -> Result<Self, EditionError> {
        let found = BUILTIN.iter().find(|entry| entry.id.0 == number);
        found
            .map(|entry| entry.id)
            .ok_or_else(|| no_such(number.to_string()))
    }
}

impl From<EditionId> for u16 {
    fn from(id: EditionId) -> u16 {
        id.0
    }
}

pub(super) fn builtin(id: EditionId) -> &'static Edition {
    &entry(id).edition
}

fn entry(id: EditionId) -> &'static Builtin {
    let found = BUILTIN.iter().find(|entry| entry.id == id);
    found.unwrap_or_else(|| unreachable!("an id is only made for an edition of this program: {id:?}"))
}

fn read(id: EditionId, text: &str) -> Edition {
    Edition::parse(id, text).unwrap_or_else(|error| unreachable!("a test reads every edition: {error}"))
}

fn no_such(asked: String) -> EditionError {
    let known: Vec<&str> = BUILTIN.iter().map(|entry| entry.name).collect();
    EditionError::NoSuchEdition {
        asked,
        known: known.join(", "),
    }
}
