//! The writing end of the last segment.
//!
//! Promises: one commit is one write and one `fdatasync`; a commit that did not fit on the disk leaves no block behind;
//! after an error whose outcome is not known nothing is written until the log was read back.
//! Must not know: content and tables.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use super::check::{self, Checked};
use super::directory::{Directory, damaged, io, is_full};
use super::faults::DiskFaults;
use super::layout::{
    BLOCK_LEN, Tail, aligned, finish_block, push_frame, segment_header, segment_header_len, start_block,
};
use super::log::{Log, Segment};
use super::spare::Spares;
use super::walk::{Entry, walk};
use super::watermark::Watermark;
use crate::{Appended, Commit, LedgerError, Partition};

/// More than a segment can address.
const BLOCK_MAX: usize = 1 << 30;

/// What writes commits.
pub(super) struct Writer {
    segment: Arc<Segment>,
    /// Where the next block goes.
    end: usize,
    /// Bytes in the file.
    length: usize,
    /// Whether the next segment was begun, so that nothing may be added to this one.
    sealed: bool,
    /// Where the log stands.
    tail: Tail,
    watermark: File,
    spares: Spares,
    faults: DiskFaults,
    /// Reused: the block being made, where its frames are, and where the log stands after it.
    block: Vec<u8>,
    frames: Vec<(Partition, Entry)>,
    next: Tail,
}

/// What went wrong with a commit.
pub(super) enum Failed {
    /// Nothing of it is stored.
    NotStored { full: bool },
    /// It may or may not be stored.
    Unknown,
}

impl From<Failed> for Appended {
    fn from(failed: Failed) -> Appended {
        match failed {
            Failed::NotStored { full } => Appended::NotStored { full },
            Failed::Unknown => Appended::Unknown,
        }
    }
}

impl Writer {
    /// Takes up the log where `checked` found its end: clears what is torn, makes the rest durable.
    pub(super) fn new(
        directory: &Directory,
        segment: Arc<Segment>,
        checked: &Checked,
        segment_bytes: u32,
        faults: DiskFaults,
    ) -> Result<Writer, LedgerError> {
        let watermark = OpenOptions::new().write(true).open(directory.watermark());
        let mut writer = Writer {
            end: checked.end,
            length: file_length(&segment)?,
            sealed: false,
            segment,
            tail: checked.tail.clone(),
            watermark: watermark.map_err(io("opening the watermark"))?,
            spares: Spares::new(directory.clone(), faults.clone(), segment_bytes as usize),
            faults,
            block: Vec::new(),
            frames: Vec::new(),
            next: checked.tail.clone(),
        };
        writer.make_durable(checked.unacknowledged, checked.torn)?;
        Ok(writer)
    }

    /// The number that the next commit gets.
    pub(super) fn next_commit(&self) -> u64 {
        self.tail.commit + 1
    }

    /// Puts the frames of `commit` into a block and finds room for it. Nothing of it is stored yet.
    pub(super) fn prepare(&mut self, log: &Log, commit: &Commit) -> Result<(), Failed> {
        let length = BLOCK_LEN
            + commit
                .frames
                .iter()
                .map(|append| super::layout::FRAME_LEN + append.payload.len())
                .sum::<usize>();
        if length > BLOCK_MAX {
            return Err(Failed::NotStored { full: false });
        }
        if self.sealed || self.end + aligned(length) > self.length {
            self.rotate(log, length).map_err(|error| Failed::NotStored {
                full: is_full(&error),
            })?;
        } else if self.end > self.length / 2 {
            self.spares.prepare();
        }
        self.encode(commit);
        Ok(())
    }

    /// Writes the prepared block and makes it durable, then visible.
    pub(super) fn store(&mut self, log: &Log) -> Result<(), Failed> {
        let file = &self.segment.file;
        if let Err(error) = self.faults.write(file, &self.block, self.end as u64) {
            // Without its header the block cannot come to life, whatever was written of the rest.
            let cleared = file.write_all_at(&[0; BLOCK_LEN], self.end as u64);
            let full = is_full(&error) && cleared.is_ok();
            return Err(if full {
                Failed::NotStored { full }
            } else {
                Failed::Unknown
            });
        }
        self.faults.sync(file).map_err(|_| Failed::Unknown)?;
        self.end += self.block.len();
        std::mem::swap(&mut self.tail, &mut self.next);
        // A watermark that lags only sees less damage.
        let _ = self.mark().write(&self.watermark);
        log.publish(&self.segment, &self.frames, &self.tail.heads);
        Ok(())
    }

    /// Reads the last segment back, after an unknown outcome, and takes up the log where it ends.
    pub(super) fn read_back(&mut self, log: &Log) -> Result<(), LedgerError> {
        let (number, directory) = (self.segment.number, &log.directory);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(directory.segment(number));
        let file = file.map_err(io("opening the log"))?;
        let bytes = check::read_segment(directory, number)?;
        let mut tail = self.segment.start.clone();
        let begin = segment_header_len(tail.heads.len() as u16);
        let walked = walk(&bytes, begin, &mut tail).map_err(check::at(number))?;
        if tail.commit < self.tail.commit {
            let what = "a block is not what was written, and it was acknowledged";
            return Err(damaged(check::name(number), walked.end, what));
        }
        let from = self.end;
        let segment = Segment::new(number, file, self.segment.start.clone(), Some(walked.index));
        self.segment = Arc::new(segment);
        (self.end, self.tail) = (walked.end, tail);
        let torn = bytes[walked.end..].iter().any(|byte| *byte != 0);
        self.make_durable(from, torn)?;
        log.replace_last(Arc::clone(&self.segment), &self.tail.heads);
        Ok(())
    }

    fn encode(&mut self, commit: &Commit) {
        start_block(&mut self.block);
        self.frames.clear();
        self.next.heads.copy_from_slice(&self.tail.heads);
        for append in &commit.frames {
            let offset = (self.end + self.block.len()) as u32;
            self.frames.push((
                append.partition,
                Entry {
                    offset,
                    length: append.payload.len() as u32,
                },
            ));
            let head = &mut self.next.heads[usize::from(append.partition.0)];
            *head = push_frame(&mut self.block, append, *head);
        }
        let (frames, content) = (commit.frames.len() as u32, !commit.content.is_empty());
        self.next.commit = self.tail.commit + 1;
        self.next.previous = finish_block(&mut self.block, self.end as u32, &self.tail, frames, content);
    }

    /// Whether there are frames in the segment, and the last commit before it was stamped before `before_ms`.
    pub(super) fn began_before(&self, before_ms: u64) -> bool {
        let start = &self.segment.start;
        let began = start.heads.iter().map(|head| head.stamped_ms).max();
        self.end > segment_header_len(start.heads.len() as u16) && began.unwrap_or(0) < before_ms
    }

    /// Begins the next segment though this one is not full, and gives back what this one does not use.
    pub(super) fn begin_file(&mut self, log: &Log) -> std::io::Result<()> {
        let (full, end) = (Arc::clone(&self.segment), self.end);
        self.rotate(log, BLOCK_LEN)?;
        // Behind its end there are only zeros. If this is lost in a crash, they stay.
        full.file.set_len(end as u64)
    }

    fn rotate(&mut self, log: &Log, block: usize) -> std::io::Result<()> {
        let number = self.segment.number + 1;
        let header = segment_header(number, &self.tail);
        self.sealed = true;
        let file = self.spares.make(number, &header, header.len() + aligned(block))?;
        let segment = Arc::new(Segment::new(number, file, self.tail.clone(), None));
        self.length = segment.file.metadata()?.len() as usize;
        self.end = header.len();
        log.segments_mut().push(Arc::clone(&segment));
        self.segment = segment;
        self.sealed = false;
        Ok(())
    }

    /// Writes again what was perhaps never synced (after a failed sync the system may believe that it was), and
    /// clears what is torn.
    fn make_durable(&mut self, unacknowledged: usize, torn: bool) -> Result<(), LedgerError> {
        let doing = || io("making the end of the log durable");
        let file = &self.segment.file;
        if unacknowledged < self.end {
            let mut bytes = vec![0; self.end - unacknowledged];
            file.read_exact_at(&mut bytes, unacknowledged as u64)
                .map_err(doing())?;
            file.write_all_at(&bytes, unacknowledged as u64)
                .map_err(doing())?;
        }
        if torn {
            let zeros = vec![0; self.length - self.end];
            file.write_all_at(&zeros, self.end as u64).map_err(doing())?;
        }
        self.faults.sync(file).map_err(doing())?;
        let marked = self.mark().write(&self.watermark);
        marked
            .and_then(|()| self.watermark.sync_data())
            .map_err(io("writing the watermark"))
    }

    fn mark(&self) -> Watermark {
        Watermark {
            segment: self.segment.number,
            commit: self.tail.commit,
            crc: self.tail.previous,
            end: self.end as u32,
        }
    }
}

/// Makes the first segment of a new directory.
pub(super) fn make_first(
    directory: &Directory,
    start: &Tail,
    segment_bytes: u32,
    faults: &DiskFaults,
) -> Result<(), LedgerError> {
    let header = segment_header(1, start);
    let mut spares = Spares::new(directory.clone(), faults.clone(), segment_bytes as usize);
    spares
        .make(1, &header, header.len())
        .map_err(io("making the first segment"))?;
    let mark = Watermark {
        segment: 1,
        commit: 0,
        crc: 0,
        end: header.len() as u32,
    };
    mark.create(directory)
}

fn file_length(segment: &Segment) -> Result<usize, LedgerError> {
    let metadata = segment.file.metadata().map_err(io("reading the log"))?;
    Ok(metadata.len() as usize)
}
