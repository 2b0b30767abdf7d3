//! The client of the Graph API.
//!
//! Promises: no redirect is followed, no proxy of the environment is used, nothing is sent twice: the client puts a
//! request on another connection only if no byte of it was written. Bodies stream in both directions. The answer's head
//! comes within a bound, or the call counts as unknown. Must not know: what is called, and for whom.

mod api;

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::HOST;
use axum::http::uri::{Authority, PathAndQuery, Scheme};
use axum::http::{Request, Response, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::{BuilderVerifierExt, Verifier};

use crate::config::Upstream;
pub(crate) use api::{Api, ApiError};

/// An idle connection is given up before servers usually do it: a request on one that is being closed is lost.
const IDLE: Duration = Duration::from_secs(20);

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is none.
    #[error("the upstream's address cannot be used")]
    Address,
    /// The certificate to trust cannot be used.
    #[error("the certificate of the upstream cannot be used: {0}")]
    Certificate(String),
    /// The system's certificates cannot be used.
    #[error("TLS cannot begin")]
    Tls(#[from] rustls::Error),
}

/// Why a call has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// There was no connection: the call was not made.
    NotSent,
    /// The answer did not come in time: the call may have been carried out.
    TimedOut,
    /// The connection broke: the call may have been carried out.
    Broken,
}

impl Failure {
    /// For people.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Failure::NotSent => "the platform could not be reached",
            Failure::TimedOut => "the platform did not answer in time",
            Failure::Broken => "the connection to the platform broke before its answer was there",
        }
    }
}

/// The client. Clones share connections.
#[derive(Clone)]
pub(crate) struct Client {
    http: legacy::Client<HttpsConnector<HttpConnector>, Body>,
    scheme: Scheme,
    authority: Authority,
    /// In front of every path; empty as a rule.
    prefix: Arc<str>,
    time_out: Duration,
}

impl Client {
    pub(crate) fn new(config: &Upstream) -> Result<Self, ClientError> {
        let uri: Uri = config.url.parse().map_err(|_| ClientError::Address)?;
        let parts = uri.into_parts();
        let prefix = parts.path_and_query.as_ref().map_or("", PathAndQuery::path);
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(config.connect_time_out));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls(config)?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let http = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        Ok(Client {
            http,
            prefix: prefix.trim_end_matches('/').into(),
            scheme: parts.scheme.ok_or(ClientError::Address)?,
            authority: parts.authority.ok_or(ClientError::Address)?,
            time_out: config.time_out,
        })
    }

    /// The host that is called, with its port if it is not the scheme's own.
    pub(crate) fn host(&self) -> &str {
        self.authority.as_str()
    }

    /// Makes a call; the request's address is path and query.
    pub(crate) async fn call(&self, mut request: Request<Body>) -> Result<Response<Body>, Failure> {
        let path = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
        let uri = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(format!("{}{path}", self.prefix))
            .build();
        *request.uri_mut() = uri.map_err(|_| Failure::NotSent)?;
        self.fetch(request).await
    }

    /// Makes a call to the absolute address of the request.
    pub(crate) async fn fetch(&self, request: Request<Body>) -> Result<Response<Body>, Failure> {
        self.fetch_within(request, self.time_out).await
    }

    /// The same, with another bound.
    pub(crate) async fn fetch_within(
        &self,
        mut request: Request<Body>,
        time_out: Duration,
    ) -> Result<Response<Body>, Failure> {
        request.headers_mut().remove(HOST);
        let answer = tokio::time::timeout(time_out, self.http.request(request)).await;
        match answer {
            Ok(Ok(response)) => Ok(response.map(Body::new)),
            Ok(Err(error)) => {
                let cause = error.source().map(ToString::to_string).unwrap_or_default();
                tracing::warn!(%error, cause, "a call upstream has no answer");
                Err(if error.is_connect() {
                    Failure::NotSent
                } else {
                    Failure::Broken
                })
            }
            Err(_) => Err(Failure::TimedOut),
        }
    }
}

fn tls(config: &Upstream) -> Result<rustls::ClientConfig, ClientError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?;
    let Some(file) = &config.ca_file else {
        return Ok(builder.with_platform_verifier()?.with_no_client_auth());
    };
    let unusable =
        |error: &dyn std::fmt::Display| ClientError::Certificate(format!("{}: {error}", file.display()));
    let read = CertificateDer::pem_file_iter(file).map_err(|error| unusable(&error))?;
    let extra: Vec<CertificateDer<'static>> =
        read.collect::<Result<_, _>>().map_err(|error| unusable(&error))?;
    let verifier = Verifier::new_with_extra_roots(extra, provider)?;
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}
