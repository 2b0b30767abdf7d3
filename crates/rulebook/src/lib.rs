//! The platform's rules as values and functions: one rule a file, values in dated editions.
//!
//! Promises: pure and exact; integers in state, floats only inside one function; the same input gives the same output.
//! Must not know: a time source, threads, HTTP, the wire format.

pub mod analytics;
pub mod appeal;
pub mod contacts;
pub mod country;
pub mod edition;
pub mod escalation;
pub mod experiment;
pub mod first_step;
pub mod flag;
pub mod free_entry;
pub mod index;
pub mod low_quality;
pub mod media;
pub mod misuse;
pub mod pair_rate;
pub mod per_user;
pub mod policy;
pub mod portfolio_pacing;
pub mod prefetch;
pub mod pricing;
pub mod rating;
pub mod refusal;
pub mod registration;
pub mod ring;
pub mod service_window;
pub mod status;
pub mod template;
pub mod throughput;
pub mod tier;
pub mod window;
