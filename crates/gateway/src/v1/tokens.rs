//! Tokens of the gateway: made, listed, revoked. A token itself is shown once, when it is made.

use axum::Json;
use axum::extract::{Path, State};
use cloud_api::NodeId;
use decider::{CellId, Timestamp};
use sender::directory::{Answer, Command, Rights, Token, TokenIx};
use sender::ids::PhoneNumberId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::{Admin, With, portfolio};
use super::error::{Answered, Problem};
use super::input::{Asked, Input};
use super::page::{Page, Which};
use crate::gateway::Gateway;
use crate::graph::answers::iso;
use crate::graph::caller::Caller;
use crate::seat::rights::NAMED;

/// Longer labels are notes.
const LABEL_CHARS_MAX: usize = 200;

/// A token to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewToken {
    /// What it is for.
    label: String,
    /// The portfolio that it opens (its name); all of them if nothing is said and the caller's token opens all.
    portfolio: Option<String>,
    /// The numbers (their ids) that it may send from; all of the portfolio's if none is given.
    #[serde(default)]
    numbers: Vec<String>,
    /// Some of `send`, `read`, `manage`, `admin`; `send` and `read` if nothing is said.
    rights: Option<Vec<String>>,
}

/// A token, without the token.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TokenState {
    id: u32,
    label: String,
    /// Null for one that opens all portfolios.
    portfolio: Option<String>,
    /// Empty for all numbers.
    numbers: Vec<String>,
    rights: Vec<&'static str>,
    created: String,
    /// Null while it is good.
    revoked: Option<String>,
}

/// A token that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Made {
    id: u32,
    /// The token. It is shown now and never again.
    token: String,
}

/// Makes a token.
#[utoipa::path(post, path = "/tokens", tag = "operating", operation_id = "create_token", request_body = NewToken,
    responses((status = 200, body = Made), (status = "4XX", body = Problem)))]
pub(super) async fn create(
    State(gateway): State<Gateway>,
    With(caller): Admin,
    Input(new): Input<NewToken>,
) -> Answered<Made> {
    if new.label.trim().is_empty() || new.label.chars().count() > LABEL_CHARS_MAX {
        return Err(Problem::invalid(format!(
            "label must have 1 to {LABEL_CHARS_MAX} characters"
        )));
    }
    let cell = match &new.portfolio {
        None => caller.cell(),
        named => Some(portfolio(&gateway, &caller, named.as_deref())?.1),
    };
    let numbers = numbers(&gateway, &new.numbers, cell)?;
    let rights = rights(new.rights.as_deref())?;
    if caller.may(rights).is_err() {
        return Err(Problem::forbidden(
            "a token cannot make one with more rights than its own",
        ));
    }
    if cell.is_none() && !numbers.is_empty() {
        return Err(Problem::invalid("a token for single numbers needs a portfolio"));
    }
    let made = gateway
        .seat()
        .create_token(new.label.trim(), cell, numbers, rights)
        .await;
    match made.map_err(|error| Problem::internal(error.to_string()))? {
        Some((token, ix)) => Ok(Json(Made { id: ix.0, token })),
        None => Err(Problem::not_found("portfolio", "The configuration names them.")),
    }
}

fn numbers(gateway: &Gateway, given: &[String], cell: Option<CellId>) -> Result<Vec<PhoneNumberId>, Problem> {
    let view = gateway.seat().view();
    let number = |text: &String| {
        let id = NodeId::parse(text).map(|NodeId(id)| PhoneNumberId(id));
        let known = id.filter(|id| {
            view.numbers
                .get(id)
                .is_some_and(|place| Some(CellId(place.cell)) == cell)
        });
        known.ok_or_else(|| Problem::invalid(format!("numbers: {text:?} is no number of the portfolio")))
    };
    given.iter().map(number).collect()
}

fn rights(given: Option<&[String]>) -> Result<Rights, Problem> {
    let default = ["send".to_owned(), "read".to_owned()];
    let mut bits = 0;
    for name in given.unwrap_or(&default) {
        let found = NAMED.iter().find(|(known, _)| known == name);
        let (_, right) = found.ok_or_else(|| {
            Problem::invalid(format!(
                "rights: {name:?} is none; there are send, read, manage and admin"
            ))
        })?;
        bits |= right.0;
    }
    if bits == 0 {
        return Err(Problem::invalid("rights: a token that may do nothing is none"));
    }
    Ok(Rights(bits))
}

/// Lists tokens, revoked ones too.
#[utoipa::path(get, path = "/tokens", tag = "operating", operation_id = "list_tokens", params(Which),
    responses((status = 200, body = Page<TokenState>), (status = "4XX", body = Problem)))]
pub(super) async fn list(
    State(gateway): State<Gateway>,
    With(caller): Admin,
    Asked(which): Asked<Which>,
) -> Answered<Page<TokenState>> {
    let (from, limit) = (which.from()?, which.limit());
    let wanted = match &which.portfolio {
        None => caller.cell(),
        named => Some(portfolio(&gateway, &caller, named.as_deref())?.1),
    };
    let view = gateway.seat().view();
    let visible = view
        .tokens
        .iter()
        .zip(0_u32..)
        .filter(|(token, _)| opens(token, wanted));
    let states = visible
        .skip(from)
        .take(limit + 1)
        .map(|(token, id)| state(&gateway, id, token));
    Ok(Json(Page::of(states.collect(), from, limit)))
}

/// Whoever opens one portfolio sees its tokens, and not those that open all.
fn opens(token: &Token, wanted: Option<CellId>) -> bool {
    wanted.is_none_or(|cell| token.cell == Some(cell.0))
}

fn state(gateway: &Gateway, id: u32, token: &Token) -> TokenState {
    let portfolio = token.cell.and_then(|cell| {
        let place = gateway.portfolios().of_cell(CellId(cell))?;
        Some(gateway.config().portfolios.get(place)?.name.clone())
    });
    let time = |ms: u64| iso(Timestamp::from_millis(ms));
    TokenState {
        id,
        label: token.label.clone(),
        portfolio,
        numbers: token.numbers.iter().map(|number| number.0.to_string()).collect(),
        rights: NAMED
            .iter()
            .filter(|(_, right)| token.rights.allow(*right))
            .map(|(name, _)| *name)
            .collect(),
        created: time(token.created_ms),
        revoked: token.revoked_ms.map(time),
    }
}

/// What is done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Done {
    done: bool,
}

/// Revokes a token for good.
#[utoipa::path(delete, path = "/tokens/{id}", tag = "operating", operation_id = "revoke_token", params(("id" = u32, Path)),
    responses((status = 200, body = Done), (status = "4XX", body = Problem)))]
pub(super) async fn revoke(
    State(gateway): State<Gateway>,
    With(caller): Admin,
    Path(id): Path<u32>,
) -> Answered<Done> {
    let unknown = || Problem::not_found("token", "GET /v1/tokens lists them.");
    let view = gateway.seat().view();
    let token = view.tokens.get(id as usize).ok_or_else(unknown)?;
    if !may_see(&caller, token) {
        return Err(unknown());
    }
    match gateway
        .seat()
        .directory(Command::RevokeToken { token: TokenIx(id) })
        .await?
    {
        Answer::Done => Ok(Json(Done { done: true })),
        _ => Err(unknown()),
    }
}

fn may_see(caller: &Caller, token: &Token) -> bool {
    opens(token, caller.cell())
}
