//! The Graph API of the platform seat: everything that is not below `/sandbox`.
//!
//! Promises: with and without version and trailing slash a call is the same; every bad input gets the platform's own
//! code and shape, names the field, and changes nothing. A token opens the whole sandbox: access to single
//! portfolios is not modelled.
//! Must not know: the rules. Handlers convert, ask the seat, convert.

mod accounts;
mod analytics;
mod archive;
mod ask;
mod batch;
mod block_users;
mod edges;
mod handshake;
mod health;
mod insights;
mod library;
mod links;
mod media;
mod messages;
mod nodes;
mod numbers;
mod phone_node;
mod profile;
mod qr;
mod refusals;
mod registration;
mod request;
mod send_wire;
mod settings;
mod subscriptions;
mod template_node;
mod templates;
mod testers;
mod tokens;
mod uploads;
mod usage;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use cloud_api::route::split_version;
use cloud_api::{GraphCall, GraphError, error, route};
use decider::mix;

use tokio::sync::Semaphore;

use crate::Seat;
use crate::faults::{Broken, CallFaults};
pub(crate) use handshake::Handshake;
use links::Links;
pub(crate) use request::Scheme;
use request::{BODY_BYTES_MAX, FILE_BYTES_MAX, Incoming};
use usage::{Told, Usage};

/// The version of calls that name none.
const DEFAULT_VERSION: &str = "v25.0";
/// Apart from the answer draws of the seat, so that an error never changes what is decided.
const TRACE: u64 = 0x7472_6163_6531;

/// Files read at once: each takes up to 100 MB, twice while it is stored.
const FILES_MAX: usize = 4;

/// What an answer is made of when all went well: the bytes of its body.
type Answer = Result<Vec<u8>, GraphError>;

/// What is answered when all went well.
enum Reply {
    /// Nearly always JSON.
    Json(Vec<u8>),
    /// The bytes of a file.
    File {
        /// Its content type.
        mime: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
}

/// An answer, and what its headers tell of the calls so far.
type Counted = (Option<Told>, Result<Reply, GraphError>);

/// What every call needs.
pub(crate) struct Graph {
    seat: Seat,
    handshake: Handshake,
    links: Links,
    files: Semaphore,
    usage: Usage,
    /// Errors so far: each has a trace id of its own, and the same history the same ids.
    errors: AtomicU64,
}

/// The Graph API as a router that takes every path.
pub fn router(seat: Seat) -> Router {
    let graph = Arc::new(Graph::new(seat));
    Router::new().fallback(async move |request: Request| graph.handle(request).await)
}

impl Graph {
    pub(crate) fn new(seat: Seat) -> Self {
        let (handshake, links) = (Handshake::new(seat.seed()), Links::new(seat.seed()));
        let usage = Usage::new(seat.defaults());
        Graph {
            seat,
            handshake,
            links,
            files: Semaphore::new(FILES_MAX),
            usage,
            errors: AtomicU64::new(0),
        }
    }

    /// Answers any request.
    pub(crate) async fn handle(&self, request: Request) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let version = version_of(parts.uri.path());
        let faults = self
            .seat
            .faults()
            .of_call(parts.method.as_str(), parts.uri.path());
        if faults != CallFaults::default() {
            return self.at_fault(faults, version, parts, body).await;
        }
        let answer = self.receive_and_answer(parts, body).await;
        self.respond(version, answer)
    }

    async fn receive_and_answer(&self, parts: Parts, body: Body) -> Counted {
        match self.receive(parts, body).await {
            Ok(incoming) => self.counted(&incoming).await,
            Err(error) => (None, Err(error)),
        }
    }

    /// A call that goes wrong on purpose. Spans are real time.
    #[cold]
    async fn at_fault(
        &self,
        faults: CallFaults,
        version: HeaderValue,
        parts: Parts,
        body: Body,
    ) -> Response<Body> {
        let CallFaults {
            latency,
            error,
            time_out,
        } = faults;
        tokio::time::sleep(latency).await;
        let answer = match error {
            Some(Broken::Code(code)) => {
                let error = refusals::with_code(code, "a fault rule asks for this error");
                (None, Err(error))
            }
            Some(Broken::ExpiredToken) => (None, Err(GraphError::expired_token())),
            None => self.receive_and_answer(parts, body).await,
        };
        let Some(span) = time_out else {
            return self.respond(version, answer);
        };
        tokio::time::sleep(span).await;
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::GATEWAY_TIMEOUT;
        response
    }

    /// Reads a request, and finds out who calls. Only what takes files reads more than a little.
    async fn receive(&self, parts: Parts, body: Body) -> Result<Incoming, GraphError> {
        let path = parts.uri.path();
        let takes_files = path.trim_end_matches('/').ends_with("/media") || path.contains("/upload:");
        if !takes_files {
            return Incoming::read(parts, body, self.seat.view(), BODY_BYTES_MAX).await;
        }
        // The semaphore is never closed.
        let _turn = self.files.acquire().await;
        Incoming::read(parts, body, self.seat.view(), FILE_BYTES_MAX).await
    }

    /// Answers a call unless its app has made too many, and tells how many it has made where that is limited.
    async fn counted(&self, incoming: &Incoming) -> Counted {
        match self.count(incoming).await {
            None => (None, self.answer(incoming).await),
            Some((told, Ok(()))) => (Some(told), self.answer(incoming).await),
            Some((told, Err(error))) => (Some(told), Err(error)),
        }
    }

    async fn answer(&self, incoming: &Incoming) -> Result<Reply, GraphError> {
        let call = route(incoming.method(), incoming.path(), incoming.query())?;
        let answer = match call {
            GraphCall::SendMessage { phone } => messages::post(self, incoming, phone).await,
            GraphCall::SendMarketing { phone } => messages::post_marketing(self, incoming, phone).await,
            GraphCall::ListTemplates { waba } => templates::list(self, incoming, waba).await,
            GraphCall::CreateTemplate { waba } => templates::create(self, incoming, waba).await,
            GraphCall::DeleteTemplates { waba } => templates::delete(self, incoming, waba).await,
            GraphCall::UnpauseTemplate { id } => templates::unpause(self, incoming, id).await,
            GraphCall::GetNode { id } => nodes::get(self, incoming, id).await,
            GraphCall::PostNode { id } => nodes::post(self, incoming, id).await,
            GraphCall::ListPhoneNumbers { waba } => numbers::list(self, incoming, waba).await,
            GraphCall::Register { phone } => registration::register(self, incoming, phone).await,
            GraphCall::Deregister { phone } => registration::deregister(self, incoming, phone).await,
            GraphCall::SubscribedApps { waba, method } => {
                subscriptions::of_waba(self, incoming, waba, method).await
            }
            GraphCall::AppSubscriptions { app, method } => {
                subscriptions::of_app(self, incoming, app, method).await
            }
            GraphCall::BlockUsers { phone, method } => block_users::call(self, incoming, phone, method).await,
            GraphCall::Other(call) => return edges::answer(self, incoming, &call).await,
        };
        answer.map(Reply::Json)
    }

    fn respond(&self, version: HeaderValue, (told, answer): Counted) -> Response<Body> {
        let mut mime = HeaderValue::from_static("application/json; charset=UTF-8");
        let (status, body, challenge) = match answer {
            Ok(Reply::Json(body)) => (StatusCode::OK, body, None),
            Ok(Reply::File { mime: of_file, bytes }) => {
                mime = HeaderValue::from_str(&of_file).unwrap_or(mime);
                (StatusCode::OK, bytes, None)
            }
            Err(error) => self.error(&error),
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, mime);
        headers.insert(
            CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache, no-store, must-revalidate"),
        );
        headers.insert(HeaderName::from_static("facebook-api-version"), version);
        if let Some(challenge) = challenge {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        if let Some(told) = told {
            told.write(headers);
        }
        response
    }

    #[cold]
    fn error(&self, error: &GraphError) -> (StatusCode, Vec<u8>, Option<HeaderValue>) {
        let count = self.errors.fetch_add(1, Ordering::Relaxed);
        let trace = error::fbtrace_id(mix(mix(self.seat.seed() ^ TRACE) ^ count));
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let challenge = error
            .www_authenticate()
            .and_then(|text| HeaderValue::from_str(&text).ok());
        (status, error.body(&trace), challenge)
    }
}

fn version_of(path: &str) -> HeaderValue {
    let named = split_version(path)
        .0
        .and_then(|version| HeaderValue::from_str(version).ok());
    named.unwrap_or(HeaderValue::from_static(DEFAULT_VERSION))
}
