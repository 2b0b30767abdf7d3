//! Cursors: how far each reader of the log has come.
//!
//! Promises: a cursor moves in the same transaction as the deliveries that its move led to ([`Tables::advance`]).

use rusqlite::{Row, Transaction, params};

use super::row::{RowCrc, expect_crc};
use super::{Tables, maybe};
use crate::{LedgerError, Partition, Position};

pub(super) const SELECT: &str = "SELECT name, partition, position, within, crc FROM cursors";

/// The next event that a named reader of a partition has not handled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Who reads.
    pub name: String,
    /// What it reads.
    pub partition: Partition,
    /// The frame that holds the next event.
    pub position: Position,
    /// The number of events in that frame that were handled already.
    pub within: u32,
}

impl Tables {
    /// How far `name` has come in `partition`; `None` if it never began.
    pub fn cursor(&self, name: &str, partition: Partition) -> Result<Option<Cursor>, LedgerError> {
        let sql = format!("{SELECT} WHERE name = ?1 AND partition = ?2");
        self.reading("reading a cursor", |connection| {
            maybe(
                connection
                    .prepare_cached(&sql)?
                    .query_row(params![name, partition.0], read),
            )
        })
    }

    /// All cursors, by name and partition.
    pub fn cursors(&self) -> Result<Vec<Cursor>, LedgerError> {
        self.reading("reading the cursors", all)
    }

    /// Forgets a reader that is gone for good, so that it no longer holds up trimming; returns its cursors' number.
    pub fn drop_cursors(&self, name: &str) -> Result<usize, LedgerError> {
        self.writing("dropping cursors", |transaction| {
            transaction.execute("DELETE FROM cursors WHERE name = ?1", [name])
        })
    }
}

/// All cursors, by name and partition.
pub(crate) fn all(connection: &rusqlite::Connection) -> rusqlite::Result<Vec<Cursor>> {
    let mut statement = connection.prepare(SELECT)?;
    let found = statement.query_map([], read)?;
    found.collect()
}

pub(super) fn save(transaction: &Transaction<'_>, cursors: &[Cursor]) -> rusqlite::Result<()> {
    let sql =
        "INSERT OR REPLACE INTO cursors (name, partition, position, within, crc) VALUES (?1, ?2, ?3, ?4, ?5)";
    let mut statement = transaction.prepare_cached(sql)?;
    for cursor in cursors {
        let position = cursor.position.0.cast_signed();
        statement.execute(params![
            cursor.name,
            cursor.partition.0,
            position,
            cursor.within,
            crc(cursor)
        ])?;
    }
    Ok(())
}

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Cursor> {
    let cursor = Cursor {
        name: row.get(0)?,
        partition: Partition(row.get(1)?),
        position: Position(row.get::<_, i64>(2)?.cast_unsigned()),
        within: row.get(3)?,
    };
    expect_crc(row.get(4)?, crc(&cursor), || {
        format!("cursor {} of partition {}", cursor.name, cursor.partition.0)
    })?;
    Ok(cursor)
}

fn crc(cursor: &Cursor) -> i64 {
    RowCrc::default()
        .bytes(cursor.name.as_bytes())
        .int(cursor.partition.0.into())
        .int(cursor.position.0.cast_signed())
        .int(cursor.within.into())
        .done()
}
