//! Webhooks: what went where, how it ended, and once more by hand.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Redirect;
use ledger::{Deliveries, DeliveryState};
use serde::Deserialize;

use super::form::{Done, Form};
use super::frame::{Frame, Tab};
use super::words::{Badge, When, when_read};
use super::{Failure, Manager, Page, View};
use crate::v1::deliveries::{DeliveryShown, shown};

/// Deliveries of a page.
const PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "manager/webhooks.html")]
pub(super) struct Webhooks {
    frame: Frame,
    states: Vec<Choice>,
    deliveries: Vec<Row>,
    /// Where older ones are.
    older: Option<String>,
    callbacks: Vec<(String, String)>,
}

/// A state to choose.
struct Choice {
    word: &'static str,
    label: &'static str,
    chosen: bool,
}

/// A delivery.
struct Row {
    id: String,
    field: String,
    url: String,
    state: Badge,
    attempts: u32,
    created: When,
    outcome: String,
    body: String,
}

/// Which deliveries.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    state: String,
    before: String,
}

const STATES: [(&str, &str, Option<DeliveryState>); 4] = [
    ("", "All", None),
    ("pending", "Pending", Some(DeliveryState::Pending)),
    ("delivered", "Delivered", Some(DeliveryState::Done)),
    ("abandoned", "Given up", Some(DeliveryState::Abandoned)),
];

/// `GET /manager/webhooks`.
pub(super) async fn page(
    view: View,
    State(manager): State<Manager>,
    Query(which): Query<Which>,
) -> Result<Page<Webhooks>, Failure> {
    let (word, _, state) = STATES
        .into_iter()
        .find(|(word, ..)| *word == which.state)
        .unwrap_or(STATES[0]);
    let found = manager.hooks().deliveries(Deliveries {
        queue: None,
        state,
        before: which.before.parse().ok(),
        max: PAGE,
    })?;
    let last = found.last().filter(|_| found.len() == PAGE as usize);
    let older = last.map(|last| format!("/manager/webhooks?state={word}&before={}", last.seq));
    let states = STATES.map(|(known, label, _)| Choice {
        word: known,
        label,
        chosen: known == word,
    });
    let directory = manager.seat().view();
    let callback = |app: &platform::directory::App| {
        let (callback, _) = app.callback.as_ref()?;
        Some((app.name.clone(), callback.url.clone()))
    };
    Ok(Page(Webhooks {
        frame: view.frame(&manager, "Webhooks", Tab::Webhooks),
        states: states.into(),
        deliveries: found.into_iter().filter_map(shown).map(row).collect(),
        older,
        callbacks: directory.apps.iter().filter_map(callback).collect(),
    }))
}

fn row(delivery: DeliveryShown) -> Row {
    let found = STATES.iter().find(|(word, ..)| *word == delivery.state);
    let tone = match delivery.state.as_str() {
        "delivered" => "high",
        "abandoned" => "low",
        _ => "medium",
    };
    let due = delivery
        .due
        .map(|due| format!("Next attempt at {due}."))
        .filter(|_| delivery.attempts > 0);
    Row {
        id: delivery.delivery_id,
        field: delivery.field,
        url: delivery.url,
        state: Badge {
            word: found.map_or("", |(_, label, _)| label).to_owned(),
            tone,
            why: due.into_iter().collect(),
        },
        attempts: delivery.attempts,
        created: when_read(&delivery.created).unwrap_or_else(|| When::plain(delivery.created)),
        outcome: delivery.last_outcome.unwrap_or_default(),
        body: serde_json::to_string_pretty(&delivery.body).unwrap_or_default(),
    }
}

/// Which delivery.
#[derive(Deserialize)]
pub(super) struct Again {
    id: String,
}

/// `POST /manager/webhooks/redeliver`.
pub(super) async fn redeliver(
    State(manager): State<Manager>,
    Form(again): Form<Again>,
) -> Result<Redirect, Failure> {
    if manager.hooks().deliver_again(&again.id)? {
        Ok(Done::Redelivered.back("/manager/webhooks", ""))
    } else {
        Err(Failure::not_found("delivery"))
    }
}
