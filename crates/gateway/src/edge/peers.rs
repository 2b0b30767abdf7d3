//! A small platform of the tests' own, and a gateway in front of it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Response, Uri};
use engine::Clock;
use sender::directory;
use sender::ids::{PhoneNumberId, WabaId};
use sender::portfolio::Command;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

use crate::Gateway;
use crate::config::{Config, Sources};

/// How long anything may take that should happen at once.
const PATIENCE: Duration = Duration::from_secs(20);

/// A request as the platform got it.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) path: String,
    pub(super) body: Vec<u8>,
    headers: HeaderMap,
}

impl Seen {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// What the platform does.
pub(super) enum Doing {
    Answer(Response<Body>),
    /// An answer once the test says so.
    Wait(Response<Body>),
    Nothing,
}

type Script = dyn Fn(&Seen) -> Doing + Send + Sync;

/// The platform.
pub(super) struct Peer {
    address: String,
    shared: Arc<Shared>,
}

struct Shared {
    seen: watch::Sender<Vec<Seen>>,
    script: Box<Script>,
    may_go: Notify,
}

impl Peer {
    /// A platform that has two accounts, 7 with the number 106 and 8, and does as it is told for all other calls.
    pub(super) async fn start(script: impl Fn(&Seen) -> Doing + Send + Sync + 'static) -> Peer {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("it listens"));
        let shared = Arc::new(Shared {
            seen: watch::Sender::new(Vec::new()),
            script: Box::new(script),
            may_go: Notify::new(),
        });
        let limit = DefaultBodyLimit::max(64 << 20);
        let app = Router::new()
            .fallback(answer)
            .layer(limit)
            .with_state(Arc::clone(&shared));
        // It ends with the test.
        tokio::spawn(async { axum::serve(listener, app).await });
        Peer { address, shared }
    }

    pub(super) fn json(body: &str) -> Doing {
        Doing::Answer(json(200, body))
    }

    pub(super) fn error(status: u16) -> Doing {
        Doing::Answer(json(status, "{}"))
    }

    pub(super) fn slow(body: &str) -> Doing {
        Doing::Wait(json(200, body))
    }

    pub(super) fn silence() -> Doing {
        Doing::Nothing
    }

    pub(super) fn moved(location: &str) -> Doing {
        let response = Response::builder()
            .status(302)
            .header("location", location)
            .body(Body::empty());
        Doing::Answer(response.expect("a response"))
    }

    /// Lets one answer go that waits.
    pub(super) fn go_on(&self) {
        self.shared.may_go.notify_one();
    }

    pub(super) fn count(&self, path: &str) -> usize {
        self.shared
            .seen
            .borrow()
            .iter()
            .filter(|seen| seen.path == path)
            .count()
    }

    pub(super) fn last(&self, path: &str) -> Seen {
        let seen = self.shared.seen.borrow();
        seen.iter()
            .rfind(|seen| seen.path == path)
            .expect("it was called")
            .clone()
    }

    /// Waits until a path was called so often.
    pub(super) async fn until(&self, path: &str, count: usize) {
        let mut seen = self.shared.seen.subscribe();
        let come = seen.wait_for(|seen| seen.iter().filter(|seen| seen.path == path).count() >= count);
        tokio::time::timeout(PATIENCE, come)
            .await
            .expect("it is called")
            .expect("the platform lives");
    }
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let path = uri.path().to_owned();
    let list = match path.as_str() {
        "/7/phone_numbers" => {
            Some(r#"{"data":[{"id":"106","display_phone_number":"+1 555-078-3881","status":"CONNECTED"}]}"#)
        }
        "/7/message_templates" => Some(r#"{"data":[]}"#),
        _ => None,
    };
    if let Some(list) = list {
        return json(200, list);
    }
    let seen = Seen {
        path,
        body: body.to_vec(),
        headers,
    };
    let doing = (shared.script)(&seen);
    shared.seen.send_modify(|all| all.push(seen));
    match doing {
        Doing::Answer(response) => response,
        Doing::Wait(response) => {
            shared.may_go.notified().await;
            response
        }
        Doing::Nothing => std::future::pending().await,
    }
}

fn json(status: u16, body: &str) -> Response<Body> {
    let response = Response::builder()
        .status(status)
        .header("content-type", "application/json");
    response.body(Body::from(body.to_owned())).expect("a response")
}

/// A gateway in front of it, with one portfolio and its token.
pub(super) async fn gateway(peer: &Peer) -> (Gateway, String) {
    let (gateway, token) = begun(&peer.address, 20_000).await;
    gateway.poll().await;
    (gateway, token)
}

/// One that does not wait long for an answer.
pub(super) async fn impatient(peer: &Peer) -> (Gateway, String) {
    let (gateway, token) = begun(&peer.address, 200).await;
    learn(&gateway).await;
    (gateway, token)
}

/// One in front of nothing at all, which knows the number 106.
pub(super) async fn alone() -> (Gateway, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("it listens"));
    drop(listener);
    let (gateway, token) = begun(&address, 20_000).await;
    learn(&gateway).await;
    (gateway, token)
}

async fn learn(gateway: &Gateway) {
    let (cell, waba, number) = (
        gateway.portfolios().cell(0).expect("a cell"),
        WabaId(7),
        PhoneNumberId(106),
    );
    let add = Command::AddNumber {
        waba,
        number,
        e164: 15_550_783_881,
        brand: 0,
    };
    gateway.seat().portfolio(cell, add).await.expect("decided");
    let claim = directory::Command::ClaimNumber { number, waba, cell };
    gateway.seat().directory(claim).await.expect("decided");
}

async fn begun(address: &str, time_out_ms: u32) -> (Gateway, String) {
    let file = r#"
        [[apps]]
        name = "main"
        secrets = [{ env = "SECRET" }]
        [[portfolios]]
        name = "shop"
        app = "main"
        token = { env = "TOKEN" }
        accounts = [{ id = "7" }, { id = "8" }]
    "#;
    let environment = |name: &str| match name {
        "SECRET" => Some("app-secret".to_owned()),
        "TOKEN" => Some("platform-token".to_owned()),
        _ => None,
    };
    let config = Config::read(&Sources {
        file: Some(file),
        base: Path::new("."),
        environment: &environment,
        flags: &[
            ("upstream.url", address.to_owned()),
            ("upstream.time_out_ms", time_out_ms.to_string()),
        ],
    });
    let mut config = config.expect("the configuration can be used");
    config.data = None;
    let gateway = Gateway::start(config, Clock::system()).await.expect("it begins");
    let token = gateway.first_token().await.expect("stored").expect("the first");
    (gateway, token)
}
