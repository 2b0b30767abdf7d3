//! A running gateway, asked over its native API.
//!
//! Promises: the token is never shown; whatever goes wrong says whose fault it is: nobody answers, something else does, the
//! token is not taken, or the gateway's own words. Must not know: what is asked for.

#[cfg(test)]
pub(crate) mod world;

use std::io::{BufRead, BufReader};
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::args;
use crate::error::CliError;

/// Longer than the gateway takes to look through a ledger of 30 days.
const ANSWERS_WITHIN: Duration = Duration::from_secs(120);

/// What can go wrong between here and the gateway.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RemoteError {
    /// Nobody answers.
    #[error("no gateway answers at {url}")]
    Unreachable {
        /// Where it should be.
        url: String,
        /// Why not.
        #[source]
        source: reqwest::Error,
    },
    /// Something answers, and it is no gateway.
    #[error("what answers at {url} is no goodstanding gateway: {what}")]
    NoGateway {
        /// Where it should be.
        url: String,
        /// What it answered.
        what: String,
    },
    /// There is no token to show.
    #[error("no token of the gateway was given")]
    NoToken,
    /// The gateway does not take the token.
    #[error("the gateway at {url} does not take the token: {detail}")]
    TokenRefused {
        /// Where it is.
        url: String,
        /// In its own words.
        detail: String,
        /// What to do, in its own words.
        hint: String,
    },
    /// The gateway says no.
    #[error("{detail}")]
    Problem {
        /// The HTTP status.
        status: u16,
        /// In its own words.
        detail: String,
        /// What to do, in its own words.
        hint: String,
    },
}

impl RemoteError {
    /// As the commands' own: 1 something failed or is not there, 2 wrong usage, 4 nobody there or the token is not taken.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            RemoteError::Problem { status: 400, .. } => 2,
            RemoteError::Problem { .. } => 1,
            RemoteError::NoToken => 2,
            RemoteError::Unreachable { .. }
            | RemoteError::NoGateway { .. }
            | RemoteError::TokenRefused { .. } => 4,
        }
    }

    /// What to do.
    pub(crate) fn hint(&self) -> Option<&str> {
        Some(match self {
            RemoteError::Unreachable { .. } | RemoteError::NoGateway { .. } => {
                "Start it with `goodstanding gateway`, or name its address with --gateway or GOODSTANDING_URL."
            }
            RemoteError::NoToken => {
                "Give one with --token-file or GOODSTANDING_TOKEN; the first start of a gateway leaves one as local-token in \
                 its data directory."
            }
            RemoteError::TokenRefused { hint, .. } | RemoteError::Problem { hint, .. } => hint,
        })
    }
}

/// A problem (RFC 9457), as far as it is shown.
#[derive(Deserialize)]
struct Problem {
    detail: String,
    hint: String,
}

/// A gateway that runs.
#[derive(Debug)]
pub(crate) struct Remote {
    http: reqwest::Client,
    url: String,
    token: String,
    portfolio: Option<String>,
}

impl Remote {
    /// From what was typed, and the token's file.
    pub(crate) fn new(options: &args::Remote) -> Result<Self, CliError> {
        // The process-wide one may be there already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().timeout(ANSWERS_WITHIN).build();
        let url = options.url.trim_end_matches('/').to_owned();
        let unusable = |source| RemoteError::Unreachable {
            url: url.clone(),
            source,
        };
        Ok(Remote {
            http: http.map_err(unusable)?,
            token: token(options)?,
            portfolio: options.portfolio.clone(),
            url,
        })
    }

    /// The name of the portfolio, if one was given.
    pub(crate) fn portfolio(&self) -> Option<&str> {
        self.portfolio.as_deref()
    }

    /// Reads something.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<T, RemoteError> {
        let mut query: Vec<(&str, &str)> = query
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        query.extend(self.portfolio().map(|name| ("portfolio", name)));
        self.answer(self.request(Method::GET, path).query(&query)).await
    }

    /// Tells something.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        mut body: Value,
    ) -> Result<T, RemoteError> {
        if let Some(name) = self.portfolio() {
            body["portfolio"] = Value::from(name);
        }
        self.answer(self.request(Method::POST, path).json(&body)).await
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}/v1/{path}", self.url));
        request.bearer_auth(&self.token)
    }

    async fn answer<T: DeserializeOwned>(&self, request: reqwest::RequestBuilder) -> Result<T, RemoteError> {
        let unreachable = |source| RemoteError::Unreachable {
            url: self.url.clone(),
            source,
        };
        let answer = request.send().await.map_err(unreachable)?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(unreachable)?;
        let read = serde_json::from_slice::<T>(&body);
        match (status.is_success(), read) {
            (true, Ok(read)) => Ok(read),
            (true, Err(error)) => Err(self.no_gateway(error.to_string())),
            (false, _) => Err(self.problem(status, &body)),
        }
    }

    fn problem(&self, status: StatusCode, body: &[u8]) -> RemoteError {
        let Ok(Problem { detail, hint }) = serde_json::from_slice(body) else {
            return self.no_gateway(format!("it answers {status}"));
        };
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => RemoteError::TokenRefused {
                url: self.url.clone(),
                detail,
                hint,
            },
            _ => RemoteError::Problem {
                status: status.as_u16(),
                detail,
                hint,
            },
        }
    }

    fn no_gateway(&self, what: String) -> RemoteError {
        RemoteError::NoGateway {
            url: self.url.clone(),
            what,
        }
    }
}

/// The file's before the one given: a file is named on purpose.
fn token(options: &args::Remote) -> Result<String, CliError> {
    let given = match &options.token_file {
        None => options.token.as_ref().map(|token| token.0.trim().to_owned()),
        Some(file) => {
            let wrong = |source| CliError::Read {
                path: file.display().to_string(),
                source,
            };
            let mut line = String::new();
            let opened = std::fs::File::open(file).map_err(wrong)?;
            BufReader::new(opened).read_line(&mut line).map_err(wrong)?;
            Some(line.trim().to_owned())
        }
    };
    let token = given.filter(|token| !token.is_empty());
    Ok(token.ok_or(RemoteError::NoToken)?)
}
