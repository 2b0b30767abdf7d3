//! The wire of the WhatsApp Cloud API: Graph calls, their answers and errors, and webhooks.
//!
//! Promises: what comes in is read without panicking and without trusting it, and every defect names its field;
//! what goes out has the platform's shape to the byte (ASCII, `\/`, lower-case `\uXXXX`). Values that the platform
//! may add later are kept, not refused.
//! Must not know: the rules (who may send what and when), storage, sockets, time.

mod decode;
mod lenient;
mod open_enum;

pub mod account;
pub mod analytics;
pub mod batch;
pub mod block_users;
pub mod error;
pub mod fields;
pub mod health;
pub mod ids;
pub mod json;
pub mod media;
pub mod message;
pub mod multipart;
pub mod normalise;
pub mod paging;
pub mod params;
pub mod phone;
pub mod profile;
pub mod qr;
pub mod route;
pub mod settings;
pub mod template;
pub mod time;
pub mod webhook;

pub use error::GraphError;
pub use ids::{Direction, GraphId, Kind, UserId, Wamid};
pub use message::{Accepted, MessageRequest, MessageStatus, Outgoing, OutgoingKind, parse_message};
pub use normalise::normalise_recipient;
pub use params::{Params, access_token};
pub use route::{GraphCall, Method, NodeId, route};

#[cfg(test)]
mod tests;
