//! Attempts that a crash cut off.
//!
//! Promises: what was under way when the last process ended reads as unknown from the start of this one, is never sent again,
//! and is settled by what the platform tells of it. Must not know: how a send goes.

use decider::{CellId, Timestamp};
use engine::EngineError;
use sender::ids::AttemptId;
use sender::portfolio::attempts::flag;
use sender::portfolio::command::{Outcome, Settle};
use sender::portfolio::{Command, Portfolio};

use crate::seat::Seat;

/// Settled in one commit.
const TOGETHER: usize = 500;

/// Settles them. Nothing is under way yet: whatever is open was cut off, but for what somebody else sends.
pub(crate) async fn settle(seat: &Seat, cell: CellId) -> Result<(), EngineError> {
    let open = seat.query(cell, open).await?.unwrap_or_default();
    if !open.is_empty() {
        tracing::warn!(
            attempts = open.len(),
            "sends were cut off when the gateway ended; what became of them is unknown until the platform tells"
        );
    }
    for attempts in open.chunks(TOGETHER) {
        let unknown = |attempt: &AttemptId| {
            Command::Settle(Settle {
                attempt: *attempt,
                outcome: Outcome::Unknown,
                answer: None,
            })
        };
        seat.submit_all(cell, attempts.iter().map(unknown).collect())
            .await?;
    }
    Ok(())
}

/// No more than went within the span after which attempts are given up anyway.
fn open(portfolio: &Portfolio) -> Vec<AttemptId> {
    let (from, until) = portfolio.attempts.open_until(Timestamp::MAX);
    let ours = |attempt: &AttemptId| {
        let record = portfolio.attempts.get(*attempt);
        record.is_some_and(|record| record.is_open() && !record.any(flag::UNKNOWN | flag::ELSEWHERE))
    };
    (from.0..until.0).map(AttemptId).filter(ours).collect()
}
