//! Calls by which an app says where it wants its webhooks: answered here, so that none goes past the gateway.
//!
//! Promises: the app's address is asked with a challenge as the platform would; lists show what the app registered, not
//! where the platform posts. Must not know: how webhooks are relayed.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, Request, Response};
use cloud_api::webhook::challenge::{challenge_address, check_answer};
use cloud_api::{GraphCall, GraphError, Method, Params, json, route};
use decider::mix;
use serde_json::Value;

use super::caller::Place;
use super::forward::{JSON_BYTES_MAX, forward};
use super::incoming::{BODY_BYTES_MAX, Incoming, Payload};
use crate::gateway::Gateway;
use crate::registrations::Subject;

/// More of an answer to a challenge is none.
const ANSWER_BYTES_MAX: usize = 4_096;

/// What a call about addresses wants.
enum Wish {
    /// Webhooks of the subject go to an address, which knows a token.
    Set(Subject, String, String),
    /// They go there no more, and the platform is told the rest.
    Unset(Subject),
    /// The platform's list is to show what was registered.
    Show(Subject),
}

/// Passes a call on, unless it is about where webhooks go.
pub(super) async fn forward_or_register(
    gateway: &Gateway,
    incoming: Incoming,
    place: Place,
) -> Result<Response<Body>, GraphError> {
    let call = route(incoming.method().as_str(), incoming.path(), incoming.query());
    let subject = match call {
        Ok(GraphCall::SubscribedApps { waba, method }) => Some((Subject::Waba(waba.0), method)),
        Ok(GraphCall::AppSubscriptions { method, .. }) => Some((Subject::Portfolio(place.cell.0), method)),
        Ok(GraphCall::PostNode { id }) if place.waba.is_some() => Some((Subject::Number(id.0), Method::Post)),
        _ => None,
    };
    let Some((subject, method)) = subject else {
        return forward(gateway, incoming, place).await;
    };
    let incoming = whole(incoming).await?;
    match wish(&incoming, subject, method)? {
        None => forward(gateway, incoming, place).await,
        Some(Wish::Set(subject, url, token)) => {
            challenge(gateway, &url, &token).await?;
            keep(gateway, place, subject, Some(url)).await?;
            Ok(success())
        }
        Some(Wish::Unset(subject)) => {
            keep(gateway, place, subject, None).await?;
            forward(gateway, incoming, place).await
        }
        Some(Wish::Show(subject)) => shown(gateway, forward(gateway, incoming, place).await?, subject).await,
    }
}

/// The same call with its body read.
async fn whole(mut incoming: Incoming) -> Result<Incoming, GraphError> {
    incoming.body = match incoming.body {
        Payload::Read(bytes) => Payload::Read(bytes),
        Payload::Streaming(body) => {
            let bytes = to_bytes(body, BODY_BYTES_MAX).await;
            Payload::Read(bytes.map_err(|_| GraphError::body_too_large(BODY_BYTES_MAX))?)
        }
    };
    Ok(incoming)
}

fn wish(incoming: &Incoming, subject: Subject, method: Method) -> Result<Option<Wish>, GraphError> {
    let params = Params::merge(incoming.query(), incoming.content_type(), incoming.bytes())?;
    let (params, name) = match subject {
        Subject::Number(_) => match params.nested("webhook_configuration")? {
            // Some other setting of the number.
            None => return Ok(None),
            Some(nested) => (nested, "override_callback_uri"),
        },
        Subject::Waba(_) => (params, "override_callback_uri"),
        Subject::Portfolio(_) => (params, "callback_url"),
    };
    let url = params.text(name)?;
    Ok(match (method, subject, url) {
        (Method::Post, _, Some(url)) => Some(Wish::Set(subject, url, params.required("verify_token")?)),
        (Method::Get, Subject::Waba(_), _) => Some(Wish::Show(subject)),
        // An empty call takes the address back; so does unsubscribing.
        (Method::Post | Method::Delete, Subject::Number(_) | Subject::Waba(_), None) => {
            Some(Wish::Unset(subject))
        }
        _ => None,
    })
}

/// Asks an address whether it is the app's.
async fn challenge(gateway: &Gateway, url: &str, token: &str) -> Result<(), GraphError> {
    let failed = |reason: &str| GraphError::challenge_failed(reason);
    let number = mix(gateway.real_now().millis()) % 1_000_000_000;
    let request = Request::get(challenge_address(url, number, token)).body(Body::empty());
    let request = request.map_err(|_| failed("the address is not a valid URL"))?;
    let patience = gateway.config().webhooks.patience;
    let answer = gateway.client().fetch_within(request, patience).await;
    let answer = answer.map_err(|_| failed("the endpoint could not be reached"))?;
    let status = answer.status().as_u16();
    let body = to_bytes(answer.into_body(), ANSWER_BYTES_MAX)
        .await
        .unwrap_or_else(|_| Bytes::new());
    check_answer(status, &body, number).map_err(|reason| failed(&reason))
}

async fn keep(
    gateway: &Gateway,
    place: Place,
    subject: Subject,
    url: Option<String>,
) -> Result<(), GraphError> {
    let owned = gateway.clone();
    let kept = tokio::task::spawn_blocking(move || owned.register(subject, place.portfolio, url.as_deref()));
    let kept = kept.await.map_err(std::io::Error::other).and_then(|kept| kept);
    kept.map_err(|error| {
        tracing::error!(%error, "an address for webhooks could not be kept");
        super::answers::unavailable("Goodstanding: the address could not be kept; try again later.")
    })
}

/// The platform's list with the address that the app registered in place of the gateway's.
async fn shown(
    gateway: &Gateway,
    answer: Response<Body>,
    subject: Subject,
) -> Result<Response<Body>, GraphError> {
    let (mut parts, body) = answer.into_parts();
    let bytes = to_bytes(body, JSON_BYTES_MAX).await.unwrap_or_default();
    let Ok(mut list) = serde_json::from_slice::<Value>(&bytes) else {
        return Ok(Response::from_parts(parts, Body::from(bytes)));
    };
    let own = gateway.registered(subject);
    for app in list
        .get_mut("data")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        if let Some(app) = app.as_object_mut() {
            app.remove("override_callback_uri");
            if let Some(url) = &own {
                app.insert("override_callback_uri".to_owned(), Value::String(url.clone()));
            }
        }
    }
    parts.headers.remove(CONTENT_LENGTH);
    Ok(Response::from_parts(parts, Body::from(json::to_bytes(&list))))
}

fn success() -> Response<Body> {
    let mut response = Response::new(Body::from(json::SUCCESS));
    let kind = HeaderValue::from_static("application/json; charset=UTF-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
