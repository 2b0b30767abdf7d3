//! Free-form messages other than text: media, location, contacts, reactions; interactive ones in their own file.
//!
//! Promises: a message that passes has what its type needs, within the platform's bounds; its object is kept as it came.
//! Links are not fetched. Must not know: whether a medium or a message that it names exists.
//! Bounds: cloud-api-wire.md §1.1, and the platform's pages of each message type.

use serde_json::Value;

use super::interactive;
use super::value::At;
use crate::GraphError;

/// Characters of a caption.
const CAPTION_MAX: usize = 1_024;
/// Characters of a file name.
const FILENAME_MAX: usize = 240;
/// Characters of names and addresses in locations and contacts: no page has a bound, this one keeps a body small.
const NAME_MAX: usize = 1_000;
/// Contacts in one message.
const CONTACTS_MAX: usize = 257;
/// Characters of an emoji with all its joiners: far more than the longest sequence has.
const EMOJI_MAX: usize = 32;

/// The types of a free-form message that carry an object of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FreeKind {
    /// `image`.
    Image,
    /// `video`.
    Video,
    /// `audio`.
    Audio,
    /// `document`.
    Document,
    /// `sticker`.
    Sticker,
    /// `location`.
    Location,
    /// `contacts`.
    Contacts,
    /// `reaction`.
    Reaction,
    /// `interactive`.
    Interactive,
}

impl FreeKind {
    /// All of them.
    pub const ALL: [FreeKind; 9] = [
        FreeKind::Image,
        FreeKind::Video,
        FreeKind::Audio,
        FreeKind::Document,
        FreeKind::Sticker,
        FreeKind::Location,
        FreeKind::Contacts,
        FreeKind::Reaction,
        FreeKind::Interactive,
    ];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            FreeKind::Image => "image",
            FreeKind::Video => "video",
            FreeKind::Audio => "audio",
            FreeKind::Document => "document",
            FreeKind::Sticker => "sticker",
            FreeKind::Location => "location",
            FreeKind::Contacts => "contacts",
            FreeKind::Reaction => "reaction",
            FreeKind::Interactive => "interactive",
        }
    }

    /// Reads a word of the wire.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether a message of this type is one file.
    pub fn is_media(self) -> bool {
        use FreeKind::{Audio, Document, Image, Sticker, Video};
        matches!(self, Image | Video | Audio | Document | Sticker)
    }
}

/// A free-form message that was checked.
#[derive(Clone, Debug, PartialEq)]
pub struct FreeForm {
    /// Its type.
    pub kind: FreeKind,
    /// The object of that type, as it came.
    pub value: Value,
    /// Uploaded media that it names, each with what it must be.
    pub media: Vec<(FreeKind, String)>,
}

impl FreeForm {
    /// Checks the object of a message of a type.
    pub fn of(kind: FreeKind, value: Option<Value>) -> Result<Self, GraphError> {
        let value = value.ok_or_else(|| GraphError::missing_parameter(kind.as_str()))?;
        let mut media = Vec::new();
        let at = At::root(kind.as_str(), &value);
        match kind {
            FreeKind::Location => location(&at)?,
            FreeKind::Contacts => contacts(&at)?,
            FreeKind::Reaction => reaction(&at)?,
            FreeKind::Interactive => interactive::check(&at, &mut media)?,
            _ => medium(kind, &at, &mut media)?,
        }
        Ok(FreeForm { kind, value, media })
    }

    /// Of a reaction: the message reacted to.
    pub fn reacts_to(&self) -> Option<&str> {
        let reaction = (self.kind == FreeKind::Reaction).then_some(&self.value)?;
        reaction.get("message_id").and_then(Value::as_str)
    }
}

/// A file: by id or by link.
pub(super) fn medium(
    kind: FreeKind,
    at: &At<'_>,
    media: &mut Vec<(FreeKind, String)>,
) -> Result<(), GraphError> {
    at.only(match kind {
        FreeKind::Image | FreeKind::Video => &["id", "link", "caption", "provider"],
        FreeKind::Document => &["id", "link", "caption", "filename", "provider"],
        FreeKind::Audio => &["id", "link", "voice", "provider"],
        _ => &["id", "link", "provider"],
    })?;
    match (at.get("id")?, at.get("link")?) {
        (Some(id), _) => media.push((kind, id.id()?)),
        (None, Some(link)) => {
            link.link()?;
        }
        (None, None) => return Err(at.lacks("needs an id or a link")),
    }
    at.may_text("caption", CAPTION_MAX)?;
    at.may_text("filename", FILENAME_MAX)?;
    Ok(())
}

fn location(at: &At<'_>) -> Result<(), GraphError> {
    at.need("latitude")?.number(-90.0, 90.0)?;
    at.need("longitude")?.number(-180.0, 180.0)?;
    at.may_text("name", NAME_MAX)?;
    at.may_text("address", NAME_MAX)?;
    Ok(())
}

fn reaction(at: &At<'_>) -> Result<(), GraphError> {
    at.need_text("message_id", NAME_MAX)?;
    let emoji = at.need("emoji")?;
    // An empty one takes the reaction back.
    let text = emoji.string()?;
    let plain = text.chars().any(|ch| ch.is_ascii_alphabetic());
    if plain || text.chars().count() > EMOJI_MAX {
        return Err(emoji.bad("must be one emoji"));
    }
    Ok(())
}

fn contacts(at: &At<'_>) -> Result<(), GraphError> {
    for contact in at.list(1, CONTACTS_MAX)? {
        let name = contact.need("name")?;
        name.need_text("formatted_name", NAME_MAX)?;
        let parts = ["first_name", "last_name", "middle_name", "suffix", "prefix"];
        let mut named = false;
        for part in parts {
            named |= name.may_text(part, NAME_MAX)?.is_some();
        }
        if !named {
            let what = format!("needs one of {} beside formatted_name", parts.join(", "));
            return Err(name.lacks(&what));
        }
        if let Some(birthday) = contact.get("birthday")?
            && !is_date(birthday.text(NAME_MAX)?)
        {
            return Err(birthday.bad("must be a date such as 1990-12-31"));
        }
        // (list, what each entry has)
        for (list, keys) in [
            ("phones", &["phone", "type", "wa_id"][..]),
            ("emails", &["email", "type"]),
            ("urls", &["url", "type"]),
            (
                "addresses",
                &[
                    "street",
                    "city",
                    "state",
                    "zip",
                    "country",
                    "country_code",
                    "type",
                ],
            ),
        ] {
            let Some(list) = contact.get(list)? else { continue };
            for entry in list.list(0, CONTACTS_MAX)? {
                for key in keys {
                    entry.may_text(key, NAME_MAX)?;
                }
            }
        }
        if let Some(org) = contact.get("org")? {
            for key in ["company", "department", "title"] {
                org.may_text(key, NAME_MAX)?;
            }
        }
    }
    Ok(())
}

/// `YYYY-MM-DD`, roughly: no calendar is asked.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits =
        |part: &str, count: usize| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts[..] {
        [year, month, day] => {
            let within = |part: &str, most: u32| part.parse().is_ok_and(|n: u32| (1..=most).contains(&n));
            digits(year, 4) && digits(month, 2) && digits(day, 2) && within(month, 12) && within(day, 31)
        }
        _ => false,
    }
}
