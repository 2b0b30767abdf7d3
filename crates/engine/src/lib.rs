//! Runs any decider over any ledger.
//!
//! Promises: what was answered is in the ledger; what is in the ledger was decided once; replaying the ledger gives the
//! very state that the running process has; the same seed and the same commands with the same stamps give the same
//! history, with any number of shards. Nothing that a decider does (panics, ticks that lead nowhere) ends a thread.
//! Must not know: HTTP, WhatsApp, what events mean.
//!
//! Start reading at `engine.rs`, then `shard.rs` (decides), `writer.rs` (makes durable) and `fold.rs` (bytes to state).

mod advance;
mod cells;
mod clock;
mod config;
mod desk;
mod durable;
mod engine;
mod error;
mod fold;
mod followers;
mod frame;
mod guard;
mod health;
mod history;
mod job;
mod pending;
mod queue;
mod reactor;
mod rebuild;
mod replay;
mod reply;
mod router;
mod shard;
mod snapshot;
mod snapshots;
mod subscription;
#[cfg(test)]
mod tests;
mod threads;
mod upkeep;
mod varint;
mod writer;

pub use advance::Advanced;
pub use clock::Clock;
pub use config::Config;
pub use engine::Engine;
pub use error::{AdvanceError, EngineError, OpenError, ReplayError};
pub use health::{Alarm, Health};
pub use history::{History, HistoryRange};
pub use pending::Pending;
pub use reactor::{OutboxRow, Reactor};
pub use replay::replay;
pub use snapshots::SnapshotError;
pub use subscription::{Changes, FollowError, Recorded, Subscription};
