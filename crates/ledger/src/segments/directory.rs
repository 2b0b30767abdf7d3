//! The data directory: which file is where, its format file, and its lock.
//!
//! Promises: one process at a time; a directory of a newer format is refused; a directory that was made only
//! half (a crash in the very first start) is made again.
//! Must not know: what is in segments, snapshots and tables.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::LedgerError;

/// The format that this version writes, and the newest that it reads.
pub const FORMAT: u32 = 1;

const HEADER: &str = "# A data directory of goodstanding. Made by the program; not to be edited.\n";

/// Where everything is.
#[derive(Clone, Debug)]
pub(super) struct Directory {
    pub(super) root: PathBuf,
}

/// What the format file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Format {
    pub(super) format: u32,
    pub(super) partitions: u16,
    pub(super) made_by: String,
    /// Over the lines before it.
    crc32: String,
}

impl Directory {
    pub(super) fn format(&self) -> PathBuf {
        self.root.join("format")
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    pub(super) fn watermark(&self) -> PathBuf {
        self.root.join("watermark")
    }

    pub(super) fn tables(&self) -> PathBuf {
        self.root.join("tables.db")
    }

    pub(super) fn wal(&self) -> PathBuf {
        self.root.join("tables.db-wal")
    }

    pub(super) fn segments(&self) -> PathBuf {
        self.root.join("segments")
    }

    pub(super) fn segment(&self, number: u32) -> PathBuf {
        self.segments().join(format!("{number:010}.log"))
    }

    /// The next segment while it is being filled with zeros.
    pub(super) fn spare(&self) -> PathBuf {
        self.segments().join("spare.tmp")
    }

    pub(super) fn snapshots(&self) -> PathBuf {
        self.root.join("snapshots")
    }

    /// The numbers of the segments there are, ascending.
    pub(super) fn segment_numbers(&self) -> Result<Vec<u32>, LedgerError> {
        let mut numbers: Vec<u32> = names(&self.segments())?
            .iter()
            .filter_map(|name| name.strip_suffix(".log")?.parse().ok())
            .collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Drops files that a crash left half written.
    pub(super) fn drop_leftovers(&self) -> Result<(), LedgerError> {
        for dir in [self.root.clone(), self.segments(), self.snapshots()] {
            for name in names(&dir)?.iter().filter(|name| name.ends_with(".tmp")) {
                std::fs::remove_file(dir.join(name)).map_err(io("dropping half-written files"))?;
            }
        }
        Ok(())
    }

    /// The format file; `None` if there is none.
    pub(super) fn read_format(&self) -> Result<Option<Format>, LedgerError> {
        let bytes = match std::fs::read(self.format()) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io("reading the format file")(error)),
        };
        let found = parse_format(&bytes).map_err(|what| damaged("format", 0, what))?;
        match found {
            Ok(format) => Ok(Some(format)),
            Err(found) => Err(LedgerError::Newer {
                path: self.root.display().to_string(),
                found,
                known: FORMAT,
            }),
        }
    }

    /// Makes the format file: the last step in making a directory.
    pub(super) fn write_format(&self, partitions: u16) -> Result<(), LedgerError> {
        let text = format_text(partitions, env!("CARGO_PKG_VERSION"));
        replace(&self.format(), &[text.as_bytes()]).map_err(io("writing the format file"))
    }

    /// Holds the directory until the file is dropped.
    pub(super) fn hold(&self) -> Result<File, LedgerError> {
        let doing = "locking the data directory";
        // Opened without making it first, so that a refused start of an existing directory changes nothing in it.
        let file = match OpenOptions::new().read(true).write(true).open(self.lock()) {
            Err(error) if error.kind() == ErrorKind::NotFound => File::create(self.lock()),
            other => other,
        };
        let file = file.map_err(io(doing))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(LedgerError::InUse {
                path: self.root.display().to_string(),
            }),
            Err(TryLockError::Error(error)) => Err(io(doing)(error)),
        }
    }
}

/// The text of a format file.
pub(super) fn format_text(partitions: u16, made_by: &str) -> String {
    let facts = format!("{HEADER}format = {FORMAT}\npartitions = {partitions}\nmade_by = \"{made_by}\"\n");
    let crc = crc32fast::hash(facts.as_bytes());
    format!("{facts}crc32 = \"{crc:08x}\"\n")
}

/// `Ok(Err(number))` is a newer format, of which nothing else is known.
fn parse_format(bytes: &[u8]) -> Result<Result<Format, u32>, &'static str> {
    let unreadable = "the file is not what was written";
    let text = std::str::from_utf8(bytes).map_err(|_| unreadable)?;
    let table: toml::Table = text.parse().map_err(|_| unreadable)?;
    let number = table
        .get("format")
        .and_then(toml::Value::as_integer)
        .ok_or(unreadable)?;
    if number > i64::from(FORMAT) {
        return Ok(Err(u32::try_from(number).unwrap_or(u32::MAX)));
    }
    let format: Format = table.try_into().map_err(|_| unreadable)?;
    if text != format_text(format.partitions, &format.made_by) || format.partitions == 0 {
        return Err(unreadable);
    }
    Ok(Ok(format))
}

/// The names in a directory, in order; none if it is not there.
pub(super) fn names(dir: &Path) -> Result<Vec<String>, LedgerError> {
    let doing = || format!("listing {}", dir.display());
    let entries = match std::fs::read_dir(dir) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(io(doing()))?,
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(
            entry
                .map_err(io(doing()))?
                .file_name()
                .to_string_lossy()
                .into_owned(),
        );
    }
    names.sort();
    Ok(names)
}

/// Writes a file whole or not at all, durably.
pub(super) fn replace(path: &Path, parts: &[&[u8]]) -> std::io::Result<()> {
    let temporary = path.with_extension("tmp");
    let write = || {
        let mut file = File::create(&temporary)?;
        for part in parts {
            file.write_all(part)?;
        }
        file.sync_all()
    };
    if let Err(error) = write() {
        // Its room may be what somebody else is waiting for.
        let _ = std::fs::remove_file(&temporary);
        return Err(error);
    }
    std::fs::rename(&temporary, path)?;
    path.parent().map_or(Ok(()), sync_dir)
}

/// Makes the names in a directory durable.
pub(super) fn sync_dir(dir: &Path) -> std::io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Whether an error says that the disk is full.
pub(super) fn is_full(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

/// Turns what the system says into what the ledger says.
pub(super) fn io(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> LedgerError {
    move |source| match is_full(&source) {
        true => LedgerError::Full,
        false => LedgerError::Io {
            doing: doing.into(),
            source,
        },
    }
}

/// Stored bytes are not what was written. `file` is relative to the data directory.
pub(super) fn damaged(file: impl Into<String>, offset: usize, what: impl Into<String>) -> LedgerError {
    LedgerError::Damaged {
        file: file.into(),
        offset: offset as u64,
        what: what.into(),
    }
}
