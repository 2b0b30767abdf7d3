//! The platform's decider on its own: no engine, no ledger, no HTTP.

mod by_behaviour;
mod golden;
mod invariants;
mod limits;
mod notices;
mod pacing;
mod people;
mod policy;
mod rates;
mod ratings;
mod recipients;
mod surface;
mod templates;
mod transit;
mod world;
