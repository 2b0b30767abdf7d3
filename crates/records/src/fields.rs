//! The fields of one row, by name.

use super::Record;

/// One row: names of columns, as the record calls them, and values that are not empty.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    values: Vec<(&'static str, String)>,
}

/// A value that cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadValue {
    /// The column; empty if the row as a whole is wrong.
    pub column: &'static str,
    /// What is wrong: a lower-case fragment.
    pub what: String,
    /// What to do: a sentence.
    pub advice: &'static str,
}

impl BadValue {
    /// Something wrong with a column.
    pub(crate) fn new(column: &'static str, what: impl Into<String>, advice: &'static str) -> Self {
        BadValue {
            column,
            what: what.into(),
            advice,
        }
    }
}

impl Fields {
    /// Adds a value; spaces around it are dropped, and an empty one is none.
    pub(crate) fn push(&mut self, column: &'static str, value: &str) {
        let value = value.trim();
        if !value.is_empty() {
            self.values.push((column, value.to_owned()));
        }
    }

    /// The value of a column.
    pub fn get(&self, column: &str) -> Option<&str> {
        let mut found = self.values.iter().filter(|(name, _)| *name == column);
        found.next().map(|(_, value)| value.as_str())
    }

    /// The value of a column that must be there.
    pub(crate) fn required(&self, column: &'static str, advice: &'static str) -> Result<&str, BadValue> {
        self.get(column)
            .ok_or_else(|| BadValue::new(column, "is missing", advice))
    }
}

/// The column of a record that a name means, whatever its case; spaces and hyphens are underscores.
pub(crate) fn column_of<R: Record>(name: &str) -> Option<&'static str> {
    let name = name
        .trim()
        .trim_start_matches('\u{feff}')
        .to_lowercase()
        .replace([' ', '-'], "_");
    let means = |names: &&&'static [&'static str]| names.contains(&name.as_str());
    R::COLUMNS
        .iter()
        .find(means)
        .and_then(|names| names.first().copied())
}
