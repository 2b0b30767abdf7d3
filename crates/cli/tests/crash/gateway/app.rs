//! The app: writes to each person once, several at a time, with an idempotency key each.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::front::Front;
use super::platform::{FIRST, PHONE};
use crate::load::futures;

/// Connections that send at a time.
const LANES: u64 = 16;

/// What the app is told of a send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// The platform's message.
    Accepted(String),
    /// The platform's code, or the gateway's.
    Refused(u64),
    /// It may have been sent, or not.
    Unknown,
    /// The platform took it; its answer is not there any more.
    Taken,
}

#[derive(Default)]
pub(crate) struct App {
    next: RefCell<u64>,
    under_way: RefCell<BTreeSet<u64>>,
    told: RefCell<BTreeMap<u64, Said>>,
}

impl App {
    /// Sends for so long; gives the sends that were cut off.
    pub(crate) async fn send_until(&self, front: &Front, after: Duration) -> BTreeSet<u64> {
        let lanes = futures(LANES, || self.lane(front));
        // The lanes never end by themselves.
        let _ = tokio::time::timeout(after, lanes).await;
        std::mem::take(&mut *self.under_way.borrow_mut())
    }

    async fn lane(&self, front: &Front) {
        loop {
            let nth = *self.next.borrow();
            *self.next.borrow_mut() += 1;
            self.under_way.borrow_mut().insert(nth);
            let Ok(said) = self.send(front, nth).await else {
                return;
            };
            self.under_way.borrow_mut().remove(&nth);
            self.told.borrow_mut().insert(nth, said);
        }
    }

    /// Sends to a person, or asks again what became of it: it is the same call.
    pub(crate) async fn send(&self, front: &Front, nth: u64) -> Result<Said, String> {
        let to = (FIRST + nth).to_string();
        // One of four is free text, which counts towards no limit.
        let body = match nth % 4 {
            0 => {
                json!({"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": format!("Yes, {nth}.")}})
            }
            _ => json!({"messaging_product": "whatsapp", "to": to, "type": "template",
                "template": {"name": "order", "language": {"code": "en_US"}}}),
        };
        let request = front
            .http
            .post(format!("{}/v25.0/{PHONE}/messages", front.base))
            .bearer_auth(&front.token)
            .header("idempotency-key", format!("send {nth}"))
            .json(&body);
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let status = answer.status().as_u16();
        let answer: Value = answer.json().await.map_err(|error| error.to_string())?;
        let details = answer["error"]["error_data"]["details"]
            .as_str()
            .unwrap_or_default();
        match (
            status,
            answer["messages"][0]["id"].as_str(),
            answer["error"]["code"].as_u64(),
        ) {
            (200, Some(id), _) => Ok(Said::Accepted(id.to_owned())),
            (409, _, _) if details.contains("the platform took that message") => Ok(Said::Taken),
            (500, _, _) if details.contains("It may have been sent") => Ok(Said::Unknown),
            (400..=499, _, Some(code)) if status != 409 => Ok(Said::Refused(code)),
            _ => Err(format!("send {nth} was answered {status}: {answer}")),
        }
    }

    /// What the app was told, by send.
    pub(crate) fn told(&self) -> BTreeMap<u64, Said> {
        self.told.borrow().clone()
    }

    pub(crate) fn begun(&self) -> u64 {
        *self.next.borrow()
    }
}
