//! What happened to the directory. Frozen structs, as in [`crate::portfolio::event`].

use serde::{Deserialize, Serialize};

use super::{AppIx, Callback, Subject};
use crate::codec::events;

events! {
    /// An app was made.
    200 v 1 AppCreated,
    /// A token was made.
    201 v 1 TokenIssued,
    /// A token was taken back.
    202 v 1 TokenRevoked,
    /// An app's callback was set or removed.
    203 v 1 CallbackSet,
    /// An app was subscribed.
    204 v 1 Subscribed,
    /// A subscription ended.
    205 v 1 Unsubscribed,
    /// A cell was taken for a portfolio.
    206 v 1 PortfolioReserved,
    /// A phone number was claimed.
    207 v 1 NumberClaimed,
    /// A phone number was given back.
    208 v 1 NumberReleased,
    /// A session for a file was opened.
    240 v 1 UploadBegun,
    /// A piece of a file came.
    241 v 1 UploadReceived,
}

/// See [`Event::AppCreated`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AppCreated {
    /// Its name.
    pub name: String,
    /// Its secret: 32 hexadecimal digits.
    pub secret: String,
}

/// See [`Event::TokenIssued`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenIssued {
    /// The app.
    pub app: AppIx,
    /// The token.
    pub token: String,
}

/// See [`Event::TokenRevoked`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenRevoked {
    /// The token.
    pub token: String,
}

/// See [`Event::CallbackSet`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallbackSet {
    /// The app.
    pub app: AppIx,
    /// The callback and its fields.
    pub callback: Option<(Callback, Vec<String>)>,
}

/// See [`Event::Subscribed`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Subscribed {
    /// What for.
    pub subject: Subject,
    /// Which app.
    pub app: AppIx,
    /// Where to instead.
    pub over: Option<Callback>,
}

/// See [`Event::Unsubscribed`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unsubscribed {
    /// What for.
    pub subject: Subject,
    /// Which app.
    pub app: AppIx,
}

/// See [`Event::PortfolioReserved`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PortfolioReserved {
    /// Its name.
    pub name: String,
}

/// See [`Event::NumberClaimed`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberClaimed {
    /// Digits with country code.
    pub e164: u64,
    /// The portfolio.
    pub cell: u64,
}

/// See [`Event::NumberReleased`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberReleased {
    /// Digits with country code.
    pub e164: u64,
}

/// See [`Event::UploadBegun`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UploadBegun {
    /// Which session, always the next.
    pub number: u32,
    /// Whose.
    pub app: AppIx,
    /// What the file is, as `image/png`.
    pub mime: String,
    /// Bytes that it will have.
    pub length: u32,
    /// When it is forgotten, in milliseconds since the Unix epoch.
    pub until_ms: u64,
}

/// See [`Event::UploadReceived`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct UploadReceived {
    /// Which session.
    pub number: u32,
    /// Which piece of it, counted from 0.
    pub piece: u16,
    /// Its bytes.
    pub bytes: u32,
    /// When it is forgotten, in milliseconds since the Unix epoch.
    pub until_ms: u64,
}
