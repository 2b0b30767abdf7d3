//! One value inside a message, and where it stands: what is checked of it, each defect named by its path.
//!
//! Promises: what is missing is 131008, what has a value that cannot be 131009, what has the wrong type 100; the path is
//! written as the platform writes it. Must not know: which message it is part of.

use serde_json::{Map, Value};

use crate::GraphError;

/// A value and its path.
#[derive(Clone, Debug)]
pub(super) struct At<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> At<'a> {
    /// The object of a message: `image`, `interactive` ...
    pub(super) fn root(name: &str, value: &'a Value) -> Self {
        At {
            value,
            path: name.to_owned(),
        }
    }

    /// The value below a key of an object; `null` is none.
    pub(super) fn get(&self, key: &str) -> Result<Option<At<'a>>, GraphError> {
        let found = self.object()?.get(key).filter(|value| !value.is_null());
        Ok(found.map(|value| At {
            value,
            path: self.below(key),
        }))
    }

    /// The value below a key that must be there.
    pub(super) fn need(&self, key: &str) -> Result<At<'a>, GraphError> {
        self.get(key)?.ok_or_else(|| missing(&self.below(key)))
    }

    /// Nothing but these keys may stand in an object.
    pub(super) fn only(&self, keys: &[&str]) -> Result<(), GraphError> {
        match self.object()?.keys().find(|key| !keys.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => {
                let message = format!("(#100) Unexpected key \"{key}\" on param \"{}\".", self.path);
                Err(GraphError::from_parts(100, None, message))
            }
        }
    }

    /// A text of 1 to `most` characters.
    pub(super) fn text(&self, most: usize) -> Result<&'a str, GraphError> {
        let text = self.string()?;
        if text.is_empty() {
            return Err(missing(&self.path));
        }
        if text.chars().count() > most {
            return Err(self.bad(&format!("must be at most {most} characters long")));
        }
        Ok(text)
    }

    /// A text below a key that must be there.
    pub(super) fn need_text(&self, key: &str, most: usize) -> Result<&'a str, GraphError> {
        self.need(key)?.text(most)
    }

    /// A text below a key that may be missing.
    pub(super) fn may_text(&self, key: &str, most: usize) -> Result<Option<&'a str>, GraphError> {
        self.get(key)?.map(|at| at.text(most)).transpose()
    }

    /// A text, which may be empty.
    pub(super) fn string(&self) -> Result<&'a str, GraphError> {
        self.value.as_str().ok_or_else(|| self.wrong("must be a string"))
    }

    /// An id: text, or a number as some clients send it.
    pub(super) fn id(&self) -> Result<String, GraphError> {
        match self.value {
            Value::String(text) if !text.is_empty() => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            Value::String(_) => Err(missing(&self.path)),
            _ => Err(self.wrong("must be a string")),
        }
    }

    /// A number, or its text, between two bounds.
    pub(super) fn number(&self, least: f64, most: f64) -> Result<f64, GraphError> {
        let number = match self.value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.ok_or_else(|| self.wrong("must be a number"))?;
        if number < least || number > most {
            return Err(self.bad(&format!("must be between {least} and {most}")));
        }
        Ok(number)
    }

    /// One of a list of words.
    pub(super) fn one_of(&self, words: &[&str]) -> Result<&'a str, GraphError> {
        let got = self.string()?;
        if words.contains(&got) {
            return Ok(got);
        }
        let words = words.join(", ").to_ascii_uppercase();
        Err(self.bad(&format!("must be one of {{{words}}} - got {got:?}")))
    }

    /// A public address.
    pub(super) fn link(&self) -> Result<&'a str, GraphError> {
        /// What browsers and servers take.
        const CHARS_MAX: usize = 2_048;
        let link = self.text(CHARS_MAX)?;
        let host = link
            .strip_prefix("https://")
            .or_else(|| link.strip_prefix("http://"));
        match host {
            Some(host) if !host.is_empty() && !link.contains(char::is_whitespace) => Ok(link),
            _ => Err(self.bad("must be an address that begins with http:// or https://")),
        }
    }

    /// The items of a list that has `least` to `most` of them.
    pub(super) fn list(&self, least: usize, most: usize) -> Result<Vec<At<'a>>, GraphError> {
        let items = self
            .value
            .as_array()
            .ok_or_else(|| self.wrong("must be an array"))?;
        if items.len() < least || items.len() > most {
            let why = format!("must have {least} to {most} entries - got {}", items.len());
            return Err(self.bad(&why));
        }
        let item = |(index, value)| At {
            value,
            path: format!("{}[{index}]", self.path),
        };
        Ok(items.iter().enumerate().map(item).collect())
    }

    /// The error for a value that cannot be; `why` goes on after its path.
    pub(super) fn bad(&self, why: &str) -> GraphError {
        GraphError::bad_value(&format!("Parameter {} {why}.", self.path))
    }

    /// The error for something that is not there below this.
    pub(super) fn lacks(&self, what: &str) -> GraphError {
        GraphError::missing_value(&format!("Parameter {} {what}.", self.path))
    }

    fn object(&self) -> Result<&'a Map<String, Value>, GraphError> {
        self.value
            .as_object()
            .ok_or_else(|| self.wrong("must be an object"))
    }

    fn wrong(&self, why: &str) -> GraphError {
        GraphError::invalid_parameter(&self.path, why)
    }

    fn below(&self, key: &str) -> String {
        format!("{}['{key}']", self.path)
    }
}

fn missing(path: &str) -> GraphError {
    GraphError::missing_value(&format!("Parameter {path} is required."))
}

/// The error if a value comes twice in a list; `at` is where it came again.
pub(super) fn distinct<'a>(seen: &mut Vec<&'a str>, value: &'a str, at: &At<'_>) -> Result<(), GraphError> {
    if seen.contains(&value) {
        return Err(at.bad(&format!("repeats {value:?}")));
    }
    seen.push(value);
    Ok(())
}
