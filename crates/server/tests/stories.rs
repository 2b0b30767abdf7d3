//! Stories of the platform seat: what a business and its people live through in simulated time, told through the
//! public interfaces over real HTTP. Each story is a test of its own with a world of its own.
//!
//! Must not know: how anything is decided or stored.

#[path = "support/smtp.rs"]
#[expect(dead_code, reason = "stories look at nothing but subjects")]
mod smtp;

mod stories {
    pub(crate) mod http;
    pub(crate) mod number;
    pub(crate) mod shop;
    pub(crate) mod world;

    mod flagged;
    mod flagged_values;
    mod history;
    mod limits;
    mod managing;
    mod pacing;
    mod pausing;
    mod policy;
    mod rating;
    mod review;
    mod tiers;
}
