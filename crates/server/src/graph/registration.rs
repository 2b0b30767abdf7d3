//! Registration: PINs and codes.

use cloud_api::phone::{CodeEntry, CodeRequest, RegisterRequest};
use cloud_api::{GraphError, NodeId};
use platform::portfolio::Command;
use platform::portfolio::command::SurfaceCommand;
use platform::portfolio::surface::access::Pin;

use super::request::Incoming;
use super::{Answer, Graph};

/// `POST /<phone>/register`. The first PIN is set, later ones must be the same.
pub(super) async fn register(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, number) = incoming.phone(id)?;
    let pin = pin_of(&RegisterRequest::of(&incoming.params()?)?.pin)?;
    graph
        .carry_out(
            incoming,
            id,
            cell,
            Command::Surface(SurfaceCommand::Register { number, pin }),
        )
        .await
}

/// `POST /<phone>/deregister`.
pub(super) async fn deregister(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, number) = incoming.phone(id)?;
    graph
        .carry_out(
            incoming,
            id,
            cell,
            Command::Surface(SurfaceCommand::Deregister { number }),
        )
        .await
}

/// `POST /<phone>` with a PIN.
pub(super) async fn set_pin(graph: &Graph, incoming: &Incoming, id: NodeId, pin: &str) -> Answer {
    let (cell, number) = incoming.phone(id)?;
    let pin = pin_of(pin)?;
    graph
        .carry_out(
            incoming,
            id,
            cell,
            Command::Surface(SurfaceCommand::SetPin { number, pin }),
        )
        .await
}

/// `POST /<phone>/request_code`.
pub(super) async fn request_code(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, number) = incoming.phone(id)?;
    let CodeRequest { voice } = CodeRequest::of(&incoming.params()?)?;
    graph
        .carry_out(
            incoming,
            id,
            cell,
            Command::Surface(SurfaceCommand::RequestCode { number, voice }),
        )
        .await
}

/// `POST /<phone>/verify_code`.
pub(super) async fn verify_code(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, number) = incoming.phone(id)?;
    let CodeEntry { code } = CodeEntry::of(&incoming.params()?)?;
    graph
        .carry_out(
            incoming,
            id,
            cell,
            Command::Surface(SurfaceCommand::VerifyCode { number, code }),
        )
        .await
}

/// Six digits, as the request that carries them was checked to have.
fn pin_of(text: &str) -> Result<Pin, GraphError> {
    Pin::parse(text).ok_or_else(|| GraphError::invalid_parameter("pin", "must be 6 digits"))
}
