//! How people reach a person at a number, as the business declares.
//!
//! Must not know: which kinds count.

use axum::Json;
use axum::extract::{Path, State};
use platform::portfolio::Portfolio;
use platform::portfolio::command::PolicyCommand;
use rulebook::escalation::{self, PathKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, ApiResult, ErrorBody};
use super::input::{Input, word};
use super::people::Done;
use super::violations::done;
use super::{Control, ids};

/// Ways to a person.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Paths {
    /// At most 20.
    paths: Vec<Way>,
}

/// One way to a person.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Way {
    /// `in_chat_transfer`, `phone`, `email`, `web_support`, `support_form`, `store_visit`, which count, or
    /// `social_account`, `help_centre`, `app_link`, which do not.
    #[schema(example = "phone")]
    kind: String,
    /// Where it leads; for a transfer in the chat, the word that calls a person, or nothing.
    #[serde(default)]
    #[schema(example = "+1 555 010 0199")]
    target: String,
    /// Whether it is a direct way to a person. Shown, and not to be given.
    #[serde(default, skip_deserializing)]
    counts: bool,
}

/// Shows how people reach a person at a number, as the business declared.
#[utoipa::path(get, path = "/numbers/{phone_number_id}/escalation_paths", tag = "policy", operation_id = "get_escalation_paths",
    params(("phone_number_id" = String, Path)),
    responses((status = 200, body = Paths), (status = "4XX", body = ErrorBody)))]
pub(super) async fn get(State(control): State<Control>, Path(id): Path<String>) -> ApiResult<Paths> {
    let (cell, number) = ids::number(&id)?;
    let read = move |portfolio: &Portfolio| Some(portfolio.number(number)?.paths.iter().map(way).collect());
    let paths = control.seat().query(cell, read).await?.flatten();
    paths
        .map(|paths| Json(Paths { paths }))
        .ok_or_else(|| ids::unknown("phone number"))
}

fn way(path: &escalation::Path) -> Way {
    Way {
        kind: path.kind.name().to_owned(),
        target: path.target.clone(),
        counts: path.kind.counts(),
    }
}

/// Declares how people reach a person at a number, in place of what was declared before.
#[utoipa::path(post, path = "/numbers/{phone_number_id}/escalation_paths", tag = "policy", operation_id = "declare_escalation_paths",
    params(("phone_number_id" = String, Path)), request_body = Paths,
    responses((status = 200, body = Done), (status = "4XX", body = ErrorBody)))]
pub(super) async fn declare(
    State(control): State<Control>,
    Path(id): Path<String>,
    Input(new): Input<Paths>,
) -> ApiResult<Done> {
    let (cell, number) = ids::number(&id)?;
    let paths = declared(new.paths)?;
    done(&control, cell, PolicyCommand::DeclarePaths { number, paths }).await
}

/// What was declared, if each kind is one there is.
pub(super) fn declared(ways: Vec<Way>) -> Result<Vec<escalation::Path>, ApiError> {
    let kinds = PathKind::ALL.map(|kind| (kind.name(), kind));
    let path = |Way { kind, target, .. }: Way| {
        let kind = word(&kind, "kind", &kinds)?;
        Ok(escalation::Path { kind, target })
    };
    ways.into_iter().map(path).collect()
}
