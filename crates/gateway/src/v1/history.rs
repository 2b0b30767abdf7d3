//! The history of one portfolio, a page at a time, and where a reader of it has come to.
//!
//! Promises: within a portfolio time and sequence grow together, so that a page begins where the last one ended.
//! Must not know: what events mean.

use core::fmt;

use decider::{CellId, Timestamp};
use engine::{HistoryRange, Recorded};
use sender::Sender;

use super::error::Problem;
use crate::gateway::Gateway;

/// The last event that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    at: Timestamp,
    sequence: u64,
}

impl Cursor {
    /// Behind an event.
    pub(super) fn behind(recorded: &Recorded<Sender>) -> Self {
        Cursor {
            at: recorded.at,
            sequence: recorded.sequence,
        }
    }

    /// Before everything that happened from an instant on.
    pub(super) fn at(at: Timestamp) -> Self {
        Cursor { at, sequence: 0 }
    }

    /// From its text; nothing is the beginning.
    pub(super) fn read(text: Option<&str>) -> Result<Option<Self>, Problem> {
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let parse = || {
            let (at, sequence) = text.split_once('.')?;
            Some(Cursor {
                at: Timestamp::from_millis(at.parse().ok()?),
                sequence: sequence.parse().ok()?,
            })
        };
        parse()
            .map(Some)
            .ok_or_else(|| Problem::invalid("after is not one that a page gave"))
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.millis(), self.sequence)
    }
}

/// The first events behind a cursor for which `wanted` gives something, at most `limit` of them; and the cursor behind the
/// last, if there may be more.
pub(super) async fn read<T: Send + 'static>(
    gateway: &Gateway,
    cell: CellId,
    after: Option<Cursor>,
    limit: usize,
    wanted: impl Fn(&Recorded<Sender>) -> Option<T> + Send + 'static,
) -> Result<(Vec<T>, Option<Cursor>), Problem> {
    let engine = gateway.seat().engine().clone();
    // Reading the ledger blocks.
    let reading = tokio::task::spawn_blocking(move || {
        let range = HistoryRange {
            cells: vec![cell],
            from: after.map(|cursor| cursor.at),
            ..HistoryRange::default()
        };
        let mut found = Vec::new();
        for recorded in engine.history(range)? {
            let recorded = recorded?;
            if after.is_some_and(|cursor| recorded.sequence <= cursor.sequence) {
                continue;
            }
            if let Some(entry) = wanted(&recorded) {
                found.push(entry);
                if found.len() == limit {
                    return Ok((found, Some(Cursor::behind(&recorded))));
                }
            }
        }
        Ok((found, None))
    });
    let read = reading
        .await
        .map_err(|error| Problem::internal(error.to_string()))?;
    read.map_err(|error: engine::ReplayError| Problem::internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_leads_back() {
        let cursor = Cursor {
            at: Timestamp::from_millis(7),
            sequence: 9,
        };
        let read = |text: &str| Cursor::read(Some(text)).ok();
        assert_eq!(read(&cursor.to_string()), Some(Some(cursor)));
        assert_eq!(
            (read(""), read("7"), read("x.9"), read("7.9.1")),
            (Some(None), None, None, None)
        );
    }
}
