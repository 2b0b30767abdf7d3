//! What people do to a number: call, block, unblock.

use axum::Json;
use axum::extract::{Path, State};
use cloud_api::Direction;
use decider::CellId;
use platform::ids::NumberIx;
use platform::portfolio::command::PersonAct;
use platform::portfolio::{Answer, Command};
use rulebook::rating::BlockReason;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, ApiResult, ErrorBody};
use super::feedback::block_reason;
use super::inbound::Arrived;
use super::input::{Input, phone};
use super::{Control, ids};
use crate::ids::wamid;

/// Who calls.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCall {
    /// The person's number.
    from: String,
}

/// A person calls the number: the customer service window opens as with a message.
#[utoipa::path(post, path = "/numbers/{phone_number_id}/call", tag = "people", operation_id = "person_calls",
    params(("phone_number_id" = String, Path)), request_body = NewCall,
    responses((status = 200, body = Arrived), (status = "4XX", body = ErrorBody)))]
pub(super) async fn call(
    State(control): State<Control>,
    Path(id): Path<String>,
    Input(new): Input<NewCall>,
) -> ApiResult<Arrived> {
    let (cell, number) = ids::number(&id)?;
    arrived(
        &control,
        cell,
        Command::Call {
            number,
            from: phone(&new.from)?,
        },
    )
    .await
}

pub(super) async fn arrived(control: &Control, cell: CellId, command: Command) -> ApiResult<Arrived> {
    match control.seat().portfolio(cell, command).await? {
        Answer::Received { message, .. } => Ok(Json(Arrived {
            message_id: wamid(cell, message, Direction::Inbound).to_string(),
        })),
        other => Err(ApiError::of_answer(other)),
    }
}

/// Why somebody blocks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBlock {
    /// `NO_LONGER_NEEDED`, `NO_SIGN_UP`, `SPAM`, `OFFENSIVE_MESSAGES`, `OTP_DID_NOT_REQUEST`, `OTHER` or
    /// `NO_REASON`, which holds if nothing is said.
    reason: Option<String>,
}

/// Nothing more to say.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Done {
    success: bool,
}

impl Done {
    pub(super) fn json() -> Json<Done> {
        Json(Done { success: true })
    }
}

/// A person blocks the number.
#[utoipa::path(post, path = "/numbers/{phone_number_id}/people/{wa_id}/block", tag = "people", operation_id = "person_blocks",
    params(("phone_number_id" = String, Path), ("wa_id" = String, Path, description = "The person's number.")),
    request_body = NewBlock,
    responses((status = 200, body = Done), (status = "4XX", body = ErrorBody)))]
pub(super) async fn block(
    State(control): State<Control>,
    Path((id, person)): Path<(String, String)>,
    Input(new): Input<NewBlock>,
) -> ApiResult<Done> {
    let reason = new.reason.as_deref().unwrap_or(BlockReason::NoReason.label());
    blocks(&control, ids::number(&id)?, phone(&person)?, reason).await?;
    Ok(Done::json())
}

/// A person unblocks the number.
#[utoipa::path(post, path = "/numbers/{phone_number_id}/people/{wa_id}/unblock", tag = "people", operation_id = "person_unblocks",
    params(("phone_number_id" = String, Path), ("wa_id" = String, Path, description = "The person's number.")),
    responses((status = 200, body = Done), (status = "4XX", body = ErrorBody)))]
pub(super) async fn unblock(
    State(control): State<Control>,
    Path((id, person)): Path<(String, String)>,
) -> ApiResult<Done> {
    unblocks(&control, ids::number(&id)?, phone(&person)?).await?;
    Ok(Done::json())
}

/// A person stops marketing of the number through the platform, as under "Offers and announcements".
#[utoipa::path(post, path = "/numbers/{phone_number_id}/people/{wa_id}/stop_marketing", tag = "people", operation_id = "person_stops_marketing",
    params(("phone_number_id" = String, Path), ("wa_id" = String, Path, description = "The person's number.")),
    responses((status = 200, body = Done), (status = "4XX", body = ErrorBody)))]
pub(super) async fn stop_marketing(
    State(control): State<Control>,
    Path((id, person)): Path<(String, String)>,
) -> ApiResult<Done> {
    let (number, e164) = (ids::number(&id)?, phone(&person)?);
    act(&control, number, e164, PersonAct::StopMarketing).await?;
    Ok(Done::json())
}

/// A person lets marketing of the number come again.
#[utoipa::path(post, path = "/numbers/{phone_number_id}/people/{wa_id}/resume_marketing", tag = "people", operation_id = "person_resumes_marketing",
    params(("phone_number_id" = String, Path), ("wa_id" = String, Path, description = "The person's number.")),
    responses((status = 200, body = Done), (status = "4XX", body = ErrorBody)))]
pub(super) async fn resume_marketing(
    State(control): State<Control>,
    Path((id, person)): Path<(String, String)>,
) -> ApiResult<Done> {
    let (number, e164) = (ids::number(&id)?, phone(&person)?);
    act(&control, number, e164, PersonAct::ResumeMarketing).await?;
    Ok(Done::json())
}

/// Somebody blocks a number, for a reason in the platform's word or as people say it.
pub(crate) async fn blocks(
    control: &Control,
    number: (CellId, NumberIx),
    e164: u64,
    reason: &str,
) -> Result<(), ApiError> {
    act(control, number, e164, PersonAct::Block(block_reason(reason)?)).await
}

/// Somebody lets a number write again.
pub(crate) async fn unblocks(
    control: &Control,
    number: (CellId, NumberIx),
    e164: u64,
) -> Result<(), ApiError> {
    act(control, number, e164, PersonAct::Unblock).await
}

async fn act(
    control: &Control,
    (cell, number): (CellId, NumberIx),
    e164: u64,
    act: PersonAct,
) -> Result<(), ApiError> {
    control
        .carry_out(cell, Command::Person { number, e164, act })
        .await
}
