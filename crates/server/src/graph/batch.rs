//! Several calls in one request: each is answered as if it had come alone, one after another.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use cloud_api::batch::{BatchAnswer, BatchHeader, BatchItem, batch_answer, batch_of};
use cloud_api::{GraphError, Method};

use super::request::Incoming;
use super::{Answer, Graph, Reply};

/// `POST /` with `batch`.
pub(super) async fn answer(graph: &Graph, incoming: &Incoming) -> Answer {
    let (items, headers) = batch_of(&incoming.params()?)?;
    let mut answers = Vec::with_capacity(items.len());
    for item in items {
        let omit = item.omit_response_on_success;
        let (code, body) = one(graph, incoming, item).await;
        let headers = if headers { headers_of() } else { Vec::new() };
        let body = String::from_utf8_lossy(&body).into_owned();
        let answer = BatchAnswer { code, headers, body };
        answers.push((code != 200 || !omit).then_some(answer));
    }
    Ok(batch_answer(&answers))
}

/// Status and body of one call.
async fn one(graph: &Graph, incoming: &Incoming, item: BatchItem) -> (u16, Vec<u8>) {
    let answered = match call_of(incoming, item) {
        // A batch inside a batch is none: it would have no end.
        Ok(request) if is_batch(&request) => Err(GraphError::unknown_path("")),
        Ok(request) => {
            let (parts, body) = request.into_parts();
            match graph.receive(parts, body).await {
                Ok(inner) => Box::pin(graph.counted(&inner)).await.1,
                Err(error) => Err(error),
            }
        }
        Err(error) => Err(error),
    };
    match answered {
        Ok(Reply::Json(body) | Reply::File { bytes: body, .. }) => (200, body),
        Err(error) => {
            let (status, body, _) = graph.error(&error);
            (status.as_u16(), body)
        }
    }
}

/// The request of an item: with the token, the host and the scheme of the batch.
fn call_of(incoming: &Incoming, item: BatchItem) -> Result<Request<Body>, GraphError> {
    let misfit = || GraphError::invalid_parameter("batch", "holds a call that cannot be made");
    let method = Method::parse(&item.method).ok_or_else(misfit)?;
    let path = format!("/{}", item.relative_url.trim_start_matches('/'));
    let mut request = Request::builder()
        .method(method.as_str().to_ascii_uppercase().as_str())
        .uri(path)
        .header(AUTHORIZATION, format!("Bearer {}", incoming.token()))
        .header(HOST, incoming.host())
        .extension(incoming.scheme());
    if item.body.is_some() {
        request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    request
        .body(Body::from(item.body.unwrap_or_default()))
        .map_err(|_| misfit())
}

fn is_batch(request: &Request<Body>) -> bool {
    cloud_api::route::split_version(request.uri().path()).1.is_empty()
}

fn headers_of() -> Vec<BatchHeader> {
    let header = |(name, value): (&str, &str)| BatchHeader {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    [
        ("Content-Type", "application/json; charset=UTF-8"),
        ("Cache-Control", "private, no-cache, no-store, must-revalidate"),
    ]
    .into_iter()
    .map(header)
    .collect()
}
