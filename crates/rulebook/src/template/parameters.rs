//! Whether what a send gives matches the template (T1; 132000, 132005, 132012, 132018, 131008), and the text that
//! comes of it.
//!
//! Promises: [`Expected`] is worked out once a template; a check allocates nothing when all is well.
//! Must not know: the wire format, media.

mod expected;
#[cfg(test)]
mod tests;

use super::draft::TemplateDraft;
use super::placeholder::fill;
use crate::refusal::Refusal;

pub use expected::Expected;

/// The longest body, and the longest header, in characters with its parameters.
pub const BODY_MAX: u32 = 1_024;
/// See [`BODY_MAX`].
pub const HEADER_MAX: u32 = 60;
/// The longest parameter of an authentication template.
pub const CODE_MAX: u32 = 15;

/// What a send gives for the variable parts of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentParameters {
    /// For the header.
    pub header: Vec<Parameter>,
    /// For the body, in order.
    pub body: Vec<Parameter>,
    /// For buttons.
    pub buttons: Vec<ButtonParameters>,
}

/// What a send gives for one button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ButtonParameters {
    /// Which button, from 0.
    pub index: u32,
    /// Its values.
    pub parameters: Vec<Parameter>,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// What it is.
    pub kind: ParameterKind,
    /// The placeholder that it is for; `None` where they are positional.
    pub name: Option<String>,
    /// What is shown for it; empty for media.
    pub text: String,
}

/// What a value is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ParameterKind {
    /// Plain text.
    Text,
    /// An amount of money; shown by its fallback.
    Currency,
    /// A date; shown by its fallback.
    DateTime,
    /// A picture.
    Image,
    /// A video.
    Video,
    /// A document.
    Document,
    /// A place.
    Location,
    /// What a quick reply sends back.
    Payload,
    /// A coupon code.
    CouponCode,
    /// What a flow or a catalogue button is given.
    Action,
    /// Something that these rules do not judge.
    Other,
}

/// How a send does not match its template. Displays as a lower-case fragment.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Mismatch {
    /// Too many or too few values.
    #[error("{part}: the template has {expected} parameters, the message {given}")]
    Count {
        /// Which part.
        part: &'static str,
        /// How many the template has.
        expected: usize,
        /// How many came.
        given: usize,
    },
    /// A value of the wrong kind.
    #[error("{part}: expected {expected}, got {given}")]
    Kind {
        /// Which part.
        part: &'static str,
        /// What the template has there.
        expected: &'static str,
        /// What came.
        given: &'static str,
    },
    /// A value without a name where placeholders are named, or the other way round.
    #[error("{part}: the template's placeholders are {}", naming(*.named))]
    Naming {
        /// Which part.
        part: &'static str,
        /// Whether the template's placeholders are named.
        named: bool,
    },
    /// No value for a named placeholder.
    #[error("{part}: there is no parameter named {name}")]
    Name {
        /// Which part.
        part: &'static str,
        /// The placeholder without a value.
        name: String,
    },
    /// A button needs a value.
    #[error("buttons: the button at index {index} requires a parameter")]
    ButtonNeeds {
        /// Which button, from 0.
        index: u32,
    },
    /// There is no such button, or it takes no value.
    #[error("buttons: the button at index {index} takes no parameter")]
    ButtonTakesNone {
        /// Which button, from 0.
        index: u32,
    },
    /// The text is too long.
    #[error("{part}: {length} characters with its parameters, at most {max} are allowed")]
    TooLong {
        /// Which part.
        part: &'static str,
        /// How long it is.
        length: u32,
        /// How long it may be.
        max: u32,
    },
}

fn naming(named: bool) -> &'static str {
    if named {
        "named: parameter_name is missing"
    } else {
        "positional: parameter_name is not used"
    }
}

impl Mismatch {
    /// As which refusal it is told.
    pub fn refusal(&self) -> Refusal {
        match self {
            Mismatch::Count { .. } => Refusal::TemplateParameterCount,
            Mismatch::Kind { .. } | Mismatch::Naming { .. } | Mismatch::Name { .. } => {
                Refusal::TemplateParameterFormat
            }
            Mismatch::ButtonNeeds { .. } => Refusal::MissingParameter,
            Mismatch::ButtonTakesNone { .. } => Refusal::TemplateParameterOther,
            Mismatch::TooLong { .. } => Refusal::TemplateTextTooLong,
        }
    }
}

impl Parameter {
    /// A positional text.
    pub fn text(text: impl Into<String>) -> Self {
        Parameter {
            kind: ParameterKind::Text,
            name: None,
            text: text.into(),
        }
    }

    /// A named text.
    pub fn named(name: impl Into<String>, text: impl Into<String>) -> Self {
        Parameter {
            kind: ParameterKind::Text,
            name: Some(name.into()),
            text: text.into(),
        }
    }
}

impl ParameterKind {
    /// The platform's word for it, in lower case.
    pub fn api_value(self) -> &'static str {
        match self {
            ParameterKind::Text => "text",
            ParameterKind::Currency => "currency",
            ParameterKind::DateTime => "date_time",
            ParameterKind::Image => "image",
            ParameterKind::Video => "video",
            ParameterKind::Document => "document",
            ParameterKind::Location => "location",
            ParameterKind::Payload => "payload",
            ParameterKind::CouponCode => "coupon_code",
            ParameterKind::Action => "action",
            ParameterKind::Other => "unknown",
        }
    }

    /// Whether it can stand for a placeholder in a text.
    pub fn is_text(self) -> bool {
        matches!(
            self,
            ParameterKind::Text | ParameterKind::Currency | ParameterKind::DateTime
        )
    }
}

/// The body of a template as its recipient reads it. Placeholders without a value stay.
pub fn render_body(draft: &TemplateDraft, sent: &SentParameters) -> String {
    draft
        .body()
        .map(|body| render(&body.text, &sent.body))
        .unwrap_or_default()
}

/// A text with its placeholders filled, by name or else by position.
pub fn render(text: &str, parameters: &[Parameter]) -> String {
    fill(text, |name| {
        let by_name = parameters
            .iter()
            .find(|parameter| parameter.name.as_deref() == Some(name));
        let by_position = || {
            name.parse::<usize>()
                .ok()
                .and_then(|nth| parameters.get(nth.checked_sub(1)?))
        };
        by_name
            .or_else(by_position)
            .map(|parameter| parameter.text.as_str())
    })
}
