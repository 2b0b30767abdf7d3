//! Templates and messages checked before they are submitted.
//!
//! Must not know: the rules.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use super::access::{Reader, With, portfolio};
use super::error::{Answered, Problem};
use super::input::{Asked, Input};
use super::ways::{declared, id};
use crate::check;
use crate::gateway::Gateway;

/// What a check is told beside the text.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct About {
    /// Of this portfolio (its name); needed where a token opens several and a number is named.
    portfolio: Option<String>,
    /// The number (its id) whose declared ways to a person count.
    number: Option<String>,
    /// The language of a message's text, such as `es`; `en` if nothing is said. Templates name theirs.
    language: Option<String>,
}

/// Checks templates or a message before they are submitted, as `goodstanding check --json` does. The body is JSON as the Graph
/// API takes it: a template, a list of templates (each is then compared with the others too) or a message. Nothing is sent
/// or kept.
#[utoipa::path(post, path = "/check", tag = "sending", operation_id = "check", params(About),
    request_body = Value, responses((status = 200, body = Value), (status = "4XX", body = Problem)))]
pub(super) async fn check(
    State(gateway): State<Gateway>,
    With(caller): Reader,
    Asked(about): Asked<About>,
    Input(body): Input<Value>,
) -> Answered<Value> {
    let ways = match &about.number {
        None => Vec::new(),
        Some(number) => {
            let (_, cell) = portfolio(&gateway, &caller, about.portfolio.as_deref())?;
            declared(&gateway, cell, id(number)?).await?
        }
    };
    let input = check::Input::read(body.to_string().as_bytes());
    let input = input.map_err(|why| Problem::invalid(format!("the body cannot be checked: {why}")))?;
    let language = about.language.unwrap_or_else(|| "en".to_owned());
    let words = gateway.words();
    // A list of templates is compared pair by pair.
    let checking = tokio::task::spawn_blocking(move || {
        let checked = check::check(input, &language, &words, &ways);
        check::json(&checked)
    });
    let json = checking
        .await
        .map_err(|error| Problem::internal(error.to_string()))?;
    Ok(Json(json))
}
