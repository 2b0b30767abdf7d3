//! Relayed webhooks: what was delivered, what waits, and dead letters, which can be delivered again.

use axum::Json;
use axum::extract::{Path, State};
use decider::Timestamp;
use ledger::{Deliveries, Delivery, DeliveryState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::access::{Admin, With};
use super::error::{Answered, Problem};
use super::input::Asked;
use super::page::{Page, limit};
use crate::gateway::Gateway;
use crate::graph::answers::iso;
use crate::seat::rights::ADMIN;

/// Which deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichDeliveries {
    /// `pending`, `delivered` or `dead`; all if nothing is said.
    state: Option<String>,
    /// The `after` of the page before.
    after: Option<u64>,
    /// At most so many entries: 100 if nothing is said, 1,000 at most.
    limit: Option<u32>,
}

/// A webhook on its way to an app. Its body is not shown: it is the app's.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryView {
    id: String,
    /// The relay.
    relay: String,
    /// `pending`, `delivered` or `dead`.
    state: &'static str,
    attempts: u32,
    /// How the last attempt ended.
    last_outcome: Option<String>,
    came: String,
    /// When the next attempt is due, while it is pending.
    due: Option<String>,
    bytes: usize,
}

/// Lists relayed webhooks, newest first.
#[utoipa::path(get, path = "/deliveries", tag = "operating", operation_id = "list_deliveries", params(WhichDeliveries),
    responses((status = 200, body = Page<DeliveryView>), (status = "4XX", body = Problem)))]
pub(super) async fn list(
    State(gateway): State<Gateway>,
    With(caller): With<{ ADMIN.0 }>,
    Asked(which): Asked<WhichDeliveries>,
) -> Answered<Page<DeliveryView>> {
    only_all(&caller)?;
    let state = match which.state.as_deref() {
        None => None,
        Some("pending") => Some(DeliveryState::Pending),
        Some("delivered") => Some(DeliveryState::Done),
        Some("dead") => Some(DeliveryState::Abandoned),
        Some(other) => {
            return Err(Problem::invalid(format!(
                "state: {other:?} is none; there are pending, delivered and dead"
            )));
        }
    };
    let (relay, limit) = (gateway.relay().clone(), limit(which.limit));
    let read = move || {
        relay.deliveries(Deliveries {
            queue: None,
            state,
            before: which.after,
            max: limit as u32 + 1,
        })
    };
    let found = tokio::task::spawn_blocking(read)
        .await
        .map_err(|error| Problem::internal(error.to_string()))??;
    let after = (found.len() > limit).then(|| found[limit - 1].seq.to_string());
    let data = found.into_iter().take(limit).map(view).collect();
    Ok(Json(Page { data, after }))
}

/// Deliveries are not kept by portfolio, so only whoever opens all of them sees them.
fn only_all(caller: &crate::graph::caller::Caller) -> Result<(), Problem> {
    match caller.cell() {
        None => Ok(()),
        Some(_) => Err(Problem::forbidden(
            "relayed webhooks are shown to tokens that open all portfolios",
        )),
    }
}

fn view(delivery: Delivery) -> DeliveryView {
    let time = |ms: u64| iso(Timestamp::from_millis(ms));
    let (state, due) = match delivery.state {
        DeliveryState::Pending => ("pending", Some(time(delivery.due_ms))),
        DeliveryState::Done => ("delivered", None),
        DeliveryState::Abandoned => ("dead", None),
    };
    DeliveryView {
        relay: delivery.queue.trim_start_matches("relay ").to_owned(),
        id: delivery.id,
        state,
        attempts: delivery.attempts,
        last_outcome: delivery.last_outcome,
        came: time(delivery.created_ms),
        due,
        bytes: delivery.payload.len(),
    }
}

/// What is done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Again {
    done: bool,
}

/// Delivers a webhook again, whatever became of it before.
#[utoipa::path(post, path = "/deliveries/{id}/redeliver", tag = "operating", operation_id = "redeliver",
    params(("id" = String, Path)), responses((status = 200, body = Again), (status = "4XX", body = Problem)))]
pub(super) async fn redeliver(
    State(gateway): State<Gateway>,
    With(caller): Admin,
    Path(id): Path<String>,
) -> Answered<Again> {
    only_all(&caller)?;
    let relay = gateway.relay().clone();
    let again = tokio::task::spawn_blocking(move || relay.deliver_again(&id));
    match again
        .await
        .map_err(|error| Problem::internal(error.to_string()))??
    {
        true => Ok(Json(Again { done: true })),
        false => Err(Problem::not_found("delivery", "GET /v1/deliveries lists them.")),
    }
}
