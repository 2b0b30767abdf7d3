//! Sends to people who are written to once each, from several connections at a time.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::child::Child;

/// Connections that send at a time.
const LANES: u64 = 16;
const FIRST: u64 = 15_550_000_000;
const WATCH_EVERY: Duration = Duration::from_millis(10);

/// What was sent, over all rounds.
#[derive(Default)]
pub(crate) struct Load {
    next: RefCell<u64>,
    /// Message id to recipient.
    acknowledged: RefCell<BTreeMap<String, u64>>,
    /// What the sandbox said when it was not ready.
    not_ready: RefCell<Option<String>>,
}

impl Load {
    /// Sends for so long; whatever is under way then has an unknown outcome.
    pub(crate) async fn run_until(&self, child: &Child, after: Duration) {
        let http = reqwest::Client::new();
        let lanes = futures(LANES, || self.lane(child, &http));
        let watched = async { tokio::join!(lanes, self.watch(child, &http)) };
        // The load never ends by itself.
        let _ = tokio::time::timeout(after, watched).await;
    }

    /// Asks again and again whether every cell still decides.
    async fn watch(&self, child: &Child, http: &reqwest::Client) {
        let url = format!("{}/readyz", child.base);
        while let Ok(answer) = http.get(&url).send().await {
            let status = answer.status();
            if !status.is_success() {
                let text = answer.text().await.unwrap_or_default();
                *self.not_ready.borrow_mut() = Some(format!("/readyz answered {status}: {text}"));
                return;
            }
            tokio::time::sleep(WATCH_EVERY).await;
        }
    }

    /// Whether the sandbox was ready whenever it was asked.
    pub(crate) fn was_ready(&self) -> Result<(), String> {
        self.not_ready.borrow().clone().map_or(Ok(()), Err)
    }

    async fn lane(&self, child: &Child, http: &reqwest::Client) {
        loop {
            let to = FIRST + *self.next.borrow();
            *self.next.borrow_mut() += 1;
            let body = json!({"messaging_product": "whatsapp", "to": to.to_string(), "type": "template",
                "template": {"name": "hello_world", "language": {"code": "en_US"}}});
            let url = format!("{}/{}/messages", child.base, child.phone);
            let Ok(answer) = http.post(url).bearer_auth(&child.token).json(&body).send().await else {
                return;
            };
            let Ok(answer) = answer.json::<Value>().await else {
                return;
            };
            if let Some(id) = answer["messages"][0]["id"].as_str() {
                self.acknowledged.borrow_mut().insert(id.to_owned(), to);
            }
        }
    }

    pub(crate) fn begun(&self) -> u64 {
        *self.next.borrow()
    }

    pub(crate) fn acknowledged(&self) -> usize {
        self.acknowledged.borrow().len()
    }

    pub(crate) fn each_acknowledged(
        &self,
        mut look: impl FnMut(&str, u64) -> Result<(), String>,
    ) -> Result<(), String> {
        self.acknowledged
            .borrow()
            .iter()
            .try_for_each(|(id, to)| look(id, *to))
    }
}

/// Runs so many of the same at a time, on this thread.
pub(crate) async fn futures<F: Future<Output = ()>>(count: u64, make: impl Fn() -> F) {
    let mut running: Vec<_> = (0..count).map(|_| Box::pin(make())).collect();
    std::future::poll_fn(|context| {
        running.retain_mut(|lane| lane.as_mut().poll(context).is_pending());
        if running.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
}
