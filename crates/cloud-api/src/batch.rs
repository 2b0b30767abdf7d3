//! Several calls in one request (cloud-api-wire.md §0.4).
//!
//! Promises: items are read as the platform reads them, each on its own. Not served: values of one answer inside
//! another call (`{result=name:...}`).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{GraphError, Params, json};

/// Calls of one batch.
pub const ITEMS_MAX: usize = 50;

/// One call of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(expecting = "an object")]
pub struct BatchItem {
    /// Its method.
    pub method: String,
    /// Its path and query, without the host; with or without a slash in front.
    pub relative_url: String,
    /// Its body: URL-encoded form text.
    #[serde(default)]
    pub body: Option<String>,
    /// An answer that is well is not wanted.
    #[serde(default)]
    pub omit_response_on_success: bool,
}

/// What became of one call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BatchAnswer {
    /// Its HTTP status.
    pub code: u16,
    /// Its headers, if they are wanted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<BatchHeader>,
    /// Its body, as text.
    pub body: String,
}

/// One header of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BatchHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// The calls of a request to the root; whether their headers are wanted comes with them.
pub fn batch_of(params: &Params) -> Result<(Vec<BatchItem>, bool), GraphError> {
    let items = params
        .array("batch")?
        .ok_or_else(|| GraphError::missing_parameter("batch"))?;
    if items.is_empty() || items.len() > ITEMS_MAX {
        let why = format!("must have 1 to {ITEMS_MAX} entries - got {}", items.len());
        return Err(GraphError::invalid_parameter("batch", &why));
    }
    let read = |(at, item): (usize, Value)| {
        serde_json::from_value(item).map_err(|error| {
            let why = format!("is not a call: {error}");
            GraphError::invalid_parameter(&format!("batch[{at}]"), &why)
        })
    };
    let items: Result<Vec<BatchItem>, GraphError> = items.into_iter().enumerate().map(read).collect();
    let headers = params.text("include_headers")?;
    Ok((items?, headers.is_none_or(|text| text != "false" && text != "0")))
}

/// The answer to a batch: `null` for what is not wanted.
pub fn batch_answer(answers: &[Option<BatchAnswer>]) -> Vec<u8> {
    json::to_bytes(answers)
}
