//! Apps: who calls the Graph API and where their webhooks go.
//!
//! Secrets and tokens are shown: they are test credentials of this sandbox and open nothing else.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use platform::directory::{Answer, App, AppIx, Callback, Command, Directory};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, ApiResult, ErrorBody};
use super::input::Input;
use super::people::Done;
use super::{Control, ids};
use crate::hooks::FIELDS;
use crate::ids::app_id;

/// How long a new callback waits for the reader of events.
const READ_UP: Duration = Duration::from_secs(5);

/// A new app.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewApp {
    /// Its name.
    name: String,
}

/// An app.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AppState {
    app_id: String,
    name: String,
    /// Signs its webhooks.
    app_secret: String,
    tokens: Vec<String>,
    /// Where its webhooks go; null if it has no callback of its own.
    callback: Option<CallbackState>,
}

/// Where an app's webhooks go.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CallbackState {
    url: String,
    fields: Vec<String>,
}

/// All apps.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AppList {
    data: Vec<AppState>,
}

/// Makes an app, without token and callback.
#[utoipa::path(post, path = "/apps", tag = "account", operation_id = "create_app", request_body = NewApp,
    responses((status = 200, body = AppState), (status = "4XX", body = ErrorBody)))]
pub(super) async fn create(State(control): State<Control>, Input(new): Input<NewApp>) -> ApiResult<AppState> {
    let answer = control
        .seat()
        .directory(Command::CreateApp { name: new.name })
        .await?;
    let Answer::App(ix) = answer else {
        return Err(refused(answer));
    };
    let view = control.seat().view();
    let app = view.apps.get(ix.0 as usize).ok_or_else(|| ids::unknown("app"))?;
    Ok(Json(state(&view, ix, app)))
}

/// Lists the apps with their test credentials.
#[utoipa::path(get, path = "/apps", tag = "account", operation_id = "list_apps", responses((status = 200, body = AppList)))]
pub(super) async fn list(State(control): State<Control>) -> Json<AppList> {
    let view = control.seat().view();
    Json(AppList {
        data: (0..)
            .map(AppIx)
            .zip(&view.apps)
            .map(|(ix, app)| state(&view, ix, app))
            .collect(),
    })
}

fn state(directory: &Directory, ix: AppIx, app: &App) -> AppState {
    let tokens = directory.tokens.iter().filter(|(_, of)| **of == ix);
    AppState {
        app_id: app_id(ix).to_string(),
        name: app.name.clone(),
        app_secret: app.secret.clone(),
        tokens: tokens.map(|(token, _)| token.clone()).collect(),
        callback: app.callback.as_ref().map(|(callback, fields)| CallbackState {
            url: callback.url.clone(),
            fields: fields.clone(),
        }),
    }
}

/// A token.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TokenMade {
    token: String,
}

/// Issues a token for an app.
#[utoipa::path(post, path = "/apps/{app_id}/tokens", tag = "account", operation_id = "issue_token",
    params(("app_id" = String, Path)), responses((status = 200, body = TokenMade), (status = "4XX", body = ErrorBody)))]
pub(super) async fn issue_token(
    State(control): State<Control>,
    Path(id): Path<String>,
) -> ApiResult<TokenMade> {
    let app = ids::app(&id, &control.seat().view())?;
    match control.seat().directory(Command::IssueToken { app }).await? {
        Answer::Token(token) => Ok(Json(TokenMade { token })),
        other => Err(refused(other)),
    }
}

/// Where an app's webhooks shall go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCallback {
    /// The address; null removes the callback.
    #[schema(example = "http://127.0.0.1:9000/webhook")]
    url: Option<String>,
    /// Comes back in the handshake.
    verify_token: Option<String>,
    /// The fields wanted; all of them if nothing is said.
    fields: Option<Vec<String>>,
    /// Whether the address must answer the handshake first; it must if nothing is said.
    verify: Option<bool>,
}

/// Sets or removes the callback of an app. Which accounts it is told of is said through the Graph API
/// (`/<WABA_ID>/subscribed_apps`); the default app is subscribed to the default account.
#[utoipa::path(post, path = "/apps/{app_id}/callback", tag = "account", operation_id = "set_callback",
    params(("app_id" = String, Path)), request_body = NewCallback,
    responses((status = 200, body = Done), (status = "4XX", body = ErrorBody)))]
pub(super) async fn set_callback(
    State(control): State<Control>,
    Path(id): Path<String>,
    Input(new): Input<NewCallback>,
) -> ApiResult<Done> {
    let app = ids::app(&id, &control.seat().view())?;
    let callback = match new.url {
        None => None,
        Some(url) => {
            let fields = fields(new.fields)?;
            let verify_token = new.verify_token.unwrap_or_default();
            if new.verify.unwrap_or(true) {
                let checked = control.0.handshake.check(&url, &verify_token).await;
                checked.map_err(|error| ApiError::invalid(error.message))?;
            }
            Some((Callback { url, verify_token }, fields))
        }
    };
    // Nobody hears of what was before: not even if the reader is a little late.
    control.hooks().read_up(READ_UP).await;
    match control
        .seat()
        .directory(Command::SetCallback { app, callback })
        .await?
    {
        Answer::Done => Ok(Done::json()),
        other => Err(refused(other)),
    }
}

fn fields(asked: Option<Vec<String>>) -> Result<Vec<String>, ApiError> {
    let all = || FIELDS.iter().map(|field| (*field).to_owned()).collect();
    let asked = asked.unwrap_or_else(all);
    match asked.iter().find(|field| !FIELDS.contains(&field.as_str())) {
        Some(unknown) => Err(ApiError::invalid(format!(
            "there is no field {unknown:?}; there are {}",
            FIELDS.join(", ")
        ))),
        None => Ok(asked),
    }
}

fn refused(answer: Answer) -> ApiError {
    match answer {
        Answer::Unknown(what) => ids::unknown(what),
        other => ApiError::internal(format!("the directory answered something else: {other:?}")),
    }
}
