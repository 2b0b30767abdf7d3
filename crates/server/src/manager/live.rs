//! Live updates: a stream of events that says when there is something new to see, and not what.
//!
//! Promises: a page that was opened before a change hears of it; at most a few events a second, however much happens;
//! the stream ends with the seat, and as soon as the server is told to stop.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use decider::{Millis, Timestamp};
use engine::Changes;
use futures_util::Stream;
use futures_util::stream::unfold;
use tokio::time::{Instant, sleep_until};

use super::Manager;

/// Between two events: more would only keep the browser busy.
const REST: Duration = Duration::from_millis(400);
/// How often it is looked whether the clock has moved by itself or by hand.
const CLOCK: Duration = Duration::from_secs(1);
/// By so much the clock must have moved: pages show seconds, but nobody counts them there.
const MOVED: Millis = Millis::MINUTE;
/// After so long a browser asks again if the stream broke off.
const RETRY: Duration = Duration::from_secs(1);

/// `GET /manager/live`.
pub(super) async fn stream(
    State(manager): State<Manager>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let watch = Watch {
        changes: manager.seat().engine().changes(),
        shown: None,
        rested: Instant::now(),
        manager,
    };
    let events = unfold(watch, |mut watch| async move {
        let event = watch.next().await?;
        Some((Ok(event), watch))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// What one open page has been told.
struct Watch {
    manager: Manager,
    changes: Changes,
    /// What the clock showed at the last event; `None` before the first.
    shown: Option<Timestamp>,
    rested: Instant,
}

impl Watch {
    /// The next event; the first comes at once, since something may have changed while the page was on its way.
    async fn next(&mut self) -> Option<Event> {
        if self.shown.is_some() && !self.wait().await {
            return None;
        }
        self.shown = Some(self.manager.seat().now());
        self.rested = Instant::now() + REST;
        // Browsers pass over an event without data.
        Some(Event::default().event("changed").data("now").retry(RETRY))
    }

    /// Until something changed; `false` if nothing will.
    async fn wait(&mut self) -> bool {
        let mut closing = self.manager.closing();
        let changed = async {
            loop {
                tokio::select! {
                    runs = self.changes.next() => break runs,
                    () = sleep_until(Instant::now() + CLOCK) => {
                        let now = self.manager.seat().now();
                        if self.shown.is_none_or(|shown| now.since(shown) >= MOVED) {
                            break true;
                        }
                    }
                }
            }
        };
        let rested = self.rested;
        tokio::select! {
            _ = closing.wait_for(|closing| *closing) => false,
            runs = async { let runs = changed.await; sleep_until(rested).await; runs } => runs,
        }
    }
}
