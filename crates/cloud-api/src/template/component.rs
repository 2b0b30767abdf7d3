//! The parts of a template: header, body, footer, buttons, with their samples.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::one_of;
use crate::open_enum::open_enum;
use crate::{GraphError, lenient};

open_enum! {
    /// `type` of a part.
    ComponentType {
        Header = "HEADER",
        Body = "BODY",
        Footer = "FOOTER",
        Buttons = "BUTTONS",
        Carousel = "CAROUSEL",
        LimitedTimeOffer = "LIMITED_TIME_OFFER",
        CallPermissionRequest = "CALL_PERMISSION_REQUEST",
    }
}

open_enum! {
    /// `format` of a header.
    HeaderFormat {
        Text = "TEXT",
        Image = "IMAGE",
        Video = "VIDEO",
        Gif = "GIF",
        Document = "DOCUMENT",
        Location = "LOCATION",
        Product = "PRODUCT",
    }
}

open_enum! {
    /// `type` of a button.
    ButtonKind {
        QuickReply = "QUICK_REPLY",
        Url = "URL",
        PhoneNumber = "PHONE_NUMBER",
        CopyCode = "COPY_CODE",
        Flow = "FLOW",
        Otp = "OTP",
        Catalog = "CATALOG",
        Mpm = "MPM",
        Spm = "SPM",
        VoiceCall = "VOICE_CALL",
    }
}

/// One part of a template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct Component {
    /// Which part.
    #[serde(rename = "type")]
    pub kind: ComponentType,
    /// Of a header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<HeaderFormat>,
    /// Of header, body and footer; with placeholders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Samples of the placeholders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Example>,
    /// Of `BUTTONS`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// Of `CAROUSEL`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<Card>,
    /// Everything else, as it came: `code_expiration_minutes` and the like.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// One card of a carousel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct Card {
    /// Its parts.
    pub components: Vec<Component>,
}

/// Samples of placeholders.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct Example {
    /// Of a header's placeholder.
    #[serde(
        default,
        deserialize_with = "lenient::texts",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub header_text: Vec<String>,
    /// Of a header's medium: a handle of the upload.
    #[serde(
        default,
        deserialize_with = "lenient::texts",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub header_handle: Vec<String>,
    /// Of a body's placeholders: one row a sample, one text a placeholder.
    #[serde(default, deserialize_with = "rows", skip_serializing_if = "Vec::is_empty")]
    pub body_text: Vec<Vec<String>>,
    /// Of a header's named placeholder.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub header_text_named_params: Vec<NamedExample>,
    /// Of a body's named placeholders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub body_text_named_params: Vec<NamedExample>,
    /// Everything else, as it came.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A sample of a named placeholder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct NamedExample {
    /// The placeholder.
    pub param_name: String,
    /// The sample.
    pub example: String,
}

/// One button.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct Button {
    /// What it does.
    #[serde(rename = "type")]
    pub kind: ButtonKind,
    /// Its label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Of `URL`: where it leads, perhaps with a placeholder at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Of `PHONE_NUMBER`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// Samples of its placeholder or code; a list or one text on the wire.
    #[serde(
        default,
        deserialize_with = "lenient::texts",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub example: Vec<String>,
    /// Everything else, as it came: `otp_type`, `flow_id` and the like.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Refuses words that are no parts or buttons; `name` is the parameter.
pub(super) fn check(components: &[Component], name: &str) -> Result<(), GraphError> {
    for (at, component) in components.iter().enumerate() {
        if let ComponentType::Other(got) = &component.kind {
            let allowed =
                "HEADER, BODY, FOOTER, BUTTONS, CAROUSEL, LIMITED_TIME_OFFER, CALL_PERMISSION_REQUEST";
            return Err(one_of(&format!("{name}[{at}]['type']"), allowed, got));
        }
        if let Some(HeaderFormat::Other(got)) = &component.format {
            let allowed = "TEXT, IMAGE, VIDEO, GIF, DOCUMENT, LOCATION, PRODUCT";
            return Err(one_of(&format!("{name}[{at}]['format']"), allowed, got));
        }
        for (nth, card) in component.cards.iter().enumerate() {
            check(
                &card.components,
                &format!("{name}[{at}]['cards'][{nth}]['components']"),
            )?;
        }
    }
    Ok(())
}

/// A list of rows; a plain list of texts, which some clients send, is one row.
fn rows<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Vec<String>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected an array of arrays of strings")]
    enum Rows {
        Nested(Vec<Vec<String>>),
        Flat(Vec<String>),
    }
    let rows = Option::<Rows>::deserialize(deserializer)?;
    Ok(match rows {
        None => Vec::new(),
        Some(Rows::Nested(rows)) => rows,
        Some(Rows::Flat(row)) => vec![row],
    })
}
