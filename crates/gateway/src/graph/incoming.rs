//! A request as it came in: its line, its headers, and its body, read only where it must be looked into.
//!
//! Promises: a token is found wherever the Graph API takes one, and is in nothing that goes upstream; every other byte of
//! query and form stays as it came. Must not know: who may do what.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use cloud_api::{GraphError, access_token};

use super::kind::{Kind, kind};

/// Larger than any message, template or batch that the platform takes.
pub(crate) const BODY_BYTES_MAX: usize = 1 << 20;
/// Parameters that are the gateway's business and go no further.
const SECRETS: [&str; 2] = ["access_token", "appsecret_proof"];
/// The form of most clients that send no JSON.
const FORM: &str = "application/x-www-form-urlencoded";

/// One request.
pub(crate) struct Incoming {
    pub(crate) parts: Parts,
    pub(crate) body: Payload,
    pub(crate) kind: Kind,
    /// The gateway's token that it came with.
    pub(crate) token: Option<String>,
}

/// A body.
pub(crate) enum Payload {
    /// Read to its end.
    Read(Bytes),
    /// Still on its way.
    Streaming(Body),
}

impl Incoming {
    /// Finds out what a request may do, and reads its body if that must be looked into.
    pub(crate) async fn read(parts: Parts, body: Body) -> Result<Self, GraphError> {
        let query = parts.uri.query().unwrap_or_default();
        let header = parts
            .headers
            .get(AUTHORIZATION)
            .map(|value| value.to_str().unwrap_or_default());
        let mut token = access_token(header, query);
        let mut of_line = kind(&parts.method, parts.uri.path(), query, None);
        let safe = matches!(of_line, Kind::Read { .. });
        let form = !safe && is_form(&parts.headers);
        let looked_into = form || !matches!(of_line, Kind::Read { .. } | Kind::Write { .. });
        let body = if looked_into {
            let bytes = whole(&parts.headers, body).await?;
            if form {
                let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes).unwrap_or_default();
                let named = |name: &str| {
                    pairs
                        .iter()
                        .find(|(known, _)| known == name)
                        .map(|(_, value)| value.as_str())
                };
                token = token.or_else(|| named("access_token").map(str::to_owned));
                of_line = kind(&parts.method, parts.uri.path(), query, named("method"));
                Payload::Read(without_secrets(&bytes).into())
            } else {
                Payload::Read(bytes)
            }
        } else if safe {
            // What reads needs no body; one would only be a second place to say something else.
            Payload::Read(Bytes::new())
        } else {
            Payload::Streaming(body)
        };
        Ok(Incoming {
            parts,
            body,
            kind: of_line,
            token: token.filter(|token| !token.is_empty()),
        })
    }

    pub(crate) fn method(&self) -> &Method {
        &self.parts.method
    }

    pub(crate) fn path(&self) -> &str {
        self.parts.uri.path()
    }

    pub(crate) fn query(&self) -> &str {
        self.parts.uri.query().unwrap_or_default()
    }

    /// Path and query as they go upstream.
    pub(crate) fn target(&self) -> String {
        let query = without_secrets(self.query().as_bytes());
        let query = String::from_utf8_lossy(&query);
        let joint = if query.is_empty() { "" } else { "?" };
        format!("{}{joint}{query}", self.path())
    }

    pub(crate) fn content_type(&self) -> Option<&str> {
        self.parts.headers.get(CONTENT_TYPE)?.to_str().ok()
    }

    /// The bytes of a body that was looked into; none of one that streams.
    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.body {
            Payload::Read(bytes) => bytes,
            Payload::Streaming(_) => &[],
        }
    }

    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.parts.headers.get(name)?.to_str().ok()
    }

    /// The name under which the caller found the gateway.
    pub(crate) fn host(&self) -> &str {
        let authority = self.parts.uri.authority().map(|authority| authority.as_str());
        self.header(HOST.as_str()).or(authority).unwrap_or("localhost")
    }
}

/// Whether a body is a form, as far as its header says.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| {
        kind.trim_start()
            .get(..FORM.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(FORM))
    })
}

async fn whole(headers: &HeaderMap, body: Body) -> Result<Bytes, GraphError> {
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > BODY_BYTES_MAX as u64) {
        return Err(GraphError::body_too_large(BODY_BYTES_MAX));
    }
    // Whoever breaks off while sending hears no answer, so that what is left to be wrong is the size.
    to_bytes(body, BODY_BYTES_MAX)
        .await
        .map_err(|_| GraphError::body_too_large(BODY_BYTES_MAX))
}

/// A query or a form without what is the gateway's business.
fn without_secrets(pairs: &[u8]) -> Vec<u8> {
    let public = |pair: &&[u8]| {
        let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
        let name = percent_encoding::percent_decode(name).decode_utf8_lossy();
        !SECRETS.contains(&name.as_ref())
    };
    let kept: Vec<&[u8]> = pairs.split(|byte| *byte == b'&').filter(public).collect();
    kept.join(&b'&')
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn check(line: &str, headers: &[(&str, &str)], body: &str) -> (Option<String>, String, String) {
        let (method, target) = line.split_once(' ').expect("a method and a target");
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, body) = request
            .body(Body::from(body.to_owned()))
            .expect("a request")
            .into_parts();
        let incoming = Incoming::read(parts, body).await.expect("it can be read");
        let rest = String::from_utf8_lossy(incoming.bytes()).into_owned();
        (incoming.token.clone(), incoming.target(), rest)
    }

    #[tokio::test]
    async fn a_token_is_found_and_goes_no_further() {
        let form = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        let token = |text: &str| Some(text.to_owned());
        for (line, headers, body, expected) in [
            (
                "GET /1?fields=id",
                vec![("authorization", "Bearer T")],
                "",
                (token("T"), "/1?fields=id", ""),
            ),
            (
                "GET /1?access_token=T&fields=a%2Cb",
                vec![],
                "",
                (token("T"), "/1?fields=a%2Cb", ""),
            ),
            ("GET /1?access%5Ftoken=T", vec![], "", (None, "/1", "")),
            (
                "GET /1?a=&&b&appsecret_proof=x",
                vec![],
                "",
                (None, "/1?a=&&b", ""),
            ),
            (
                "POST /1/messages",
                vec![form],
                "access_token=T&to=1",
                (token("T"), "/1/messages", "to=1"),
            ),
            (
                "POST /1/register",
                vec![form],
                "pin=1&access_token=T",
                (token("T"), "/1/register", "pin=1"),
            ),
            (
                "POST /1/messages",
                vec![form, ("authorization", "Bearer H")],
                "access_token=T",
                (token("H"), "/1/messages", ""),
            ),
            (
                "GET /1",
                vec![("authorization", "Bearer ")],
                "with a body",
                (None, "/1", ""),
            ),
        ] {
            let (found, target, rest) = check(line, &headers, body).await;
            assert_eq!((found, target.as_str(), rest.as_str()), expected, "{line}");
        }
    }

    #[tokio::test]
    async fn a_form_may_hide_what_it_does() {
        let request = Request::post("/1/messages").header("content-type", FORM);
        let (parts, body) = request
            .body(Body::from("method=get"))
            .expect("a request")
            .into_parts();
        let incoming = Incoming::read(parts, body).await.expect("it can be read");
        assert_eq!(incoming.kind, Kind::Ambiguous);
    }

    #[tokio::test]
    async fn a_body_without_end_is_refused() {
        let large = vec![b' '; BODY_BYTES_MAX + 1];
        let (parts, body) = Request::post("/1/messages")
            .body(Body::from(large))
            .expect("a request")
            .into_parts();
        let error = Incoming::read(parts, body).await.err().expect("too large");
        assert_eq!(error.status, 413);
    }
}
