//! What a request may do: read, write, send, several at once, or something that cannot be told.
//!
//! Promises: whatever could send counts as a send or as unknown, however it is written: with and without version,
//! trailing slash, method override in query or body, escapes. Where two readings are possible the more dangerous counts.
//! Must not know: who asks, and whether they may.

use axum::http::Method;
use cloud_api::route::split_version;
use cloud_api::{GraphCall, NodeId, route};

/// What a request may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// It changes nothing.
    Read {
        /// The object at the beginning of its path.
        node: Option<NodeId>,
    },
    /// It changes something that reaches nobody.
    Write {
        /// The object at the beginning of its path.
        node: Option<NodeId>,
    },
    /// It sends, or marks as read: its body says which.
    Send {
        /// The sending number.
        phone: NodeId,
        /// By the path for marketing.
        marketing: bool,
    },
    /// Several requests in one.
    Batch,
    /// A write to a path that is not known here.
    Unknown,
    /// One that says two things at once.
    Ambiguous,
}

/// What a request says in its line and its query. `method_in_body` is a form's own `method`, if the body was read.
pub(crate) fn kind(method: &Method, path: &str, query: &str, method_in_body: Option<&str>) -> Kind {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let named = |wanted: &'static str| {
        let found = pairs.iter().filter(move |(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str())
    };
    let mut methods = vec![method.as_str()];
    methods.extend(named("method").chain(method_in_body));
    let writes = methods.iter().any(|method| !is_safe(method));
    let (_, rest) = split_version(path);
    if rest.is_empty() && (named("batch").next().is_some() || writes) {
        return Kind::Batch;
    }
    if !writes {
        let node = rest.split('/').next().and_then(NodeId::parse);
        return Kind::Read { node };
    }
    if !is_plain(path) {
        return Kind::Unknown;
    }
    let calls = methods
        .iter()
        .filter(|method| !is_safe(method))
        .map(|method| route(method, path, ""));
    let calls: Vec<_> = calls.collect();
    let sends = |call: &Result<GraphCall, _>| {
        matches!(
            call,
            Ok(GraphCall::SendMessage { .. } | GraphCall::SendMarketing { .. })
        )
    };
    if calls.iter().any(sends)
        && methods.iter().any(|other| !other.eq_ignore_ascii_case("POST"))
        && methods.len() > 1
    {
        // `GET` with an override is plain; `POST` that says it is none is not.
        let override_of_get =
            method == Method::GET && methods[1..].iter().all(|m| m.eq_ignore_ascii_case("POST"));
        if !override_of_get {
            return Kind::Ambiguous;
        }
    }
    calls
        .iter()
        .map(|call| of_call(call, rest))
        .max_by_key(|kind| danger(*kind))
        .unwrap_or(Kind::Unknown)
}

fn of_call<E>(call: &Result<GraphCall, E>, path: &str) -> Kind {
    match call {
        Ok(GraphCall::SendMessage { phone }) => Kind::Send {
            phone: *phone,
            marketing: false,
        },
        Ok(GraphCall::SendMarketing { phone }) => Kind::Send {
            phone: *phone,
            marketing: true,
        },
        Ok(GraphCall::Other(other)) if other.node.is_none() => {
            // Only these roots are written to by clients of WhatsApp.
            let upload = path.starts_with("upload:") && !path.contains('/') && !path.ends_with("messages");
            if upload || path == "oauth/access_token" {
                Kind::Write { node: None }
            } else {
                Kind::Unknown
            }
        }
        Ok(GraphCall::Other(other)) if other.edge.split('/').any(|part| part.ends_with("messages")) => {
            Kind::Unknown
        }
        Ok(_) => Kind::Write {
            node: path.split('/').next().and_then(NodeId::parse),
        },
        Err(_) => Kind::Unknown,
    }
}

fn danger(kind: Kind) -> u8 {
    match kind {
        Kind::Read { .. } => 0,
        Kind::Write { .. } => 1,
        Kind::Batch | Kind::Send { .. } => 2,
        Kind::Unknown | Kind::Ambiguous => 3,
    }
}

fn is_safe(method: &str) -> bool {
    ["GET", "HEAD", "OPTIONS"]
        .iter()
        .any(|safe| method.eq_ignore_ascii_case(safe))
}

/// Whether a path can be read in one way only: no escapes, no empty or dotted parts but for slashes at its end.
fn is_plain(path: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:~|=".contains(&byte);
    let inner = path.strip_prefix('/').unwrap_or(path).trim_end_matches('/');
    inner
        .split('/')
        .all(|part| !part.is_empty() && part != "." && part != ".." && part.bytes().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_could_send_is_seen() {
        let send = Kind::Send {
            phone: NodeId(106),
            marketing: false,
        };
        let marketing = Kind::Send {
            phone: NodeId(106),
            marketing: true,
        };
        let node = Some(NodeId(106));
        let (read, write) = (Kind::Read { node }, Kind::Write { node });
        for (line, in_body, expected) in [
            ("POST /v25.0/106/messages", None, send),
            ("POST /106/messages", None, send),
            ("POST /106/messages/", None, send),
            ("POST /106/messages?to=1", None, send),
            ("POST /v25.0/106/marketing_messages", None, marketing),
            ("GET /v25.0/106/messages?method=post", None, send),
            ("GET /106/messages?to=1&%6dethod=POST", None, send),
            ("GET /106/messages?method=get&method=post", None, Kind::Ambiguous),
            ("POST /106/messages?method=get", None, Kind::Ambiguous),
            ("POST /106/messages", Some("delete"), Kind::Ambiguous),
            ("POST /106/messages", Some("post"), send),
            ("DELETE /106/messages?method=post", None, Kind::Ambiguous),
            ("PUT /106/messages", None, Kind::Unknown),
            ("POST /106/message%73", None, Kind::Unknown),
            ("POST //106/messages", None, Kind::Unknown),
            ("POST /106//messages", None, Kind::Unknown),
            ("POST /x/../106/messages", None, Kind::Unknown),
            ("POST /106/./messages", None, Kind::Unknown),
            ("POST /106/Messages", None, Kind::Unknown),
            ("POST /106/messages/x", None, Kind::Unknown),
            ("POST /me/messages", None, Kind::Unknown),
            ("POST /106/media/messages", None, Kind::Unknown),
            ("POST /106/new_way_to_send", None, Kind::Unknown),
            ("POST /", None, Kind::Batch),
            ("POST /v25.0/", None, Kind::Batch),
            ("GET /?batch=[]", None, Kind::Batch),
            ("GET /v25.0?batch=[]&method=post", None, Kind::Batch),
            ("GET /106", None, read),
            ("GET /v25.0/106/anything%20at/all", None, read),
            ("GET /106/messages", None, read),
            ("POST /106", None, write),
            ("POST /106/media", None, write),
            ("POST /106/media?messaging_product=whatsapp", None, write),
            ("DELETE /106/block_users", None, write),
            ("POST /106/block_users?method=delete", None, write),
            ("GET /106/block_users?method=delete", None, write),
            ("POST /upload:abc?sig=x", None, Kind::Write { node: None }),
            ("POST /v25.0/oauth/access_token", None, Kind::Write { node: None }),
            ("GET /me", None, Kind::Read { node: None }),
        ] {
            let (method, target) = line.split_once(' ').expect("a method and a target");
            let (path, query) = target.split_once('?').unwrap_or((target, ""));
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            assert_eq!(
                kind(&method, path, query, in_body),
                expected,
                "{line} {in_body:?}"
            );
        }
    }
}
