//! Tests of the wire, by feature: one `check` each, and rows. What a client sees is kept as snapshots.

mod analytics;
mod error;
mod fields;
mod free;
mod hostile;
mod ids;
mod media;
mod message;
mod node;
mod paging;
mod profile;
mod received;
mod route;
mod template;
mod time;
mod webhook;
