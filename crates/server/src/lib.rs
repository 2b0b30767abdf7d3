//! Everything with a socket: the Graph API of the platform seat, webhooks out, the control API, the Manager's pages.
//!
//! Promises: handlers convert, ask the [`Seat`], convert; nothing is decided here.
//! Must not know: the rules (`rulebook`), how events are stored (`ledger`).

pub mod content;
mod directory_view;
mod error;
pub mod faults;
pub mod graph;
pub mod history;
pub mod hooks;
pub mod ids;
pub mod manager;
pub mod notify;
mod origin;
pub mod seat;
pub mod secret;
mod serve;
pub mod v1;

pub use directory_view::DirectoryView;
pub use error::{OpenError, SeatError};
pub use seat::{ClockConfig, DefaultAccount, Image, Seat, SeatConfig, Storage};
pub use serve::{Running, ServeConfig, Tls, TlsError, serve, serve_with};

/// A phone number as people read it: `+1 555-078-3881` in the North American plan, else a plus and the digits.
pub fn display_phone_number(e164: u64) -> String {
    let digits = e164.to_string();
    match (digits.len(), digits.strip_prefix('1')) {
        (11, Some(rest)) => format!("+1 {}-{}-{}", &rest[..3], &rest[3..6], &rest[6..]),
        _ => format!("+{digits}"),
    }
}
