//! The platform: takes messages, counts what comes, refuses some, and lets nothing be forgotten.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use decider::mix;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The account, its number, and what signs its webhooks.
pub(crate) const WABA: u64 = 200_000_000_000_001;
pub(crate) const PHONE: u64 = 300_000_000_000_001;
pub(crate) const APP_SECRET: &str = "the app's secret";
/// The messaging limit that it tells: `TIER_1K`. It is met well before the last kill.
pub(crate) const LIMIT: u64 = 1_000;
/// The number of the first person.
pub(crate) const FIRST: u64 = 15_550_000_000;
/// An answer takes up to so long.
const DELAY_MS_MAX: u64 = 6;

/// One of so many messages is refused, for good.
const REFUSES: u64 = 5;

#[derive(Clone)]
pub(crate) struct Platform {
    pub(crate) address: SocketAddr,
    sends: Arc<Mutex<BTreeMap<u64, Sent>>>,
}

/// What came about one person.
#[derive(Clone, Debug, Default)]
struct Sent {
    times: u32,
    template: bool,
    callback: String,
    refused: bool,
}

impl Platform {
    pub(crate) async fn start() -> Result<Platform, String> {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .map_err(|error| error.to_string())?;
        let platform = Platform {
            address: listener.local_addr().map_err(|error| error.to_string())?,
            sends: Arc::default(),
        };
        let app = Router::new().fallback(answer).with_state(platform.clone());
        tokio::spawn(async { axum::serve(listener, app).await });
        Ok(platform)
    }

    /// Notes what came; whether it is refused.
    fn note(&self, nth: u64, sent: &Value) -> bool {
        let refused = nth % REFUSES == 1;
        let mut sends = self.lock();
        let known = sends.entry(nth).or_default();
        known.times += 1;
        known.template = sent["type"] == "template";
        known.refused = refused;
        known.callback = sent["biz_opaque_callback_data"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        refused
    }

    /// The message to the person of a send, if one was taken.
    pub(crate) fn message(&self, nth: u64) -> Option<String> {
        let sends = self.lock();
        sends.get(&nth).filter(|sent| !sent.refused).map(|_| message(nth))
    }

    /// What came with it.
    pub(crate) fn callback(&self, nth: u64) -> String {
        self.lock()
            .get(&nth)
            .map(|sent| sent.callback.clone())
            .unwrap_or_default()
    }

    pub(crate) fn sends(&self) -> usize {
        self.lock().len()
    }

    /// People who count towards the limit.
    pub(crate) fn counted(&self) -> usize {
        let sends = self.lock();
        sends
            .values()
            .filter(|sent| sent.template && !sent.refused)
            .count()
    }

    /// Nothing came twice, and no more people than the limit allows.
    pub(crate) fn check(&self) -> Result<(), String> {
        let twice = self
            .lock()
            .iter()
            .find(|(_, sent)| sent.times > 1)
            .map(|(nth, sent)| (*nth, sent.clone()));
        if let Some((nth, sent)) = twice {
            return Err(format!("send {nth} reached the platform {} times", sent.times));
        }
        match self.counted() {
            people if people as u64 > LIMIT => Err(format!("{people} people of {LIMIT} were written to")),
            _ => Ok(()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Sent>> {
        self.sends.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn message(nth: u64) -> String {
    format!("wamid.HBgLCRASH{nth:08}")
}

async fn answer(State(platform): State<Platform>, uri: Uri, body: Bytes) -> (StatusCode, axum::Json<Value>) {
    let path = uri.path();
    if path.ends_with("/phone_numbers") {
        let number = json!({"id": PHONE.to_string(), "display_phone_number": "+49 170 0000001", "status": "CONNECTED",
            "quality_rating": "GREEN", "throughput": {"level": "HIGH"},
            "whatsapp_business_manager_messaging_limit": "TIER_1K"});
        return (StatusCode::OK, axum::Json(json!({"data": [number]})));
    }
    if path.ends_with("/message_templates") {
        let template =
            json!({"name": "order", "language": "en_US", "status": "APPROVED", "category": "UTILITY"});
        return (StatusCode::OK, axum::Json(json!({"data": [template]})));
    }
    if !path.ends_with("/messages") {
        let error =
            json!({"error": {"message": "Unsupported get request", "type": "OAuthException", "code": 100}});
        return (StatusCode::BAD_REQUEST, axum::Json(error));
    }
    let sent: Value = serde_json::from_slice(&body).unwrap_or_default();
    let to: u64 = sent["to"]
        .as_str()
        .and_then(|to| to.parse().ok())
        .unwrap_or_default();
    let nth = to.wrapping_sub(FIRST);
    let refused = platform.note(nth, &sent);
    tokio::time::sleep(Duration::from_millis(mix(nth) % DELAY_MS_MAX)).await;
    if refused {
        let error =
            json!({"error": {"message": "(#100) Invalid parameter", "type": "OAuthException", "code": 100}});
        return (StatusCode::BAD_REQUEST, axum::Json(error));
    }
    let taken = json!({"messaging_product": "whatsapp", "contacts": [{"input": to.to_string(), "wa_id": to.to_string()}],
        "messages": [{"id": message(nth), "message_status": "accepted"}]});
    (StatusCode::OK, axum::Json(taken))
}
