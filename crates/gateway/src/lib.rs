//! The sender seat with its sockets: the Graph API passed through with every send admitted first, webhooks in and out,
//! the native API.
//!
//! Promises: handlers convert, ask the [`Seat`], convert; nothing is decided here. An attempt is durable before its first
//! byte goes upstream, and is sent at most once; a webhook is durable before it is acknowledged.
//! Must not know: the rules, the platform seat.
//!
//! Start reading at `serve.rs` (which path goes where), then `graph.rs` and `graph/send.rs` (a send), `hooks.rs` (webhooks
//! in) and `relay.rs` (out).

mod alarms;
pub mod check;
pub mod config;
mod cut_off;
#[cfg(test)]
mod edge;
mod follow;
mod gateway;
mod graph;
mod hooks;
#[cfg(test)]
mod hostile;
mod keys;
mod metrics;
mod names;
mod news;
mod poll;
mod portfolios;
pub mod readiness;
mod registrations;
mod relay;
mod requests;
mod seat;
mod serve;
mod silence;
mod subscribe;
mod upstream;
mod v1;
mod wire;
mod words;

pub use follow::clock;
pub use gateway::{Gateway, StartError};
pub use relay::RelayError;
pub use seat::{OpenError, Seat};
pub use serve::{Running, serve};
pub use subscribe::{SubscribeError, subscribe};
pub use upstream::ClientError;
pub use v1::openapi;
