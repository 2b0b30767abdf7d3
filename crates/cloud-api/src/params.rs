//! Parameters of a call, wherever they stand: query string, form, or JSON body. The body wins.
//!
//! Promises: nothing that comes in can make it panic; every defect names its parameter.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::multipart::parts;
use crate::route::NodeId;
use crate::{GraphError, decode};

/// Parameters that every call may have and that no call means by themselves.
const TRANSPORT: [&str; 3] = ["access_token", "appsecret_proof", "method"];

/// The merged parameters of one call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params {
    values: Map<String, Value>,
}

impl Params {
    /// Merges query and body. `content_type` is the header as it came; without one, a body that starts with `{` is
    /// JSON and any other a form. Of a multipart body the fields are read; files are left to the caller.
    pub fn merge(query: &str, content_type: Option<&str>, body: &[u8]) -> Result<Self, GraphError> {
        let mut values: Map<String, Value> = pairs(query)
            .into_iter()
            .map(|(name, text)| (name, Value::String(text)))
            .collect();
        match BodyKind::of(content_type, body) {
            BodyKind::Empty => {}
            BodyKind::Multipart => {
                for part in parts(content_type.unwrap_or_default(), body)? {
                    let text = core::str::from_utf8(part.body).ok();
                    // Files are left to the caller.
                    if let Some(text) = text.filter(|_| part.filename.is_none()) {
                        values.insert(part.name.to_owned(), Value::String(text.to_owned()));
                    }
                }
            }
            BodyKind::Form => {
                let body = String::from_utf8_lossy(body);
                values.extend(
                    pairs(&body)
                        .into_iter()
                        .map(|(name, text)| (name, Value::String(text))),
                );
            }
            BodyKind::Json => values.extend(decode::from_slice::<Map<String, Value>>(body)?),
        }
        Ok(Params { values })
    }

    /// The parameters of a call without a body.
    pub fn of_query(query: &str) -> Self {
        Params {
            values: pairs(query)
                .into_iter()
                .map(|(name, text)| (name, Value::String(text)))
                .collect(),
        }
    }

    /// True if there is nothing but what every call may carry.
    pub fn is_empty(&self) -> bool {
        self.values.keys().all(|name| TRANSPORT.contains(&name.as_str()))
    }

    /// One scalar as text; an empty text is no value.
    pub fn text(&self, name: &str) -> Result<Option<String>, GraphError> {
        match self.values.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(value @ (Value::Number(_) | Value::Bool(_))) => Ok(Some(value.to_string())),
            Some(_) => Err(GraphError::invalid_parameter(name, "must be a string")),
        }
    }

    /// One scalar as text, an empty one too.
    pub fn given(&self, name: &str) -> Result<Option<String>, GraphError> {
        match self.values.get(name) {
            Some(Value::String(text)) => Ok(Some(text.clone())),
            _ => self.text(name),
        }
    }

    /// Whether a parameter is there, whatever its value.
    pub fn given_at_all(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| !value.is_null())
    }

    /// An object, which in a form stands as text.
    pub fn object(&self, name: &str) -> Result<Option<Map<String, Value>>, GraphError> {
        Ok(self.nested(name)?.map(|params| params.values))
    }

    /// A list of anything, which in a form stands as text.
    pub fn array(&self, name: &str) -> Result<Option<Vec<Value>>, GraphError> {
        match self.values.get(name).cloned().map(unfold) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(_) => Err(GraphError::invalid_parameter(name, "must be an array")),
        }
    }

    /// One scalar that must be there.
    pub fn required(&self, name: &str) -> Result<String, GraphError> {
        self.text(name)?
            .ok_or_else(|| GraphError::missing_parameter(name))
    }

    /// One non-negative integer.
    pub fn integer(&self, name: &str) -> Result<Option<u64>, GraphError> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        text.parse()
            .map(Some)
            .map_err(|_| GraphError::invalid_parameter(name, "must be a non-negative integer"))
    }

    /// A list in any of its spellings: `A,B`, `["A","B"]`, or one value. Nothing is an empty list.
    pub fn list(&self, name: &str) -> Result<Vec<String>, GraphError> {
        let misfit = || GraphError::invalid_parameter(name, "must be a list of strings");
        match self.values.get(name) {
            Some(Value::Array(items)) => items.iter().map(|item| scalar(item).ok_or_else(misfit)).collect(),
            Some(Value::String(text)) if text.trim_start().starts_with('[') => {
                let items: Vec<Value> = serde_json::from_str(text).map_err(|_| misfit())?;
                items.iter().map(|item| scalar(item).ok_or_else(misfit)).collect()
            }
            _ => Ok(self
                .text(name)?
                .iter()
                .flat_map(|text| split_list(text))
                .collect()),
        }
    }

    /// A list of ids.
    pub fn ids(&self, name: &str) -> Result<Vec<NodeId>, GraphError> {
        let misfit = || GraphError::invalid_parameter(name, "must be a list of ids");
        self.list(name)?
            .iter()
            .map(|text| NodeId::parse(text).ok_or_else(misfit))
            .collect()
    }

    /// One id.
    pub fn id(&self, name: &str) -> Result<Option<NodeId>, GraphError> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        NodeId::parse(&text)
            .map(Some)
            .ok_or_else(|| GraphError::invalid_parameter(name, "must be an id"))
    }

    /// The parameters inside an object, which in a form stands as text; `None` if it is not given.
    pub fn nested(&self, name: &str) -> Result<Option<Params>, GraphError> {
        match self.values.get(name).cloned().map(unfold) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(values)) => Ok(Some(Params { values })),
            Some(_) => Err(GraphError::invalid_parameter(name, "must be an object")),
        }
    }

    /// All of them as one structure. Text that holds a JSON object or array, as it stands in forms, is read as such.
    pub fn decode<T: DeserializeOwned>(self) -> Result<T, GraphError> {
        let values = self
            .values
            .into_iter()
            .map(|(name, value)| (name, unfold(value)))
            .collect();
        decode::from_value(Value::Object(values))
    }
}

/// The token of a call: header first (`Bearer` or `OAuth`), then `access_token` of the query.
pub fn access_token(authorization: Option<&str>, query: &str) -> Option<String> {
    let from_header = authorization.and_then(|header| {
        let (scheme, token) = header.trim().split_once(' ')?;
        let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth");
        known.then(|| token.trim().to_owned())
    });
    let token = from_header.or_else(|| {
        // The hot path has no query at all.
        let query = Some(query).filter(|query| query.contains("access_token"))?;
        pairs(query)
            .into_iter()
            .find(|(name, _)| name == "access_token")
            .map(|(_, token)| token)
    })?;
    (!token.is_empty()).then_some(token)
}

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyKind {
    Empty,
    Json,
    Form,
    Multipart,
}

impl BodyKind {
    pub(crate) fn of(content_type: Option<&str>, body: &[u8]) -> Self {
        let starts = |prefix: &str| {
            content_type
                .and_then(|header| header.get(..prefix.len()))
                .is_some_and(|h| h.eq_ignore_ascii_case(prefix))
        };
        match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
            None => BodyKind::Empty,
            Some(_) if starts("application/x-www-form-urlencoded") => BodyKind::Form,
            Some(_) if starts("multipart/") => BodyKind::Multipart,
            Some(b'{' | b'[' | b'"') => BodyKind::Json,
            Some(_) if content_type.is_none() => BodyKind::Form,
            Some(_) => BodyKind::Json,
        }
    }
}

/// Decoded pairs of a query or form. Never fails: what is no valid escape stays as it is.
pub(crate) fn pairs(query: &str) -> Vec<(String, String)> {
    serde_urlencoded::from_str(query).unwrap_or_default()
}

/// True if `query` holds a parameter that means something to a call.
pub(crate) fn has_own_params(query: &str) -> bool {
    !query.is_empty()
        && pairs(query)
            .iter()
            .any(|(name, _)| !TRANSPORT.contains(&name.as_str()))
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn split_list(text: &str) -> impl Iterator<Item = String> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
}

fn unfold(value: Value) -> Value {
    match value {
        Value::String(text) if text.starts_with(['{', '[']) => {
            serde_json::from_str(&text).unwrap_or(Value::String(text))
        }
        other => other,
    }
}
