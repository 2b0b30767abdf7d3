//! The values of an edition by path, with source and mark, as they stand in its text.

use super::overrides::EXTENDS;
use super::{EditionError, EditionId};
use core::fmt;
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

/// Whether a value stands in a source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// The source says so.
    Published,
    /// The sources are silent: chosen by this project.
    Assumed,
    /// Set by whoever runs the program.
    Override,
}

impl Mark {
    /// The word shown to a person.
    pub fn name(self) -> &'static str {
        match self {
            Mark::Published => "published",
            Mark::Assumed => "assumed",
            Mark::Override => "override",
        }
    }
}

impl Serialize for Mark {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A value, as it would be written in an override.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Given<'a>(&'a Value);

impl fmt::Display for Given<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where one value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Provenance<'a> {
    /// Dotted path, such as `flagged.recovery`.
    pub path: &'a str,
    /// The value.
    pub value: Given<'a>,
    /// Seed ids or documents.
    pub source: &'a str,
    /// Whether the source says so.
    pub mark: Mark,
}

/// Every value of an edition by its path.
#[derive(Clone, Debug, PartialEq, Default)]
pub(super) struct Values(BTreeMap<String, Leaf>);

#[derive(Clone, Debug, PartialEq)]
struct Leaf {
    value: Value,
    source: String,
    mark: Mark,
}

impl Values {
    /// Reads tables whose leaves are `{ value, source, mark }`.
    pub(super) fn parse(text: &str) -> Result<Self, EditionError> {
        let mut values = Values::default();
        values.gather("", table(text)?)?;
        Ok(values)
    }

    fn gather(&mut self, prefix: &str, table: Table) -> Result<(), EditionError> {
        for (key, value) in table {
            let path = join(prefix, &key);
            match value {
                Value::Table(inner) if inner.contains_key("value") => {
                    self.0.insert(path.clone(), leaf(&path, inner)?);
                }
                Value::Table(inner) => self.gather(&path, inner)?,
                _ => {
                    return Err(EditionError::wrong(
                        &path,
                        "{ value = ..., source = \"...\", mark = \"...\" }",
                    ));
                }
            }
        }
        Ok(())
    }

    /// These values with those of `text` (dotted or in tables; plain, or with source and mark) in place of their own.
    /// The text may say that it extends this edition, `own`.
    pub(super) fn replaced(&self, text: &str, own: EditionId) -> Result<Self, EditionError> {
        let mut table = table(text)?;
        if let Some(extends) = table.remove(EXTENDS)
            && extends.as_str() != Some(own.name())
        {
            let allowed = format!("{}, the edition that is extended here", own.name());
            return Err(EditionError::wrong(EXTENDS, allowed));
        }
        let mut values = self.clone();
        for (path, value) in flat(table) {
            let old = values.0.get_mut(&path).ok_or_else(|| self.unknown(&path))?;
            *old = match value {
                Value::Table(sourced) => leaf(&path, sourced)?,
                value => Leaf {
                    value,
                    source: "set by override".to_owned(),
                    mark: Mark::Override,
                },
            };
        }
        Ok(values)
    }

    pub(super) fn get(&self, path: &str) -> Option<&Value> {
        self.0.get(path).map(|leaf| &leaf.value)
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn provenance(&self) -> impl Iterator<Item = Provenance<'_>> {
        self.0.iter().map(|(path, leaf)| Provenance {
            path,
            value: Given(&leaf.value),
            source: &leaf.source,
            mark: leaf.mark,
        })
    }

    /// Names the paths of the deepest section that exists on the way to `path`.
    fn unknown(&self, path: &str) -> EditionError {
        let mut section = path;
        while let Some((parent, _)) = section.rsplit_once('.') {
            section = parent;
            let inside = self.below(section);
            if !inside.is_empty() {
                return EditionError::Unknown {
                    path: path.to_owned(),
                    allowed: inside.join(", "),
                };
            }
        }
        if section != path {
            return EditionError::Unknown {
                path: path.to_owned(),
                allowed: format!("no section `{section}`"),
            };
        }
        let sections: BTreeSet<&str> = self
            .0
            .keys()
            .filter_map(|known| known.split('.').next())
            .collect();
        let sections: Vec<&str> = sections.into_iter().collect();
        EditionError::Unknown {
            path: path.to_owned(),
            allowed: format!("sections {}", sections.join(", ")),
        }
    }

    /// The paths inside a section.
    pub(super) fn below(&self, section: &str) -> Vec<&str> {
        let inside = |path: &&String| {
            path.strip_prefix(section)
                .is_some_and(|rest| rest.starts_with('.'))
        };
        self.0.keys().filter(inside).map(String::as_str).collect()
    }
}

pub(super) fn table(text: &str) -> Result<Table, EditionError> {
    text.parse()
        .map_err(|error: toml::de::Error| EditionError::Syntax {
            reason: error.to_string(),
        })
}

fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() {
        key.to_owned()
    } else {
        format!("{prefix}.{key}")
    }
}

/// Every value of a table by its path; one that has a source beside it stays a table.
pub(super) fn flat(table: Table) -> Vec<(String, Value)> {
    let mut values = Vec::new();
    flatten("", table, &mut values);
    values
}

fn flatten(prefix: &str, table: Table, out: &mut Vec<(String, Value)>) {
    for (key, value) in table {
        let path = join(prefix, &key);
        match value {
            Value::Table(inner) if !inner.contains_key("value") => flatten(&path, inner, out),
            value => out.push((path, value)),
        }
    }
}

fn leaf(path: &str, mut table: Table) -> Result<Leaf, EditionError> {
    let value = table.remove("value");
    let source = table.remove("source");
    let mark = match table.remove("mark").as_ref().and_then(Value::as_str) {
        Some("published") => Mark::Published,
        Some("assumed") => Mark::Assumed,
        _ => {
            return Err(EditionError::wrong(
                &join(path, "mark"),
                "one of published, assumed",
            ));
        }
    };
    if let Some(key) = table.keys().next() {
        return Err(EditionError::Unknown {
            path: join(path, key),
            allowed: "value, source, mark".to_owned(),
        });
    }
    match (value, source) {
        (Some(value), Some(Value::String(source))) if !source.is_empty() => Ok(Leaf { value, source, mark }),
        _ => Err(EditionError::wrong(
            &join(path, "source"),
            "a text that names where the value comes from",
        )),
    }
}
