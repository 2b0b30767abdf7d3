//! Reads the text of an edition: values by path, each taken once, none left over.

use super::{Choice, EditionError, Limit};
use decider::Millis;
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

/// Where one value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance<'a> {
    /// Dotted path, such as `flagged.recovery`.
    pub path: &'a str,
    /// The value as it would be written in an override.
    pub text: String,
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

    /// These values with those of `text` (plain ones, dotted or in tables) in place of their own.
    pub(super) fn replaced(&self, text: &str) -> Result<Self, EditionError> {
        let mut plain = Vec::new();
        flatten("", table(text)?, &mut plain);
        let mut values = self.clone();
        for (path, value) in plain {
            let leaf = values.0.get_mut(&path).ok_or_else(|| self.unknown(&path))?;
            *leaf = Leaf {
                value,
                source: "set by override".to_owned(),
                mark: Mark::Override,
            };
        }
        Ok(values)
    }

    pub(super) fn provenance(&self) -> impl Iterator<Item = Provenance<'_>> {
        self.0.iter().map(|(path, leaf)| Provenance {
            path,
            text: leaf.value.to_string(),
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

    fn below(&self, section: &str) -> Vec<&str> {
        let inside = |path: &&String| {
            path.strip_prefix(section)
                .is_some_and(|rest| rest.starts_with('.'))
        };
        self.0.keys().filter(inside).map(String::as_str).collect()
    }
}

fn table(text: &str) -> Result<Table, EditionError> {
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

fn flatten(prefix: &str, table: Table, out: &mut Vec<(String, Value)>) {
    for (key, value) in table {
        let path = join(prefix, &key);
        match value {
            Value::Table(inner) => flatten(&path, inner, out),
            plain => out.push((path, plain)),
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

/// Takes values by path and type; [`Reader::finish`] refuses what nobody took.
pub(crate) struct Reader<'a> {
    values: &'a Values,
    taken: BTreeSet<&'static str>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(values: &'a Values) -> Self {
        Reader {
            values,
            taken: BTreeSet::new(),
        }
    }

    pub(super) fn has(&self, section: &str) -> bool {
        !self.values.below(section).is_empty()
    }

    pub(super) fn finish(self) -> Result<(), EditionError> {
        match self
            .values
            .0
            .keys()
            .find(|path| !self.taken.contains(path.as_str()))
        {
            None => Ok(()),
            Some(path) => Err(EditionError::Unknown {
                path: path.clone(),
                allowed: self.taken.into_iter().collect::<Vec<_>>().join(", "),
            }),
        }
    }

    pub(crate) fn require(&self, holds: bool, path: &str, allowed: &str) -> Result<(), EditionError> {
        if holds {
            Ok(())
        } else {
            Err(EditionError::wrong(path, allowed))
        }
    }

    fn take<T>(
        &mut self,
        path: &'static str,
        allowed: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<T, EditionError> {
        self.taken.insert(path);
        let leaf = self.values.0.get(path).ok_or(EditionError::Missing {
            path: path.to_owned(),
        })?;
        read(&leaf.value).ok_or_else(|| EditionError::wrong(path, allowed))
    }

    pub(crate) fn bool(&mut self, path: &'static str) -> Result<bool, EditionError> {
        self.take(path, "true or false", Value::as_bool)
    }

    pub(crate) fn u32(&mut self, path: &'static str) -> Result<u32, EditionError> {
        self.take(path, "a whole number from 0 to 4294967295", whole)
    }

    pub(crate) fn choice<T: Choice>(&mut self, path: &'static str) -> Result<T, EditionError> {
        self.take(path, &T::words(), |value| value.as_str().and_then(T::of))
    }

    /// A number from 0 to 4,000, in thousandths.
    pub(crate) fn permille(&mut self, path: &'static str) -> Result<u32, EditionError> {
        self.take(
            path,
            "a number from 0 to 4000, with at most three decimals",
            |value| scaled(value, 1e3, 4e3),
        )
    }

    /// A share from 0 to 1, in millionths.
    pub(crate) fn ppm(&mut self, path: &'static str) -> Result<u32, EditionError> {
        self.take(path, "a share from 0 to 1, with at most six decimals", |value| {
            scaled(value, 1e6, 1.0)
        })
    }

    pub(crate) fn millis(&mut self, path: &'static str) -> Result<Millis, EditionError> {
        self.take(path, SPAN, |value| value.as_str().and_then(span))
    }

    /// A span that is not zero.
    pub(crate) fn span(&mut self, path: &'static str) -> Result<Millis, EditionError> {
        let read = |value: &Value| value.as_str().and_then(span).filter(|span| *span > Millis::ZERO);
        self.take(path, SPAN, read)
    }

    pub(crate) fn spans(&mut self, path: &'static str) -> Result<Vec<Millis>, EditionError> {
        let read = |value: &Value| {
            value
                .as_array()?
                .iter()
                .map(|item| span(item.as_str()?))
                .collect()
        };
        self.take(path, "a list of spans such as [\"3h\", \"6h\"]", read)
    }

    pub(crate) fn span_or_never(&mut self, path: &'static str) -> Result<Option<Millis>, EditionError> {
        let read = |value: &Value| match value.as_str()? {
            "never" => Some(None),
            text => span(text).map(Some),
        };
        self.take(path, "never, or a span such as 30d", read)
    }

    pub(super) fn limits(&mut self, path: &'static str) -> Result<Vec<Limit>, EditionError> {
        let limit = |item: &Value| match item.as_str() {
            Some("unlimited") => Some(Limit::Unlimited),
            Some(_) => None,
            None => whole(item).map(Limit::People),
        };
        let read = |value: &Value| value.as_array()?.iter().map(limit).collect();
        self.take(
            path,
            "a list of whole numbers, the last of which may be \"unlimited\"",
            read,
        )
    }
}

const SPAN: &str = "a span such as 24h (ms, s, m, h, d)";

fn whole(value: &Value) -> Option<u32> {
    u32::try_from(value.as_integer()?).ok()
}

/// `value` in units of `1 / scale`, where that is a whole number and `value` is at most `max`.
fn scaled(value: &Value, scale: f64, max: f64) -> Option<u32> {
    let number = value
        .as_float()
        .or_else(|| value.as_integer().map(|integer| integer as f64))?;
    let units = libm::round(number * scale);
    let exact = libm::fabs(units - number * scale) < 1e-6;
    (exact && (0.0..=max).contains(&number)).then_some(units as u32)
}

fn span(text: &str) -> Option<Millis> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = text.split_at(unit_at);
    let unit = match unit {
        "ms" => 1,
        "s" => Millis::SECOND.get(),
        "m" => Millis::MINUTE.get(),
        "h" => Millis::HOUR.get(),
        "d" => Millis::DAY.get(),
        _ => return None,
    };
    count.parse::<u64>().ok()?.checked_mul(unit).map(Millis::new)
}
