//! Alarms, asking the platform at once, and whether everything that sending needs is in order.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::access::{Admin, Reader};
use super::error::{Answered, Problem};
use crate::gateway::Gateway;
use crate::graph::answers::iso;
use crate::readiness::{self, Looked, Report};

/// An alarm that is raised.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AlarmState {
    /// Its permanent name.
    #[schema(example = "webhooks_silent")]
    name: &'static str,
    /// What it is about: an account, a portfolio, a relay.
    subject: String,
    /// The facts.
    what: String,
    /// What to do.
    hint: &'static str,
    /// Since when.
    since: String,
    since_ms: u64,
}

/// All alarms.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AlarmList {
    data: Vec<AlarmState>,
}

/// Lists the alarms that are raised.
#[utoipa::path(get, path = "/alarms", tag = "operating", operation_id = "list_alarms",
    responses((status = 200, body = AlarmList), (status = "4XX", body = Problem)))]
pub(super) async fn alarms(State(gateway): State<Gateway>, _: Reader) -> Json<AlarmList> {
    gateway.look();
    gateway.look_at_requests().await;
    let data = gateway.alarms().list().into_iter().map(|alarm| AlarmState {
        name: alarm.name.as_str(),
        subject: alarm.subject,
        what: alarm.what,
        hint: alarm.name.hint(),
        since: iso(alarm.since),
        since_ms: alarm.since.millis(),
    });
    Json(AlarmList { data: data.collect() })
}

/// What came of a poll.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Polled {
    /// Whether every account answered; the alarms say which did not.
    well: bool,
}

/// Asks the platform about all accounts now, instead of at their times.
#[utoipa::path(post, path = "/poll", tag = "operating", operation_id = "poll",
    responses((status = 200, body = Polled), (status = "4XX", body = Problem)))]
pub(super) async fn poll(State(gateway): State<Gateway>, _: Admin) -> Answered<Polled> {
    let well = gateway.poll().await;
    Ok(Json(Polled { well }))
}

/// What the last look found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Readiness {
    /// When it was looked.
    at: String,
    at_ms: u64,
    #[serde(flatten)]
    report: Report,
}

impl From<&Looked> for Readiness {
    fn from(looked: &Looked) -> Self {
        Readiness {
            at: iso(looked.at),
            at_ms: looked.at.millis(),
            report: looked.report.clone(),
        }
    }
}

/// Tells what was found when it was last looked whether everything that sending needs is in order; looks if nobody did yet.
#[utoipa::path(get, path = "/readiness", tag = "operating", operation_id = "readiness",
    responses((status = 200, body = Readiness), (status = "4XX", body = Problem)))]
pub(super) async fn readiness(State(gateway): State<Gateway>, _: Reader) -> Json<Readiness> {
    match gateway.readiness().get() {
        Some(looked) => Json(Readiness::from(&*looked)),
        None => Json(Readiness::from(&*readiness::look_now(&gateway).await)),
    }
}

/// Looks now: token, accounts, subscriptions, webhooks, payment, numbers, templates.
#[utoipa::path(post, path = "/readiness", tag = "operating", operation_id = "look_at_readiness",
    responses((status = 200, body = Readiness), (status = "4XX", body = Problem)))]
pub(super) async fn look(State(gateway): State<Gateway>, _: Admin) -> Json<Readiness> {
    Json(Readiness::from(&*readiness::look_now(&gateway).await))
}
