//! What is known of a message.

use axum::Json;
use axum::extract::{Path, State};
use cloud_api::Direction;
use decider::CellId;
use platform::ids::{MessageId, TemplateIx};
use platform::portfolio::Portfolio;
use platform::portfolio::messages::{Record, flag};
use rulebook::rating::Signal;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::error::{ApiResult, ErrorBody};
use super::page::iso;
use super::{Control, ids};
use crate::content::MessageContent;
use crate::ids::{phone_id, template_id, wamid};

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MessageState {
    message_id: String,
    phone_number_id: String,
    /// `outbound`: to a person. `inbound`: from a person.
    direction: String,
    /// The person's number; null if they were erased.
    wa_id: Option<String>,
    /// When it was accepted or received.
    time: String,
    time_ms: u64,
    /// `text`, `template`, or any other type of the wire: `image`, `interactive` ...
    #[serde(rename = "type")]
    kind: String,
    /// `accepted`, `held`, `sent`, `delivered`, `read` or `failed`; from a person `received` or `read`.
    status: String,
    /// A call, not a message.
    call: bool,
    /// Outside an open customer service window.
    business_initiated: bool,
    template_id: Option<String>,
    /// The heaviest thing that the person did against it.
    signal: Option<String>,
    /// Its text, while it is kept.
    text: Option<String>,
    /// What a message that is neither text nor template holds, as it is on the wire; while it is kept.
    #[schema(value_type = Option<Object>)]
    content: Option<Value>,
    /// The values of its template's placeholders, while they are kept.
    parameters: Vec<String>,
    /// The message that it answers.
    reply_to: Option<String>,
}

/// Shows a message: how far it came and what was done to it. It is known for the rating window and a day.
#[utoipa::path(get, path = "/messages/{message_id}", tag = "history", operation_id = "get_message",
    params(("message_id" = String, Path)),
    responses((status = 200, body = MessageState), (status = "4XX", body = ErrorBody)))]
pub(super) async fn get(State(control): State<Control>, Path(id): Path<String>) -> ApiResult<MessageState> {
    let (cell, message, direction) = ids::message(&id)?;
    let inbound = direction == Direction::Inbound;
    let read = move |portfolio: &Portfolio| state(cell, portfolio, message, inbound);
    let mut found = control.read(cell, "message", read).await?;
    let stored = control
        .seat()
        .tables()
        .content(cell.0, message.content_key())?
        .unwrap_or_default();
    let content = MessageContent::read(&stored);
    if let Some(kind) = content.kind {
        found.kind = kind.into_owned();
    }
    found.content = content.value.map(|value| value.into_owned());
    found.text = content.body.map(|body| body.into_owned());
    found.parameters = content
        .params
        .into_iter()
        .map(|value| value.into_owned())
        .collect();
    found.reply_to = content.context.map(|id| id.into_owned());
    Ok(Json(found))
}

fn state(cell: CellId, portfolio: &Portfolio, message: MessageId, inbound: bool) -> Option<MessageState> {
    let record = portfolio.number(message.number)?.messages.get(message.seq)?;
    if record.any(flag::INBOUND) != inbound {
        return None;
    }
    let direction = if inbound {
        Direction::Inbound
    } else {
        Direction::Outbound
    };
    let template = (record.template != TemplateIx::NONE).then_some(record.template);
    let signal = Signal::from_number(record.signal());
    Some(MessageState {
        message_id: wamid(cell, message, direction).to_string(),
        phone_number_id: phone_id(cell, message.number).to_string(),
        direction: if inbound { "inbound" } else { "outbound" }.to_owned(),
        wa_id: portfolio.phone_of(record.contact).map(|phone| phone.to_string()),
        time: iso(record.at()),
        time_ms: record.at().millis(),
        kind: if template.is_some() { "template" } else { "text" }.to_owned(),
        status: status(record).to_owned(),
        call: record.is(flag::INBOUND | flag::CALL),
        business_initiated: record.any(flag::BUSINESS_INITIATED),
        template_id: template.map(|template| template_id(cell, template).to_string()),
        signal: signal.map(|signal| signal.kind().label().to_owned()),
        text: None,
        content: None,
        parameters: Vec::new(),
        reply_to: None,
    })
}

/// How far a message came.
pub(crate) fn status(record: &Record) -> &'static str {
    if record.is_held() {
        return "held";
    }
    let order = [
        (flag::FAILED, "failed"),
        (flag::READ, "read"),
        (flag::INBOUND, "received"),
        (flag::DELIVERED, "delivered"),
        (flag::SENT, "sent"),
    ];
    order
        .iter()
        .find(|(bit, _)| record.any(*bit))
        .map_or("accepted", |(_, status)| status)
}
