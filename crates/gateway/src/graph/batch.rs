//! Several calls in one request, taken apart: each is looked into as if it had come alone, one after another.
//!
//! Promises: no item is let through unseen; what the gateway cannot take apart is refused as a whole.
//! Must not know: what the items do.

use axum::body::{Body, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use axum::http::request::Parts;
use axum::http::{Request, Response};
use cloud_api::batch::{BatchAnswer, BatchHeader, BatchItem, batch_answer, batch_of};
use cloud_api::{GraphError, Params, access_token};

use super::forward::JSON_BYTES_MAX;
use super::incoming::Incoming;
use super::kind::Kind;
use crate::gateway::Gateway;

/// How an item asks for a value out of the answer to another one.
const REFERENCE: &str = "{result=";

/// What the calls of a batch share.
struct Batch {
    parts: Parts,
    token: Option<String>,
    host: String,
    /// Whether the headers of the answers are wanted.
    headers: bool,
}

/// Answers each call of a batch.
pub(super) async fn answer(gateway: &Gateway, incoming: Incoming) -> Result<Response<Body>, GraphError> {
    let params = Params::merge(incoming.query(), incoming.content_type(), incoming.bytes())?;
    let (items, headers) = batch_of(&params)?;
    let refers = |item: &BatchItem| {
        let body = item.body.as_deref().unwrap_or_default();
        item.relative_url.contains(REFERENCE) || body.contains(REFERENCE)
    };
    if items.iter().any(refers) {
        let why = "refers to the answer of another call, which the gateway cannot look into: make these calls one by one";
        return Err(GraphError::invalid_parameter("batch", why));
    }
    let host = incoming.host().to_owned();
    let Incoming { parts, token, .. } = incoming;
    let batch = Batch {
        parts,
        token,
        host,
        headers,
    };
    let mut answers = Vec::with_capacity(items.len());
    for item in items {
        let omit = item.omit_response_on_success;
        let (code, headers, body) = one(gateway, &batch, item).await;
        let body = String::from_utf8_lossy(&body).into_owned();
        let answer = BatchAnswer { code, headers, body };
        answers.push((code != 200 || !omit).then_some(answer));
    }
    let mut response = Response::new(Body::from(batch_answer(&answers)));
    let json = axum::http::HeaderValue::from_static("application/json; charset=UTF-8");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

/// Status, headers and body of one call.
async fn one(gateway: &Gateway, batch: &Batch, item: BatchItem) -> (u16, Vec<BatchHeader>, Vec<u8>) {
    let answered = match call_of(batch, item).await {
        // A batch inside a batch is none: it would have no end.
        Ok(inner) if inner.kind == Kind::Batch => Err(GraphError::unknown_path("")),
        Ok(inner) => Box::pin(super::answer(gateway, inner)).await,
        Err(error) => Err(error),
    };
    let response = answered.unwrap_or_else(|error| gateway.errors().response(&error));
    let (parts, body) = response.into_parts();
    let code = parts.status.as_u16();
    let headers = if batch.headers {
        let header = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| BatchHeader {
            name: name.as_str().to_owned(),
            value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
        };
        parts.headers.iter().map(header).collect()
    } else {
        Vec::new()
    };
    match to_bytes(body, JSON_BYTES_MAX).await {
        Ok(bytes) => (code, headers, bytes.to_vec()),
        Err(_) => (502, Vec::new(), Vec::new()),
    }
}

/// The request of an item: with the token of the batch, unless it has one of its own, and the batch's host.
async fn call_of(batch: &Batch, item: BatchItem) -> Result<Incoming, GraphError> {
    let misfit = || GraphError::invalid_parameter("batch", "holds a call that cannot be made");
    let path = format!("/{}", item.relative_url.trim_start_matches('/'));
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let body = item.body.unwrap_or_default();
    let own = access_token(None, query).is_some() || access_token(None, &body).is_some();
    let mut request = Request::builder()
        .method(item.method.to_ascii_uppercase().as_str())
        .uri(&path)
        .header(HOST, &batch.host);
    if let Some(token) = batch.token.as_ref().filter(|_| !own) {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    for name in ["x-goodstanding-topic", "user-agent"] {
        if let Some(value) = batch.parts.headers.get(name) {
            request = request.header(name, value);
        }
    }
    if !body.is_empty() {
        request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    let (parts, body) = request.body(Body::from(body)).map_err(|_| misfit())?.into_parts();
    Incoming::read(parts, body).await
}
