//! The history as lines of JSON: one event a line, in order of time, cell and sequence.
//!
//! Promises: the same history gives the same bytes. Must not know: where the lines go.

use std::io::Write;
use std::sync::Arc;

use cloud_api::{GraphId, Kind};
use decider::{CellId, Timestamp};
use engine::{History, HistoryRange, Recorded, ReplayError};
use ledger::LedgerReader;
use platform::directory::DIRECTORY;
use platform::{Event, Platform};
use serde::Serialize;

use crate::ids::portfolio_id;

/// Why a history is not exported to its end.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The ledger cannot be read.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The lines cannot be written.
    #[error("writing the history failed")]
    Write(#[from] std::io::Error),
}

/// Which part of the history.
#[derive(Clone, Debug, Default)]
pub struct Export {
    /// Of this portfolio only; `None` for all, and the directory of apps and portfolios.
    pub portfolio: Option<CellId>,
    /// Not before this instant.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub to: Option<Timestamp>,
}

impl Export {
    /// Everything of the portfolio with this id; `None` if it is the id of something else.
    pub fn of_portfolio(id: u64) -> Option<Export> {
        let id = GraphId::of_number(id).filter(|id| id.kind() == Kind::Portfolio)?;
        Some(Export {
            portfolio: Some(CellId(id.cell())),
            ..Export::default()
        })
    }
}

/// One line.
#[derive(Serialize)]
struct Line<'a> {
    time_ms: u64,
    /// Null for the directory.
    portfolio_id: Option<String>,
    sequence: u64,
    /// The permanent number of the kind, and its version.
    kind: u16,
    version: u8,
    name: &'static str,
    event: &'a Event,
}

/// Writes the events of a ledger that are durable now, a line each.
pub fn write(reader: Arc<dyn LedgerReader>, export: &Export, out: &mut dyn Write) -> Result<(), ExportError> {
    let range = HistoryRange {
        cells: export.portfolio.into_iter().collect(),
        from: export.from,
        to: export.to,
        ..HistoryRange::default()
    };
    for recorded in History::<Platform>::read(reader, range)? {
        write_line(&recorded?, out)?;
    }
    out.flush()?;
    Ok(())
}

fn write_line(recorded: &Recorded<Platform>, out: &mut dyn Write) -> Result<(), ExportError> {
    let (kind, version, name) = match &recorded.event {
        Event::Portfolio(event) => (event.kind().0, event.kind().1, event.name()),
        Event::Directory(event) => (event.kind().0, event.kind().1, event.name()),
    };
    let line = Line {
        time_ms: recorded.at.millis(),
        portfolio_id: (recorded.cell != DIRECTORY).then(|| portfolio_id(recorded.cell).to_string()),
        sequence: recorded.sequence,
        kind,
        version,
        name,
        event: &recorded.event,
    };
    serde_json::to_writer(&mut *out, &line).map_err(std::io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}
