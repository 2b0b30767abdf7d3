//! Webhooks in: `/webhooks/<app>`.
//!
//! Promises: a body is believed only if one of the app's secrets signed its bytes; what is acknowledged is durable, both
//! what it says and that it is to be relayed; the same body twice changes nothing. Must not know: what follows from it.

mod routes;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, HOST};
use axum::http::{Method, Response, StatusCode};
use axum::response::IntoResponse;
use cloud_api::webhook::challenge::Challenge;
use cloud_api::webhook::received;
use cloud_api::webhook::signature::{HEADER, same_secret, verify};

use crate::config::App;
use crate::gateway::Gateway;
use crate::graph::base_at;
use crate::news;

/// Where the platform posts webhooks: the app's name follows.
pub(crate) const PREFIX: &str = "/webhooks/";

/// What came of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    /// It is durable.
    Well,
    /// No secret of the app signed it.
    Forged,
    /// It is signed, and no webhook: there is nothing to do about it.
    Unreadable,
    /// It is larger than any webhook.
    TooLarge,
    /// There is no such app.
    UnknownApp,
    /// It could not be made durable: it is to come again.
    NotNow,
}

impl Taken {
    fn told(self) -> (StatusCode, &'static str) {
        match self {
            Taken::Well => (StatusCode::OK, "taken"),
            // Posting it again would not make it readable.
            Taken::Unreadable => (StatusCode::OK, "unreadable"),
            Taken::Forged => (StatusCode::FORBIDDEN, "forged"),
            Taken::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Taken::UnknownApp => (StatusCode::NOT_FOUND, "unknown_app"),
            Taken::NotNow => (StatusCode::SERVICE_UNAVAILABLE, "not_now"),
        }
    }
}

/// Answers any request below [`PREFIX`].
pub(crate) async fn handle(gateway: &Gateway, request: Request) -> Response<Body> {
    let name = request
        .uri()
        .path()
        .strip_prefix(PREFIX)
        .unwrap_or_default()
        .trim_end_matches('/')
        .to_owned();
    let app = gateway.config().apps.iter().position(|app| app.name == name);
    match (request.method(), app) {
        (&Method::GET, Some(app)) => challenge(&gateway.config().apps[app], &request),
        (&Method::POST, _) => {
            let taken = match app {
                Some(app) => take(gateway, app, request).await,
                None => Taken::UnknownApp,
            };
            let (status, word) = taken.told();
            gateway.metrics().webhook(word);
            (status, word).into_response()
        }
        (_, None) => StatusCode::NOT_FOUND.into_response(),
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

/// The platform asks whether this address is ours.
fn challenge(app: &App, request: &Request) -> Response<Body> {
    let asked = Challenge::parse(request.uri().query().unwrap_or_default());
    let known = |asked: &Challenge| {
        let token = app.verify_token.as_ref();
        token.is_some_and(|token| same_secret(token.reveal(), &asked.verify_token))
    };
    match asked.filter(known) {
        Some(asked) => asked.challenge.into_response(),
        None => (StatusCode::FORBIDDEN, "the verify token is another one").into_response(),
    }
}

async fn take(gateway: &Gateway, app: usize, request: Request) -> Taken {
    let most = gateway.config().webhooks.body_bytes_max;
    let (parts, body) = request.into_parts();
    let announced = parts
        .headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > most as u64) {
        return Taken::TooLarge;
    }
    let Ok(body) = to_bytes(body, most).await else {
        return Taken::TooLarge;
    };
    let header = parts
        .headers
        .get(HEADER)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let secrets = &gateway.config().apps[app].secrets;
    if !secrets
        .iter()
        .any(|secret| verify(secret.reveal().as_bytes(), &body, header))
    {
        tracing::warn!(
            app = gateway.config().apps[app].name,
            "a webhook with a wrong signature was refused"
        );
        return Taken::Forged;
    }
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
    let base = base_at(gateway, host.unwrap_or("localhost"));
    believe(gateway, &body, &base).await
}

/// Makes durable what a webhook says, and that it is to be relayed. `base`: the gateway as the platform knows it.
async fn believe(gateway: &Gateway, body: &Bytes, base: &str) -> Taken {
    let changes = match received::read(body) {
        Ok(changes) => changes,
        Err(error) => {
            tracing::warn!(%error, "a signed post is no webhook");
            return Taken::Unreadable;
        }
    };
    let told = news::observe(gateway, &changes).await;
    if let Err(error) = told {
        tracing::error!(%error, "a webhook could not be made durable; it will come again");
        return Taken::NotNow;
    }
    let rows = routes::rows(gateway, body, &changes, base);
    match gateway.relay().put(rows).await {
        Ok(()) => Taken::Well,
        Err(error) => {
            tracing::error!(%error, "a webhook could not be put out; it will come again");
            Taken::NotNow
        }
    }
}
