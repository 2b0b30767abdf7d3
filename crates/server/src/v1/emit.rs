//! Any webhook by hand: a field and a value, to whoever is subscribed.
//!
//! Must not know: what the value means. Nothing of it is checked and nothing of it is remembered.

use axum::Json;
use axum::extract::State;
use cloud_api::webhook::raw_body;
use cloud_api::{GraphId, Kind};
use decider::CellId;
use platform::ids::{NumberIx, WabaIx};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::error::{ApiError, ApiResult, ErrorBody};
use super::input::Input;
use super::{Control, ids};
use crate::ids::waba_id;

/// Longer than any name of a field.
const FIELD_CHARS_MAX: usize = 100;
/// The field that carries no time of its own on the wire.
const MESSAGES: &str = "messages";

/// A webhook.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWebhook {
    /// What apps subscribe to.
    #[schema(example = "account_update")]
    field: String,
    /// What the change says: any JSON.
    value: Value,
    /// The account that it is about; the first account of the first portfolio if nothing is said.
    waba: Option<String>,
}

/// Where it goes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Emitted {
    /// One for each app that is subscribed; none if nobody is. `GET /deliveries/{id}` says what became of each.
    deliveries: Vec<String>,
}

/// Posts a webhook of the tester's making to the apps that are subscribed to the account and the field. A
/// `metadata.phone_number_id` in the value counts as for real: the override of that number goes before all others.
#[utoipa::path(post, path = "/emit", tag = "history", operation_id = "emit_webhook", request_body = NewWebhook,
    responses((status = 200, body = Emitted), (status = "4XX", body = ErrorBody)))]
pub(super) async fn emit(
    State(control): State<Control>,
    Input(new): Input<NewWebhook>,
) -> ApiResult<Emitted> {
    if new.field.is_empty() || new.field.chars().count() > FIELD_CHARS_MAX {
        return Err(ApiError::invalid(format!(
            "field must have 1 to {FIELD_CHARS_MAX} characters"
        )));
    }
    let (cell, waba) = match &new.waba {
        Some(id) => ids::waba(id)?,
        None => (CellId(1), WabaIx(0)),
    };
    let exists = control
        .seat()
        .query(cell, move |portfolio| waba.index() < portfolio.wabas.len());
    if exists.await? != Some(true) {
        return Err(ids::unknown("WABA"));
    }
    let seconds = (new.field != MESSAGES).then(|| control.seat().now().seconds());
    let body = raw_body(waba_id(cell, waba).into(), seconds, &new.field, &new.value);
    let number = number_of(cell, &new.value);
    let hooks = control.hooks().clone();
    let directory = control.seat().view();
    let field = new.field;
    let put = move || hooks.emit(&directory, (cell, waba, number), &field, &body);
    let put = tokio::task::spawn_blocking(put).await;
    let deliveries = put.map_err(|error| ApiError::internal(error.to_string()))??;
    Ok(Json(Emitted { deliveries }))
}

/// The number that the value says it is about.
fn number_of(cell: CellId, value: &Value) -> Option<NumberIx> {
    let id = GraphId::parse(value.pointer("/metadata/phone_number_id")?.as_str()?)?;
    let ours = id.kind() == Kind::Phone && id.cell() == cell.0;
    u16::try_from(id.index()).ok().filter(|_| ours).map(NumberIx)
}
