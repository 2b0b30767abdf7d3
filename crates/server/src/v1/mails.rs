//! The log of mails to administrators: what was sent to whom, how often it was tried, and how it ended.

use axum::Json;
use axum::extract::State;
use decider::Timestamp;
use ledger::{Delivery, DeliveryState};
use serde::Serialize;
use utoipa::ToSchema;

use super::Control;
use super::deliveries::{STATES, WhichDeliveries, page};
use super::error::{ApiResult, ErrorBody};
use super::input::Asked;
use super::page::{Page, iso};
use crate::notify::{Letter, QUEUE};

/// A mail that went out, or shall. Times are real time.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MailShown {
    /// The same in the mail's `Message-ID`.
    pub(crate) mail_id: String,
    /// Who it is for.
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    /// `pending`, `delivered` (taken by the mail server) or `abandoned`.
    pub(crate) state: String,
    pub(crate) attempts: u32,
    /// How the last attempt ended; null before the first.
    pub(crate) last_outcome: Option<String>,
    pub(crate) created: String,
    /// When the next attempt is due; null if there will be none.
    pub(crate) due: Option<String>,
}

/// Lists mails to administrators, newest first. There are some only in a sandbox that was started with a mail server.
#[utoipa::path(get, path = "/mails", tag = "history", operation_id = "list_mails", params(WhichDeliveries),
    responses((status = 200, body = Page<MailShown>), (status = "4XX", body = ErrorBody)))]
pub(super) async fn list(
    State(control): State<Control>,
    Asked(which): Asked<WhichDeliveries>,
) -> ApiResult<Page<MailShown>> {
    let (found, after) = page(&control, &which, Some(QUEUE))?;
    let data = found.into_iter().filter_map(shown).collect();
    Ok(Json(Page { data, after }))
}

/// `None` for what is no mail.
pub(crate) fn shown(delivery: Delivery) -> Option<MailShown> {
    let Letter {
        name,
        email,
        subject,
        text,
    } = serde_json::from_slice(&delivery.payload).ok()?;
    let pending = delivery.state == DeliveryState::Pending;
    let state = STATES.iter().find(|(_, state)| *state == delivery.state);
    Some(MailShown {
        mail_id: delivery.id,
        name,
        email,
        subject,
        text,
        state: state.map_or("", |(word, _)| word).to_owned(),
        attempts: delivery.attempts,
        last_outcome: delivery.last_outcome,
        created: iso(Timestamp::from_millis(delivery.created_ms)),
        due: pending.then(|| iso(Timestamp::from_millis(delivery.due_ms))),
    })
}
