//! Calls that the gateway makes for itself, with one of the platform's tokens: questions, page by page, and few others.
//!
//! Promises: a missing field is absent, never a default; bounded pages and bodies; the calls are counted.
//! Must not know: who wants to know, and why.

use axum::body::{Body, to_bytes};
use axum::http;
use axum::http::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Client;
use crate::config::{Config, Portfolio, Secret};
use crate::graph::bearer;

/// Pages of one list: ten thousand numbers, or templates.
const PAGES_MAX: usize = 100;
/// A page of a hundred templates is far below.
const PAGE_BYTES_MAX: usize = 8 << 20;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// The platform did not answer, or could not be asked.
    #[error("{0}")]
    Unanswered(&'static str),
    /// It answered with an error.
    #[error("HTTP {status}: {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The platform's words, cut.
        message: String,
    },
    /// It answered something else than was asked for.
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
}

impl ApiError {
    /// The platform does not accept the token.
    pub(crate) fn is_token_refused(&self) -> bool {
        matches!(self, ApiError::Refused { status: 401, .. })
    }
}

/// The platform, called with one token.
pub(crate) struct Api<'a> {
    client: &'a Client,
    token: &'a Secret,
    proof: Option<String>,
    /// Calls so far.
    pub(crate) calls: u32,
}

impl<'a> Api<'a> {
    /// With the token of an account, or of its portfolio as a whole.
    pub(crate) fn new(
        client: &'a Client,
        config: &Config,
        portfolio: &'a Portfolio,
        waba: Option<u64>,
    ) -> Self {
        let token = portfolio.token_of(waba);
        Api {
            client,
            token,
            proof: config.proof(portfolio, token),
            calls: 0,
        }
    }

    /// The token that it calls with.
    pub(crate) fn token(&self) -> &'a Secret {
        self.token
    }

    /// One object.
    pub(crate) async fn one<T: DeserializeOwned>(&mut self, target: &str) -> Result<T, ApiError> {
        let body = self.get(target).await?;
        serde_json::from_slice(&body).map_err(|error| ApiError::Unreadable(error.to_string()))
    }

    /// A list, page by page; `target` has parameters already.
    pub(crate) async fn list<T: DeserializeOwned>(&mut self, target: &str) -> Result<Vec<T>, ApiError> {
        #[derive(Deserialize)]
        struct Page<T> {
            data: Vec<T>,
            paging: Option<Paging>,
        }
        #[derive(Deserialize)]
        struct Paging {
            cursors: Option<Cursors>,
            next: Option<String>,
        }
        #[derive(Deserialize)]
        struct Cursors {
            after: Option<String>,
        }
        let mut all = Vec::new();
        let mut after = String::new();
        for _ in 0..PAGES_MAX {
            let page: Page<T> = self.one(&format!("{target}{after}")).await?;
            all.extend(page.data);
            let next = page
                .paging
                .filter(|paging| paging.next.is_some())
                .and_then(|paging| paging.cursors?.after);
            let Some(cursor) = next else { break };
            let pair = serde_urlencoded::to_string([("after", cursor)]).unwrap_or_default();
            after = format!("&{pair}");
        }
        Ok(all)
    }

    /// Changes something; what is answered is of no interest.
    pub(crate) async fn post(&mut self, target: &str, body: &serde_json::Value) -> Result<(), ApiError> {
        let request = Request::post(self.proved(target))
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()));
        self.call(request).await.map(drop)
    }

    async fn get(&mut self, target: &str) -> Result<Vec<u8>, ApiError> {
        let request = Request::get(self.proved(target)).body(Body::empty());
        self.call(request).await
    }

    fn proved(&self, target: &str) -> String {
        let Some(proof) = &self.proof else {
            return target.to_owned();
        };
        let joint = if target.contains('?') { '&' } else { '?' };
        format!("{target}{joint}appsecret_proof={proof}")
    }

    /// One call; the body of a good answer.
    async fn call(&mut self, request: Result<Request<Body>, http::Error>) -> Result<Vec<u8>, ApiError> {
        self.calls += 1;
        let mut request = request.map_err(|error| ApiError::Unreadable(error.to_string()))?;
        let authorization =
            bearer(self.token).map_err(|_| ApiError::Unanswered("the token cannot be used"))?;
        request.headers_mut().insert(AUTHORIZATION, authorization);
        let answer = self.client.call(request).await;
        let answer = answer.map_err(|failure| ApiError::Unanswered(failure.reason()))?;
        let status = answer.status();
        let body = to_bytes(answer.into_body(), PAGE_BYTES_MAX).await;
        let body = body.map_err(|error| ApiError::Unreadable(error.to_string()))?;
        if status.is_success() {
            return Ok(body.to_vec());
        }
        let told: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        let message = told["error"]["message"].as_str().unwrap_or_default();
        Err(ApiError::Refused {
            status: status.as_u16(),
            message: message.chars().take(200).collect(),
        })
    }
}
