//! The ledger on disk: one directory with append-only segment files for frames and SQLite for tables.
//!
//! ```text
//! format          what the directory is: format number, partitions            (directory)
//! lock            held by the one process that uses it                        (directory)
//! segments/N.log  frames; 64 MiB each, filled with zeros ahead of use         (layout, writer, spare, log)
//! watermark       which commit was acknowledged last                          (watermark)
//! snapshots/      the two newest of each partition                            (snapshots)
//! tables.db       content, cursors, outbox                                    (crate::tables)
//! ```
//!
//! Why frames are not in SQLite: every flipped bit in what was acknowledged must be found before anything is opened,
//! and that needs a reader of our own. One for a format of our own is small; one for SQLite's trees is not. What stays
//! in SQLite can be checked through an image in memory (`image`).
//! Left to SQLite alone is the very last transaction of its write-ahead file: a flipped bit there passes for a torn end.
//! The log knows which content it must hold; a lost cursor move or settlement is made again.
//!
//! Promises: one commit is one block, written with one write and one `fdatasync`; a directory in use, of a newer format,
//! or damaged is refused before a file of it is changed; an end torn by a crash is cut back to the last durable commit.
//! Must not know: what the bytes mean.

mod check;
mod directory;
mod faults;
mod image;
mod layout;
mod log;
mod snapshots;
mod spare;
mod verify;
mod wal;
mod walk;
mod watermark;
mod writer;

pub use directory::FORMAT;
pub use faults::{DiskFaults, DiskOp};
pub use verify::{Item, Report, verify};

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::sync::Arc;

use self::check::Checked;
use self::directory::{Directory, damaged, io};
use self::layout::Tail;
use self::log::{Log, Segment};
use self::watermark::Watermark;
use self::writer::{Failed, Writer};
use crate::memory::{check_snapshot, conflicts};
use crate::{Appended, Commit, Head, Ledger, LedgerError, LedgerReader, Partition, Position, Tables};

/// How a data directory is made and opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Partitions of a new directory; an existing one keeps what it was made with.
    pub partitions: u16,
    /// Bytes of a new segment file; at most 1 GiB. A larger commit gets a larger file.
    pub segment_bytes: u32,
    /// Tables of at most so many bytes are read and checked whole before they are opened; of larger ones only the
    /// write-ahead file is, and each row when it is read.
    pub tables_checked_max: u64,
    /// Faults for tests; none by default.
    pub faults: DiskFaults,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            partitions: 64,
            segment_bytes: 64 * 1024 * 1024,
            // About half a second.
            tables_checked_max: 128 * 1024 * 1024,
            faults: DiskFaults::default(),
        }
    }
}

/// The writing half of a ledger on disk.
pub struct SegmentLedger {
    log: Arc<Log>,
    writer: Writer,
    /// Whether a commit ended as [`Appended::Unknown`] and the log was not read back since.
    unknown: bool,
    /// Before which frame each partition may be trimmed.
    trims: Vec<Position>,
    _lock: File,
}

impl SegmentLedger {
    /// Opens the data directory `dir`, or makes it.
    pub fn open(dir: &Path, options: Options) -> Result<SegmentLedger, LedgerError> {
        let directory = Directory { root: dir.to_owned() };
        std::fs::create_dir_all(dir).map_err(io("making the data directory"))?;
        let known = directory.read_format()?;
        let lock = directory.hold()?;
        let partitions = match known {
            Some(format) => format.partitions,
            None => make(&directory, &options, &Tail::empty(options.partitions))?,
        };
        let checked = check::check(&directory, partitions, options.tables_checked_max)?;
        Self::take_up(directory, checked, &options, lock)
    }

    /// Makes a data directory whose partitions begin at `heads`: for what a whole ledger in one file holds.
    pub(crate) fn starting_at(
        dir: &Path,
        options: Options,
        heads: Vec<Head>,
    ) -> Result<SegmentLedger, LedgerError> {
        let directory = Directory { root: dir.to_owned() };
        std::fs::create_dir_all(dir).map_err(io("making the data directory"))?;
        if directory.read_format()?.is_some() {
            return Err(LedgerError::NotEmpty {
                path: dir.display().to_string(),
            });
        }
        let start = Tail {
            heads,
            ..Tail::empty(0)
        };
        let partitions = start.heads.len() as u16;
        let options = Options {
            partitions,
            ..options
        };
        let lock = directory.hold()?;
        make(&directory, &options, &start)?;
        let checked = check::check(&directory, partitions, options.tables_checked_max)?;
        Self::take_up(directory, checked, &options, lock)
    }

    /// From here on files change.
    fn take_up(
        directory: Directory,
        mut checked: Checked,
        options: &Options,
        lock: File,
    ) -> Result<SegmentLedger, LedgerError> {
        directory.drop_leftovers()?;
        let tables = Tables::open(&directory.tables())?;
        if !checked.tables_read {
            check::check_facts(&checked.tail, checked.content_commit, &facts_of(&tables)?)?;
        }
        // What a crash left in the write-ahead file would otherwise stay behind the next transactions.
        tables.truncate_wal()?;
        let mut segments = Vec::with_capacity(checked.segments.len());
        for found in checked.segments.drain(..) {
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .open(directory.segment(found.number));
            let file = file.map_err(io("opening the log"))?;
            segments.push(Arc::new(Segment::new(
                found.number,
                file,
                found.start,
                found.index,
            )));
        }
        let Some(last) = segments.last().cloned() else {
            return Err(damaged(check::name(1), 0, "the file is missing"));
        };
        let faults = options.faults.clone();
        let writer = Writer::new(&directory, last, &checked, options.segment_bytes, faults)?;
        let trims = vec![Position(0); checked.tail.heads.len()];
        let log = Arc::new(Log::new(
            directory,
            Arc::new(tables),
            segments,
            checked.tail.heads,
        ));
        Ok(SegmentLedger {
            log,
            writer,
            unknown: false,
            trims,
            _lock: lock,
        })
    }

    fn store(&mut self, commit: &Commit) -> Result<(), Failed> {
        self.writer.prepare(&self.log, commit)?;
        if !commit.content.is_empty() {
            let number = self.writer.next_commit();
            self.log
                .tables
                .put_content(number, &commit.content)
                .map_err(|error| Failed::NotStored {
                    full: matches!(error, LedgerError::Full),
                })?;
        }
        if commit.frames.is_empty() {
            return Ok(());
        }
        self.writer.store(&self.log)
    }
}

/// Makes a directory: its format file comes last, so that a crash before it makes no directory.
fn make(directory: &Directory, options: &Options, start: &Tail) -> Result<u16, LedgerError> {
    if Watermark::read(directory)?.is_some_and(|watermark| watermark.commit > 0) {
        return Err(damaged("format", 0, "the file is missing"));
    }
    for dir in [directory.segments(), directory.snapshots()] {
        std::fs::create_dir_all(dir).map_err(io("making the data directory"))?;
    }
    Tables::open(&directory.tables())?.truncate_wal()?;
    writer::make_first(directory, start, options.segment_bytes, &options.faults)?;
    directory.write_format(options.partitions)?;
    Ok(options.partitions)
}

fn facts_of(tables: &Tables) -> Result<image::Facts, LedgerError> {
    Ok(image::Facts {
        rows: 0,
        cursors: tables.cursors()?,
        content_commit: tables.content_commit()?,
    })
}

impl Ledger for SegmentLedger {
    fn partitions(&self) -> u16 {
        self.log.partitions()
    }

    fn head(&self, partition: Partition) -> Head {
        self.log.head(partition)
    }

    fn commit(&mut self, commit: &Commit) -> Vec<Appended> {
        if self.unknown {
            return vec![Appended::NotStored { full: false }; commit.frames.len()];
        }
        if let Some(refused) = conflicts(commit, |partition| self.log.head(partition).position) {
            return refused;
        }
        let answer = match self.store(commit) {
            Ok(()) => Appended::Stored,
            Err(failed) => {
                self.unknown = matches!(failed, Failed::Unknown);
                failed.into()
            }
        };
        vec![answer; commit.frames.len()]
    }

    fn reopen(&mut self) -> Result<(), LedgerError> {
        self.log.tables.reconnect()?;
        self.writer.read_back(&self.log)?;
        self.unknown = false;
        Ok(())
    }

    fn reader(&self) -> Arc<dyn LedgerReader> {
        Arc::clone(&self.log) as Arc<dyn LedgerReader>
    }

    fn tables(&self) -> Arc<Tables> {
        Arc::clone(&self.log.tables)
    }

    fn put_snapshot(
        &mut self,
        partition: Partition,
        position: Position,
        bytes: &[u8],
    ) -> Result<(), LedgerError> {
        check_snapshot(position, self.log.head(partition))?;
        snapshots::put(&self.log.directory, partition, position, bytes)
    }

    fn trim(&mut self, partition: Partition, position: Position) -> Result<(), LedgerError> {
        let trim = &mut self.trims[usize::from(partition.0)];
        *trim = position.max(*trim);
        let mut segments = self.log.segments_mut();
        // A segment is behind if the one after it begins where nothing before is needed any more.
        let behind = |next: &Arc<Segment>, first: &Arc<Segment>| {
            let heads = next.start.heads.iter().zip(&first.start.heads).zip(&self.trims);
            heads
                .into_iter()
                .all(|((next, first), trim)| next.position <= *trim || next == first)
        };
        let mut dropped = false;
        while segments.len() > 1 && behind(&segments[1], &segments[0]) {
            let number = segments[0].number;
            std::fs::remove_file(self.log.directory.segment(number)).map_err(io("dropping a segment"))?;
            segments.remove(0);
            dropped = true;
        }
        if dropped {
            directory::sync_dir(&self.log.directory.segments()).map_err(io("dropping a segment"))?;
        }
        Ok(())
    }

    fn drop_older_snapshots(&mut self, partition: Partition, position: Position) -> Result<(), LedgerError> {
        snapshots::drop_older(&self.log.directory, partition, position)
    }

    fn begin_file(&mut self, before_ms: u64) -> Result<(), LedgerError> {
        if self.unknown || !self.writer.began_before(before_ms) {
            return Ok(());
        }
        self.writer
            .begin_file(&self.log)
            .map_err(io("beginning a segment"))
    }
}
