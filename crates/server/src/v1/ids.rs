//! Ids in paths and bodies, back to what they name.
//!
//! Must not know: whether the named thing exists; whoever is asked for it says so.

use cloud_api::{Direction, GraphId, Kind};
use decider::CellId;
use platform::directory::{AppIx, DIRECTORY, Directory};
use platform::ids::{MessageId, NumberIx, TemplateIx, WabaIx};

use super::error::ApiError;
use crate::ids::message_of;

pub(crate) fn portfolio(id: &str) -> Result<CellId, ApiError> {
    object(id, Kind::Portfolio, "portfolio").map(|(cell, _)| cell)
}

pub(crate) fn waba(id: &str) -> Result<(CellId, WabaIx), ApiError> {
    let (cell, index) = object(id, Kind::Waba, "WABA")?;
    Ok((cell, WabaIx(u16::try_from(index).map_err(|_| unknown("WABA"))?)))
}

pub(crate) fn number(id: &str) -> Result<(CellId, NumberIx), ApiError> {
    let (cell, index) = object(id, Kind::Phone, "phone number")?;
    Ok((
        cell,
        NumberIx(u16::try_from(index).map_err(|_| unknown("phone number"))?),
    ))
}

pub(crate) fn template(id: &str) -> Result<(CellId, TemplateIx), ApiError> {
    object(id, Kind::Template, "template").map(|(cell, index)| (cell, TemplateIx(index)))
}

pub(super) fn message(id: &str) -> Result<(CellId, MessageId, Direction), ApiError> {
    message_of(id).ok_or_else(|| unknown("message"))
}

/// The place of something in a list of its portfolio.
pub(super) fn place(text: &str, what: &str) -> Result<u32, ApiError> {
    text.parse().map_err(|_| unknown(what))
}

/// An app that the directory has.
pub(super) fn app(id: &str, directory: &Directory) -> Result<AppIx, ApiError> {
    let (cell, index) = object(id, Kind::App, "app")?;
    let exists = cell == DIRECTORY && (index as usize) < directory.apps.len();
    if exists {
        Ok(AppIx(index))
    } else {
        Err(unknown("app"))
    }
}

fn object(id: &str, kind: Kind, what: &str) -> Result<(CellId, u32), ApiError> {
    let found = GraphId::parse(id).filter(|found| found.kind() == kind);
    found
        .map(|found| (CellId(found.cell()), found.index()))
        .ok_or_else(|| unknown(what))
}

pub(super) fn unknown(what: &str) -> ApiError {
    ApiError::not_found(what, "Check the id.")
}
