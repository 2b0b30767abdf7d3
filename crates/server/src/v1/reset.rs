//! Starting anew: everything forgotten and the default account made again, or all of it as a file has it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Control;
use super::error::{ApiError, ApiResult, ErrorBody};
use crate::{DefaultAccount, Image};

/// Makes the sandbox anew, of an image if one is given, and tells its default account; an error says why it could not.
/// Whoever serves the seat gives it, since a new seat takes the place of the old one behind the same socket.
pub type Reset = Arc<dyn Fn(Option<Image>) -> ResetFuture + Send + Sync>;
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
    anew(&control, None).await
}

/// Forgets everything and takes up what `GET /snapshot` gave: state, history, texts, clock and seed. The body is the
/// file. Only a sandbox that keeps no data can; `goodstanding sandbox --restore FILE --data DIR` makes one that does.
#[utoipa::path(post, path = "/restore", tag = "time", operation_id = "restore",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Fresh), (status = "4XX", body = ErrorBody)))]
pub(super) async fn restore(State(control): State<Control>, body: Bytes) -> ApiResult<Fresh> {
    let read = tokio::task::spawn_blocking(move || Image::read(&mut body.as_ref())).await;
    let image = read.map_err(|error| ApiError::internal(error.to_string()))?;
    let image = image.map_err(|error| ApiError::invalid(error.to_string()))?;
    anew(&control, Some(image)).await
}

fn able(control: &Control) -> Result<&Reset, ApiError> {
    control.0.reset.as_ref().ok_or_else(|| {
        ApiError::conflict(
            "keeps_its_data",
            "this sandbox keeps its data and cannot start anew",
            "Start it with --ephemeral, or stop it and give it an empty data directory.",
        )
    })
}

async fn anew(control: &Control, image: Option<Image>) -> ApiResult<Fresh> {
    let account = able(control)?(image).await.map_err(ApiError::internal)?;
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
