//! An app that receives webhooks: it keeps what comes, and answers as it is told.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use cloud_api::webhook::signature::{HEADER, sign};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How long anything may take that should happen at once.
const PATIENCE: Duration = Duration::from_secs(20);

/// One post as it came.
#[derive(Clone, Debug)]
pub(crate) struct Posted {
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

impl Posted {
    /// The value of its one change.
    pub(crate) fn value(&self) -> Value {
        let json: Value = serde_json::from_slice(&self.bytes).expect("webhooks are JSON");
        json["entry"][0]["changes"][0]["value"].clone()
    }

    pub(crate) fn is_signed(&self, secret: &str) -> bool {
        let header = self.headers.get(HEADER).and_then(|value| value.to_str().ok());
        header == Some(&sign(secret.as_bytes(), &self.bytes).sha256)
    }
}

/// The app.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    posts: watch::Sender<Vec<Posted>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

impl Receiver {
    pub(crate) async fn start() -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let receiver = Receiver {
            address: listener.local_addr().expect("it listens"),
            posts: watch::Sender::new(Vec::new()),
            answers: Arc::default(),
        };
        let app = Router::new()
            .route("/hook", post(take))
            .with_state(receiver.clone());
        tokio::spawn(async { axum::serve(listener, app).await });
        receiver
    }

    /// Its next answers; 200 when none is left.
    pub(crate) fn answers(&self, statuses: &[u16]) {
        self.answers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(statuses);
    }

    /// Everything that came, as soon as it is so much.
    pub(crate) async fn posts(&self, count: usize) -> Vec<Posted> {
        let mut posts = self.posts.subscribe();
        let come = posts.wait_for(|posts| posts.len() >= count);
        let come = tokio::time::timeout(PATIENCE, come).await;
        let come = come
            .unwrap_or_else(|_| panic!("{count} webhooks should come, {} did", self.posts.borrow().len()));
        come.expect("the receiver lives").clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.posts.borrow().len()
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, bytes: Bytes) -> StatusCode {
    receiver
        .posts
        .send_modify(|posts| posts.push(Posted { headers, bytes }));
    let next = receiver
        .answers
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .pop_front();
    next.and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(StatusCode::OK)
}
