//! Rows as they are stored: whole numbers, and one checksum over all columns.
//!
//! Promises: a row whose columns are not those that were written is never handed out.

use rusqlite::types::Type;
use rusqlite::{Connection, Row};

use super::{cursors, outbox};

/// A row's checksum does not fit its columns.
#[derive(Debug, thiserror::Error)]
#[error("the checksum of {0} does not fit it")]
pub(super) struct Mismatch(pub String);

/// A checksum over columns; each is preceded by its length, so that no two rows look alike.
#[derive(Default)]
pub(super) struct RowCrc(crc32fast::Hasher);

impl RowCrc {
    pub(super) fn int(mut self, value: i64) -> Self {
        self.0.update(&value.to_le_bytes());
        self
    }

    pub(super) fn bytes(self, value: &[u8]) -> Self {
        let mut this = self.int(value.len() as i64);
        this.0.update(value);
        this
    }

    pub(super) fn done(self) -> i64 {
        i64::from(self.0.finalize())
    }
}

pub(super) fn content_crc(cell: i64, key: i64, expires: i64, bytes: &[u8]) -> i64 {
    RowCrc::default()
        .int(cell)
        .int(key)
        .int(expires)
        .bytes(bytes)
        .done()
}

/// `Ok` if `stored` is `computed`; `name` says which row it is.
pub(super) fn expect_crc(stored: i64, computed: i64, name: impl FnOnce() -> String) -> rusqlite::Result<()> {
    if stored == computed {
        return Ok(());
    }
    Err(rusqlite::Error::FromSqlConversionFailure(
        0,
        Type::Integer,
        Box::new(Mismatch(name())),
    ))
}

/// A time that SQLite must keep in order: those beyond what it can hold count as its latest.
pub(super) fn time(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

pub(super) fn read_content(row: &Row<'_>) -> rusqlite::Result<Vec<u8>> {
    let (cell, key, expires): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let bytes: Vec<u8> = row.get(4)?;
    expect_crc(row.get(3)?, content_crc(cell, key, expires, &bytes), || {
        format!("content {} of cell {}", key.cast_unsigned(), cell.cast_unsigned())
    })?;
    Ok(bytes)
}

type Check = fn(&Row<'_>) -> rusqlite::Result<()>;

/// Reads every row once and says what does not fit; `Ok` gives the number of rows.
pub(crate) fn check_rows(connection: &Connection) -> rusqlite::Result<Result<u64, String>> {
    let mut rows = 0;
    let tables: [(&str, Check); 3] = [
        ("SELECT cell, key, expires, crc, bytes FROM content", |row| {
            read_content(row).map(drop)
        }),
        (cursors::SELECT, |row| cursors::read(row).map(drop)),
        (outbox::SELECT, |row| outbox::read(row).map(drop)),
    ];
    for (sql, read) in tables {
        let mut statement = connection.prepare(sql)?;
        let mut found = statement.query([])?;
        while let Some(row) = found.next()? {
            match read(row) {
                Ok(()) => rows += 1,
                Err(rusqlite::Error::FromSqlConversionFailure(_, _, what)) => {
                    return Ok(Err(what.to_string()));
                }
                Err(error) => return Err(error),
            }
        }
    }
    Ok(Ok(rows))
}
