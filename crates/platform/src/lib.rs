//! One portfolio as the WhatsApp Business Platform sees it, and the seat's directory beside it.
//!
//! Promises: a [`decider::Decider`]: pure, deterministic, everything that happens is an event; what is stored is versioned.
//! Must not know: HTTP, webhooks, threads, files, clocks, the sender seat.

mod codec;
pub mod directory;
pub mod ids;
pub mod pattern;
pub mod people;
pub mod portfolio;
mod seat;

pub use seat::{Answer, Command, Event, Platform, SAID, State};
