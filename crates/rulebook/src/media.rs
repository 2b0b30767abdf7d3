//! Which files can be uploaded, as what, and how large (all editions: `media`).
//! Source: the platform's page on media, "supported media types".
//!
//! Promises: the place of a type in [`TYPES`] is permanent. Must not know: the bytes, but for whether a sticker moves.

use serde::{Deserialize, Serialize};

use crate::edition::MediaLimits;

/// What a file is to the platform. The numbers are permanent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum MediaKind {
    /// A picture.
    Image = 1,
    /// A film.
    Video = 2,
    /// Sound.
    Audio = 3,
    /// Any other file.
    Document = 4,
    /// A sticker.
    Sticker = 5,
}

impl MediaKind {
    /// The word on the wire.
    pub fn label(self) -> &'static str {
        match self {
            MediaKind::Image => "image",
            MediaKind::Video => "video",
            MediaKind::Audio => "audio",
            MediaKind::Document => "document",
            MediaKind::Sticker => "sticker",
        }
    }

    /// Whether a file of this kind can go as a message of kind `asked`: any file can go as a document.
    pub fn serves_as(self, asked: MediaKind) -> bool {
        self == asked || asked == MediaKind::Document
    }
}

/// The types that can be uploaded. New ones are added at the end: stored events name them by place.
pub const TYPES: [(&str, MediaKind); 19] = [
    ("audio/aac", MediaKind::Audio),
    ("audio/amr", MediaKind::Audio),
    ("audio/mpeg", MediaKind::Audio),
    ("audio/mp4", MediaKind::Audio),
    ("audio/ogg", MediaKind::Audio),
    ("audio/opus", MediaKind::Audio),
    ("image/jpeg", MediaKind::Image),
    ("image/png", MediaKind::Image),
    ("image/webp", MediaKind::Sticker),
    ("video/mp4", MediaKind::Video),
    ("video/3gpp", MediaKind::Video),
    ("text/plain", MediaKind::Document),
    ("application/pdf", MediaKind::Document),
    ("application/msword", MediaKind::Document),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        MediaKind::Document,
    ),
    ("application/vnd.ms-excel", MediaKind::Document),
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        MediaKind::Document,
    ),
    ("application/vnd.ms-powerpoint", MediaKind::Document),
    (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        MediaKind::Document,
    ),
];

/// The place of a type in [`TYPES`]; parameters such as `; codecs=opus` do not matter.
pub fn type_of(mime: &str) -> Option<u8> {
    let bare = mime.split(';').next().unwrap_or(mime).trim();
    let place = TYPES
        .iter()
        .position(|(known, _)| known.eq_ignore_ascii_case(bare))?;
    u8::try_from(place).ok()
}

/// The most bytes that a file of a kind may have.
pub fn bytes_max(kind: MediaKind, bytes: &[u8], limits: &MediaLimits) -> u32 {
    match kind {
        MediaKind::Image => limits.image,
        MediaKind::Video => limits.video,
        MediaKind::Audio => limits.audio,
        MediaKind::Document => limits.document,
        MediaKind::Sticker if moves(bytes) => limits.moving_sticker,
        MediaKind::Sticker => limits.sticker,
    }
}

/// Whether a WebP picture says that it moves: the flag of its extended header.
fn moves(webp: &[u8]) -> bool {
    webp.get(12..16) == Some(b"VP8X") && webp.get(20).is_some_and(|flags| flags & 2 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Edition;

    #[test]
    fn types_by_name() {
        for (mime, kind) in [
            ("image/png", Some(MediaKind::Image)),
            ("IMAGE/JPEG", Some(MediaKind::Image)),
            ("audio/ogg; codecs=opus", Some(MediaKind::Audio)),
            ("image/webp", Some(MediaKind::Sticker)),
            ("application/zip", None),
            ("", None),
        ] {
            let found = type_of(mime).map(|place| TYPES[usize::from(place)].1);
            assert_eq!(found, kind, "{mime}");
        }
        assert!(MediaKind::Image.serves_as(MediaKind::Document));
        assert!(!MediaKind::Image.serves_as(MediaKind::Sticker));
    }

    #[test]
    fn a_sticker_that_moves_may_be_larger() {
        let limits = &Edition::named("2023-per-number").expect("it exists").media;
        let mut webp = b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0".to_vec();
        assert_eq!(bytes_max(MediaKind::Sticker, &webp, limits), limits.sticker);
        webp[20] = 2;
        assert_eq!(
            bytes_max(MediaKind::Sticker, &webp, limits),
            limits.moving_sticker
        );
        assert_eq!(bytes_max(MediaKind::Image, &webp, limits), limits.image);
    }
}
