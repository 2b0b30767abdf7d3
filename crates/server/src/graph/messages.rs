//! `POST /<phone>/messages`: the busiest call of all.
//!
//! Promises: a good message is read once, decided once and answered with bytes written once; what is only needed to say
//! no is worked out only then.

use cloud_api::message::{MarkRead, MessageStatus, Outgoing, OutgoingKind};
use cloud_api::{Accepted, Direction, GraphError, MessageRequest, NodeId, UserId};
use cloud_api::{normalise_recipient, parse_message};
use decider::CellId;
use platform::ids::{ContactIx, NumberIx};
use platform::portfolio::command::{Send, What};
use platform::portfolio::{self, Command};
use rulebook::refusal::Refusal;

use super::request::Incoming;
use super::send_wire::{content_of, template_of};
use super::{Answer, Graph};
use crate::ids::{message_of, user_id, wamid};

/// Sends, or marks as read.
pub(super) async fn post(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, number) = incoming.phone(id)?;
    match parse_message(incoming.query(), incoming.content_type(), incoming.body())? {
        MessageRequest::Send(outgoing) => send(graph, incoming, id, (cell, number), *outgoing).await,
        MessageRequest::MarkRead(read) => mark_read(graph, incoming, id, (cell, number), &read).await,
    }
}

async fn send(
    graph: &Graph,
    incoming: &Incoming,
    id: NodeId,
    (cell, number): (CellId, NumberIx),
    outgoing: Outgoing,
) -> Answer {
    if outgoing.to_group {
        let refused =
            GraphError::invalid_parameter("recipient_type", "must be individual: groups are not served");
        return Err(refused.with_details("Parameter recipient_type must be individual."));
    }
    let to = recipient(graph, cell, &outgoing).await?;
    let content = content_of(&outgoing);
    let Outgoing {
        to: input,
        recipient,
        kind,
        ..
    } = outgoing;
    let (what, named) = match kind {
        OutgoingKind::Text { .. } => (What::Free, None),
        OutgoingKind::Template(template) => {
            let named = (template.name.clone(), template.language.code.clone());
            (template_of(template), Some(named))
        }
        OutgoingKind::Other(kind) => return Err(GraphError::unsupported_type(&kind)),
    };
    let command = Command::Send(Send {
        number,
        to,
        what,
        content,
    });
    match graph.decide(cell, command).await? {
        portfolio::Answer::Accepted { message, contact, .. } => {
            let accepted = Accepted {
                input: input.as_deref().or(recipient.as_deref()).unwrap_or_default(),
                wa_id: Some(to),
                user_id: user_id(cell, contact),
                wamid: wamid(cell, message, Direction::Outbound),
                status: named.is_some().then_some(MessageStatus::Accepted),
            };
            Ok(accepted.body())
        }
        portfolio::Answer::Refused {
            refusal: Refusal::TemplateNotFound,
            ..
        } => {
            let (name, language) = named.unwrap_or_default();
            let details = format!("template name ({name}) does not exist in {language}");
            Err(GraphError::whatsapp(
                Refusal::TemplateNotFound.graph_code(),
                &details,
            ))
        }
        other => Err(graph.refused(incoming, id, cell, other).await),
    }
}

/// The phone number that is written to: `to`, or that of the person whom `recipient` names.
async fn recipient(graph: &Graph, cell: CellId, outgoing: &Outgoing) -> Result<u64, GraphError> {
    if let Some(to) = &outgoing.to {
        return normalise_recipient(to);
    }
    let named = outgoing.recipient.as_deref().unwrap_or_default();
    let known = UserId::parse(named).filter(|user| user.cell() == cell.0);
    let phone = match known {
        Some(user) => {
            let contact = ContactIx(user.contact());
            graph
                .find(cell, move |portfolio| portfolio.phone_of(contact))
                .await?
        }
        None => None,
    };
    phone.ok_or_else(|| {
        GraphError::bad_value("Parameter recipient does not name a person that this business knows.")
    })
}

async fn mark_read(
    graph: &Graph,
    incoming: &Incoming,
    id: NodeId,
    (cell, number): (CellId, NumberIx),
    read: &MarkRead,
) -> Answer {
    let inbound = message_of(&read.message_id).filter(|(of, message, direction)| {
        *of == cell && message.number == number && *direction == Direction::Inbound
    });
    let Some((_, message, _)) = inbound else {
        return Err(GraphError::bad_value(
            "Parameter message_id does not name a message that this number received.",
        ));
    };
    graph
        .carry_out(incoming, id, cell, Command::MarkRead { message })
        .await
}
