//! Tokens: looked at, and exchanged.

use cloud_api::json::to_bytes;
use cloud_api::{GraphError, GraphId, Kind};
use decider::CellId;
use platform::directory::{AppIx, DIRECTORY, Directory, Subject};
use platform::ids::WabaIx;
use serde_json::{Value, json};

use super::Answer;
use super::request::{Incoming, app_of_secret};
use crate::ids::{app_id, waba_id};

/// What a token of this seat may do: all of them may do all.
const SCOPES: [&str; 3] = [
    "business_management",
    "whatsapp_business_management",
    "whatsapp_business_messaging",
];
/// A token that was exchanged lasts as long as the platform says of its own: 60 days. Those of this seat do not end.
const EXCHANGED_SECONDS: u64 = 5_184_000;

/// `GET /debug_token`.
pub(super) fn debug(incoming: &Incoming) -> Answer {
    let token = incoming.params()?.required("input_token")?;
    let directory = &incoming.directory;
    let of_token = directory.tokens.get(&token).copied();
    let data = match (of_token, app_of_secret(directory, &token)) {
        (Some(app), _) => described(directory, app, "SYSTEM_USER"),
        (None, Some(app)) => described(directory, app, "APP"),
        (None, None) => json!({
            "error": {"code": 190, "message": "Invalid OAuth access token - Cannot parse access token"},
            "is_valid": false,
            "scopes": [],
        }),
    };
    Ok(to_bytes(&json!({ "data": data })))
}

fn described(directory: &Directory, app: AppIx, kind: &str) -> Value {
    let name = directory.apps.get(app.0 as usize).map(|app| app.name.as_str());
    let mut data = json!({
        "app_id": app_id(app).to_string(),
        "type": kind,
        "application": name,
        "expires_at": 0,
        "data_access_expires_at": 0,
        "is_valid": true,
        "scopes": SCOPES,
    });
    if kind == "SYSTEM_USER" {
        data["user_id"] = user_id(app).into();
        data["granular_scopes"] = granted(directory, app);
    }
    data
}

/// The accounts that the app is subscribed to are those it was given.
fn granted(directory: &Directory, app: AppIx) -> Value {
    let subscribed = directory
        .subscriptions
        .iter()
        .filter_map(|(subject, apps)| match subject {
            Subject::Waba { cell, waba } if apps.contains_key(&app) => {
                let waba = waba_id(CellId(*cell), WabaIx(*waba));
                Some(waba.to_string())
            }
            _ => None,
        });
    let targets: Vec<String> = subscribed.collect();
    let scope = |scope: &&str| json!({"scope": scope, "target_ids": targets});
    SCOPES[1..].iter().map(scope).collect()
}

/// The system user of an app.
fn user_id(app: AppIx) -> String {
    GraphId::new(Kind::User, DIRECTORY.0, app.0).map_or_else(String::new, |id| id.to_string())
}

/// `/oauth/access_token`: the app's own token, or one token for another.
pub(super) fn exchange(incoming: &Incoming) -> Answer {
    let params = incoming.params()?;
    let (id, secret) = (params.required("client_id")?, params.required("client_secret")?);
    let own = format!("{id}|{secret}");
    let app = app_of_secret(&incoming.directory, &own).ok_or_else(wrong_secret)?;
    match params.text("grant_type")?.as_deref() {
        Some("client_credentials") => Ok(to_bytes(&json!({"access_token": own, "token_type": "bearer"}))),
        Some("fb_exchange_token") => {
            let token = params.required("fb_exchange_token")?;
            if incoming.directory.tokens.get(&token) != Some(&app) {
                return Err(GraphError::bad_token());
            }
            Ok(to_bytes(&json!({
                "access_token": token,
                "token_type": "bearer",
                "expires_in": EXCHANGED_SECONDS,
            })))
        }
        None if params.given_at_all("code") => {
            // Nobody signs up in this sandbox: no code was ever given out.
            let message = "This authorization code is not valid.";
            Err(GraphError::from_parts(100, Some(36_009), message))
        }
        _ => {
            let why = "must be one of {CLIENT_CREDENTIALS, FB_EXCHANGE_TOKEN}";
            Err(GraphError::invalid_parameter("grant_type", why))
        }
    }
}

fn wrong_secret() -> GraphError {
    GraphError::from_parts(1, None, "Error validating client secret.")
}
