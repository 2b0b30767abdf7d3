//! A whole ledger in one file: what a running sandbox is at a moment, to be taken up elsewhere.
//!
//! Frames, snapshots, cursors and content; not the outbox: what was put out is not put out again by whoever takes it up.
//! Promises: what is read back is what was written, or an error; an archive that was cut off is refused. Writing holds
//! one frame in memory, reading the whole archive.
//! Must not know: what the bytes mean.
//!
//! Layout: magic 8, then records: crc 4 | kind 1 | zero 3 | length 8 | body, little-endian; `crc` covers all that follows
//! it in the record. The last record is of kind `END` and holds the number of those before it.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::segments::Options;
use crate::{
    Append, Appended, Commit, ContentRecord, Cursor, Head, Ledger, LedgerError, LedgerReader, MemoryLedger,
    Partition, Position, SegmentLedger, Tables,
};

const MAGIC: [u8; 8] = *b"gs-arch1";
/// More than any record holds: a length beyond it is damage, not a reason to reserve memory.
const BODY_MAX: u64 = 1 << 32;

/// The kinds of record. Permanent.
mod kind {
    pub(super) const ABOUT: u8 = 1;
    pub(super) const PARTITION: u8 = 2;
    pub(super) const SNAPSHOT: u8 = 3;
    pub(super) const FRAME: u8 = 4;
    pub(super) const CURSOR: u8 = 5;
    pub(super) const CONTENT: u8 = 6;
    pub(super) const END: u8 = 7;
}

/// Why an archive is not written or read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The ledger could not be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Reading or writing the archive failed.
    #[error("{0} the archive failed")]
    Io(&'static str, #[source] std::io::Error),
    /// It is not an archive, or not what was written.
    #[error("the archive is not what was written: {0}")]
    Damaged(&'static str),
    /// Something is there already, or does not take what is given.
    #[error("the archive cannot be taken up: {0}")]
    Refused(&'static str),
}

/// An archive that was read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Archive {
    /// The owner's own bytes.
    pub about: Vec<u8>,
    partitions: Vec<Kept>,
    cursors: Vec<Cursor>,
    content: Vec<ContentRecord>,
}

/// One partition.
#[derive(Debug, Default, PartialEq, Eq)]
struct Kept {
    first: Position,
    snapshots: Vec<(Position, Vec<u8>)>,
    /// Stamp and payload.
    frames: Vec<(u64, Vec<u8>)>,
}

/// Writes everything before `until` (by partition). Frames that are trimmed meanwhile are an error: try again.
pub fn write(
    reader: &dyn LedgerReader,
    until: &[Position],
    about: &[u8],
    out: &mut dyn Write,
) -> Result<(), ArchiveError> {
    let mut out = Records { out, count: 0 };
    out.out.write_all(&MAGIC).map_err(writing)?;
    out.put(kind::ABOUT, &[about])?;
    for partition in (0..reader.partitions()).map(Partition) {
        let end = until.get(usize::from(partition.0)).copied();
        let end = end.unwrap_or_default().min(reader.head(partition).position);
        write_partition(reader, partition, end, &mut out)?;
    }
    let tables = reader.tables();
    for cursor in tables.cursors()? {
        let end = until
            .get(usize::from(cursor.partition.0))
            .copied()
            .unwrap_or_default();
        // Who is beyond the end has read up to it.
        let (position, within) = if cursor.position < end {
            (cursor.position, cursor.within)
        } else {
            (end, 0)
        };
        let parts = [
            &cursor.partition.0.to_le_bytes()[..],
            &position.0.to_le_bytes(),
            &within.to_le_bytes(),
        ];
        out.put(kind::CURSOR, &[&parts.concat(), cursor.name.as_bytes()])?;
    }
    write_content(&tables, &mut out)?;
    let count = out.count;
    out.put(kind::END, &[&count.to_le_bytes()])?;
    out.out.flush().map_err(writing)
}

fn write_partition(
    reader: &dyn LedgerReader,
    partition: Partition,
    end: Position,
    out: &mut Records<'_>,
) -> Result<(), ArchiveError> {
    let first = reader.first(partition).min(end);
    out.put(kind::PARTITION, &[&first.0.to_le_bytes()])?;
    for (position, bytes) in reader.snapshots(partition)? {
        if position <= end && position >= first {
            out.put(kind::SNAPSHOT, &[&position.0.to_le_bytes(), &bytes])?;
        }
    }
    if first == end {
        return Ok(());
    }
    let mut outcome = Ok(());
    reader.read(partition, first, &mut |frame| {
        if frame.position >= end {
            return false;
        }
        outcome = out.put(kind::FRAME, &[&frame.stamped_ms.to_le_bytes(), &frame.payload]);
        outcome.is_ok()
    })?;
    outcome
}

fn write_content(tables: &Tables, out: &mut Records<'_>) -> Result<(), ArchiveError> {
    let mut after = None;
    loop {
        let page = tables.contents(after)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some((last.cell, last.key));
        for record in page {
            let fixed = [
                record.cell.to_le_bytes(),
                record.key.to_le_bytes(),
                record.expires_ms.to_le_bytes(),
            ];
            out.put(kind::CONTENT, &[&fixed.concat(), &record.bytes])?;
        }
    }
}

/// Records as they are written.
struct Records<'a> {
    out: &'a mut dyn Write,
    count: u64,
}

impl Records<'_> {
    fn put(&mut self, kind: u8, body: &[&[u8]]) -> Result<(), ArchiveError> {
        let length: usize = body.iter().map(|part| part.len()).sum();
        let mut head = [0; 12];
        head[0] = kind;
        head[4..].copy_from_slice(&(length as u64).to_le_bytes());
        let mut crc = crc32fast::Hasher::new();
        crc.update(&head);
        body.iter().for_each(|part| crc.update(part));
        self.count += 1;
        let mut write = || {
            self.out.write_all(&crc.clone().finalize().to_le_bytes())?;
            self.out.write_all(&head)?;
            body.iter().try_for_each(|part| self.out.write_all(part))
        };
        write().map_err(writing)
    }
}

fn writing(error: std::io::Error) -> ArchiveError {
    ArchiveError::Io("writing", error)
}

impl Archive {
    /// Reads an archive to its end.
    pub fn read(input: &mut dyn Read) -> Result<Archive, ArchiveError> {
        let mut magic = [0; 8];
        fill(input, &mut magic)?;
        if magic != MAGIC {
            return Err(ArchiveError::Damaged("it does not begin like one"));
        }
        let mut archive = Archive::default();
        for count in 0_u64.. {
            let (kind, body) = record(input)?;
            if kind == kind::END {
                let complete = body == count.to_le_bytes() && input.read(&mut [0]).map_err(reading)? == 0;
                return complete
                    .then_some(archive)
                    .ok_or(ArchiveError::Damaged("records are missing or left over"));
            }
            archive
                .take(kind, body)
                .ok_or(ArchiveError::Damaged("a record cannot be read"))?;
        }
        Err(ArchiveError::Damaged("it never ends"))
    }

    fn take(&mut self, kind: u8, mut body: Vec<u8>) -> Option<()> {
        match kind {
            kind::ABOUT => self.about = body,
            kind::PARTITION => {
                let first = Position(u64_at(&body, 0)?);
                self.partitions.push(Kept {
                    first,
                    ..Kept::default()
                });
            }
            kind::SNAPSHOT => {
                let position = Position(u64_at(&body, 0)?);
                let snapshot = body.split_off(8);
                self.partitions.last_mut()?.snapshots.push((position, snapshot));
            }
            kind::FRAME => {
                let stamped_ms = u64_at(&body, 0)?;
                let payload = body.split_off(8);
                self.partitions.last_mut()?.frames.push((stamped_ms, payload));
            }
            kind::CURSOR => {
                let partition = u16::from_le_bytes(body.get(..2)?.try_into().ok()?);
                self.cursors.push(Cursor {
                    partition: Partition(partition),
                    position: Position(u64_at(&body, 2)?),
                    within: u32::from_le_bytes(body.get(10..14)?.try_into().ok()?),
                    name: String::from_utf8(body.split_off(14)).ok()?,
                });
            }
            kind::CONTENT => {
                let [cell, key, expires_ms] = [u64_at(&body, 0)?, u64_at(&body, 8)?, u64_at(&body, 16)?];
                let bytes = body.split_off(24);
                self.content.push(ContentRecord {
                    cell,
                    key,
                    expires_ms,
                    bytes,
                });
            }
            _ => return None,
        }
        Some(())
    }

    /// A ledger in memory that holds all of it.
    pub fn into_memory(self) -> Result<MemoryLedger, ArchiveError> {
        let mut ledger = MemoryLedger::starting_at(&self.heads())?;
        self.restore(&mut ledger)?;
        Ok(ledger)
    }

    /// Makes the data directory `dir` of it, whole or not at all. What is there must be empty.
    pub fn into_dir(self, dir: &Path, options: Options) -> Result<SegmentLedger, ArchiveError> {
        let partial = beside(dir).ok_or(ArchiveError::Refused("the directory needs a name"))?;
        if std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(ArchiveError::Refused("the directory is not empty"));
        }
        // What a crash left of an earlier try.
        if partial.exists() {
            std::fs::remove_dir_all(&partial).map_err(writing)?;
        }
        let mut ledger = SegmentLedger::starting_at(&partial, options.clone(), self.heads())?;
        self.restore(&mut ledger)?;
        // Before it is moved: an open ledger knows its files by their place.
        drop(ledger);
        if dir.exists() {
            std::fs::remove_dir(dir).map_err(writing)?;
        }
        std::fs::rename(&partial, dir).map_err(writing)?;
        Ok(SegmentLedger::open(dir, options)?)
    }

    /// Where each partition begins.
    fn heads(&self) -> Vec<Head> {
        let head = |kept: &Kept| Head {
            position: kept.first,
            ..Head::default()
        };
        self.partitions.iter().map(head).collect()
    }

    /// Puts everything into a ledger that begins at [`Archive::heads`] and holds nothing.
    fn restore(self, ledger: &mut dyn Ledger) -> Result<(), ArchiveError> {
        let Archive {
            partitions,
            cursors,
            mut content,
            ..
        } = self;
        let mut lanes = Vec::new();
        let mut snapshots = Vec::new();
        for (partition, kept) in (0..).map(Partition).zip(partitions) {
            snapshots.push((partition, kept.snapshots));
            lanes.push((partition, kept.first, kept.frames.into_iter()));
        }
        loop {
            let mut commit = Commit {
                frames: Vec::new(),
                content: std::mem::take(&mut content),
            };
            for (partition, position, frames) in &mut lanes {
                let Some((stamped_ms, payload)) = frames.next() else {
                    continue;
                };
                commit.frames.push(Append {
                    partition: *partition,
                    expected: *position,
                    stamped_ms,
                    payload,
                });
                position.0 += 1;
            }
            if commit.frames.is_empty() && commit.content.is_empty() {
                break;
            }
            let stored = ledger.commit(&commit);
            if stored.iter().any(|appended| *appended != Appended::Stored) {
                return Err(ArchiveError::Refused("a frame was not stored"));
            }
        }
        for (partition, of_partition) in snapshots {
            for (position, bytes) in of_partition.into_iter().rev() {
                ledger.put_snapshot(partition, position, &bytes)?;
            }
        }
        ledger.tables().advance(&cursors, &[])?;
        Ok(())
    }
}

/// Where a directory is made before it takes its place.
fn beside(dir: &Path) -> Option<PathBuf> {
    let mut name = dir.file_name()?.to_owned();
    name.push(".restoring");
    Some(dir.with_file_name(name))
}

fn record(input: &mut dyn Read) -> Result<(u8, Vec<u8>), ArchiveError> {
    let mut head = [0; 16];
    fill(input, &mut head)?;
    let length = u64_at(&head, 8).unwrap_or(u64::MAX);
    if length > BODY_MAX {
        return Err(ArchiveError::Damaged("a record is longer than any"));
    }
    let mut body = Vec::new();
    let read = input.take(length).read_to_end(&mut body).map_err(reading)?;
    let mut crc = crc32fast::Hasher::new();
    crc.update(&head[4..]);
    crc.update(&body);
    if read as u64 != length || crc.finalize().to_le_bytes() != head[..4] {
        return Err(ArchiveError::Damaged("a checksum does not fit"));
    }
    Ok((head[4], body))
}

fn fill(input: &mut dyn Read, bytes: &mut [u8]) -> Result<(), ArchiveError> {
    input.read_exact(bytes).map_err(|error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => ArchiveError::Damaged("it ends too early"),
        _ => reading(error),
    })
}

fn reading(error: std::io::Error) -> ArchiveError {
    ArchiveError::Io("reading", error)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}
