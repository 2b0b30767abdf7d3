//! The `template` of an outgoing message: which one, in which language, with which parameters.

use serde::Deserialize;
use serde_json::Value;

use crate::open_enum::open_enum;
use crate::{GraphError, lenient};

/// The `template` key of a message.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(expecting = "an object")]
pub struct TemplateSend {
    /// The template's name; never empty once checked.
    #[serde(default)]
    pub name: String,
    /// The language; its code is never empty once checked.
    #[serde(default)]
    pub language: Language,
    /// Values for what is variable in it.
    #[serde(default, deserialize_with = "list")]
    pub components: Vec<SendComponent>,
}

/// `language` of a template.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(expecting = "an object")]
pub struct Language {
    /// Such as `en_US`.
    #[serde(default)]
    pub code: String,
}

open_enum! {
    /// The part of a template that a component fills.
    ComponentKind {
        Header = "header",
        Body = "body",
        Button = "button",
        Carousel = "carousel",
        LimitedTimeOffer = "limited_time_offer",
    }
}

/// Values for one part of a template.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(expecting = "an object")]
pub struct SendComponent {
    /// Which part; in lower or upper case on the wire.
    #[serde(rename = "type")]
    pub kind: ComponentKind,
    /// Of a button: `quick_reply`, `url`, `copy_code` ...
    #[serde(default)]
    pub sub_type: Option<String>,
    /// Of a button: which one, from 0. A number or its digits on the wire.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub index: Option<i64>,
    /// The values, in order.
    #[serde(default, deserialize_with = "list")]
    pub parameters: Vec<Parameter>,
    /// Of a carousel: its cards.
    #[serde(default, deserialize_with = "list")]
    pub cards: Vec<SendCard>,
}

/// Values for one card of a carousel.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(expecting = "an object")]
pub struct SendCard {
    /// Which card, from 0.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub card_index: Option<i64>,
    /// Its parts.
    #[serde(default, deserialize_with = "list")]
    pub components: Vec<SendComponent>,
}

open_enum! {
    /// The type of a parameter.
    ParameterKind {
        Text = "text",
        Currency = "currency",
        DateTime = "date_time",
        Image = "image",
        Video = "video",
        Document = "document",
        Payload = "payload",
        CouponCode = "coupon_code",
        Action = "action",
    }
}

/// One value. The key that belongs to `kind` is there once checked.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(expecting = "an object")]
pub struct Parameter {
    /// Which of the keys below counts.
    #[serde(rename = "type")]
    pub kind: ParameterKind,
    /// The name of a named placeholder; `None` for positional ones.
    pub parameter_name: Option<String>,
    /// For `text`.
    pub text: Option<String>,
    /// For `payload`: what a quick reply sends back.
    pub payload: Option<String>,
    /// For `coupon_code`.
    pub coupon_code: Option<String>,
    /// For `currency`.
    pub currency: Option<Currency>,
    /// For `date_time`.
    pub date_time: Option<Fallback>,
    /// For `image`.
    pub image: Option<MediaRef>,
    /// For `video`.
    pub video: Option<MediaRef>,
    /// For `document`.
    pub document: Option<MediaRef>,
    /// For `action`: opaque, as it came.
    pub action: Option<Value>,
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(expecting = "an object")]
pub struct Currency {
    /// What is shown where the amount cannot be formatted.
    pub fallback_value: Option<String>,
    /// ISO 4217.
    pub code: Option<String>,
    /// The amount times 1,000.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub amount_1000: Option<i64>,
}

/// A date and time.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(expecting = "an object")]
pub struct Fallback {
    /// What is shown.
    pub fallback_value: Option<String>,
}

/// A medium by id or link.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(expecting = "an object")]
pub struct MediaRef {
    /// An uploaded medium.
    #[serde(default, deserialize_with = "lenient::text")]
    pub id: Option<String>,
    /// A public address.
    pub link: Option<String>,
}

impl Parameter {
    /// The text that stands in for the placeholder, if the parameter is one of text.
    pub fn shown(&self) -> Option<&str> {
        match self.kind {
            ParameterKind::Text => self.text.as_deref(),
            ParameterKind::Payload => self.payload.as_deref().or(self.text.as_deref()),
            ParameterKind::CouponCode => self.coupon_code.as_deref(),
            ParameterKind::Currency => self.currency.as_ref()?.fallback_value.as_deref(),
            ParameterKind::DateTime => self.date_time.as_ref()?.fallback_value.as_deref(),
            _ => None,
        }
    }

    fn check(&self, name: &str) -> Result<(), GraphError> {
        let medium = |medium: &Option<MediaRef>| {
            medium
                .as_ref()
                .is_some_and(|medium| medium.id.is_some() || medium.link.is_some())
        };
        let given = match self.kind {
            ParameterKind::Image => medium(&self.image),
            ParameterKind::Video => medium(&self.video),
            ParameterKind::Document => medium(&self.document),
            ParameterKind::Action => self.action.is_some(),
            ParameterKind::Other(_) => true,
            _ => self.shown().is_some_and(|text| !text.is_empty()),
        };
        if given {
            return Ok(());
        }
        let kind = self.kind.as_str();
        Err(GraphError::missing_value(&format!(
            "Parameter of type {kind} is missing {kind} value ({name})."
        )))
    }
}

impl TemplateSend {
    pub(super) fn check(&self) -> Result<(), GraphError> {
        if self.name.is_empty() {
            return Err(GraphError::missing_parameter("template['name']"));
        }
        if self.language.code.is_empty() {
            return Err(GraphError::missing_parameter("template['language']['code']"));
        }
        check_components(&self.components, "template['components']")
    }

    /// The parameters of one part, in order; empty if the message has none for it.
    pub fn parameters(&self, kind: &ComponentKind) -> &[Parameter] {
        let component = self.components.iter().find(|component| component.kind == *kind);
        component.map_or(&[], |component| &component.parameters)
    }
}

fn check_components(components: &[SendComponent], name: &str) -> Result<(), GraphError> {
    for (at, component) in components.iter().enumerate() {
        if let ComponentKind::Other(kind) = &component.kind {
            return Err(GraphError::bad_value(&format!(
                "{name}[{at}]['type'] is not a component: {kind:?}."
            )));
        }
        if component.kind == ComponentKind::Button && component.index.is_none_or(|index| index < 0) {
            return Err(GraphError::missing_value(&format!(
                "{name}[{at}]['index'] is required for a button: a number from 0."
            )));
        }
        for (nth, parameter) in component.parameters.iter().enumerate() {
            // The path is written only when it is needed: this is the hot path.
            parameter
                .check("")
                .or_else(|_| parameter.check(&format!("{name}[{at}]['parameters'][{nth}]")))?;
        }
        for (nth, card) in component.cards.iter().enumerate() {
            check_components(
                &card.components,
                &format!("{name}[{at}]['cards'][{nth}]['components']"),
            )?;
        }
    }
    Ok(())
}

/// A list, where `null` is an empty one.
fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<Vec<T>>::deserialize(deserializer).map(Option::unwrap_or_default)
}
