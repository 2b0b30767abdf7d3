//! Who calls the native API, and which portfolio is meant.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use cloud_api::access_token;
use decider::CellId;
use sender::directory::Rights;

use super::error::Problem;
use crate::gateway::Gateway;
use crate::graph::caller::Caller;
use crate::seat::rights::{ADMIN, NAMED, READ, SEND};

/// Somebody with the right to `RIGHT` (its bits).
pub(super) struct With<const RIGHT: u8>(pub(super) Caller);

/// May read.
pub(super) type Reader = With<{ READ.0 }>;
/// May send.
pub(super) type Sender = With<{ SEND.0 }>;
/// May change what the gateway knows.
pub(super) type Admin = With<{ ADMIN.0 }>;

impl<const RIGHT: u8> FromRequestParts<Gateway> for With<RIGHT> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Problem> {
        let header = parts
            .headers
            .get(AUTHORIZATION)
            .map(|value| value.to_str().unwrap_or_default());
        let token = access_token(header, "");
        let caller = Caller::of(&gateway.seat().view(), token.as_deref());
        let caller = caller.map_err(|error| Problem::unauthorized(&error))?;
        caller.may(Rights(RIGHT)).map_err(|_| {
            let names: Vec<&str> = NAMED
                .iter()
                .filter(|(_, right)| right.0 & RIGHT != 0)
                .map(|(name, _)| *name)
                .collect();
            Problem::forbidden(format!("the token has not the right to {}", names.join(", ")))
        })?;
        Ok(With(caller))
    }
}

/// The portfolio that a call is about: the one named, else the token's, else the only one. Its place and its cell.
pub(super) fn portfolio(
    gateway: &Gateway,
    caller: &Caller,
    named: Option<&str>,
) -> Result<(usize, CellId), Problem> {
    let portfolios = &gateway.config().portfolios;
    let unknown = || {
        Problem::not_found(
            "portfolio",
            "The configuration names them; the token must open it.",
        )
    };
    let found = match named {
        Some(name) => portfolios
            .iter()
            .position(|portfolio| portfolio.name == name)
            .ok_or_else(unknown)?,
        None => {
            let cell = caller.cell().or_else(|| gateway.portfolios().only());
            let cell =
                cell.ok_or_else(|| Problem::invalid("there are several portfolios: name one as portfolio"))?;
            gateway.portfolios().of_cell(cell).ok_or_else(unknown)?
        }
    };
    let cell = gateway.portfolios().cell(found).ok_or_else(unknown)?;
    if caller.cell().is_some_and(|own| own != cell) {
        return Err(unknown());
    }
    Ok((found, cell))
}
