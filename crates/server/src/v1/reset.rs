//! Starting anew: everything forgotten, the default account made again.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Control;
use super::error::{ApiError, ApiResult, ErrorBody};
use crate::DefaultAccount;

/// Makes the sandbox anew, and tells its default account; an error says why it could not. Whoever serves the seat
/// gives it, since a new seat takes the place of the old one behind the same socket.
pub type Reset = Arc<dyn Fn() -> ResetFuture + Send + Sync>;
/// What [`Reset`] leads to.
pub type ResetFuture = Pin<Box<dyn Future<Output = Result<DefaultAccount, String>> + Send>>;

/// The default account, as after the first start.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Fresh {
    portfolio_id: String,
    waba_id: String,
    phone_number_id: String,
    display_phone_number: String,
    app_id: String,
    app_secret: String,
    token: String,
}

/// Forgets everything and starts anew with the same seed. Only a sandbox that keeps no data can.
#[utoipa::path(post, path = "/reset", tag = "time", operation_id = "reset",
    responses((status = 200, body = Fresh), (status = "4XX", body = ErrorBody)))]
pub(super) async fn reset(State(control): State<Control>) -> ApiResult<Fresh> {
    let Some(reset) = &control.0.reset else {
        return Err(ApiError::conflict(
            "keeps_its_data",
            "this sandbox keeps its data and cannot start anew",
            "Start it with --ephemeral, or stop it and give it an empty data directory.",
        ));
    };
    let account = reset().await.map_err(ApiError::internal)?;
    Ok(Json(Fresh {
        portfolio_id: account.portfolio_id,
        waba_id: account.waba_id,
        phone_number_id: account.phone_number_id,
        display_phone_number: account.display_phone_number,
        app_id: account.app_id,
        app_secret: account.app_secret,
        token: account.token,
    }))
}
