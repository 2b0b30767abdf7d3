//! QR codes and short links that open a chat (cloud-api-wire.md §2.4).

use serde_json::{Value, json};

use crate::{GraphError, Params};

/// Characters of the text in the chat (the platform's page on QR codes).
const TEXT_MAX: usize = 140;
/// Letters and digits of a code on the wire: 13 of 5 bits each hold 64 bits.
const CODE_CHARS: usize = 13;
/// Digits and capital letters without those that are read as others.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Which picture of a QR code is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum QrImage {
    /// `PNG`.
    Png,
    /// `SVG`.
    Svg,
}

impl QrImage {
    /// How the name of the picture ends.
    pub fn extension(self) -> &'static str {
        match self {
            QrImage::Png => "png",
            QrImage::Svg => "svg",
        }
    }

    /// Its content type.
    pub fn mime(self) -> &'static str {
        match self {
            QrImage::Png => "image/png",
            QrImage::Svg => "image/svg+xml",
        }
    }

    /// Reads how a name ends.
    pub fn of_extension(text: &str) -> Option<Self> {
        [QrImage::Png, QrImage::Svg]
            .into_iter()
            .find(|image| image.extension() == text)
    }
}

/// `POST /<phone>/message_qrdls`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveQr {
    /// Which one changes; `None` makes a new one.
    pub code: Option<String>,
    /// The text in the chat.
    pub text: String,
    /// Which picture is wanted.
    pub image: Option<QrImage>,
}

impl SaveQr {
    /// Reads it; the error names the parameter.
    pub fn of(params: &Params) -> Result<Self, GraphError> {
        let text = params.required("prefilled_message")?;
        if text.chars().count() > TEXT_MAX {
            let why = format!("must be at most {TEXT_MAX} characters long");
            return Err(GraphError::invalid_parameter("prefilled_message", &why));
        }
        Ok(SaveQr {
            code: params.text("code")?,
            text,
            image: image_of(params, "generate_qr_image")?,
        })
    }
}

fn image_of(params: &Params, name: &str) -> Result<Option<QrImage>, GraphError> {
    let Some(word) = params.text(name)? else {
        return Ok(None);
    };
    QrImage::of_extension(&word.to_ascii_lowercase())
        .map(Some)
        .ok_or_else(|| {
            GraphError::invalid_parameter(name, &format!("must be one of {{PNG, SVG}} - got {word:?}"))
        })
}

/// The picture that a list is asked to link: `fields=code,qr_image_url.format(SVG)`.
pub fn image_asked(fields: Option<&crate::fields::Fields>) -> Result<Option<QrImage>, GraphError> {
    let Some(field) = fields.and_then(|fields| fields.get("qr_image_url")) else {
        return Ok(None);
    };
    let word = field.argument("format").unwrap_or("PNG");
    QrImage::of_extension(&word.to_ascii_lowercase())
        .map(Some)
        .ok_or_else(|| {
            GraphError::invalid_parameter("format", &format!("must be one of {{PNG, SVG}} - got {word:?}"))
        })
}

/// One QR code as it is shown.
pub fn qr_node(code: &str, text: &str, image_url: Option<&str>) -> Value {
    let mut node = json!({
        "code": code,
        "prefilled_message": text,
        "deep_link_url": deep_link(code),
    });
    if let Some(url) = image_url {
        node["qr_image_url"] = url.into();
    }
    node
}

/// What a QR code leads to.
pub fn deep_link(code: &str) -> String {
    format!("https://wa.me/message/{code}")
}

/// A code on the wire.
pub fn code_text(code: u64) -> String {
    let place = |at: usize| ALPHABET[(code >> (5 * at) & 31) as usize];
    (0..CODE_CHARS).rev().map(|at| char::from(place(at))).collect()
}

/// Reads a code; `None` for what is none of ours.
pub fn read_code(text: &str) -> Option<u64> {
    if text.len() != CODE_CHARS {
        return None;
    }
    let mut code: u64 = 0;
    for byte in text.bytes() {
        let digit = ALPHABET.iter().position(|known| *known == byte)? as u64;
        code = code.checked_mul(32)?.checked_add(digit)?;
    }
    Some(code)
}
