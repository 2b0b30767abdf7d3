//! Editions that somebody wrote: values that differ from those of an edition of this program, by path.
//!
//! A file names the edition with `extends = "2026-per-portfolio"` and gives values as an edition does, with source and
//! mark, or plain ones, dotted or in tables.

use super::values::{flat, table};
use super::{Edition, EditionError, EditionId};
use core::fmt;
use std::collections::BTreeMap;
use toml::Value;

/// The key that names the edition whose values hold where nothing else is said.
pub(super) const EXTENDS: &str = "extends";

/// Values that differ from those of an edition. As text they are lines that [`Edition::with_overrides`] takes.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Overrides {
    extends: Option<EditionId>,
    values: BTreeMap<String, Value>,
}

impl Overrides {
    /// Reads values, and the edition that they belong to if the text names one. What the values may be is the
    /// edition's to say: [`Edition::with_overrides`].
    pub fn parse(text: &str) -> Result<Self, EditionError> {
        let mut table = table(text)?;
        let extends = match table.remove(EXTENDS) {
            None => None,
            Some(Value::String(name)) => Some(EditionId::named(&name)?),
            Some(_) => return Err(EditionError::wrong(EXTENDS, "the name of an edition")),
        };
        let values = flat(table).into_iter().collect();
        Ok(Overrides { extends, values })
    }

    /// Reads the file of an edition of somebody's own, which must say what it extends; all its values are checked.
    pub fn file(text: &str) -> Result<(EditionId, Self), EditionError> {
        let overrides = Overrides::parse(text)?;
        let id = overrides.extends.ok_or_else(|| EditionError::Missing {
            path: EXTENDS.to_owned(),
        })?;
        Edition::builtin(id).with_overrides(&overrides.to_string())?;
        Ok((id, overrides))
    }

    /// The edition that the values belong to, if they say so.
    pub fn extends(&self) -> Option<EditionId> {
        self.extends
    }

    /// These values, and those of `later` in place of them where both have one.
    #[must_use]
    pub fn and(mut self, later: Overrides) -> Self {
        self.extends = later.extends.or(self.extends);
        self.values.extend(later.values);
        self
    }
}

/// One value a line. Which edition they belong to is said elsewhere.
impl fmt::Display for Overrides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (path, value) in &self.values {
            writeln!(f, "{path} = {value}")?;
        }
        Ok(())
    }
}
