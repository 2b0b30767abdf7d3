//! `POST /<phone>/messages`: the busiest call of all.
//!
//! Promises: a good message is read once, decided once and answered with bytes written once; what is only needed to say
//! no is worked out only then.

use cloud_api::message::{FreeForm, FreeKind, MarkRead, MessageStatus, Outgoing, OutgoingKind};
use cloud_api::{Accepted, Direction, GraphError, MessageRequest, NodeId, UserId};
use cloud_api::{normalise_recipient, parse_message};
use decider::CellId;
use platform::ids::{ContactIx, NumberIx};
use platform::portfolio::command::{Send, What};
use platform::portfolio::{self, Command, Portfolio};
use rulebook::escalation::is_tester;
use rulebook::media::MediaKind;
use rulebook::refusal::Refusal;

use super::request::Incoming;
use super::send_wire::{content_of, template_of};
use super::{Answer, Graph, media, testers};
use crate::ids::{message_of, user_id, wamid};

/// Sends, or marks as read.
pub(super) async fn post(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, number) = incoming.phone(id)?;
    match parse_message(incoming.query(), incoming.content_type(), incoming.body())? {
        MessageRequest::Send(outgoing) => {
            send(graph, incoming, id, (cell, number), *outgoing, Command::Send).await
        }
        MessageRequest::MarkRead(read) => mark_read(graph, incoming, id, (cell, number), &read).await,
    }
}

/// `POST /<phone>/marketing_messages`: marketing templates, admitted as everywhere.
pub(super) async fn post_marketing(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, number) = incoming.phone(id)?;
    match parse_message(incoming.query(), incoming.content_type(), incoming.body())? {
        MessageRequest::Send(outgoing) if matches!(outgoing.kind, OutgoingKind::Template(_)) => {
            let marketing = |send| Command::Marketing(Box::new(send));
            send(graph, incoming, id, (cell, number), *outgoing, marketing).await
        }
        _ => {
            let refusal = Refusal::NotMarketing;
            Err(GraphError::whatsapp(
                refusal.graph_code(),
                "Only templates can be sent this way (parameter type).",
            ))
        }
    }
}

async fn send(
    graph: &Graph,
    incoming: &Incoming,
    id: NodeId,
    (cell, number): (CellId, NumberIx),
    outgoing: Outgoing,
    command: impl FnOnce(Send) -> Command,
) -> Answer {
    if outgoing.to_group {
        let refused =
            GraphError::invalid_parameter("recipient_type", "must be individual: groups are not served");
        return Err(refused.with_details("Parameter recipient_type must be individual."));
    }
    let to = recipient(graph, cell, &outgoing).await?;
    let content = content_of(&outgoing);
    let said = is_tester(to).then(|| testers::said(&outgoing));
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
        OutgoingKind::Free(free) => (free_of(&free, cell, number)?, None),
    };
    let command = command(Send {
        number,
        to,
        what,
        content,
    });
    match graph.decide(cell, command).await? {
        portfolio::Answer::Accepted {
            message,
            contact,
            held,
            has_user_id,
            ..
        } => {
            let status = if held {
                MessageStatus::Held
            } else {
                MessageStatus::Accepted
            };
            if let Some(said) = said {
                testers::read(graph, cell, message, said).await;
            }
            let accepted = Accepted {
                input: input.as_deref().or(recipient.as_deref()).unwrap_or_default(),
                wa_id: Some(to),
                user_id: has_user_id.then(|| user_id(cell, contact)),
                wamid: wamid(cell, message, Direction::Outbound),
                status: named.is_some().then_some(status),
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

/// A free-form message with the files that it names; a message that it reacts to must be one of this number.
fn free_of(free: &FreeForm, cell: CellId, number: NumberIx) -> Result<What, GraphError> {
    let own =
        |id: &str| message_of(id).is_some_and(|(of, message, _)| of == cell && message.number == number);
    if free.reacts_to().is_some_and(|id| !own(id)) {
        return Err(GraphError::bad_value(
            "Parameter reaction['message_id'] does not name a message of this number.",
        ));
    }
    if free.media.is_empty() {
        return Ok(What::Free);
    }
    let file = |(kind, id): &(FreeKind, String)| match media::named(cell, id) {
        Some(medium) => Ok((medium, media_kind(*kind))),
        None => {
            let why = "is not a valid whatsapp business account media attachment ID";
            let name = format!("{}['id']", kind.as_str());
            Err(GraphError::invalid_parameter(&name, why))
        }
    };
    let files: Result<Vec<_>, GraphError> = free.media.iter().map(file).collect();
    files.map(What::Media)
}

fn media_kind(kind: FreeKind) -> MediaKind {
    match kind {
        FreeKind::Image => MediaKind::Image,
        FreeKind::Video => MediaKind::Video,
        FreeKind::Audio => MediaKind::Audio,
        FreeKind::Sticker => MediaKind::Sticker,
        _ => MediaKind::Document,
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
            let read = move |portfolio: &Portfolio| {
                let known = portfolio.edition().recipients.user_ids;
                known.then(|| portfolio.phone_of(contact)).flatten()
            };
            graph.find(cell, read).await?
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
