//! Media: uploaded, described, deleted (cloud-api-wire.md §1.3).

use serde::Serialize;

use crate::multipart::Part;
use crate::route::NodeId;
use crate::{GraphError, Params, json};

/// `POST /<phone>/media`: the file of an upload.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MediaUpload<'a> {
    /// What it is, as `image/png`: the type of its part, else the parameter `type`.
    pub mime: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

impl<'a> MediaUpload<'a> {
    /// Reads it from the parameters of the call, in query and parts, and its parts.
    pub fn of(params: &Params, parts: &[Part<'a>]) -> Result<Self, GraphError> {
        crate::phone::require_product(params)?;
        let file = parts.iter().find(|part| part.name == "file");
        let file = file.ok_or_else(|| GraphError::missing_parameter("file"))?;
        let named = parts.iter().find(|part| part.name == "type");
        let named = named.and_then(|part| core::str::from_utf8(part.body).ok());
        // Clients that know nothing better say octet-stream.
        let own = file
            .content_type
            .filter(|own| !own.is_empty() && !own.starts_with("application/octet-stream"));
        let mime = own
            .or(named)
            .ok_or_else(|| GraphError::missing_parameter("type"))?;
        Ok(MediaUpload {
            mime,
            bytes: file.body,
        })
    }
}

/// The error for a file of a type that is not taken; `types` are those that are.
pub fn wrong_type<'a>(types: impl Iterator<Item = &'a str>, got: &str) -> GraphError {
    let types: Vec<&str> = types.collect();
    let got: String = got.chars().take(100).collect();
    let why = format!(
        "must be a file with one of the following types: {}. Received file of type '{got}'",
        types.join(", ")
    );
    GraphError::invalid_parameter("file", &why)
}

/// `GET /<medium>`.
#[derive(Clone, Debug, Serialize)]
pub struct MediaNode {
    messaging_product: &'static str,
    /// Where its bytes are for a while, with the token.
    pub url: String,
    /// What it is.
    pub mime_type: String,
    /// SHA-256 of its bytes in lower-case hex; in webhooks it is base64.
    pub sha256: String,
    /// Bytes: a number in the wild, where the pages have text.
    pub file_size: u64,
    /// Its id.
    #[serde(serialize_with = "json::as_text")]
    pub id: NodeId,
}

impl MediaNode {
    /// A node from its parts.
    pub fn new(id: NodeId, url: String, mime_type: &str, sha256: &[u8; 32], file_size: u64) -> Self {
        MediaNode {
            messaging_product: "whatsapp",
            url,
            mime_type: mime_type.to_owned(),
            sha256: sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
            file_size,
            id,
        }
    }
}
