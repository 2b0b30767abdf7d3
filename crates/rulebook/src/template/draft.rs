//! A template as a business submits it (T1): well formed or not, for `check` judges it.
//!
//! Promises: plain data that can be stored in any format; what the rules do not read is kept as it came.
//! Must not know: the wire format.

use serde::{Deserialize, Serialize};

/// One template: one name in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateDraft {
    /// Its name.
    pub name: String,
    /// Its language, such as `en_US`.
    pub language: String,
    /// Its category.
    pub category: Category,
    /// How its placeholders are written.
    pub parameter_format: ParameterFormat,
    /// Its parts, in the order in which they came.
    pub components: Vec<Component>,
}

/// What a template is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Category {
    /// Promotion, and everything that is neither of the others.
    Marketing,
    /// About something that the person asked for or takes part in.
    Utility,
    /// One-time codes.
    Authentication,
}

/// How placeholders are written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub enum ParameterFormat {
    /// `{{1}}`, `{{2}}` ...
    #[default]
    Positional,
    /// `{{first_name}}` ...
    Named,
}

/// One part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Component {
    /// Above the body.
    Header(Header),
    /// The text.
    Body(Text),
    /// Below the body, in small.
    Footer(Text),
    /// What can be tapped.
    Buttons(Vec<Button>),
    /// A part that these rules do not judge: its type, and its JSON as it came.
    Other(String, String),
}

/// A header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Header {
    /// A line of text.
    Text(Text),
    /// A picture, video or document, with handles of samples.
    Media(Media, Vec<String>),
    /// A place on a map, given with each send.
    Location,
    /// A format that these rules do not judge.
    Other(String),
}

/// The kind of a header's medium.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Media {
    /// A picture.
    Image,
    /// A video.
    Video,
    /// A short silent video.
    Gif,
    /// A document.
    Document,
}

/// A text with placeholders and their samples.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Samples of positional placeholders, in order.
    pub samples: Vec<String>,
    /// Samples of named placeholders.
    pub named_samples: Vec<NamedSample>,
    /// What else came with it, as JSON; empty if nothing.
    pub extra: String,
}

/// A sample of a named placeholder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedSample {
    /// The placeholder.
    pub name: String,
    /// The sample.
    pub sample: String,
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What it does.
    pub kind: ButtonKind,
    /// Its label; the platform writes some itself.
    pub text: String,
    /// Where a link leads, or whom a call reaches; else empty.
    pub target: String,
    /// Samples of the link's placeholder or of the code.
    pub samples: Vec<String>,
    /// What else came with it, as JSON; empty if nothing.
    pub extra: String,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ButtonKind {
    /// Sends its label back.
    QuickReply,
    /// Opens a link.
    Url,
    /// Calls a phone number.
    PhoneNumber,
    /// Copies a code.
    CopyCode,
    /// Opens a flow.
    Flow,
    /// Takes over a one-time code.
    Otp,
    /// Something that these rules do not judge, by the platform's word.
    Other(String),
}

impl TemplateDraft {
    /// The first header.
    pub fn header(&self) -> Option<&Header> {
        self.components.iter().find_map(|part| match part {
            Component::Header(header) => Some(header),
            _ => None,
        })
    }

    /// The first body.
    pub fn body(&self) -> Option<&Text> {
        self.components.iter().find_map(|part| match part {
            Component::Body(text) => Some(text),
            _ => None,
        })
    }

    /// The first footer.
    pub fn footer(&self) -> Option<&Text> {
        self.components.iter().find_map(|part| match part {
            Component::Footer(text) => Some(text),
            _ => None,
        })
    }

    /// All buttons, in order.
    pub fn buttons(&self) -> impl Iterator<Item = &Button> {
        let sets = self.components.iter().filter_map(|part| match part {
            Component::Buttons(buttons) => Some(buttons),
            _ => None,
        });
        sets.flatten()
    }
}

impl Component {
    /// The platform's word for it.
    pub fn api_value(&self) -> &str {
        match self {
            Component::Header(_) => "HEADER",
            Component::Body(_) => "BODY",
            Component::Footer(_) => "FOOTER",
            Component::Buttons(_) => "BUTTONS",
            Component::Other(kind, _) => kind,
        }
    }
}

impl Category {
    /// The platform's word for it.
    pub fn api_value(self) -> &'static str {
        match self {
            Category::Marketing => "MARKETING",
            Category::Utility => "UTILITY",
            Category::Authentication => "AUTHENTICATION",
        }
    }

    /// The category of a platform's word, in any case.
    pub fn parse(word: &str) -> Option<Self> {
        let all = [Category::Marketing, Category::Utility, Category::Authentication];
        all.into_iter()
            .find(|category| category.api_value().eq_ignore_ascii_case(word))
    }
}

impl ParameterFormat {
    /// The platform's word for it.
    pub fn api_value(self) -> &'static str {
        match self {
            ParameterFormat::Positional => "POSITIONAL",
            ParameterFormat::Named => "NAMED",
        }
    }

    /// The format of a platform's word, in any case.
    pub fn parse(word: &str) -> Option<Self> {
        let all = [ParameterFormat::Positional, ParameterFormat::Named];
        all.into_iter()
            .find(|format| format.api_value().eq_ignore_ascii_case(word))
    }
}

impl Header {
    /// The platform's word for its format.
    pub fn api_value(&self) -> &str {
        match self {
            Header::Text(_) => "TEXT",
            Header::Media(media, _) => media.api_value(),
            Header::Location => "LOCATION",
            Header::Other(format) => format,
        }
    }
}

impl Media {
    /// The platform's word for it.
    pub fn api_value(self) -> &'static str {
        match self {
            Media::Image => "IMAGE",
            Media::Video => "VIDEO",
            Media::Gif => "GIF",
            Media::Document => "DOCUMENT",
        }
    }
}

impl ButtonKind {
    /// The platform's word for it.
    pub fn api_value(&self) -> &str {
        match self {
            ButtonKind::QuickReply => "QUICK_REPLY",
            ButtonKind::Url => "URL",
            ButtonKind::PhoneNumber => "PHONE_NUMBER",
            ButtonKind::CopyCode => "COPY_CODE",
            ButtonKind::Flow => "FLOW",
            ButtonKind::Otp => "OTP",
            ButtonKind::Other(kind) => kind,
        }
    }

    /// The kind of a platform's word.
    pub fn parse(word: &str) -> Self {
        use ButtonKind::{CopyCode, Flow, Otp, PhoneNumber, QuickReply, Url};
        let all = [QuickReply, Url, PhoneNumber, CopyCode, Flow, Otp];
        all.into_iter()
            .find(|kind| kind.api_value().eq_ignore_ascii_case(word))
            .unwrap_or_else(|| ButtonKind::Other(word.to_ascii_uppercase()))
    }
}
