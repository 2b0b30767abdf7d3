//! Reading JSON into wire types, with errors that name the field the way the platform does.
//!
//! The body is read once, straight into its type. Only when that fails is it read again, slower, to find the path
//! of the defect.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

use crate::GraphError;

/// Reads a whole body.
pub(crate) fn from_slice<T: DeserializeOwned>(body: &[u8]) -> Result<T, GraphError> {
    serde_json::from_slice(body).map_err(|error| diagnose::<T>(body, &error))
}

/// Reads a value that was merged from several places.
pub(crate) fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, GraphError> {
    serde_path_to_error::deserialize(value).map_err(|error| misfit(error.path(), &error.inner().to_string()))
}

#[cold]
fn diagnose<T: DeserializeOwned>(body: &[u8], first: &serde_json::Error) -> GraphError {
    // A document that is not JSON at all is reported as such even if a wrong type comes before the break.
    if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(body) {
        return GraphError::broken_json(&error.to_string());
    }
    if first.classify() != Category::Data {
        return GraphError::broken_json(&first.to_string());
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
        Err(error) => misfit(error.path(), &error.inner().to_string()),
        Ok(_) => GraphError::broken_json(&first.to_string()),
    }
}

fn misfit(path: &Path, reason: &str) -> GraphError {
    let reason = reason.split(" at line ").next().unwrap_or(reason);
    let mut name = parameter_name(path);
    if let Some(field) = quoted(reason, "missing field `") {
        push_key(&mut name, field);
        return GraphError::missing_parameter(&name);
    }
    if let Some(field) = quoted(reason, "duplicate field `") {
        push_key(&mut name, field);
        return GraphError::invalid_parameter(&name, "is given twice");
    }
    if name.is_empty() {
        return GraphError::broken_json("the body must be a JSON object");
    }
    match reason.split_once("expected ") {
        Some((_, "a sequence")) => GraphError::invalid_parameter(&name, "must be an array"),
        Some((_, "a map")) => GraphError::invalid_parameter(&name, "must be an object"),
        Some((_, expected)) => GraphError::invalid_parameter(&name, &format!("must be {expected}")),
        None => GraphError::invalid_parameter(&name, &format!("is not valid: {reason}")),
    }
}

/// What stands between `before` and the closing quote of one of serde's fixed messages.
fn quoted<'a>(reason: &'a str, before: &str) -> Option<&'a str> {
    reason.strip_prefix(before)?.strip_suffix('`')
}

/// `template['components'][0]['type']`, as the platform writes paths.
fn parameter_name(path: &Path) -> String {
    let mut name = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Map { key } | Segment::Enum { variant: key } => push_key(&mut name, key),
            Segment::Seq { index } => name.push_str(&format!("[{index}]")),
            Segment::Unknown => {}
        }
    }
    name
}

fn push_key(name: &mut String, key: &str) {
    if name.is_empty() {
        name.push_str(key);
    } else {
        name.push_str(&format!("['{key}']"));
    }
}
