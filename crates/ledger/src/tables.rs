//! What is kept beside the log, in SQLite: content with a time to live, cursors, and the outbox.
//!
//! Promises: what a call returned `Ok` for is durable; cursors and the deliveries that they led to change in one
//! transaction; every row carries a checksum that is verified when it is read; erased bytes are overwritten.
//! Must not know: what payloads and content mean, who reads a queue.

mod content;
mod cursors;
mod outbox;
mod row;

pub(crate) use content::content_commit;
pub use cursors::Cursor;
pub(crate) use cursors::all as all_cursors;
pub use outbox::{Attempt, Counts, Deliveries, Delivery, DeliveryState, NewDelivery, Then};
pub(crate) use row::check_rows;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction, ffi};

use crate::LedgerError;

/// The layout of the tables that this version writes (`PRAGMA user_version`).
pub const SCHEMA_VERSION: u32 = 1;
/// The statements that make the tables.
pub const SCHEMA: &str = include_str!("tables/schema.sql");

/// How long a statement waits for the other connection before it fails.
const BUSY: Duration = Duration::from_secs(5);
/// Pages of 4 KiB in the write-ahead file after which it is moved into the tables: a pause of some 10 ms each 16 MiB.
const CHECKPOINT_PAGES: u32 = 4_000;
/// Page cache of a connection, in KiB (negative is how SQLite spells that).
const CACHE: i32 = -16_384;
/// More than the number of different statements here, so that none is compiled twice.
const STATEMENTS: usize = 64;

/// The tables of one store. Shared by threads; writers take turns, readers do not wait for writers.
pub struct Tables {
    write: Mutex<Connection>,
    /// A second connection for reading; none in memory, where a connection is the database.
    read: Option<Mutex<Connection>>,
    file: Option<PathBuf>,
}

impl Tables {
    /// Empty tables that vanish with the value.
    pub fn in_memory() -> Result<Tables, LedgerError> {
        let write = Connection::open_in_memory().map_err(failed("making tables in memory"))?;
        prepare(&write)?;
        Ok(Tables {
            write: Mutex::new(write),
            read: None,
            file: None,
        })
    }

    /// The tables in `file`, made if it is not there. Every transaction is synced before it returns.
    pub fn open(file: &Path) -> Result<Tables, LedgerError> {
        let (write, read) = connect(file)?;
        Ok(Tables {
            write: Mutex::new(write),
            read: Some(Mutex::new(read)),
            file: Some(file.to_owned()),
        })
    }

    /// Opens the file anew, after an I/O error. Nothing happens in memory.
    pub fn reconnect(&self) -> Result<(), LedgerError> {
        let (Some(file), Some(read)) = (&self.file, &self.read) else {
            return Ok(());
        };
        let fresh = connect(file)?;
        let mut old_write = self.writer();
        let mut old_read = read.lock().unwrap_or_else(PoisonError::into_inner);
        (*old_write, *old_read) = fresh;
        Ok(())
    }

    /// Allows the tables at most `pages` pages of 4 KiB more than none; beyond it every write is
    /// [`LedgerError::Full`]. `None` lifts the bound. For tests of full disks.
    pub fn limit_pages(&self, pages: Option<u32>) -> Result<(), LedgerError> {
        let pages = pages.unwrap_or(u32::MAX - 1);
        self.writer()
            .pragma_update(None, "max_page_count", pages)
            .map_err(failed("bounding the tables"))
    }

    /// Moves everything from the write-ahead file into the tables and empties it, so that nothing erased is left in it.
    pub fn truncate_wal(&self) -> Result<(), LedgerError> {
        let doing = "emptying the write-ahead file";
        let busy: i64 = self
            .writer()
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(failed(doing))?;
        if busy == 0 {
            return Ok(());
        }
        let source = rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_BUSY), None);
        Err(LedgerError::Tables { doing, source })
    }

    /// The statements that made the tables, as SQLite keeps them.
    pub(crate) fn layout(&self) -> Result<Vec<String>, LedgerError> {
        self.reading("reading the layout", layout)
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        // A panic while the lock was held dropped its transaction, which rolled it back: the connection is sound.
        self.write.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reading<T>(
        &self,
        doing: &'static str,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, LedgerError> {
        let connection = self.read.as_ref().unwrap_or(&self.write);
        let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
        read(&connection).map_err(failed(doing))
    }

    fn writing<T>(
        &self,
        doing: &'static str,
        write: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, LedgerError> {
        let mut connection = self.writer();
        let transaction = connection.transaction().map_err(failed(doing))?;
        let done = write(&transaction).map_err(failed(doing))?;
        transaction.commit().map_err(failed(doing))?;
        Ok(done)
    }
}

/// The statements that made the tables, as SQLite keeps them.
pub(crate) fn layout(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || COALESCE(sql, '') FROM sqlite_schema ORDER BY 1";
    let mut statement = connection.prepare(sql)?;
    let found = statement.query_map([], |row| row.get(0))?;
    found.collect()
}

fn connect(file: &Path) -> Result<(Connection, Connection), LedgerError> {
    let doing = "opening the tables";
    let write = Connection::open(file).map_err(failed(doing))?;
    write
        .pragma_update(None, "journal_mode", "wal")
        .map_err(failed(doing))?;
    write
        .pragma_update(None, "synchronous", "full")
        .map_err(failed(doing))?;
    write
        .pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)
        .map_err(failed(doing))?;
    prepare(&write)?;
    let read = Connection::open(file).map_err(failed(doing))?;
    read.pragma_update(None, "query_only", true)
        .map_err(failed(doing))?;
    settle_in(&read).map_err(failed(doing))?;
    Ok((write, read))
}

fn prepare(connection: &Connection) -> Result<(), LedgerError> {
    let doing = "making the tables";
    settle_in(connection).map_err(failed(doing))?;
    connection
        .pragma_update(None, "secure_delete", true)
        .map_err(failed(doing))?;
    let version: u32 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(failed(doing))?;
    if version == SCHEMA_VERSION {
        return Ok(());
    }
    // One transaction: a crash leaves either no tables or all of them.
    let sql = format!("BEGIN;\n{SCHEMA}\nPRAGMA user_version = {SCHEMA_VERSION};\nCOMMIT;");
    connection.execute_batch(&sql).map_err(failed(doing))
}

fn settle_in(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "cache_size", CACHE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}

/// Turns what SQLite says into what the ledger says: no room, a damaged row, or a failure.
fn failed(doing: &'static str) -> impl Fn(rusqlite::Error) -> LedgerError {
    move |source| match source {
        rusqlite::Error::FromSqlConversionFailure(offset, _, ref what) if what.is::<row::Mismatch>() => {
            LedgerError::Damaged {
                file: "tables.db".into(),
                offset: offset as u64,
                what: what.to_string(),
            }
        }
        source if source.sqlite_error_code() == Some(ErrorCode::DiskFull) => LedgerError::Full,
        source => LedgerError::Tables { doing, source },
    }
}

fn maybe<T>(found: rusqlite::Result<T>) -> rusqlite::Result<Option<T>> {
    found.optional()
}
