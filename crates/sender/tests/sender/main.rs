//! The sender's decider on its own: no engine, no ledger, no HTTP.

mod admitting;
mod care;
mod codes;
mod consents;
mod explaining;
mod foreign;
mod golden;
mod histories;
mod memory;
mod published;
mod requests;
mod settling;
mod statuses;
mod stored;
mod told;
mod world;
