//! The sandbox's clock: looked at, stopped, run faster, moved.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use decider::{Millis, Timestamp};
use serde::Deserialize;

use super::form::{Done, Form};
use super::frame::{Frame, Tab};
use super::words::{When, off, when};
use super::{Failure, Manager, Page, View};
use crate::v1::clock as control;

/// How long webhooks may take at one instant.
const BOUND: Duration = Duration::from_secs(10);

#[derive(Template)]
#[template(path = "manager/clock.html")]
pub(super) struct Clock {
    frame: Frame,
    movable: bool,
    /// When something happens by itself next.
    due: Option<(When, String)>,
    steps: [Step; 6],
    paces: [Pace; 5],
    units: [(&'static str, u64); 4],
}

/// A button that moves the clock.
struct Step {
    label: &'static str,
    ms: u64,
}

/// A button that lets it run.
struct Pace {
    label: &'static str,
    speed: f64,
    now: bool,
}

const STEPS: [(&str, Millis); 6] = [
    ("1 minute", Millis::MINUTE),
    ("1 hour", Millis::HOUR),
    ("6 hours", Millis::hours(6)),
    ("1 day", Millis::DAY),
    ("7 days", Millis::days(7)),
    ("30 days", Millis::days(30)),
];
const PACES: [(&str, f64); 5] = [
    ("Freeze", 0.0),
    ("As in life", 1.0),
    ("A minute a second", 60.0),
    ("An hour a second", 3_600.0),
    ("A day a second", 86_400.0),
];
const UNITS: [(&str, u64); 4] = [
    ("seconds", Millis::SECOND.get()),
    ("minutes", Millis::MINUTE.get()),
    ("hours", Millis::HOUR.get()),
    ("days", Millis::DAY.get()),
];

/// `GET /manager/clock`.
pub(super) async fn page(view: View, State(manager): State<Manager>) -> Page<Clock> {
    let (clock, engine) = (manager.seat().clock(), manager.seat().engine());
    let now = clock.now();
    let speed = clock.speed();
    Page(Clock {
        frame: view.frame(&manager, "Clock", Tab::Clock),
        movable: clock.is_virtual(),
        due: engine.next_deadline().map(|at| (when(at), off(at, now))),
        steps: STEPS.map(|(label, span)| Step {
            label,
            ms: span.get(),
        }),
        paces: PACES.map(|(label, of)| Pace {
            label,
            speed: of,
            now: of == speed,
        }),
        units: UNITS,
    })
}

/// How far to move: so many of a unit, or to the next instant at which something is due.
#[derive(Deserialize)]
pub(super) struct Advance {
    #[serde(default)]
    count: Option<u64>,
    #[serde(default)]
    unit_ms: Option<u64>,
    #[serde(default)]
    next: Option<String>,
    /// A checkbox: there if it is ticked.
    #[serde(default)]
    wait: Option<String>,
}

/// `POST /manager/clock/advance`.
pub(super) async fn advance(
    State(manager): State<Manager>,
    Form(form): Form<Advance>,
) -> Result<Redirect, Failure> {
    let now = manager.seat().now();
    let to = match (&form.next, form.count, form.unit_ms) {
        (Some(_), ..) => manager.seat().engine().next_deadline().unwrap_or(now),
        (None, count, Some(unit)) => now + span(count.unwrap_or(1), unit)?,
        _ => return Err(Failure::bad("say how far to move the clock")),
    };
    let to: Timestamp = control::target(None, Some(to.max(now).millis()), now)?;
    let wait = form.wait.map(|_| BOUND);
    let (_, late) = control::move_to(manager.control(), to, wait).await?;
    let done = if late > 0 { Done::MovedLate } else { Done::Moved };
    Ok(done.back("/manager/clock", ""))
}

fn span(count: u64, unit: u64) -> Result<Millis, Failure> {
    let span = count
        .checked_mul(unit)
        .ok_or_else(|| Failure::bad("that is too far"))?;
    Ok(Millis::new(span))
}

/// How fast the clock shall run.
#[derive(Deserialize)]
pub(super) struct Speed {
    speed: f64,
}

/// `POST /manager/clock/speed`.
pub(super) async fn speed(
    State(manager): State<Manager>,
    Form(form): Form<Speed>,
) -> Result<Redirect, Failure> {
    control::run_at(manager.control(), form.speed)?;
    let done = if form.speed == 0.0 {
        Done::Frozen
    } else {
        Done::Paced
    };
    Ok(done.back("/manager/clock", ""))
}
