//! Ids as the outside writes them, computed from dense ids: no table, no state.
//!
//! Promises: an id names the same thing for ever. Must not know: whether the thing exists.

use cloud_api::ids::{CELL_MAX, INDEX_MAX};
use cloud_api::{Direction, GraphId, Kind, UserId, Wamid};
use decider::CellId;
use platform::directory::{AppIx, DIRECTORY};
use platform::ids::{ContactIx, MediumIx, MessageId, NumberIx, TemplateIx, WabaIx};

/// The id of a portfolio.
pub fn portfolio_id(cell: CellId) -> GraphId {
    graph_id(Kind::Portfolio, cell, 0)
}

/// The id of a WABA.
pub fn waba_id(cell: CellId, waba: WabaIx) -> GraphId {
    graph_id(Kind::Waba, cell, u32::from(waba.0))
}

/// The id of a business phone number.
pub fn phone_id(cell: CellId, number: NumberIx) -> GraphId {
    graph_id(Kind::Phone, cell, u32::from(number.0))
}

/// The id of a template.
pub fn template_id(cell: CellId, template: TemplateIx) -> GraphId {
    graph_id(Kind::Template, cell, template.0)
}

/// The id of an uploaded file.
pub fn medium_id(cell: CellId, medium: MediumIx) -> GraphId {
    graph_id(Kind::Media, cell, medium.0)
}

/// The id of an app: apps live in the directory.
pub fn app_id(app: AppIx) -> GraphId {
    graph_id(Kind::App, DIRECTORY, app.0)
}

/// The id of a message.
pub fn wamid(cell: CellId, message: MessageId, direction: Direction) -> Wamid {
    let number = u32::from(message.number.0);
    Wamid::new(cell.0.min(CELL_MAX), number, message.seq, direction)
        .unwrap_or_else(|| unreachable!("the cell is within what an id holds"))
}

/// The message that an id names, if the id is one of ours, with its cell.
pub fn message_of(text: &str) -> Option<(CellId, MessageId, Direction)> {
    let wamid = Wamid::parse(text)?;
    let number = NumberIx(u16::try_from(wamid.number()).ok()?);
    Some((
        CellId(wamid.cell()),
        MessageId {
            number,
            seq: wamid.sequence(),
        },
        wamid.direction(),
    ))
}

/// The business-scoped id of a person.
pub fn user_id(cell: CellId, contact: ContactIx) -> UserId {
    UserId::new(cell.0.min(CELL_MAX), contact.0)
        .unwrap_or_else(|| unreachable!("the cell is within what an id holds"))
}

/// Cells beyond [`CELL_MAX`] are never made ([`crate::Seat::create_portfolio`]), and no list grows beyond [`INDEX_MAX`]
/// while a portfolio fits into memory.
fn graph_id(kind: Kind, cell: CellId, index: u32) -> GraphId {
    GraphId::new(kind, cell.0.min(CELL_MAX), index.min(INDEX_MAX))
        .unwrap_or_else(|| unreachable!("both parts are within what an id holds"))
}
