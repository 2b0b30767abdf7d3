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
    if let Some(key) = plain(text) {
        return Ok(key);
    }
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

/// Digits alone, as programs write a phone number: most of all texts that come.
fn plain(text: &str) -> Option<PersonKey> {
    let digits = text.as_bytes();
    if !(7..=15).contains(&digits.len()) || digits.starts_with(b"0") {
        return None;
    }
    let number = digits.iter().try_fold(0, |number: u64, digit| {
        let digit = u64::from(digit.wrapping_sub(b'0'));
        (digit < 10).then_some(number * 10 + digit)
    });
    number.and_then(PersonKey::phone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_read_the_same_in_every_way_of_writing() {
        // (as it is written, the digits that it means)
        let rows = [
            ("15550001111", Some(15_550_001_111)),
            ("+1 555 000-1111", Some(15_550_001_111)),
            ("0015550001111", Some(15_550_001_111)),
            ("1234567", Some(1_234_567)),
            ("999999999999999", Some(999_999_999_999_999)),
            ("123456", None),
            ("9999999999999999", None),
            ("015550001111", None),
            ("1555000111a", None),
            ("99999999999999999999999999", None),
            ("", None),
        ];
        for (text, digits) in rows {
            let found = person(text).ok().and_then(PersonKey::e164);
            assert_eq!(found, digits, "{text:?}");
        }
    }
}
