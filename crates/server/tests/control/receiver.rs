//! An app that receives webhooks: it keeps what comes, and answers as it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use cloud_api::webhook::challenge::Challenge;
use cloud_api::webhook::signature::{HEADER, HEADER_LEGACY, sign};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How long anything may take that should happen at once.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the app answers the handshake with.
pub(crate) const VERIFY_TOKEN: &str = "a verify token";

/// One post as it came.
#[derive(Clone)]
pub(crate) struct Posted {
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

impl Posted {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).expect("webhooks are JSON")
    }

    /// The value of its one change.
    pub(crate) fn value(&self) -> Value {
        self.json()["entry"][0]["changes"][0]["value"].clone()
    }

    pub(crate) fn field(&self) -> String {
        self.json()["entry"][0]["changes"][0]["field"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// `sent`, `delivered`, ... for statuses; what was written for messages; the event for everything else.
    pub(crate) fn gist(&self) -> String {
        let value = self.value();
        let places = [
            "/statuses/0/status",
            "/messages/0/text/body",
            "/event",
            "/new_quality_score",
        ];
        let found = places
            .iter()
            .find_map(|place| value.pointer(place)?.as_str().map(str::to_owned));
        found.unwrap_or_else(|| self.field())
    }

    /// Whether both signatures are those of the exact bytes.
    pub(crate) fn is_signed(&self, secret: &str) -> bool {
        let expected = sign(secret.as_bytes(), &self.bytes);
        let header = |name: &str| self.headers.get(name).and_then(|value| value.to_str().ok());
        header(HEADER) == Some(&expected.sha256) && header(HEADER_LEGACY) == Some(&expected.sha1)
    }
}

#[derive(Default)]
struct Script {
    /// Statuses of the next answers; 200 when none is left.
    next: VecDeque<u16>,
    /// Answers nobody any more.
    mute: bool,
}

/// The app.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    posted: watch::Sender<Vec<Posted>>,
    script: Arc<Mutex<Script>>,
}

impl Receiver {
    pub(crate) async fn start() -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback has free ports");
        let url = format!("http://{}/hook", listener.local_addr().expect("it is bound"));
        let receiver = Receiver {
            url,
            posted: watch::Sender::new(Vec::new()),
            script: Arc::default(),
        };
        let routes = Router::new().route("/hook", get(handshake).post(keep));
        let routes = routes.with_state(receiver.clone());
        tokio::spawn(axum::serve(listener, routes).into_future());
        receiver
    }

    /// Answers the next posts with these.
    pub(crate) fn answer(&self, statuses: &[u16]) {
        self.script.lock().expect("unpoisoned").next.extend(statuses);
    }

    /// Answers with 503 from now on, or with 200 again.
    pub(crate) fn down(&self, down: bool) {
        let next = if down { vec![503; 10_000] } else { Vec::new() };
        self.script.lock().expect("unpoisoned").next = next.into();
    }

    /// Takes posts and answers none of them.
    pub(crate) fn mute(&self) {
        self.script.lock().expect("unpoisoned").mute = true;
    }

    /// What came so far.
    pub(crate) fn posts(&self) -> Vec<Posted> {
        self.posted.borrow().clone()
    }

    pub(crate) fn gists(&self) -> Vec<String> {
        self.posts().iter().map(Posted::gist).collect()
    }

    /// Waits until so many came.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Posted> {
        let mut posted = self.posted.subscribe();
        let waited = tokio::time::timeout(PATIENCE, posted.wait_for(|posts| posts.len() >= count)).await;
        match waited {
            Ok(posts) => posts.expect("the sender lives in self").clone(),
            Err(_) => panic!("{count} posts were expected, these came: {:?}", self.gists()),
        }
    }
}

async fn handshake(RawQuery(query): RawQuery) -> (StatusCode, String) {
    match Challenge::parse(&query.unwrap_or_default()) {
        Some(asked) if asked.verify_token == VERIFY_TOKEN => (StatusCode::OK, asked.challenge),
        _ => (StatusCode::FORBIDDEN, String::new()),
    }
}

async fn keep(State(receiver): State<Receiver>, headers: HeaderMap, bytes: Bytes) -> StatusCode {
    receiver
        .posted
        .send_modify(|posts| posts.push(Posted { headers, bytes }));
    let (mute, status) = {
        let mut script = receiver.script.lock().expect("unpoisoned");
        (script.mute, script.next.pop_front().unwrap_or(200))
    };
    if mute {
        std::future::pending::<()>().await;
    }
    StatusCode::from_u16(status).expect("a status")
}
