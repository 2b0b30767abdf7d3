//! One portfolio as its careful owner sees it, and the seat's directory beside it.
//!
//! Promises: a [`decider::Decider`]: pure, deterministic, everything that happens is an event; what is stored is
//! versioned. A send is admitted at the last moment: the messaging limit is never exceeded as far as an owner can know
//! it, no attempt is handed out twice, and replies never wait behind broadcasts.
//! Must not know: HTTP, webhooks as they come, threads, files, clocks, the platform seat.
//!
//! Start reading at `seat.rs`, then `portfolio.rs` (the state) and `admission.rs` (what a send must pass, in order).

pub mod caps;
pub mod check;
pub mod consent;
pub mod directory;
pub mod ids;
pub mod lane;
pub mod mirror;
pub mod person_requests;
pub mod policy;
pub mod portfolio;
pub mod quiet_hours;
pub mod refusal;
mod seat;
pub mod words;

pub use refusal::Refusal;
pub use seat::{Answer, Command, Event, Sender, State};
