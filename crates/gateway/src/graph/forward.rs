//! Passing a call on: with the platform's token, and back with the gateway's addresses.
//!
//! Promises: bodies stream, nothing but credentials, hop-by-hop headers and addresses changes.
//! Must not know: which call it is.

use std::borrow::Cow;

use axum::body::{Body, to_bytes};
use axum::http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, EXPECT, HOST, LOCATION,
    PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, SET_COOKIE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use cloud_api::GraphError;

use super::answers::{unanswered, unavailable};
use super::caller::Place;
use super::incoming::{Incoming, Payload};
use crate::config::Secret;
use crate::gateway::Gateway;
use crate::wire::links::Links;

/// The largest answer in JSON: a page of a thousand templates is a few MB.
pub(super) const JSON_BYTES_MAX: usize = 32 << 20;
/// Headers of one connection, not of a call.
const HOP_BY_HOP: [HeaderName; 8] = [
    CONNECTION,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
];
/// What else of a request is between the app and the gateway: compressed answers could not be looked into.
const PRIVATE: [HeaderName; 6] = [
    ACCEPT_ENCODING,
    AUTHORIZATION,
    COOKIE,
    EXPECT,
    HOST,
    HeaderName::from_static("forwarded"),
];

/// Passes a call on.
pub(super) async fn forward(
    gateway: &Gateway,
    incoming: Incoming,
    place: Place,
) -> Result<Response<Body>, GraphError> {
    let base = super::base(gateway, &incoming);
    let request = request(gateway, &incoming, place, None)?;
    let request = match incoming.body {
        Payload::Read(bytes) => request.map(|()| Body::from(bytes)),
        Payload::Streaming(body) => request.map(|()| body),
    };
    let writes = !request.method().is_safe();
    let answer = gateway.client().call(request).await;
    let answer = answer.map_err(|failure| unanswered(failure, writes))?;
    back(gateway, answer, &base, place).await
}

/// The request as it goes upstream, without its body. `content_type`: of a body that is written anew.
pub(super) fn request(
    gateway: &Gateway,
    incoming: &Incoming,
    place: Place,
    content_type: Option<&'static str>,
) -> Result<Request<()>, GraphError> {
    let token = gateway.token(place.portfolio, place.waba);
    let token =
        token.ok_or_else(|| unavailable("Goodstanding: there is no token of the platform for this call."))?;
    let config = gateway.config();
    let portfolio = config.portfolios.get(place.portfolio);
    let proof = portfolio.and_then(|portfolio| config.proof(portfolio, token));
    let mut target = incoming.target();
    if let Some(proof) = proof {
        let joint = if target.contains('?') { '&' } else { '?' };
        target = format!("{target}{joint}appsecret_proof={proof}");
    }
    let request = Request::builder().method(incoming.method()).uri(target).body(());
    let mut request = request.map_err(|_| GraphError::unknown_path(incoming.path()))?;
    let read = matches!(incoming.body, Payload::Read(_));
    let headers = request.headers_mut();
    *headers = passed_on(&incoming.parts.headers);
    if read {
        // The client writes the length of what it has at hand.
        headers.remove(CONTENT_LENGTH);
    }
    if let Some(content_type) = content_type {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    headers.insert(AUTHORIZATION, bearer(token)?);
    Ok(request)
}

/// The header of a platform's token.
pub(crate) fn bearer(token: &Secret) -> Result<HeaderValue, GraphError> {
    let value = HeaderValue::from_str(&format!("Bearer {}", token.reveal()));
    let mut value = value.map_err(|_| unavailable("Goodstanding: the platform's token cannot be used."))?;
    value.set_sensitive(true);
    Ok(value)
}

/// The headers of a request that concern the platform.
fn passed_on(headers: &HeaderMap) -> HeaderMap {
    let named = named_by_connection(headers);
    let stays = |name: &HeaderName| {
        let own = name.as_str().starts_with("x-forwarded-") || name.as_str().starts_with("x-goodstanding-");
        own || name == "idempotency-key"
            || PRIVATE.contains(name)
            || HOP_BY_HOP.contains(name)
            || named.contains(name)
    };
    headers
        .iter()
        .filter(|(name, _)| !stays(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn named_by_connection(headers: &HeaderMap) -> Vec<HeaderName> {
    let values = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let names = values.flat_map(|value| value.split(','));
    names.filter_map(|name| name.trim().parse().ok()).collect()
}

/// The platform's answer as the app gets it.
pub(super) async fn back(
    gateway: &Gateway,
    answer: Response<Body>,
    base: &str,
    place: Place,
) -> Result<Response<Body>, GraphError> {
    let (mut parts, body) = answer.into_parts();
    let named = named_by_connection(&parts.headers);
    for name in named.iter().chain(&HOP_BY_HOP).chain([&SET_COOKIE]) {
        parts.headers.remove(name);
    }
    if parts.status == StatusCode::UNAUTHORIZED {
        gateway.metrics().token_refused();
        tracing::error!(
            portfolio = place.portfolio,
            "the platform does not accept the token of a portfolio"
        );
    }
    let key = gateway.link_key();
    let links = Links {
        base,
        key,
        cell: place.cell,
    };
    if let Some(location) = parts.headers.get(LOCATION) {
        let here = location.to_str().ok().and_then(|location| links.moved(location));
        let here = here.and_then(|here| HeaderValue::from_str(&here).ok());
        parts.headers.insert(LOCATION, here.ok_or_else(led_away)?);
    }
    if !is_json(&parts.headers) {
        return Ok(Response::from_parts(parts, body));
    }
    let bytes = to_bytes(body, JSON_BYTES_MAX).await.map_err(|_| {
        let details = "Goodstanding: the platform's answer broke off, or is larger than 32 MiB.";
        GraphError::from_parts(1, None, "(#1) An unknown error occurred").with_details(details)
    })?;
    let bytes = match links.rewritten(&bytes) {
        Cow::Borrowed(_) => bytes,
        Cow::Owned(rewritten) => {
            parts.headers.remove(CONTENT_LENGTH);
            rewritten.into()
        }
    };
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    kind.contains("json") || kind.contains("javascript")
}

#[cold]
fn led_away() -> GraphError {
    let details =
        "Goodstanding: the platform's answer leads to an address that cannot be reached through the gateway.";
    GraphError {
        status: 502,
        ..GraphError::from_parts(1, None, "(#1) An unknown error occurred").with_details(details)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_between_app_and_gateway_stays_there() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("authorization", "Bearer gst_x"),
            ("host", "wa.example"),
            ("connection", "keep-alive, x-mine"),
            ("x-mine", "1"),
            ("keep-alive", "timeout=5"),
            ("te", "trailers"),
            ("transfer-encoding", "chunked"),
            ("cookie", "a=b"),
            ("x-forwarded-for", "10.0.0.1"),
            ("x-goodstanding-topic", "offers"),
            ("idempotency-key", "k"),
            ("accept-encoding", "gzip"),
            ("content-type", "application/json"),
            ("user-agent", "sdk"),
            ("file_offset", "0"),
        ] {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let passed = passed_on(&headers);
        let names: Vec<&str> = passed.keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["content-type", "user-agent", "file_offset"]);
    }
}
