//! A gateway that runs in front of a sandbox, for the tests of commands that ask it.

use std::path::Path;

use decider::{Millis, Timestamp};
use gateway::Gateway;
use gateway::config::{Config, Sources};
use serde_json::{Value, json};
use server::{ClockConfig, DefaultAccount, Seat, SeatConfig};
use tokio::net::TcpListener;

use crate::args;

/// 2026-03-02T09:00:00Z.
const START: Timestamp = Timestamp::from_millis(1_772_442_000_000);

/// What the gateway answers challenges with.
pub(crate) const VERIFY_TOKEN: &str = "a verify token";

/// Both seats, on one clock that stands still.
pub(crate) struct World {
    runtime: tokio::runtime::Runtime,
    seat: Seat,
    sandbox: server::Running,
    pub(crate) gateway: gateway::Running,
    pub(crate) account: DefaultAccount,
    pub(crate) token: String,
    http: reqwest::Client,
}

impl World {
    /// A gateway with one number, which it knows from its first poll.
    pub(crate) fn new() -> Self {
        let runtime = crate::sandbox::runtime().expect("a runtime");
        runtime.block_on(Self::begun()).into_world(runtime)
    }

    async fn begun() -> Begun {
        let mut config = SeatConfig::new("2023-per-number").expect("the edition exists");
        config.clock = ClockConfig::Virtual {
            start: START,
            speed: 0.0,
        };
        config.seed = 7;
        let seat = Seat::open(config).expect("an empty seat opens");
        let account = seat.first_start().await.expect("the default account is made");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let sandbox = server::serve(seat.clone(), listener).expect("the sandbox begins");
        let config = configured(&format!("http://{}", sandbox.address()), &account);
        let behind = Gateway::start(config, seat.clock().clone()).await;
        let behind = behind.expect("the gateway begins");
        assert!(behind.poll().await, "the sandbox answers polls");
        let token = behind.first_token().await.expect("a token is made");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        Begun {
            gateway: gateway::serve(behind, listener).expect("the gateway listens"),
            token: token.expect("it is the first"),
            seat,
            sandbox,
            account,
        }
    }

    /// Runs a command against it.
    pub(crate) fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// What a command is given to reach it.
    pub(crate) fn remote(&self) -> args::Remote {
        args::Remote {
            url: format!("http://{}", self.gateway.address()),
            token: Some(args::Secret(self.token.clone())),
            token_file: None,
            portfolio: None,
        }
    }

    /// Where the platform seat listens.
    pub(crate) fn sandbox(&self) -> String {
        format!("http://{}", self.sandbox.address())
    }

    /// A call of the native API: `METHOD path`; an answer that is no success ends the test.
    pub(crate) fn call(&self, call: &str, body: &Value) -> Value {
        let (method, path) = call.split_once(' ').expect("a method and a path");
        let url = format!("http://{}{path}", self.gateway.address());
        let request = self.http.request(method.parse().expect("a method"), url);
        let request = request.bearer_auth(&self.token).json(body);
        self.run(async {
            let answer = request.send().await.expect("it answers");
            let status = answer.status();
            let json: Value = answer.json().await.expect("JSON");
            assert!(status.is_success(), "{call}: {status} {json}");
            json
        })
    }

    /// Asks whether messages may be sent; gives the admissions.
    pub(crate) fn admit(&self, items: &[Value]) -> Vec<Value> {
        let number = &self.account.phone_number_id;
        let with_number = |item: &Value| {
            let mut item = item.clone();
            item["number"] = json!(number);
            item
        };
        let data: Vec<Value> = items.iter().map(with_number).collect();
        let told = self.call("POST /v1/admissions", &json!({"data": data}));
        told["data"].as_array().expect("a list").clone()
    }

    /// Moves the clock of both seats.
    pub(crate) fn advance(&self, by: Millis) {
        let to = self.seat.clock().now() + by;
        let advanced = self.seat.engine().advance(to);
        advanced.expect("the clock moves");
    }
}

struct Begun {
    seat: Seat,
    sandbox: server::Running,
    gateway: gateway::Running,
    account: DefaultAccount,
    token: String,
}

impl Begun {
    fn into_world(self, runtime: tokio::runtime::Runtime) -> World {
        World {
            runtime,
            seat: self.seat,
            sandbox: self.sandbox,
            gateway: self.gateway,
            account: self.account,
            token: self.token,
            http: reqwest::Client::builder().no_proxy().build().expect("a client"),
        }
    }
}

fn configured(upstream: &str, account: &DefaultAccount) -> Config {
    let file = format!(
        r#"
listen = "127.0.0.1:0"
[[apps]]
name = "main"
secrets = [{{ env = "SECRET" }}]
verify_token = {{ env = "VERIFY" }}
[[portfolios]]
name = "shop"
app = "main"
edition = "2023-per-number"
token = {{ env = "TOKEN" }}
accounts = [{{ id = "{}" }}]
"#,
        account.waba_id
    );
    let environment = |name: &str| match name {
        "SECRET" => Some(account.app_secret.clone()),
        "TOKEN" => Some(account.token.clone()),
        "VERIFY" => Some(VERIFY_TOKEN.to_owned()),
        _ => None,
    };
    let mut config = Config::read(&Sources {
        file: Some(&file),
        base: Path::new("."),
        environment: &environment,
        flags: &[("upstream.url", upstream.to_owned())],
    })
    .expect("the configuration can be used");
    config.data = None;
    config
}
