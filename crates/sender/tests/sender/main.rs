//! The sender's decider on its own: no engine, no ledger, no HTTP.

mod admitting;
mod settling;
mod world;
