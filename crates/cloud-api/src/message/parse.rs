//! Reading the body of `POST /<phone>/messages`.

use serde::Deserialize;
use serde_json::Value;

use super::{FreeForm, FreeKind, MarkRead, MessageRequest, Outgoing, OutgoingKind, TemplateSend};
use crate::params::{BodyKind, Params, has_own_params};
use crate::{GraphError, decode, lenient};

/// Characters of a text message (cloud-api-wire.md §1.1).
pub const BODY_CHARS_MAX: usize = 4_096;
/// Characters of `biz_opaque_callback_data` (cloud-api-wire.md §1.1).
pub const CALLBACK_DATA_CHARS_MAX: usize = 512;

/// Reads one request. JSON without parameters in the query, as nearly all clients send it, is read in one pass;
/// forms and query parameters are merged first, the body wins.
pub fn parse_message(
    query: &str,
    content_type: Option<&str>,
    body: &[u8],
) -> Result<MessageRequest, GraphError> {
    // Anything but an object is left to the slow way, which says so.
    let object = body.trim_ascii_start().starts_with(b"{");
    let plain = object && BodyKind::of(content_type, body) == BodyKind::Json && !has_own_params(query);
    let raw = if plain {
        decode::from_slice(body)
    } else {
        read_merged(query, content_type, body)
    };
    raw.and_then(Raw::check).map_err(with_details)
}

fn read_merged(query: &str, content_type: Option<&str>, body: &[u8]) -> Result<Raw, GraphError> {
    Params::merge(query, content_type, body)?.decode()
}

/// On this call alone, 100 carries its text in `error_data` too, where clients look for it.
fn with_details(error: GraphError) -> GraphError {
    if error.code != 100 || error.details.is_some() {
        return error;
    }
    let details = error.message.trim_start_matches("(#100) ").to_owned();
    error.with_details(&details)
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct Raw {
    messaging_product: Option<String>,
    recipient_type: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    to: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    recipient: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    text: Option<RawText>,
    template: Option<TemplateSend>,
    image: Option<Value>,
    video: Option<Value>,
    audio: Option<Value>,
    document: Option<Value>,
    sticker: Option<Value>,
    location: Option<Value>,
    contacts: Option<Value>,
    reaction: Option<Value>,
    interactive: Option<Value>,
    context: Option<RawContext>,
    biz_opaque_callback_data: Option<String>,
    status: Option<String>,
    message_id: Option<String>,
    typing_indicator: Option<RawTyping>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct RawText {
    body: Option<String>,
    #[serde(default, deserialize_with = "lenient::boolean")]
    preview_url: Option<bool>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct RawContext {
    message_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct RawTyping {
    #[serde(rename = "type")]
    kind: Option<String>,
}

impl Raw {
    fn check(self) -> Result<MessageRequest, GraphError> {
        match self.messaging_product.as_deref() {
            None | Some("") => return Err(GraphError::missing_parameter("messaging_product")),
            Some("whatsapp") => {}
            Some(got) => return Err(one_of("messaging_product", "WHATSAPP", got)),
        }
        if self.status.is_some() {
            self.mark_read()
        } else {
            self.send()
        }
    }

    fn mark_read(self) -> Result<MessageRequest, GraphError> {
        let status = self.status.unwrap_or_default();
        if status != "read" {
            return Err(one_of("status", "READ", &status));
        }
        if let Some(typing) = &self.typing_indicator
            && typing.kind.as_deref() != Some("text")
        {
            let got = typing.kind.as_deref().unwrap_or_default();
            return Err(one_of("typing_indicator['type']", "TEXT", got));
        }
        let message_id = self.message_id.filter(|id| !id.is_empty());
        let message_id = message_id.ok_or_else(|| GraphError::missing_parameter("message_id"))?;
        Ok(MessageRequest::MarkRead(MarkRead {
            message_id,
            typing: self.typing_indicator.is_some(),
        }))
    }

    fn send(mut self) -> Result<MessageRequest, GraphError> {
        let to_group = match self.recipient_type.as_deref() {
            None | Some("individual") => false,
            Some("group") => true,
            Some(got) => return Err(one_of("recipient_type", "INDIVIDUAL, GROUP", got)),
        };
        let to = self.to.take().filter(|to| !to.is_empty());
        let recipient = self.recipient.take().filter(|recipient| !recipient.is_empty());
        if to.is_none() && recipient.is_none() {
            return Err(GraphError::missing_parameter("to"));
        }
        let kind = self.content()?;
        let too_long = |data: &String| longer_than(data, CALLBACK_DATA_CHARS_MAX);
        if self.biz_opaque_callback_data.as_ref().is_some_and(too_long) {
            return Err(at_most("biz_opaque_callback_data", CALLBACK_DATA_CHARS_MAX));
        }
        Ok(MessageRequest::Send(Box::new(Outgoing {
            to,
            recipient,
            to_group,
            kind,
            context: self.context.and_then(|context| context.message_id),
            biz_opaque_callback_data: self.biz_opaque_callback_data,
        })))
    }

    fn content(&mut self) -> Result<OutgoingKind, GraphError> {
        match self.kind.as_deref().unwrap_or("text") {
            "text" => {
                let text = self.text.take();
                let text = text.ok_or_else(|| GraphError::missing_parameter("text"))?;
                text.check()
            }
            "template" => {
                let template = self.template.take();
                let template = template.ok_or_else(|| GraphError::missing_parameter("template"))?;
                template.check()?;
                Ok(OutgoingKind::Template(template))
            }
            other => match FreeKind::parse(other) {
                Some(kind) => FreeForm::of(kind, self.object(kind)).map(OutgoingKind::Free),
                None => Err(GraphError::unsupported_type(other)),
            },
        }
    }

    /// The object that belongs to a type.
    fn object(&mut self, kind: FreeKind) -> Option<Value> {
        let object = match kind {
            FreeKind::Image => &mut self.image,
            FreeKind::Video => &mut self.video,
            FreeKind::Audio => &mut self.audio,
            FreeKind::Document => &mut self.document,
            FreeKind::Sticker => &mut self.sticker,
            FreeKind::Location => &mut self.location,
            FreeKind::Contacts => &mut self.contacts,
            FreeKind::Reaction => &mut self.reaction,
            FreeKind::Interactive => &mut self.interactive,
        };
        object.take()
    }
}

impl RawText {
    fn check(self) -> Result<OutgoingKind, GraphError> {
        let body = self.body.filter(|body| !body.is_empty());
        let body = body.ok_or_else(|| GraphError::missing_parameter("text['body']"))?;
        if longer_than(&body, BODY_CHARS_MAX) {
            return Err(at_most("text['body']", BODY_CHARS_MAX));
        }
        Ok(OutgoingKind::Text {
            body,
            preview_url: self.preview_url.unwrap_or(false),
        })
    }
}

fn longer_than(text: &str, chars_max: usize) -> bool {
    // Bytes are never fewer than characters: most texts are done with one comparison.
    text.len() > chars_max && text.chars().count() > chars_max
}

fn at_most(name: &str, chars_max: usize) -> GraphError {
    GraphError::invalid_parameter(name, &format!("must be at most {chars_max} characters long"))
}

fn one_of(name: &str, allowed: &str, got: &str) -> GraphError {
    GraphError::invalid_parameter(name, &format!("must be one of {{{allowed}}} - got {got:?}"))
}
