//! The sandbox's clock: looked at, moved, frozen, sped up.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use decider::{Millis, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Control;
use super::error::{ApiError, ApiResult, ErrorBody};
use super::input::Input;
use super::page::iso;

/// How long an advance waits for webhooks at one instant, if nothing is said.
const BOUND: Duration = Duration::from_secs(10);
/// A hundred years: beyond it a figure is a slip.
const FAR: Millis = Millis::days(36_525);

/// What the clock shows.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClockState {
    now: String,
    now_ms: u64,
    /// Simulated milliseconds in a real one; 0 when frozen.
    speed: f64,
    /// Whether the sandbox has a clock of its own; else it runs on the system's and cannot be moved.
    movable: bool,
}

/// How far to move.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAdvance {
    /// By so much.
    by_ms: Option<u64>,
    /// Or to this instant.
    to_ms: Option<u64>,
    /// `webhooks`: stop at each instant at which something is due until the first attempts of all webhooks were
    /// answered. Calls that come meanwhile are then decided at that instant.
    wait: Option<String>,
    /// Real time to wait at each of these instants, in milliseconds; 10,000 if nothing is said.
    bound_ms: Option<u64>,
}

/// What an advance came to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Advanced {
    now: String,
    now_ms: u64,
    /// With `wait`: at how many instants the bound passed before all webhooks were answered.
    late: u32,
}

/// Shows the clock.
#[utoipa::path(get, path = "/clock", tag = "time", operation_id = "get_clock", responses((status = 200, body = ClockState)))]
pub(super) async fn get(State(control): State<Control>) -> Json<ClockState> {
    Json(state(&control))
}

/// Moves the clock forward; everything that is due on the way happens at its own time.
#[utoipa::path(post, path = "/clock/advance", tag = "time", operation_id = "advance_clock", request_body = NewAdvance,
    responses((status = 200, body = Advanced), (status = "4XX", body = ErrorBody)))]
pub(super) async fn advance(
    State(control): State<Control>,
    Input(new): Input<NewAdvance>,
) -> ApiResult<Advanced> {
    let to = target(new.by_ms, new.to_ms, control.seat().now())?;
    let wait = match new.wait.as_deref() {
        None => None,
        Some("webhooks") => Some(new.bound_ms.map_or(BOUND, Duration::from_millis)),
        Some(other) => {
            return Err(ApiError::invalid(format!(
                "wait cannot be {other:?}; it is webhooks"
            )));
        }
    };
    let (now, late) = move_to(&control, to, wait).await?;
    Ok(Json(Advanced {
        now: iso(now),
        now_ms: now.millis(),
        late,
    }))
}

/// Moves the clock to `to`, and with `wait` lets webhooks be answered at each instant, for so long at most. Returns what
/// it shows then, and at how many instants that was too short.
pub(crate) async fn move_to(
    control: &Control,
    to: Timestamp,
    wait: Option<Duration>,
) -> Result<(Timestamp, u32), ApiError> {
    let control = control.clone();
    // On its own: whoever hangs up does not leave the clock half way.
    let moving = tokio::spawn(async move {
        match wait {
            None => step(&control, to, true).await.map(|now| (now, 0)),
            Some(bound) => with_webhooks(&control, to, bound).await,
        }
    });
    moving
        .await
        .map_err(|error| ApiError::internal(error.to_string()))?
}

/// Where the clock shall be: so far ahead, or at an instant.
pub(crate) fn target(by_ms: Option<u64>, to_ms: Option<u64>, now: Timestamp) -> Result<Timestamp, ApiError> {
    let to = match (by_ms, to_ms) {
        (Some(by), None) => now + Millis::new(by),
        (None, Some(to)) => Timestamp::from_millis(to),
        _ => return Err(ApiError::invalid("give either by_ms or to_ms")),
    };
    if to < now {
        return Err(ApiError::invalid(format!(
            "the clock shows {} already and never goes back",
            now.millis()
        )));
    }
    if to > now + FAR {
        return Err(ApiError::invalid(
            "the clock moves at most a hundred years at once",
        ));
    }
    Ok(to)
}

/// Goes from one instant at which something is due to the next, and lets webhooks be answered at each that has any.
async fn with_webhooks(
    control: &Control,
    to: Timestamp,
    bound: Duration,
) -> Result<(Timestamp, u32), ApiError> {
    let hooks = control.hooks();
    let mut late = u32::from(!hooks.settle(bound).await);
    loop {
        let before = hooks.put_out();
        let now = step(control, to, false).await?;
        // Those who are late already are not waited for again at every instant.
        let read = hooks.read_up(bound).await;
        let answered = hooks.put_out() == before || hooks.settle(bound).await;
        late += u32::from(!(read && answered));
        if now >= to {
            return Ok((now, late));
        }
    }
}

/// Moves the clock to `to`, or only to the next instant at which something is due.
async fn step(control: &Control, to: Timestamp, whole: bool) -> Result<Timestamp, ApiError> {
    let engine = control.seat().engine().clone();
    let moved = tokio::task::spawn_blocking(move || {
        if whole {
            engine.advance(to)
        } else {
            engine.advance_to_next(to)
        }
    });
    Ok(moved
        .await
        .map_err(|error| ApiError::internal(error.to_string()))??
        .now)
}

/// Stops the clock where it is.
#[utoipa::path(post, path = "/clock/freeze", tag = "time", operation_id = "freeze_clock",
    responses((status = 200, body = ClockState), (status = "4XX", body = ErrorBody)))]
pub(super) async fn freeze(State(control): State<Control>) -> ApiResult<ClockState> {
    run_at(&control, 0.0)?;
    Ok(Json(state(&control)))
}

/// How fast the clock shall run.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSpeed {
    /// Simulated milliseconds in a real one; 0 freezes it.
    speed: f64,
}

/// Lets the clock run at another speed.
#[utoipa::path(post, path = "/clock/speed", tag = "time", operation_id = "set_speed", request_body = NewSpeed,
    responses((status = 200, body = ClockState), (status = "4XX", body = ErrorBody)))]
pub(super) async fn speed(
    State(control): State<Control>,
    Input(new): Input<NewSpeed>,
) -> ApiResult<ClockState> {
    run_at(&control, new.speed)?;
    Ok(Json(state(&control)))
}

/// Lets the clock run at another speed.
pub(crate) fn run_at(control: &Control, speed: f64) -> Result<(), ApiError> {
    if !(0.0..=1e9).contains(&speed) {
        return Err(ApiError::invalid("speed must be between 0 and 1,000,000,000"));
    }
    if !control.seat().clock().is_virtual() {
        return Err(engine::AdvanceError::NotVirtual.into());
    }
    control.seat().clock().resume(speed);
    Ok(())
}

fn state(control: &Control) -> ClockState {
    let clock = control.seat().clock();
    let now = clock.now();
    ClockState {
        now: iso(now),
        now_ms: now.millis(),
        speed: clock.speed(),
        movable: clock.is_virtual(),
    }
}
