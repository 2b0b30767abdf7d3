//! Tests of the wire, by feature: one `check` each, and rows. What a client sees is kept as snapshots.

mod ids;
mod message;
mod route;
