//! A server on a loopback port and a client that keeps its connections; calls are blocking, so that stories read as
//! they happen.

use std::future::Future;

use decider::Timestamp;
use reqwest::Method;
use serde_json::Value;
use server::notify::MailConfig;
use server::{ClockConfig, Running, Seat, SeatConfig, ServeConfig, serve_with};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

/// Requests under way at a time where their order does not matter.
const AT_A_TIME: usize = 16;

/// A sandbox and somebody who calls it.
pub(crate) struct Http {
    // Dropped first: no request is under way when the runtime ends.
    client: Client,
    _server: Running,
    runtime: Runtime,
}

#[derive(Clone)]
struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
}

/// One request: where to, and the JSON body of a `POST`.
pub(crate) type Request = (String, Value);

impl Http {
    /// Starts a sandbox that keeps nothing, under `edition`, with its clock standing still at `start`.
    pub(crate) fn start(
        edition: &str,
        start: Timestamp,
        seed: u64,
        shards: usize,
        mail: Option<MailConfig>,
    ) -> Self {
        // An error says that another story of this process has chosen it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let (server, token) = runtime.block_on(async {
            let mut config = SeatConfig::new(edition).expect("the edition");
            config.clock = ClockConfig::Virtual { start, speed: 0.0 };
            config.seed = seed;
            config.shards = shards;
            config.defaults.errors_at_once = true;
            let seat = Seat::open(config).expect("the seat opens");
            let account = seat.first_start().await.expect("the default account");
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let config = ServeConfig { tls: None, mail };
            (
                serve_with(seat, listener, config).expect("the server starts"),
                account.token,
            )
        });
        let base = format!("http://{}", server.address());
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        Http {
            client: Client { http, base, token },
            _server: server,
            runtime,
        }
    }

    pub(crate) fn token(&self) -> &str {
        &self.client.token
    }

    /// The JSON of an answer, whatever its status.
    pub(crate) fn get(&self, path: &str) -> Value {
        self.wait(self.client.call(Method::GET, path, None))
    }

    /// The JSON of an answer, whatever its status.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        self.wait(self.client.call(Method::POST, path, Some(body)))
    }

    /// Posts all, many at a time, in no particular order; the answers in the order of the requests.
    pub(crate) fn post_all(&self, requests: Vec<Request>) -> Vec<Value> {
        let count = requests.len();
        let mut lanes: Vec<Vec<(usize, Request)>> = vec![Vec::new(); AT_A_TIME];
        for (at, request) in requests.into_iter().enumerate() {
            lanes[at % AT_A_TIME].push((at, request));
        }
        self.wait(async {
            let lanes: Vec<_> = lanes
                .into_iter()
                .map(|lane| tokio::spawn(self.client.clone().lane(lane)))
                .collect();
            let mut answers = vec![Value::Null; count];
            for lane in lanes {
                for (at, answer) in lane.await.expect("a lane of requests") {
                    answers[at] = answer;
                }
            }
            answers
        })
    }

    pub(crate) fn wait<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }
}

impl Client {
    async fn lane(self, requests: Vec<(usize, Request)>) -> Vec<(usize, Value)> {
        let mut answers = Vec::with_capacity(requests.len());
        for (at, (path, body)) in requests {
            answers.push((at, self.call(Method::POST, &path, Some(&body)).await));
        }
        answers
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let told = format!("{method} {path}");
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request
            .send()
            .await
            .unwrap_or_else(|error| panic!("{told}: {error}"));
        let (status, text) = (answer.status(), answer.text().await.unwrap_or_default());
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{told}: {status}: {error}: {text}"))
    }
}
