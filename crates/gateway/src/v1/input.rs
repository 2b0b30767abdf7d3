//! What comes in: JSON bodies, queries, people.
//!
//! Promises: an empty body is an empty object; what is wrong is named, a key that does not exist too.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use sender::ids::PersonKey;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::Problem;

/// A body as it came.
pub(super) struct Raw(pub(super) Bytes);

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, state).await;
        bytes
            .map(Raw)
            .map_err(|error| Problem::invalid(error.body_text()))
    }
}

/// A JSON body, whatever its content type.
pub(super) struct Input<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Input<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Raw(bytes) = Raw::from_request(request, state).await?;
        read(&bytes).map(Input)
    }
}

/// What a JSON body says; it may borrow from it.
pub(super) fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Problem> {
    let text: &[u8] = if bytes.trim_ascii().is_empty() {
        b"{}"
    } else {
        bytes
    };
    // Looked through once as a whole, which is quicker than each of its strings for itself.
    let read = match std::str::from_utf8(text) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(text),
    };
    read.map_err(|error| Problem::invalid(format!("the body cannot be used: {error}")))
}

/// The parameters of a query.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let read = Query::try_from_uri(&parts.uri);
        read.map(|Query(asked)| Asked(asked))
            .map_err(|error| Problem::invalid(error.body_text()))
    }
}

/// A person: a phone number in almost any way of writing it, a business-scoped id, or one as lists show it.
pub(super) fn person(text: &str) -> Result<PersonKey, Problem> {
    let scoped = text.split_once('.').is_some_and(|(country, rest)| {
        country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()) && !rest.is_empty()
    });
    if scoped {
        return Ok(PersonKey::scoped(text));
    }
    if let Some(key) = PersonKey::hashed(text) {
        return Ok(key);
    }
    let wrong = || {
        Problem::invalid(
            "a person is a phone number with country code, 7 to 15 digits, or a business-scoped id",
        )
    };
    let number = cloud_api::normalise_recipient(text).map_err(|_| wrong())?;
    PersonKey::phone(number).ok_or_else(wrong)
}
