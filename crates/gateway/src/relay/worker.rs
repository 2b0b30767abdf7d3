//! Posts what is due, one worker a target.
//!
//! Must not know: where deliveries come from.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::http::header::{CONTENT_TYPE, USER_AGENT};
use axum::http::{HeaderName, HeaderValue, Request, Response};
use cloud_api::webhook::signature::{HEADER, HEADER_LEGACY, sign};
use futures_util::{StreamExt, stream};
use ledger::{Attempt, Delivery, LedgerError, Then};
use tokio::sync::Notify;

use super::{Inner, Target};

/// Deliveries of one target read at once.
const CHUNK: u32 = 64;
/// Posts to one target under way at once: enough for a thousand webhooks a second at 15 ms each.
const AT_ONCE: usize = 16;
/// How long a worker sleeps at most: what comes in wakes it.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// How long to wait before trying again when the tables cannot be used.
const PAUSE: Duration = Duration::from_millis(500);
/// How often settled deliveries are dropped from the log.
const CLEAN_EVERY: Duration = Duration::from_secs(3_600);
/// More of an answer than this is not read: nobody looks at it, and the connection is given up instead.
const ANSWER_BYTES_MAX: u64 = 64 << 10;

/// Drops old deliveries from the log, for ever.
pub(super) async fn clean(relay: Arc<Inner>) {
    loop {
        let kept = relay.config.log_kept.as_millis() as u64;
        or_none(relay.tables.purge_settled(relay.now_ms().saturating_sub(kept)));
        tokio::time::sleep(CLEAN_EVERY).await;
    }
}

/// Posts what is due in a queue, for ever.
pub(super) async fn work(relay: Arc<Inner>, queue: String, wake: Arc<Notify>) {
    loop {
        let due = or_none(relay.tables.due(Some(&queue), relay.now_ms(), CHUNK));
        match (due, relay.target(&queue)) {
            (Some(due), Some(target)) if !due.is_empty() => post_all(&relay, &target, due).await,
            (Some(_), _) => {
                tokio::select! {
                    () = wake.notified() => {}
                    () = tokio::time::sleep(until_due(&relay)) => {}
                }
            }
            (None, _) => tokio::time::sleep(PAUSE).await,
        }
    }
}

fn until_due(relay: &Inner) -> Duration {
    let due = or_none(relay.tables.next_due()).flatten();
    let wait = due.map_or(LOOK_AGAIN, |due| {
        Duration::from_millis(due.saturating_sub(relay.now_ms()))
    });
    // What is overdue is another queue's, whose worker is at it.
    wait.clamp(PAUSE, LOOK_AGAIN)
}

async fn post_all(relay: &Arc<Inner>, target: &Target, due: Vec<Delivery>) {
    let attempts: Vec<Attempt> = stream::iter(due)
        .map(|delivery| attempt(relay, target, delivery))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let attempts = Arc::new(attempts);
    // What is not stored would be posted again at once.
    loop {
        let (relay, attempts) = (Arc::clone(relay), Arc::clone(&attempts));
        let stored =
            tokio::task::spawn_blocking(move || relay.tables.record(&attempts, relay.now_ms())).await;
        if stored.is_ok_and(|stored| or_none(stored).is_some()) {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn attempt(relay: &Inner, target: &Target, delivery: Delivery) -> Attempt {
    let Delivery {
        id,
        attempts,
        created_ms,
        payload,
        ..
    } = delivery;
    let (outcome, then) = match post(relay, target, payload).await {
        Ok(()) => ("HTTP 200".to_owned(), Then::Done),
        Err(outcome) => (outcome, next(relay, attempts, created_ms)),
    };
    let counted = match then {
        Then::Done => "delivered",
        Then::Again(_) => "failed",
        Then::Abandoned => "abandoned",
    };
    relay.metrics.relayed(counted);
    Attempt { id, outcome, then }
}

/// What follows an attempt that failed, after so many others.
fn next(relay: &Inner, made: u32, created_ms: u64) -> Then {
    let config = &relay.config;
    let factor = 1_u32.checked_shl(made).unwrap_or(u32::MAX);
    let wait = config
        .first_retry
        .saturating_mul(factor)
        .min(config.longest_retry);
    let due = relay.now_ms().saturating_add(wait.as_millis() as u64);
    if due > created_ms.saturating_add(config.give_up_after.as_millis() as u64) {
        Then::Abandoned
    } else {
        Then::Again(due)
    }
}

/// One post; an error says why it does not count as delivered.
async fn post(relay: &Inner, target: &Target, body: Vec<u8>) -> Result<(), String> {
    let signature = sign(target.secret.reveal().as_bytes(), &body);
    let mut request = Request::post(target.url.as_str())
        .body(Body::from(body))
        .map_err(|error| format!("the address cannot be used: {error}"))?;
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, HeaderValue::from_static("facebookexternalua"));
    for (name, value) in [(HEADER, signature.sha256), (HEADER_LEGACY, signature.sha1)] {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
        headers.insert(
            name,
            HeaderValue::from_str(&value).map_err(|error| error.to_string())?,
        );
    }
    let answer = relay.client.fetch_within(request, relay.config.patience).await;
    let answer = answer.map_err(|failure| format!("no answer: {failure:?}"))?;
    let status = answer.status().as_u16();
    read_up(answer, relay.config.patience).await;
    if status == 200 {
        Ok(())
    } else {
        Err(format!("HTTP {status}"))
    }
}

/// Reads an answer to its end, so that its connection can be used again; what breaks here changes nothing.
async fn read_up(answer: Response<Body>, patience: Duration) {
    let body = answer.into_body();
    if body
        .size_hint()
        .exact()
        .is_none_or(|length| length <= ANSWER_BYTES_MAX)
    {
        let read = axum::body::to_bytes(body, ANSWER_BYTES_MAX as usize);
        let _ = tokio::time::timeout(patience, read).await;
    }
}

fn or_none<T>(result: Result<T, LedgerError>) -> Option<T> {
    result
        .inspect_err(|error| tracing::warn!(%error, "the outbox cannot be used just now"))
        .ok()
}
