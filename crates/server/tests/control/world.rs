//! A sandbox with its default account, asked in process: Graph API, control API, webhooks.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, BodyDataStream, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use decider::Timestamp;
use serde_json::{Value, json};
use server::hooks::{Hooks, HooksConfig};
use server::manager::Manager;
use server::notify::MailConfig;
use server::v1::Control;
use server::{ClockConfig, DefaultAccount, Image, OpenError, Seat, SeatConfig, Storage};
use tower::ServiceExt;

use crate::receiver::{Receiver, VERIFY_TOKEN};

/// 2026-03-02T09:00:00Z, a Monday.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_772_442_000_000);
pub(crate) const ANN: &str = "16505550001";
pub(crate) const BOB: &str = "16505550002";
pub(crate) const SECOND: u64 = 1_000;
pub(crate) const HOUR: u64 = 3_600_000;
pub(crate) const DAY: u64 = 24 * HOUR;

/// Retries so soon that a test can wait for them.
pub(crate) const QUICK: HooksConfig = HooksConfig {
    patience: Duration::from_secs(5),
    first_retry: Duration::from_millis(10),
    longest_retry: Duration::from_millis(40),
    give_up_after: Duration::from_secs(60),
    log_kept: Duration::from_secs(3_600),
};

pub(crate) struct World {
    pub(crate) seat: Seat,
    pub(crate) hooks: Hooks,
    pub(crate) account: DefaultAccount,
    router: Router,
    pages: Router,
}

/// What a browser gets.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    /// Where it is sent on to.
    pub(crate) location: String,
    pub(crate) body: String,
    headers: HeaderMap,
}

impl Page {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl World {
    pub(crate) async fn new() -> World {
        World::with(|_| {}, QUICK).await
    }

    /// A world whose configuration differs; its clock stands still.
    pub(crate) async fn with(change: impl FnOnce(&mut SeatConfig), hooks: HooksConfig) -> World {
        World::of(Seat::open(configured(change)), hooks, None).await
    }

    /// A world taken up from a file.
    pub(crate) async fn taken_up(image: Image, change: impl FnOnce(&mut SeatConfig)) -> World {
        World::of(Seat::open_image(configured(change), image), QUICK, None).await
    }

    /// A world whose administrators get mail.
    pub(crate) async fn mailing(mail: MailConfig, hooks: HooksConfig) -> World {
        World::of(Seat::open(configured(|_| {})), hooks, Some(mail)).await
    }

    /// A world that keeps its data, and whose administrators get mail if there is a mail server.
    pub(crate) async fn mailing_in_dir(dir: &Path, mail: Option<MailConfig>) -> World {
        let in_dir = |config: &mut SeatConfig| config.storage = Storage::Dir(dir.to_owned());
        World::of(Seat::open(configured(in_dir)), QUICK, mail).await
    }

    async fn of(seat: Result<Seat, OpenError>, hooks: HooksConfig, mail: Option<MailConfig>) -> World {
        let seat = seat.expect("the seat opens");
        let account = seat.first_start().await.expect("the default account is made");
        let hooks = Hooks::with_mail(&seat, hooks, mail.as_ref()).expect("webhooks and mails begin");
        let control = Control::new(seat.clone(), hooks.clone(), None);
        let pages = server::manager::router(Manager::new(control.clone()));
        let router = server::graph::router(seat.clone()).merge(server::v1::router(control));
        World {
            seat,
            hooks,
            account,
            router,
            pages,
        }
    }

    /// A world that keeps its data.
    pub(crate) async fn in_dir(dir: &Path) -> World {
        World::with(|config| config.storage = Storage::Dir(dir.to_owned()), QUICK).await
    }

    /// Ends everything in order, so that the data directory can be used again.
    pub(crate) async fn stop(self) {
        self.hooks.stop().await;
        let World {
            seat,
            hooks,
            router,
            pages,
            ..
        } = self;
        drop((hooks, router, pages));
        let ended = tokio::task::spawn_blocking(move || seat.engine().shutdown()).await;
        ended.expect("the engine ends");
    }

    /// Any request; the answer's status and body.
    pub(crate) async fn call(&self, call: &str, body: &str) -> (u16, String) {
        self.call_as(&self.account.token, call, body).await
    }

    /// The same with another app's token.
    pub(crate) async fn call_as(&self, token: &str, call: &str, body: &str) -> (u16, String) {
        let (method, path) = call.split_once(' ').expect("a call is a method and a path");
        let request = Request::builder()
            .method(method)
            .uri(self.named(path))
            .header("host", "sandbox.test")
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {token}"))
            .body(Body::from(self.named(body)))
            .expect("the request is well formed");
        let answer = self.router.clone().oneshot(request).await;
        let answer = answer.expect("a router always answers");
        let status = answer.status().as_u16();
        let bytes = to_bytes(answer.into_body(), usize::MAX).await;
        let bytes = bytes.expect("the body is in memory");
        // What is a file is not text.
        (status, String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A page of the Manager, or anything of the control API, as a browser asks for it.
    pub(crate) async fn page(&self, method: &str, path: &str, headers: &[(&str, &str)], form: &str) -> Page {
        let mut request = Request::builder().method(method).uri(path);
        let own = [
            ("host", "sandbox.test"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        for (name, value) in own.iter().chain(headers) {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(form.to_owned()));
        let router = if path.starts_with(server::v1::PREFIX) {
            &self.router
        } else {
            &self.pages
        };
        let answer = router
            .clone()
            .oneshot(request.expect("the request is well formed"))
            .await;
        let (parts, body) = answer.expect("a router always answers").into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("the body is in memory");
        let location = parts.headers.get("location");
        Page {
            status: parts.status,
            location: location
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
                .to_owned(),
            body: String::from_utf8(bytes.to_vec()).expect("pages are text"),
            headers: parts.headers,
        }
    }

    /// What a stream of the Manager sends, piece by piece.
    pub(crate) async fn stream(&self, path: &str) -> BodyDataStream {
        let request = Request::builder().uri(path).body(Body::empty());
        let answer = self
            .pages
            .clone()
            .oneshot(request.expect("the request is well formed"))
            .await;
        answer
            .expect("a router always answers")
            .into_body()
            .into_data_stream()
    }

    fn named(&self, text: &str) -> String {
        let ids = [
            ("$PHONE", &self.account.phone_number_id),
            ("$WABA", &self.account.waba_id),
            ("$APP", &self.account.app_id),
            ("$PORTFOLIO", &self.account.portfolio_id),
        ];
        ids.into_iter()
            .fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
    }

    /// A call that has to work; its answer.
    pub(crate) async fn ok(&self, call: &str, body: Value) -> Value {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let (status, text) = self.call(call, &body).await;
        assert_eq!(status, 200, "{call} {body}: {text}");
        serde_json::from_str(&text).expect("answers are JSON")
    }

    /// A control call that has to work.
    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        self.ok(&format!("POST /sandbox/v1{path}"), body).await
    }

    /// Every call with its answer, one after another.
    pub(crate) async fn table(&self, rows: &[(&str, &str)]) -> String {
        let mut table = String::new();
        for (call, body) in rows {
            let (status, answer) = self.call(call, body).await;
            let _ = writeln!(table, "{call}");
            if !body.is_empty() {
                let _ = writeln!(table, "{body}");
            }
            let answer: Value = serde_json::from_str(&answer).unwrap_or(Value::String(answer));
            let _ = writeln!(table, "-> {status} {answer:#}\n");
        }
        table
    }

    /// Sends the webhooks of the default app to the receiver.
    pub(crate) async fn listen(&self, receiver: &Receiver) {
        let callback = json!({"url": receiver.url, "verify_token": VERIFY_TOKEN});
        self.control("/apps/$APP/callback", callback).await;
    }

    /// A person writes; the message's id.
    pub(crate) async fn inbound(&self, from: &str, text: &str) -> String {
        let message = json!({"from": from, "text": text, "name": "Zoë"});
        let answer = self.control("/numbers/$PHONE/inbound", message).await;
        id(&answer, "message_id")
    }

    /// The business answers with free text; the message's id.
    pub(crate) async fn reply(&self, to: &str, text: &str) -> String {
        let body = json!({"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": text},
            "biz_opaque_callback_data": "order/7"});
        self.send(body).await
    }

    /// The business sends `hello_world`; the message's id.
    pub(crate) async fn hello(&self, to: &str) -> String {
        self.template("$PHONE", to, "hello_world").await
    }

    /// A number sends a template without placeholders; the message's id.
    pub(crate) async fn template(&self, phone: &str, to: &str, name: &str) -> String {
        let body = json!({"messaging_product": "whatsapp", "to": to, "type": "template",
            "template": {"name": name, "language": {"code": "en_US"}}});
        let answer = self.ok(&format!("POST /v25.0/{phone}/messages"), body).await;
        id(&answer["messages"][0], "id")
    }

    async fn send(&self, body: Value) -> String {
        let answer = self.ok("POST /v25.0/$PHONE/messages", body).await;
        id(&answer["messages"][0], "id")
    }

    pub(crate) async fn feedback(&self, message: &str, body: Value) {
        self.control(&format!("/messages/{message}/feedback"), body).await;
    }

    pub(crate) async fn advance(&self, by_ms: u64) {
        self.control("/clock/advance", json!({"by_ms": by_ms})).await;
    }

    /// Waits until every first attempt was answered.
    pub(crate) async fn settle(&self) {
        assert!(
            self.hooks.settle(Duration::from_secs(20)).await,
            "webhooks do not settle"
        );
    }
}

fn configured(change: impl FnOnce(&mut SeatConfig)) -> SeatConfig {
    let mut config = SeatConfig::new("2023-per-number").expect("the edition exists");
    config.clock = ClockConfig::Virtual {
        start: START,
        speed: 0.0,
    };
    config.seed = 7;
    change(&mut config);
    config
}

/// A text in an answer.
pub(crate) fn id(answer: &Value, key: &str) -> String {
    let id = answer[key].as_str();
    id.unwrap_or_else(|| panic!("no {key} in {answer}")).to_owned()
}
