//! The log of webhooks: what went where, how often, and how it ended.

use axum::Json;
use axum::extract::{Path, State};
use decider::Timestamp;
use ledger::{Deliveries, Delivery, DeliveryState};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::Control;
use super::error::{ApiError, ApiResult, ErrorBody};
use super::ids::unknown;
use super::input::{Asked, word};
use super::page::{Page, given, iso, limit};
use super::people::Done;
use crate::hooks::address;
use crate::ids::app_id;

pub(super) const STATES: &[(&str, DeliveryState)] = &[
    ("pending", DeliveryState::Pending),
    ("delivered", DeliveryState::Done),
    ("abandoned", DeliveryState::Abandoned),
];

/// Which deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichDeliveries {
    /// The `after` of the page before.
    after: Option<String>,
    /// At most so many: 100 if nothing is said, 1,000 at most.
    limit: Option<u32>,
    /// `pending`, `delivered` or `abandoned`.
    state: Option<String>,
}

/// A webhook that went out, or shall. Times are real time.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryShown {
    pub(crate) delivery_id: String,
    app_id: String,
    pub(crate) url: String,
    /// The field of its change.
    pub(crate) field: String,
    /// `pending`, `delivered` or `abandoned`.
    pub(crate) state: String,
    pub(crate) attempts: u32,
    /// How the last attempt ended; null before the first.
    pub(crate) last_outcome: Option<String>,
    pub(crate) created: String,
    /// When the next attempt is due; null if there will be none.
    pub(crate) due: Option<String>,
    /// What is posted. The signature is over the exact bytes, which this is not.
    pub(crate) body: Value,
}

/// Lists deliveries, newest first.
#[utoipa::path(get, path = "/deliveries", tag = "history", operation_id = "list_deliveries", params(WhichDeliveries),
    responses((status = 200, body = Page<DeliveryShown>), (status = "4XX", body = ErrorBody)))]
pub(super) async fn list(
    State(control): State<Control>,
    Asked(which): Asked<WhichDeliveries>,
) -> ApiResult<Page<DeliveryShown>> {
    let (found, after) = page(&control, &which, None)?;
    Ok(Json(Page {
        data: found.into_iter().filter_map(shown).collect(),
        after,
    }))
}

/// A page of deliveries of one queue, or of all, and where the next one begins.
pub(super) fn page(
    control: &Control,
    which: &WhichDeliveries,
    queue: Option<&str>,
) -> Result<(Vec<Delivery>, Option<String>), ApiError> {
    let state = which
        .state
        .as_deref()
        .map(|state| word(state, "state", STATES))
        .transpose()?;
    let wrong = |_| ApiError::invalid("after is not one that a page gave");
    let before = given(which.after.as_deref())
        .map(str::parse)
        .transpose()
        .map_err(wrong)?;
    let max = limit(which.limit);
    let found = control.hooks().deliveries(Deliveries {
        queue,
        state,
        before,
        max: max as u32,
    })?;
    let after = found
        .last()
        .filter(|_| found.len() == max)
        .map(|last| last.seq.to_string());
    Ok((found, after))
}

/// Shows a delivery.
#[utoipa::path(get, path = "/deliveries/{delivery_id}", tag = "history", operation_id = "get_delivery",
    params(("delivery_id" = String, Path)),
    responses((status = 200, body = DeliveryShown), (status = "4XX", body = ErrorBody)))]
pub(super) async fn get(State(control): State<Control>, Path(id): Path<String>) -> ApiResult<DeliveryShown> {
    let found = control.hooks().delivery(&id)?.and_then(shown);
    found.map(Json).ok_or_else(|| unknown("delivery"))
}

/// Posts a delivery again, whatever became of it.
#[utoipa::path(post, path = "/deliveries/{delivery_id}/redeliver", tag = "history", operation_id = "redeliver",
    params(("delivery_id" = String, Path)), responses((status = 200, body = Done), (status = "4XX", body = ErrorBody)))]
pub(super) async fn redeliver(State(control): State<Control>, Path(id): Path<String>) -> ApiResult<Done> {
    if control.hooks().deliver_again(&id)? {
        Ok(Done::json())
    } else {
        Err(unknown("delivery"))
    }
}

/// `None` for deliveries that are no webhooks.
pub(crate) fn shown(delivery: Delivery) -> Option<DeliveryShown> {
    let (app, url) = address(&delivery.queue)?;
    let body: Value = serde_json::from_slice(&delivery.payload).unwrap_or_default();
    let state = STATES
        .iter()
        .find(|(_, state)| *state == delivery.state)
        .map_or("", |(word, _)| word);
    let pending = delivery.state == DeliveryState::Pending;
    Some(DeliveryShown {
        delivery_id: delivery.id,
        app_id: app_id(app).to_string(),
        url,
        field: body["entry"][0]["changes"][0]["field"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        state: state.to_owned(),
        attempts: delivery.attempts,
        last_outcome: delivery.last_outcome,
        created: iso(Timestamp::from_millis(delivery.created_ms)),
        due: pending.then(|| iso(Timestamp::from_millis(delivery.due_ms))),
        body,
    })
}
