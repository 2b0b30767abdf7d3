//! Tests of the wire, by feature: one `check` each, and rows. What a client sees is kept as snapshots.

mod error;
mod fields;
mod hostile;
mod ids;
mod message;
mod node;
mod paging;
mod route;
mod template;
mod time;
mod webhook;
