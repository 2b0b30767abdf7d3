//! The platform's decider on its own: no engine, no ledger, no HTTP.

mod analytics;
mod by_behaviour;
mod care;
mod first_step;
mod golden;
mod invariants;
mod limits;
mod notices;
mod pacing;
mod people;
mod policy;
mod portfolio_pacing;
mod rates;
mod ratings;
mod recipients;
mod surface;
mod templates;
mod transit;
mod world;
