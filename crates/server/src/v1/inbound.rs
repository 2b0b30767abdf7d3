//! What people write to a number: text, files, places, taps, orders, and what the platform says of them.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::{Path, State};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cloud_api::Direction;
use cloud_api::message::{FreeForm, FreeKind};
use decider::CellId;
use platform::ids::{MessageId, NumberIx};
use platform::portfolio::analytics::insights::buttons;
use platform::portfolio::command::{Feedback, Inbound, SurfaceCommand, Upload};
use platform::portfolio::messages::flag;
use platform::portfolio::{Answer, Command, Portfolio};
use rulebook::media::type_of;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::error::{ApiError, ApiResult, ErrorBody};
use super::input::{Input, phone};
use super::people::arrived;
use super::{Control, ids};
use crate::content::MessageContent;
use crate::ids::medium_id;

/// More than a person can write in one message.
const TEXT_CHARS_MAX: usize = 4_096;
/// What the platform says of a message that it cannot show.
const UNSUPPORTED: &str = "Message type is currently not supported.";

/// A message from a person: exactly one of `text` and the types below it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct NewInbound {
    /// The person's number.
    #[schema(example = "15550001111")]
    from: String,
    /// What they call themselves.
    name: Option<String>,
    /// The message that they answer.
    reply_to: Option<String>,
    /// What they write.
    text: Option<String>,
    /// A picture.
    image: Option<NewFile>,
    /// A film.
    video: Option<NewFile>,
    /// Sound.
    audio: Option<NewFile>,
    /// Any other file.
    document: Option<NewFile>,
    /// A sticker.
    sticker: Option<NewFile>,
    /// `latitude`, `longitude`, `name?`, `address?`, `url?`.
    #[schema(value_type = Option<Object>)]
    location: Option<Value>,
    /// A list of contacts, as they are sent.
    #[schema(value_type = Option<Vec<Object>>)]
    contacts: Option<Value>,
    /// `message_id`, and `emoji`; without one the reaction is taken back.
    #[schema(value_type = Option<Object>)]
    reaction: Option<Value>,
    /// A tap on a quick reply of a template: `text`, and `payload` (the text if nothing is said).
    #[schema(value_type = Option<Object>)]
    button: Option<Value>,
    /// One of `button_reply`, `list_reply`, `nfm_reply` and `call_permission_reply`.
    #[schema(value_type = Option<Object>)]
    interactive: Option<Value>,
    /// `catalog_id`, `text?`, `product_items`.
    #[schema(value_type = Option<Object>)]
    order: Option<Value>,
    /// What the platform says of the person: `body`, `type` (`user_changed_number` if nothing is said), `wa_id?`.
    #[schema(value_type = Option<Object>)]
    system: Option<Value>,
    /// A message that the platform cannot show: `type?`.
    #[schema(value_type = Option<Object>)]
    unsupported: Option<Value>,
    /// `original_message_id` and the new `message`.
    #[schema(value_type = Option<Object>)]
    edit: Option<Value>,
    /// `original_message_id`.
    #[schema(value_type = Option<Object>)]
    revoke: Option<Value>,
    /// It was forwarded.
    forwarded: bool,
    /// It was forwarded many times.
    frequently_forwarded: bool,
    /// The product that it asks about: `catalog_id`, `product_retailer_id`.
    #[schema(value_type = Option<Object>)]
    referred_product: Option<Value>,
    /// The advertisement that led to it: a free entry point.
    #[schema(value_type = Option<Object>)]
    referral: Option<Value>,
}

impl NewInbound {
    /// Just a text.
    pub(crate) fn text(text: String) -> Self {
        NewInbound {
            text: Some(text),
            ..NewInbound::default()
        }
    }
}

/// A file from a person.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewFile {
    /// Its bytes in base64.
    data: String,
    /// What it is.
    #[schema(example = "image/png")]
    mime_type: String,
    /// What is written below it.
    caption: Option<String>,
    /// Of a document.
    filename: Option<String>,
    /// Of sound: it was spoken into the phone.
    voice: Option<bool>,
    /// Of a sticker: it moves.
    animated: Option<bool>,
}

/// The message that arrived.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Arrived {
    pub(super) message_id: String,
}

/// A person writes to the number.
#[utoipa::path(post, path = "/numbers/{phone_number_id}/inbound", tag = "people", operation_id = "person_writes",
    params(("phone_number_id" = String, Path)), request_body = NewInbound,
    responses((status = 200, body = Arrived), (status = "4XX", body = ErrorBody)))]
pub(super) async fn inbound(
    State(control): State<Control>,
    Path(id): Path<String>,
    Input(new): Input<NewInbound>,
) -> ApiResult<Arrived> {
    let from = phone(&new.from)?;
    writes(&control, ids::number(&id)?, from, new).await
}

/// Somebody writes; who they are is known already, whatever `new` says of it.
pub(crate) async fn writes(
    control: &Control,
    (cell, number): (CellId, NumberIx),
    from: u64,
    new: NewInbound,
) -> ApiResult<Arrived> {
    let answered = new.reply_to.as_deref().map(ids::message).transpose()?;
    if answered.is_some_and(|(of, message, _)| of != cell || message.number != number) {
        return Err(ApiError::invalid("reply_to names a message of another number"));
    }
    let (name, context_more) = (new.name.clone(), context_more(&new));
    let (reply_to, referral) = (new.reply_to.clone(), new.referral.clone());
    let from_ad = referral.is_some();
    let tapped = tapped(&new);
    let content = content_of(control, (cell, number), new).await?;
    let content = MessageContent {
        name: name.as_deref().map(Cow::Borrowed),
        context: reply_to.map(Cow::Owned),
        context_more,
        referral,
        ..content
    };
    let inbound = Box::new(Inbound {
        number,
        from,
        reply_to: answered.map(|(_, message, _)| message),
        content: content.to_bytes(),
        profile: name.clone().unwrap_or_default(),
    });
    let command = if from_ad {
        Command::FromAd(inbound)
    } else {
        Command::Inbound(inbound)
    };
    let arrived = arrived(control, cell, command).await?;
    if let (Some(label), Some((_, message, Direction::Outbound))) = (tapped, answered) {
        count_tap(control, cell, message, label).await?;
    }
    Ok(arrived)
}

/// The label of the quick reply that was tapped, if one was.
fn tapped(new: &NewInbound) -> Option<String> {
    Some(new.button.as_ref()?.get("text")?.as_str()?.to_owned())
}

/// A tap on a quick reply counts for its template too, where the message has such a button and has arrived.
async fn count_tap(
    control: &Control,
    cell: CellId,
    message: MessageId,
    label: String,
) -> Result<(), ApiError> {
    let read = move |portfolio: &Portfolio| {
        let record = portfolio.number(message.number)?.messages.get(message.seq)?;
        let template = portfolio.template(record.template)?;
        let place = buttons(&template.draft)
            .iter()
            .position(|button| button.text == label)?;
        u8::try_from(place).ok().filter(|_| record.is(flag::DELIVERED))
    };
    if let Some(button) = control.seat().query(cell, read).await?.flatten() {
        let feedback = Feedback::Tapped { button };
        control
            .carry_out(cell, Command::Feedback { message, feedback })
            .await?;
    }
    Ok(())
}

fn context_more(new: &NewInbound) -> Option<Map<String, Value>> {
    let mut more = Map::new();
    for (name, holds) in [
        ("forwarded", new.forwarded),
        ("frequently_forwarded", new.frequently_forwarded),
    ] {
        if holds {
            more.insert(name.to_owned(), true.into());
        }
    }
    if let Some(product) = &new.referred_product {
        more.insert("referred_product".to_owned(), product.clone());
    }
    (!more.is_empty()).then_some(more)
}

/// What the message holds: its one type, checked.
async fn content_of(
    control: &Control,
    of: (CellId, NumberIx),
    new: NewInbound,
) -> Result<MessageContent<'static>, ApiError> {
    let files = [
        (FreeKind::Image, new.image),
        (FreeKind::Video, new.video),
        (FreeKind::Audio, new.audio),
        (FreeKind::Document, new.document),
        (FreeKind::Sticker, new.sticker),
    ];
    let objects = [
        ("location", new.location),
        ("contacts", new.contacts),
        ("reaction", new.reaction),
        ("button", new.button),
        ("interactive", new.interactive),
        ("order", new.order),
        ("system", new.system),
        ("unsupported", new.unsupported),
        ("edit", new.edit),
        ("revoke", new.revoke),
    ];
    let mut files = files.into_iter().filter_map(|(kind, file)| Some((kind, file?)));
    let mut objects = objects
        .into_iter()
        .filter_map(|(kind, object)| Some((kind, object?)));
    let content = match (new.text, files.next(), objects.next()) {
        (Some(text), None, None) => text_of(text)?,
        (None, Some((kind, file)), None) => {
            let value = file_of(control, of, kind, file).await?;
            object_content(kind.as_str(), value)
        }
        (None, None, Some((kind, object))) => checked(of, kind, object)?,
        _ => return Err(one_type()),
    };
    if files.next().is_some() || objects.next().is_some() {
        return Err(one_type());
    }
    Ok(content)
}

fn one_type() -> ApiError {
    ApiError::invalid("a message has exactly one of text, image, location and the other types")
}

fn text_of(text: String) -> Result<MessageContent<'static>, ApiError> {
    if text.is_empty() || text.chars().count() > TEXT_CHARS_MAX {
        return Err(ApiError::invalid(format!(
            "text must have 1 to {TEXT_CHARS_MAX} characters"
        )));
    }
    Ok(MessageContent {
        body: Some(Cow::Owned(text)),
        ..MessageContent::default()
    })
}

fn object_content(kind: &str, value: Value) -> MessageContent<'static> {
    MessageContent {
        kind: Some(Cow::Owned(kind.to_owned())),
        value: Some(Cow::Owned(value)),
        unsupported: (kind == "unsupported").then_some(Cow::Borrowed(UNSUPPORTED)),
        ..MessageContent::default()
    }
}

/// A file is stored as one that came in, and named by its id.
async fn file_of(
    control: &Control,
    (cell, number): (CellId, NumberIx),
    kind: FreeKind,
    file: NewFile,
) -> Result<Value, ApiError> {
    let bytes = STANDARD.decode(&file.data);
    let bytes = bytes.map_err(|error| ApiError::invalid(format!("data is not base64: {error}")))?;
    let mime = type_of(&file.mime_type).ok_or_else(|| {
        ApiError::invalid(format!(
            "{:?} is no type of a file that people send",
            file.mime_type
        ))
    })?;
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    let upload = Upload {
        number,
        mime,
        sha256,
        inbound: true,
        bytes: Arc::from(bytes),
    };
    let command = Command::Surface(SurfaceCommand::StoreMedium(upload));
    let medium = match control.seat().portfolio(cell, command).await? {
        Answer::Medium(medium) => medium,
        other => return Err(ApiError::of_answer(other)),
    };
    let mut value = json!({
        "mime_type": file.mime_type,
        "sha256": STANDARD.encode(sha256),
        "id": medium_id(cell, medium).to_string(),
    });
    let more = [
        ("caption", file.caption.map(Value::String)),
        ("filename", file.filename.map(Value::String)),
        (
            "voice",
            (kind == FreeKind::Audio).then(|| file.voice.unwrap_or(false).into()),
        ),
        (
            "animated",
            (kind == FreeKind::Sticker).then(|| file.animated.unwrap_or(false).into()),
        ),
    ];
    for (name, given) in more {
        if let Some(given) = given {
            value[name] = given;
        }
    }
    Ok(value)
}

/// An object of a type that is no file.
fn checked(
    (cell, number): (CellId, NumberIx),
    kind: &str,
    mut value: Value,
) -> Result<MessageContent<'static>, ApiError> {
    let own = |value: &Value, key: &str| {
        let id = text(value, kind, key)?;
        let (of, message, _) = ids::message(id)?;
        if of != cell || message.number != number {
            return Err(ApiError::invalid(format!(
                "{kind}.{key} names a message of another number"
            )));
        }
        Ok(())
    };
    match kind {
        "location" | "contacts" => {
            if let Some(kind) = FreeKind::parse(kind) {
                let wrong = |error: cloud_api::GraphError| {
                    ApiError::invalid(error.details.map_or(error.message.into_owned(), String::from))
                };
                FreeForm::of(kind, Some(value.clone())).map_err(wrong)?;
            }
        }
        "reaction" => own(&value, "message_id")?,
        "button" => {
            let label = text(&value, kind, "text")?.to_owned();
            if value.get("payload").is_none() {
                value["payload"] = label.into();
            }
        }
        "interactive" => reply(&mut value)?,
        "order" => order(&value)?,
        "system" => {
            text(&value, kind, "body")?;
            if value.get("type").is_none() {
                value["type"] = "user_changed_number".into();
            }
        }
        "unsupported" => {
            let named = value
                .get("type")
                .and_then(Value::as_str)
                .unwrap_or("unknown")
                .to_owned();
            value = json!({ "type": named });
        }
        "edit" => {
            own(&value, "original_message_id")?;
            text(&value["message"], "edit.message", "type")?;
        }
        _ => own(&value, "original_message_id")?,
    }
    Ok(object_content(kind, value))
}

/// An answer to an interactive message: one kind, which names itself in `type`.
fn reply(value: &mut Value) -> Result<(), ApiError> {
    const KINDS: [(&str, &[&str]); 4] = [
        ("button_reply", &["id", "title"]),
        ("list_reply", &["id", "title"]),
        ("nfm_reply", &["response_json"]),
        ("call_permission_reply", &["response"]),
    ];
    let given: Vec<_> = KINDS
        .iter()
        .filter(|(kind, _)| value.get(kind).is_some())
        .collect();
    let [(kind, keys)] = given[..] else {
        return Err(ApiError::invalid(
            "interactive has exactly one of button_reply, list_reply, nfm_reply and call_permission_reply",
        ));
    };
    for key in *keys {
        text(&value[*kind], &format!("interactive.{kind}"), key)?;
    }
    value["type"] = (*kind).into();
    Ok(())
}

fn order(value: &Value) -> Result<(), ApiError> {
    text(value, "order", "catalog_id")?;
    let items = value["product_items"]
        .as_array()
        .filter(|items| !items.is_empty());
    let items = items
        .ok_or_else(|| ApiError::invalid("order.product_items must be a list with an entry at least"))?;
    for (at, item) in items.iter().enumerate() {
        let name = format!("order.product_items[{at}]");
        text(item, &name, "product_retailer_id")?;
        text(item, &name, "currency")?;
        for key in ["quantity", "item_price"] {
            if !item[key].is_number() {
                return Err(ApiError::invalid(format!("{name}.{key} must be a number")));
            }
        }
    }
    Ok(())
}

fn text<'a>(value: &'a Value, name: &str, key: &str) -> Result<&'a str, ApiError> {
    let text = value
        .get(key)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty());
    text.ok_or_else(|| ApiError::invalid(format!("{name}.{key} must be a text")))
}
