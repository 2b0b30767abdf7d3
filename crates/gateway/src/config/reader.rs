//! Reads typed values out of TOML, and goes on after a fault, so that all of them are told at once.
//!
//! Promises: a value is taken from the flags, else the environment, else the file, else the defaults; whatever was never
//! asked for is a fault. Must not know: which settings there are.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::sync::LazyLock;
use std::time::Duration;

use toml::{Table, Value};

use super::{Fault, Origin, Secret, Sources};

/// One table of a configuration.
pub(super) struct Reader<'a> {
    /// Empty for the whole, else such as `apps[0]`.
    path: String,
    table: &'a Table,
    /// Of the same table in the defaults.
    defaults: Option<&'a Table>,
    /// Whether values may also come from the environment and from flags: not in lists.
    overridable: bool,
    asked: RefCell<BTreeSet<String>>,
    common: &'a Common<'a>,
}

/// What all readers of a configuration share.
pub(super) struct Common<'a> {
    pub(super) sources: &'a Sources<'a>,
    faults: RefCell<Vec<Fault>>,
}

impl<'a> Common<'a> {
    pub(super) fn new(sources: &'a Sources<'a>) -> Self {
        Common {
            sources,
            faults: RefCell::default(),
        }
    }

    pub(super) fn fault(&self, key: &str, origin: Origin, what: impl Display, hint: &str) {
        self.faults.borrow_mut().push(Fault {
            key: key.to_owned(),
            origin,
            what: what.to_string(),
            hint: hint.to_owned(),
        });
    }

    pub(super) fn into_faults(self) -> Vec<Fault> {
        self.faults.into_inner()
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(table: &'a Table, defaults: &'a Table, common: &'a Common<'a>) -> Self {
        Reader {
            path: String::new(),
            table,
            defaults: Some(defaults),
            overridable: true,
            asked: RefCell::default(),
            common,
        }
    }

    /// The full name of a setting in here.
    pub(super) fn key(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    /// A fault of a setting in here that the file gave.
    pub(super) fn fault(&self, name: &str, what: impl Display, hint: &str) {
        self.common.fault(&self.key(name), Origin::File, what, hint);
    }

    /// A table in here; an empty one, and a fault, if it is something else.
    pub(super) fn section(&self, name: &str) -> Reader<'a> {
        static EMPTY: LazyLock<Table> = LazyLock::new(Table::new);
        let table = match self.file_value(name) {
            Some(Value::Table(table)) => table,
            None => &EMPTY,
            Some(_) => {
                self.fault(name, "is no table", "Write it as a section, or leave it out.");
                &EMPTY
            }
        };
        let defaults = self.defaults.and_then(|table| table.get(name)?.as_table());
        Reader {
            path: self.key(name),
            table,
            defaults,
            overridable: self.overridable,
            asked: RefCell::default(),
            common: self.common,
        }
    }

    /// The tables of a list in here.
    pub(super) fn entries(&self, name: &str) -> Vec<Reader<'a>> {
        let list = match self.file_value(name) {
            Some(Value::Array(list)) => list.as_slice(),
            None => &[],
            Some(_) => {
                self.fault(name, "is no list", "Write it as a list of tables.");
                &[]
            }
        };
        let entry = |(at, value): (usize, &'a Value)| {
            let path = format!("{}[{at}]", self.key(name));
            match value {
                Value::Table(table) => Some(Reader {
                    path,
                    table,
                    defaults: None,
                    overridable: false,
                    asked: RefCell::default(),
                    common: self.common,
                }),
                _ => {
                    let hint = "Write it as { key = value, ... }.";
                    self.common.fault(&path, Origin::File, "is no table", hint);
                    None
                }
            }
        };
        list.iter().enumerate().filter_map(entry).collect()
    }

    /// A text; `None` if it is not given, or empty.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.scalar(name)
            .map(|(text, _)| text)
            .filter(|text| !text.is_empty())
    }

    /// A text that must be there.
    pub(super) fn needed(&self, name: &str) -> String {
        self.text(name).unwrap_or_else(|| {
            self.fault(name, "is missing", "Give it a value.");
            String::new()
        })
    }

    /// A value that has a text form.
    pub(super) fn parsed<T: FromStr<Err: Display>>(&self, name: &str, hint: &str) -> Option<T> {
        let (text, origin) = self.scalar(name)?;
        let read = text.parse();
        read.inspect_err(|error| {
            let what = format!("{text:?} cannot be used: {error}");
            self.common.fault(&self.key(name), origin, what, hint);
        })
        .ok()
    }

    /// A whole number within bounds; the lower bound, and a fault, if it is none.
    pub(super) fn number(&self, name: &str, within: RangeInclusive<u64>) -> u64 {
        let (low, high) = (*within.start(), *within.end());
        let Some((text, origin)) = self.scalar(name) else {
            return low;
        };
        let number = text.parse::<u64>().ok().filter(|number| within.contains(number));
        number.unwrap_or_else(|| {
            let hint = format!("Give a whole number from {low} to {high}.");
            let what = format!("{text:?} is out of bounds");
            self.common.fault(&self.key(name), origin, what, &hint);
            low
        })
    }

    /// A span, of a setting in milliseconds.
    pub(super) fn millis(&self, name: &str, within: RangeInclusive<u64>) -> Duration {
        Duration::from_millis(self.number(name, within))
    }

    /// Yes or no.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.parsed(name, "Write true or false.").unwrap_or_default()
    }

    /// One of some words.
    pub(super) fn word<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Option<T> {
        let (text, origin) = self.scalar(name)?;
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let hint = format!("Write one of: {}.", known.join(", "));
            let what = format!("{text:?} is not known");
            self.common.fault(&self.key(name), origin, what, &hint);
        }
        found.map(|(_, value)| *value)
    }

    /// A list of texts.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        let texts = |list: &Vec<Value>| -> Option<Vec<String>> {
            list.iter()
                .map(|value| value.as_str().map(str::to_owned))
                .collect()
        };
        match self.file_value(name) {
            None => Vec::new(),
            Some(Value::Array(list)) if texts(list).is_some() => texts(list).unwrap_or_default(),
            Some(_) => {
                self.fault(name, "is no list of texts", "Write it as [\"one\", \"two\"].");
                Vec::new()
            }
        }
    }

    /// Whether the file gives a setting, whatever its value.
    pub(super) fn gives(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    /// A secret, from a file or the environment.
    pub(super) fn secret(&self, name: &str) -> Option<Secret> {
        let value = self.file_value(name)?;
        self.secret_of(&self.key(name), value)
    }

    /// A list of secrets; one alone needs no list.
    pub(super) fn secrets(&self, name: &str) -> Vec<Secret> {
        let key = self.key(name);
        match self.file_value(name) {
            None => Vec::new(),
            Some(Value::Array(list)) => {
                let secret = |(at, value)| self.secret_of(&format!("{key}[{at}]"), value);
                list.iter().enumerate().filter_map(secret).collect()
            }
            Some(value) => self.secret_of(&key, value).into_iter().collect(),
        }
    }

    fn secret_of(&self, key: &str, value: &Value) -> Option<Secret> {
        let place = |name| value.get(name).and_then(Value::as_str);
        let alone = value.as_table().is_some_and(|table| table.len() == 1);
        let read = match (place("file"), place("env")) {
            (Some(path), None) if alone => {
                let path = self.common.sources.base.join(path);
                let text = std::fs::read_to_string(&path);
                text.map_err(|error| format!("{} cannot be read: {error}", path.display()))
            }
            (None, Some(variable)) if alone => (self.common.sources.environment)(variable)
                .ok_or_else(|| format!("the environment has no {variable}")),
            _ => Err("secrets are not written into the file".to_owned()),
        };
        let first = read.and_then(|text| {
            let line = text.lines().next().unwrap_or_default().trim().to_owned();
            let unfit = line.is_empty() || line.chars().any(|ch| ch.is_control() || !ch.is_ascii());
            if unfit {
                Err("there is no usable secret in its first line".to_owned())
            } else {
                Ok(line)
            }
        });
        match first {
            Ok(text) => Some(Secret::new(&text)),
            Err(what) => {
                let hint = "Write { file = \"PATH\" } or { env = \"NAME\" }, and put the secret there.";
                self.common.fault(key, Origin::File, what, hint);
                None
            }
        }
    }

    /// What nobody asked for does not exist.
    pub(super) fn end(&self) {
        let asked = self.asked.borrow();
        for name in self.table.keys().filter(|name| !asked.contains(*name)) {
            let hint = format!(
                "`goodstanding config show-default` lists what there is{}.",
                near(name, &asked)
            );
            self.fault(name, "there is no such setting", &hint);
        }
    }

    fn file_value(&self, name: &str) -> Option<&'a Value> {
        self.asked.borrow_mut().insert(name.to_owned());
        let own = self.table.get(name);
        own.or_else(|| self.defaults.and_then(|defaults| defaults.get(name)))
    }

    /// A scalar as text, and where it came from.
    fn scalar(&self, name: &str) -> Option<(String, Origin)> {
        let of_file = self.file_value(name);
        let key = self.key(name);
        if self.overridable {
            let flag = self.common.sources.flags.iter().find(|(flag, _)| *flag == key);
            if let Some((_, text)) = flag {
                return Some((text.clone(), Origin::Flag));
            }
            if let Some(text) = (self.common.sources.environment)(&variable(&key)) {
                return Some((text, Origin::Environment));
            }
        }
        let text = match of_file? {
            Value::String(text) => text.clone(),
            Value::Integer(number) => number.to_string(),
            Value::Boolean(flag) => flag.to_string(),
            _ => {
                self.fault(
                    name,
                    "is no single value",
                    "Write a text, a number, true or false.",
                );
                return None;
            }
        };
        Some((text, Origin::File))
    }
}

/// The environment variable of a setting.
fn variable(key: &str) -> String {
    format!("GOODSTANDING_{}", key.replace('.', "_").to_uppercase())
}

/// A word about a name that was probably meant.
fn near(name: &str, known: &BTreeSet<String>) -> String {
    let letters = |text: &str| text.replace(['-', '_'], "").to_lowercase();
    let alike = |other: &&String| {
        let (one, other) = (letters(name), letters(other));
        one == other || (one.len() > 3 && (one.starts_with(&other) || other.starts_with(&one)))
    };
    let found = known.iter().find(alike);
    found.map_or_else(String::new, |found| format!("; {found} is near to it"))
}
