//! A small world: a seat with its default account, and tables of requests whose answers are kept as a snapshot.

use std::fmt::Write as _;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use decider::{CellId, Timestamp};
use platform::ids::NumberIx;
use platform::portfolio::command::Inbound;
use platform::portfolio::{Answer, Command};
use server::{ClockConfig, DefaultAccount, Seat, SeatConfig};
use tower::ServiceExt;

/// 2023-11-14T22:13:20Z.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

pub(crate) const CELL: CellId = CellId(1);
pub(crate) const NUMBER: NumberIx = NumberIx(0);

/// One seat and its default account.
pub(crate) struct World {
    pub(crate) seat: Seat,
    pub(crate) account: DefaultAccount,
    router: axum::Router,
}

/// An answer.
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) headers: axum::http::HeaderMap,
}

impl World {
    pub(crate) async fn new() -> World {
        World::with(|_| ()).await
    }

    /// A world whose configuration differs.
    pub(crate) async fn with(change: impl FnOnce(&mut SeatConfig)) -> World {
        let mut config = SeatConfig::new("2023-per-number").expect("the edition exists");
        config.clock = ClockConfig::Virtual {
            start: START,
            speed: 0.0,
        };
        config.seed = 7;
        change(&mut config);
        let seat = Seat::open(config).expect("an empty seat opens");
        let account = seat.first_start().await.expect("the default account is made");
        let router = server::graph::router(seat.clone());
        World {
            seat,
            account,
            router,
        }
    }

    /// One request exactly as it is given.
    pub(crate) async fn raw(&self, request: Request<Body>) -> Told {
        let (status, headers, body) = self.bytes(request).await;
        Told {
            status,
            headers,
            body: String::from_utf8(body).expect("answers are ASCII"),
        }
    }

    /// One request; the answer may be any bytes.
    pub(crate) async fn bytes(&self, request: Request<Body>) -> (u16, axum::http::HeaderMap, Vec<u8>) {
        let answer = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("a router always answers");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = to_bytes(answer.into_body(), usize::MAX)
            .await
            .expect("the body is in memory");
        (status, headers, body.to_vec())
    }

    /// `call` is `METHOD path`; `$PHONE`, `$WABA`, `$APP`, `$SECRET` and `$PORTFOLIO` in it and in `body` stand
    /// for those of the default account.
    pub(crate) async fn call(&self, call: &str, body: &str) -> Told {
        let (method, path) = call.split_once(' ').expect("a call is a method and a path");
        let request = Request::builder()
            .method(method)
            .uri(self.named(path))
            .header("host", "sandbox.test")
            .header("authorization", format!("Bearer {}", self.account.token));
        let request = if body.is_empty() {
            request
        } else {
            request.header("content-type", "application/json")
        };
        self.raw(
            request
                .body(Body::from(self.named(body)))
                .expect("the request is well formed"),
        )
        .await
    }

    fn named(&self, text: &str) -> String {
        let ids = [
            ("$PHONE", &self.account.phone_number_id),
            ("$WABA", &self.account.waba_id),
            ("$APP", &self.account.app_id),
            ("$SECRET", &self.account.app_secret),
            ("$PORTFOLIO", &self.account.portfolio_id),
        ];
        ids.into_iter()
            .fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
    }

    /// Every call with its answer, one after another.
    pub(crate) async fn table(&self, rows: &[(&str, &str, &str)]) -> String {
        let mut table = String::new();
        for (what, call, body) in rows {
            let told = self.call(call, body).await;
            let _ = writeln!(table, "# {what}\n{call}");
            if !body.is_empty() {
                let _ = writeln!(table, "{}", shortened(body));
            }
            let _ = writeln!(table, "-> {} {}\n", told.status, shortened(&told.body));
        }
        table
    }

    /// The same, and none of it changes anything.
    pub(crate) async fn table_of_nothing(&self, rows: &[(&str, &str, &str)]) -> String {
        let before = self.digests().await;
        let table = self.table(rows).await;
        assert_eq!(
            before,
            self.digests().await,
            "a bad request changed something:\n{table}"
        );
        table
    }

    async fn digests(&self) -> std::collections::BTreeMap<CellId, u64> {
        let seat = self.seat.clone();
        let digests = tokio::task::spawn_blocking(move || seat.engine().digests()).await;
        digests.expect("nothing panics").expect("every cell answers")
    }

    /// Moves the clock.
    pub(crate) async fn advance(&self, by: decider::Millis) {
        let seat = self.seat.clone();
        let advanced = tokio::task::spawn_blocking(move || seat.engine().advance_by(by)).await;
        advanced.expect("nothing panics").expect("the clock is virtual");
    }

    /// A person writes to the default number; the message's id.
    pub(crate) async fn inbound(&self, from: u64) -> String {
        let inbound = Inbound {
            number: NUMBER,
            from,
            reply_to: None,
            content: Vec::new(),
            profile: String::new(),
        };
        match self
            .seat
            .portfolio(CELL, Command::Inbound(Box::new(inbound)))
            .await
        {
            Ok(Answer::Received { message, .. }) => {
                server::ids::wamid(CELL, message, cloud_api::Direction::Inbound).to_string()
            }
            other => panic!("the number is connected: {other:?}"),
        }
    }

    /// `hello_world` to a person.
    pub(crate) async fn hello(&self, to: u64) -> Told {
        let body = format!(
            r#"{{"messaging_product":"whatsapp","to":"{to}","type":"template","template":{{"name":"hello_world","language":{{"code":"en_US"}}}}}}"#
        );
        self.call("POST /$PHONE/messages", &body).await
    }

    /// A text to a person.
    pub(crate) async fn text(&self, to: u64) -> Told {
        let body = format!(r#"{{"messaging_product":"whatsapp","to":"{to}","text":{{"body":"hi"}}}}"#);
        self.call("POST /$PHONE/messages", &body).await
    }

    /// The value of one field of a node.
    pub(crate) async fn field(&self, node: &str, field: &str) -> serde_json::Value {
        let told = self.call(&format!("GET /{node}?fields={field}"), "").await;
        assert_eq!(told.status, 200, "{}", told.body);
        let value: serde_json::Value = serde_json::from_str(&told.body).expect("answers are JSON");
        value[field].clone()
    }
}

/// Long texts are made of one letter; their middle tells nothing.
fn shortened(text: &str) -> String {
    if text.len() < 4_000 {
        text.to_owned()
    } else {
        format!("{}... ({} bytes)", &text[..120], text.len())
    }
}
