//! The tables as they are on disk, read without SQLite touching the files.
//!
//! The database file and the whole transactions of its write-ahead file are put together in memory and checked
//! there: SQLite's own integrity check, the layout, and the checksum of every row.
//!
//! Promises: no file is changed; what an image was checked for holds for the tables that are opened after it.
//! Must not know: how the tables are used.

use std::io::ErrorKind;

use rusqlite::Connection;

use super::directory::{Directory, damaged, io};
use super::wal;
use crate::tables::{self, Cursor};
use crate::{LedgerError, Tables};

const FILE: &str = "tables.db";
/// Where the database header says that the file is used with a write-ahead file: 2, 2.
const JOURNAL_BYTES: std::ops::Range<usize> = 18..20;
/// Where it says that the file shrinks by itself, which these tables never do: zero.
const VACUUM_BYTES: [std::ops::Range<usize>; 2] = [52..56, 64..68];
const HEADER_LEN: usize = 100;

/// What the tables say about the log.
#[derive(Debug)]
pub(super) struct Facts {
    /// Rows, all verified.
    pub(super) rows: u64,
    /// All cursors.
    pub(super) cursors: Vec<Cursor>,
    /// The last commit whose content was stored; 0 if none.
    pub(super) content_commit: u64,
}

/// The bytes of both files together.
pub(super) fn size(directory: &Directory) -> Result<u64, LedgerError> {
    let length = |path| match std::fs::metadata(path) {
        Ok(found) => Ok(found.len()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
        Err(error) => Err(io("reading the tables")(error)),
    };
    Ok(length(directory.tables())? + length(directory.wal())?)
}

/// Checks the write-ahead file alone, which costs little.
pub(super) fn check_wal(directory: &Directory) -> Result<(), LedgerError> {
    read_wal(directory).map(drop)
}

/// Checks the tables and says what they know about the log.
pub(super) fn check(directory: &Directory) -> Result<Facts, LedgerError> {
    let broken = |error: rusqlite::Error| damaged(FILE, 0, error.to_string());
    let bytes = assemble(directory)?;
    let mut connection = Connection::open_in_memory().map_err(broken)?;
    connection
        .deserialize_read_exact("main", bytes.as_slice(), bytes.len(), true)
        .map_err(broken)?;
    drop(bytes);
    check_layout(directory, &connection)?;
    let verdict: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(broken)?;
    if verdict != "ok" {
        return Err(damaged(FILE, 0, verdict));
    }
    let rows = tables::check_rows(&connection)
        .map_err(broken)?
        .map_err(|what| damaged(FILE, 0, what))?;
    let cursors = tables::all_cursors(&connection).map_err(broken)?;
    let content_commit = tables::content_commit(&connection).map_err(broken)?;
    Ok(Facts {
        rows,
        cursors,
        content_commit,
    })
}

fn read_wal(directory: &Directory) -> Result<(Vec<u8>, wal::Pages), LedgerError> {
    let bytes = match std::fs::read(directory.wal()) {
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        other => other.map_err(io("reading the write-ahead file"))?,
    };
    let pages = wal::read(&bytes).map_err(|wal::WalDamage(offset)| {
        damaged(
            "tables.db-wal",
            offset,
            "a page is not what was written, and transactions follow it",
        )
    })?;
    Ok((bytes, pages))
}

/// The database with the write-ahead file's transactions in it.
fn assemble(directory: &Directory) -> Result<Vec<u8>, LedgerError> {
    let mut bytes = match std::fs::read(directory.tables()) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(damaged(FILE, 0, "the file is missing"));
        }
        other => other.map_err(io("reading the tables"))?,
    };
    let (wal, over) = read_wal(directory)?;
    if over.database_pages > 0 {
        bytes.resize(over.database_pages as usize * over.page_size, 0);
    }
    for (page, at) in over.pages {
        let start = (page as usize - 1) * over.page_size;
        // A page beyond the last transaction's size was given back later.
        if let Some(place) = bytes.get_mut(start..start + over.page_size) {
            place.copy_from_slice(&wal[at..at + over.page_size]);
        }
    }
    if bytes.len() < HEADER_LEN
        || bytes[JOURNAL_BYTES] != [2, 2]
        || VACUUM_BYTES.into_iter().any(|range| bytes[range] != [0; 4])
    {
        return Err(damaged(FILE, 0, "the header is not what was written"));
    }
    // In memory there is no write-ahead file.
    bytes[JOURNAL_BYTES].fill(1);
    Ok(bytes)
}

fn check_layout(directory: &Directory, connection: &Connection) -> Result<(), LedgerError> {
    let broken = |error: rusqlite::Error| damaged(FILE, 0, error.to_string());
    let found: u32 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(broken)?;
    if found > tables::SCHEMA_VERSION {
        let path = directory.root.join(FILE).display().to_string();
        return Err(LedgerError::Newer {
            path,
            found,
            known: tables::SCHEMA_VERSION,
        });
    }
    let expected = Tables::in_memory()?.layout()?;
    let layout = tables::layout(connection).map_err(broken)?;
    if found != tables::SCHEMA_VERSION || layout != expected {
        return Err(damaged(FILE, 0, "the layout of the tables is not what was made"));
    }
    Ok(())
}
