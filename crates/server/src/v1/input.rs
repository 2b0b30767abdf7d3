//! What comes in: JSON bodies, queries, people's numbers.
//!
//! Promises: an empty body is an empty object; what is wrong is named, a key that does not exist too.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::error::ApiError;

/// A JSON body, whatever its content type.
pub(super) struct Input<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Input<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|error| ApiError::invalid(error.body_text()))?;
        let text: &[u8] = if bytes.trim_ascii().is_empty() {
            b"{}"
        } else {
            &bytes
        };
        let read = serde_json::from_slice(text);
        read.map(Input)
            .map_err(|error| ApiError::invalid(format!("the body cannot be used: {error}")))
    }
}

/// The parameters of a query.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let read = Query::try_from_uri(&parts.uri);
        read.map(|Query(asked)| Asked(asked))
            .map_err(|error| ApiError::invalid(error.body_text()))
    }
}

/// The digits of a phone number, in almost any way of writing it.
pub(super) fn phone(text: &str) -> Result<u64, ApiError> {
    let wrong = |_| {
        ApiError::invalid(format!(
            "{text:?} is no phone number: give the country code and 7 to 15 digits"
        ))
    };
    cloud_api::normalise_recipient(text).map_err(wrong)
}

/// One of a list of words, whatever its case and with `-` or `_`.
pub(super) fn word<T: Copy>(given: &str, what: &str, words: &[(&str, T)]) -> Result<T, ApiError> {
    let plain = given.replace('-', "_");
    let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(&plain));
    found.map(|(_, value)| *value).ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        ApiError::invalid(format!(
            "{what} cannot be {given:?}; it is one of {}",
            known.join(", ")
        ))
    })
}
