//! Following the clock of a sandbox in another process, so that a week of both seats passes in a moment. For tests.
//!
//! Promises: the clock never goes back; whatever comes in is decided at the sandbox's time, however far that was moved a
//! moment ago; while the sandbox does not answer the clock stands still, and an alarm says so.
//! Must not know: why the sandbox's clock moves.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use decider::Timestamp;
use engine::Clock;
use serde::Deserialize;

use crate::alarms::Name;
use crate::config::Config;
use crate::gateway::{Gateway, StartError};
use crate::upstream::Client;

/// How often the sandbox is asked, in real time, while nothing comes in.
const EVERY: Duration = Duration::from_millis(50);
/// A clock is a hundred bytes.
const ANSWER_BYTES_MAX: usize = 4_096;

/// The clock that a configuration asks for: the system's, or one that follows a sandbox's.
pub async fn clock(config: &Config) -> Result<Clock, StartError> {
    let Some(url) = &config.follow_clock else {
        return Ok(Clock::system());
    };
    let client = Client::new(&config.upstream)?;
    let now = ask(&client, url).await.map_err(|what| StartError::Clock {
        url: url.clone(),
        what,
    })?;
    Ok(Clock::virtual_at(now, 0.0))
}

/// Moves the gateway's clock along, for ever.
pub(crate) async fn follow(gateway: Gateway, url: String) {
    while !gateway.closing() {
        match caught_up(&gateway, &url).await {
            Ok(()) => gateway.alarms().clear(Name::ClockLost, &url),
            Err(what) => gateway.alarms().raise(Name::ClockLost, &url, what, gateway.now()),
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Before something is decided: a webhook that tells of tomorrow would be taken for one of now. Nothing to do for a clock
/// that follows no other.
pub(crate) async fn catch_up(gateway: &Gateway) {
    if let Some(url) = &gateway.config().follow_clock {
        // Whoever follows all the time raises the alarm.
        let _ = caught_up(gateway, url).await;
    }
}

async fn caught_up(gateway: &Gateway, url: &str) -> Result<(), String> {
    let now = ask(gateway.client(), url).await?;
    let engine = gateway.seat().engine().clone();
    let turn = gateway.clock_turn().lock().await;
    if now > gateway.now() {
        let moved = tokio::task::spawn_blocking(move || engine.advance(now)).await;
        if let Ok(Err(error)) = moved {
            tracing::error!(%error, "the clock was not moved");
        }
    }
    drop(turn);
    Ok(())
}

async fn ask(client: &Client, url: &str) -> Result<Timestamp, String> {
    #[derive(Deserialize)]
    struct Shown {
        now_ms: u64,
    }
    let request = Request::get(format!("{url}/clock"))
        .body(Body::empty())
        .map_err(|error| error.to_string())?;
    let answer = client
        .fetch(request)
        .await
        .map_err(|failure| format!("the clock does not answer: {failure:?}"))?;
    let body = to_bytes(answer.into_body(), ANSWER_BYTES_MAX)
        .await
        .map_err(|error| error.to_string())?;
    let shown: Shown = serde_json::from_slice(&body).map_err(|error| format!("no clock: {error}"))?;
    Ok(Timestamp::from_millis(shown.now_ms))
}
