//! Content: text kept apart from the frames, with its own time to live.
//!
//! Promises: content of a commit is durable before the commit's frames are; erased content is in no file of the
//! tables afterwards.

use rusqlite::{Transaction, params};

use super::row::{content_crc, read_content, time};
use super::{Tables, maybe};
use crate::{ContentRecord, LedgerError};

/// Rows dropped in one transaction, so that a purge never holds up a commit for long (about 10 ms).
const PURGE_CHUNK: u32 = 1_000;
/// Rows read at once: few, since a record may be a file.
const CONTENT_CHUNK: u32 = 16;
/// The row of `meta` that names the last commit whose content was stored.
const CONTENT_COMMIT: &str = "content_commit";

impl Tables {
    /// Content by cell and key, expired or not; `None` if never stored, purged, or erased: a record that expires at 0 only
    /// takes the place of what was there.
    pub fn content(&self, cell: u64, key: u64) -> Result<Option<Vec<u8>>, LedgerError> {
        let sql =
            "SELECT cell, key, expires, crc, bytes FROM content WHERE cell = ?1 AND key = ?2 AND expires > 0";
        self.reading("reading content", |connection| {
            let mut statement = connection.prepare_cached(sql)?;
            maybe(statement.query_row([cell.cast_signed(), key.cast_signed()], read_content))
        })
    }

    /// Stores the content of commit number `commit` in one transaction.
    pub(crate) fn put_content(&self, commit: u64, records: &[ContentRecord]) -> Result<(), LedgerError> {
        self.writing("storing content", |transaction| {
            insert(transaction, records)?;
            let sql = "INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)";
            transaction
                .prepare_cached(sql)?
                .execute(params![CONTENT_COMMIT, commit.cast_signed()])?;
            Ok(())
        })
    }

    /// Drops content whose time to live ended at or before `now_ms`, also from the write-ahead file; returns how
    /// many records.
    pub fn purge_expired(&self, now_ms: u64) -> Result<usize, LedgerError> {
        let sql = "DELETE FROM content WHERE rowid IN
            (SELECT rowid FROM content WHERE expires <= ?1 ORDER BY expires LIMIT ?2)";
        let mut purged = 0;
        loop {
            let dropped = self.writing("purging expired content", |transaction| {
                transaction
                    .prepare_cached(sql)?
                    .execute(params![time(now_ms), PURGE_CHUNK])
            })?;
            purged += dropped;
            if dropped < PURGE_CHUNK as usize {
                break;
            }
        }
        if purged > 0 {
            self.truncate_wal()?;
        }
        Ok(purged)
    }

    /// Erases content of `cell`, also from the write-ahead file; returns how many records there were.
    pub fn erase(&self, cell: u64, keys: &[u64]) -> Result<usize, LedgerError> {
        let erased = self.writing("erasing content", |transaction| {
            let mut statement =
                transaction.prepare_cached("DELETE FROM content WHERE cell = ?1 AND key = ?2")?;
            let mut erased = 0;
            for key in keys {
                erased += statement.execute([cell.cast_signed(), key.cast_signed()])?;
            }
            Ok(erased)
        })?;
        self.truncate_wal()?;
        Ok(erased)
    }

    /// The first records behind `after` (cell and key), in order; none at the end.
    pub fn contents(&self, after: Option<(u64, u64)>) -> Result<Vec<ContentRecord>, LedgerError> {
        let (cell, key) = after.map_or((i64::MIN, i64::MIN), |(cell, key)| {
            (cell.cast_signed(), key.cast_signed())
        });
        // The very first key there can be is not behind itself.
        let from = if after.is_some() { ">" } else { ">=" };
        let sql = format!(
            "SELECT cell, key, expires, crc, bytes FROM content WHERE (cell, key) {from} (?1, ?2)
             ORDER BY cell, key LIMIT ?3"
        );
        self.reading("reading content", |connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let found = statement.query_map(params![cell, key, CONTENT_CHUNK], |row| {
                Ok(ContentRecord {
                    cell: row.get::<_, i64>(0)?.cast_unsigned(),
                    key: row.get::<_, i64>(1)?.cast_unsigned(),
                    expires_ms: row.get::<_, i64>(2)?.cast_unsigned(),
                    bytes: read_content(row)?,
                })
            })?;
            found.collect()
        })
    }

    /// How many content records there are.
    pub fn content_len(&self) -> Result<u64, LedgerError> {
        self.reading("counting content", |connection| {
            connection.query_row("SELECT COUNT(*) FROM content", [], |row| {
                row.get(0).map(i64::cast_unsigned)
            })
        })
    }

    /// The number of the last commit whose content was stored; 0 if none.
    pub(crate) fn content_commit(&self) -> Result<u64, LedgerError> {
        self.reading("reading the tables", content_commit)
    }
}

/// The number of the last commit whose content was stored; 0 if none.
pub(crate) fn content_commit(connection: &rusqlite::Connection) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare("SELECT value FROM meta WHERE name = ?1")?;
    let found = maybe(statement.query_row([CONTENT_COMMIT], |row| row.get::<_, i64>(0)))?;
    Ok(found.unwrap_or(0).cast_unsigned())
}

fn insert(transaction: &Transaction<'_>, records: &[ContentRecord]) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO content (cell, key, expires, crc, bytes) VALUES (?1, ?2, ?3, ?4, ?5)";
    let mut statement = transaction.prepare_cached(sql)?;
    for record in records {
        let (cell, key) = (record.cell.cast_signed(), record.key.cast_signed());
        let expires = time(record.expires_ms);
        let crc = content_crc(cell, key, expires, &record.bytes);
        statement.execute(params![cell, key, expires, crc, record.bytes])?;
    }
    Ok(())
}
