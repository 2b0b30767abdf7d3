//! The Graph API of the platform seat: for each call and each bad input, what a client is told, to the byte.
//!
//! Everything runs in process over an ephemeral seat with a frozen clock: same answers, same ids, every time.

mod support;

mod analytics;
mod block_users;
mod media;
mod messages;
mod nodes;
mod numbers;
mod pages;
mod registration;
mod socket;
mod stories;
mod subscriptions;
mod surroundings;
mod templates;
mod tls;
mod transport;
mod usage;
mod user_ids;
