//! A sandbox, a gateway in front of it, and an app behind that; one clock for both seats, which the test moves.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use cloud_api::webhook::signature::{HEADER, sign};
use decider::{CellId, Millis, Timestamp};
use gateway::Gateway;
use gateway::config::{Config, Sources};
use serde_json::{Value, json};
use server::{ClockConfig, DefaultAccount, Seat, SeatConfig};
use tokio::net::TcpListener;

use crate::receiver::{Posted, Receiver};

/// 2026-03-02T09:00:00Z, a Monday.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_772_442_000_000);
/// What the app checks signatures with.
pub(crate) const APP_SECRET: &str = "the app's own secret";

pub(crate) struct World {
    pub(crate) sandbox: server::Running,
    pub(crate) seat: Seat,
    pub(crate) gateway: gateway::Running,
    pub(crate) account: DefaultAccount,
    /// The gateway's token.
    pub(crate) token: String,
    pub(crate) app: Receiver,
    pub(crate) http: reqwest::Client,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) json: Value,
}

impl Told {
    pub(crate) fn code(&self) -> u64 {
        self.json["error"]["code"].as_u64().unwrap_or_default()
    }

    pub(crate) fn details(&self) -> &str {
        self.json["error"]["error_data"]["details"]
            .as_str()
            .unwrap_or_default()
    }

    pub(crate) fn wamid(&self) -> &str {
        self.json["messages"][0]["id"]
            .as_str()
            .unwrap_or_else(|| panic!("no message: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl World {
    pub(crate) async fn new() -> World {
        World::with("").await
    }

    /// A gateway with more in its configuration.
    pub(crate) async fn with(more: &str) -> World {
        World::begun(more, None, "2023-per-number").await
    }

    /// A gateway that keeps everything in a directory.
    pub(crate) async fn on_disk(dir: &Path) -> World {
        World::begun("", Some(dir), "2023-per-number").await
    }

    /// Both seats under another edition.
    pub(crate) async fn under(edition: &str) -> World {
        World::begun("", None, edition).await
    }

    async fn begun(more: &str, data: Option<&Path>, edition: &str) -> World {
        let mut config = SeatConfig::new(edition).expect("the edition exists");
        config.clock = ClockConfig::Virtual {
            start: START,
            speed: 0.0,
        };
        config.seed = 7;
        let seat = Seat::open(config).expect("an empty seat opens");
        let account = seat.first_start().await.expect("the default account is made");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let sandbox = server::serve(seat.clone(), listener).expect("the sandbox begins");
        let app = Receiver::start().await;
        let mut config = configured(&sandbox, &account, &app, (more, edition));
        config.data = data.map(Path::to_owned);
        let clock = seat.clock().clone();
        let behind = Gateway::start(config, clock).await.expect("the gateway begins");
        assert!(behind.poll().await, "the sandbox answers polls");
        let token = behind
            .first_token()
            .await
            .expect("a token is made")
            .expect("it is the first");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let gateway = gateway::serve(behind, listener).expect("the gateway listens");
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let world = World {
            sandbox,
            seat,
            gateway,
            account,
            token,
            app,
            http,
        };
        world.subscribe().await;
        world
    }

    /// The configuration with more in it, as it is read again.
    pub(crate) fn config(&self, more: &str) -> Config {
        configured(&self.sandbox, &self.account, &self.app, (more, "2023-per-number"))
    }

    /// A person writes to the number; what follows is told to the gateway.
    pub(crate) async fn writes(&self, from: &str, text: &str) {
        let body = json!({"from": from, "text": text});
        let told = self.sandbox("POST /numbers/$PHONE/inbound", &body).await;
        assert_eq!(told.status, 200, "{told:?}");
        self.advance(Millis::seconds(1)).await;
    }

    /// Has the sandbox post its webhooks to the gateway.
    async fn subscribe(&self) {
        let address = format!("http://{}/webhooks/main", self.gateway.address());
        let body = json!({"override_callback_uri": address, "verify_token": "a verify token"});
        let url = format!("{}/{}/subscribed_apps", self.platform(), self.account.waba_id);
        let answer = self
            .http
            .post(url)
            .bearer_auth(&self.account.token)
            .json(&body)
            .send()
            .await;
        let answer = answer.expect("the sandbox answers");
        assert_eq!(answer.status(), 200, "{}", answer.text().await.expect("a body"));
    }

    pub(crate) fn platform(&self) -> String {
        format!("http://{}", self.sandbox.address())
    }

    pub(crate) fn url(&self, path: &str) -> String {
        let path = path
            .replace("$PHONE", &self.account.phone_number_id)
            .replace("$WABA", &self.account.waba_id);
        format!("http://{}{path}", self.gateway.address())
    }

    /// A call through the gateway. `call` is `METHOD path`; `$PHONE` and `$WABA` are those of the account.
    pub(crate) async fn call(&self, call: &str, body: &Value) -> Told {
        let (method, path) = call.split_once(' ').expect("a method and a path");
        let method = method.parse().expect("a method");
        let request = self.http.request(method, self.url(path)).bearer_auth(&self.token);
        let request = if body.is_null() {
            request
        } else {
            request.json(body)
        };
        told(request).await
    }

    /// The template that every account has, to a person.
    pub(crate) async fn template(&self, to: &str) -> Told {
        self.call("POST /v25.0/$PHONE/messages", &template(to)).await
    }

    /// An approved marketing template, which the gateway has heard of.
    pub(crate) async fn marketing(&self, name: &str) {
        let body = json!({"name": name, "language": "en_US", "category": "MARKETING",
            "components": [{"type": "BODY", "text": "Our new shoes are here. Reply STOP to get no more of these."}]});
        let made = self.call("POST /v25.0/$WABA/message_templates", &body).await;
        assert_eq!(made.status, 200, "{:?}", made.json);
        let id = made.json["id"].as_str().unwrap_or_default().to_owned();
        let decided = self
            .sandbox(
                &format!("POST /templates/{id}/review"),
                &json!({"decision": "approve"}),
            )
            .await;
        assert_eq!(decided.status, 200, "{:?}", decided.json);
        assert!(self.gateway.gateway().poll().await, "the sandbox answers");
    }

    /// Uploads a file through the gateway; its id.
    pub(crate) async fn upload(&self, bytes: &[u8]) -> String {
        let mut body = b"--x\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--x\r\n\
            Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n"
            .to_vec();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--x--\r\n");
        let request = self
            .http
            .post(self.url("/v25.0/$PHONE/media"))
            .bearer_auth(&self.token)
            .header("content-type", "multipart/form-data; boundary=x");
        let up = told(request.body(body)).await;
        let id = up.json["id"].as_str();
        id.unwrap_or_else(|| panic!("no id: {up:?}")).to_owned()
    }

    /// A webhook of one change as the platform writes it.
    pub(crate) fn body(&self, change: &Value) -> String {
        let body = json!({"object": "whatsapp_business_account",
            "entry": [{"id": self.account.waba_id, "changes": [change]}]});
        body.to_string()
    }

    /// Posts a webhook; what the app gets.
    pub(crate) async fn posted(&self, change: &Value) -> Posted {
        let before = self.app.count();
        self.webhook(change).await;
        self.app.posts(before + 1).await.remove(before)
    }

    /// A webhook as the platform would sign it.
    pub(crate) async fn webhook(&self, change: &Value) {
        let body = self.body(change);
        let signature = sign(self.account.app_secret.as_bytes(), body.as_bytes()).sha256;
        let request = self
            .http
            .post(self.url("/webhooks/main"))
            .header(HEADER, signature)
            .body(body);
        assert_eq!(told(request).await.status, 200);
    }

    /// Something that a tester does to the sandbox.
    pub(crate) async fn sandbox(&self, call: &str, body: &Value) -> Told {
        let (method, path) = call.split_once(' ').expect("a method and a path");
        let path = path.replace("$PHONE", &self.account.phone_number_id);
        let url = format!("{}/sandbox/v1{path}", self.platform());
        let request = self.http.request(method.parse().expect("a method"), url);
        told(if body.is_null() {
            request
        } else {
            request.json(body)
        })
        .await
    }

    /// Moves the clock of both seats; all webhooks of the time until then are answered afterwards.
    pub(crate) async fn advance(&self, by: Millis) {
        let body = json!({"by_ms": by.get(), "wait": "webhooks"});
        let told = self.sandbox("POST /clock/advance", &body).await;
        assert_eq!(
            (told.status, told.json["late"].as_u64()),
            (200, Some(0)),
            "{:?}",
            told.json
        );
    }

    /// What the gateway knows, as a digest by portfolio.
    pub(crate) async fn digests(&self) -> BTreeMap<CellId, u64> {
        let engine = self.gateway.gateway().seat().engine().clone();
        let digests = tokio::task::spawn_blocking(move || engine.digests());
        digests.await.expect("it ends").expect("digests")
    }

    /// The value of a series of `/metrics`.
    pub(crate) async fn metric(&self, series: &str) -> u64 {
        let text = self
            .http
            .get(self.url("/metrics"))
            .send()
            .await
            .expect("it answers");
        let text = text.text().await.expect("text");
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.map_or(0, |value| value.trim().parse().expect("a number"))
    }

    pub(crate) async fn stop(self) {
        let bound = Duration::from_secs(20);
        tokio::time::timeout(bound, self.gateway.stop())
            .await
            .expect("the gateway stops");
        tokio::time::timeout(bound, self.sandbox.stop())
            .await
            .expect("the sandbox stops");
    }
}

/// The template that every account has, to a person.
pub(crate) fn template(to: &str) -> Value {
    json!({"messaging_product": "whatsapp", "to": to, "type": "template",
        "template": {"name": "hello_world", "language": {"code": "en_US"}}})
}

pub(crate) async fn told(request: reqwest::RequestBuilder) -> Told {
    let answer = request.send().await.expect("there is an answer");
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let text = answer.text().await.expect("a body");
    let json = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Told {
        status,
        headers,
        json,
    }
}

fn configured(
    sandbox: &server::Running,
    account: &DefaultAccount,
    app: &Receiver,
    (more, edition): (&str, &str),
) -> Config {
    let file = format!(
        r#"
listen = "127.0.0.1:0"
{more}
[[apps]]
name = "main"
secrets = [{{ env = "OLD" }}, {{ env = "APP_SECRET" }}]
verify_token = {{ env = "VERIFY" }}
[[relays]]
name = "shop"
url = "http://{}/hook"
secret = {{ env = "RELAY_SECRET" }}
[[portfolios]]
name = "shop"
app = "main"
edition = "{edition}"
token = {{ env = "TOKEN" }}
accounts = [{{ id = "{}", relay = "shop" }}]
"#,
        app.address, account.waba_id
    );
    let environment = |name: &str| {
        let value = match name {
            "OLD" => "an old secret",
            "APP_SECRET" => &account.app_secret,
            "VERIFY" => "a verify token",
            "RELAY_SECRET" => APP_SECRET,
            "TOKEN" => &account.token,
            _ => return None,
        };
        Some(value.to_owned())
    };
    let url = format!("http://{}", sandbox.address());
    let mut config = Config::read(&Sources {
        file: Some(&file),
        base: Path::new("."),
        environment: &environment,
        flags: &[("upstream.url", url)],
    })
    .expect("the configuration can be used");
    config.data = None;
    config
}
