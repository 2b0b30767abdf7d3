//! The log as it is read: segments, where the frames are in them, and the durable heads.
//!
//! Promises: readers of any thread see durable frames only; every frame handed out was checked against its checksum.
//! Old segments are verified and indexed when they are first read.
//! Must not know: how frames are written.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::check::{name, walk_sealed};
use super::directory::{Directory, damaged, io};
use super::layout::{FRAME_LEN, FrameView, Tail};
use super::snapshots;
use super::walk::{Entry, Index};
use crate::{Frame, Head, LedgerError, LedgerReader, Partition, Position, Tables};

/// Frames looked up under one lock.
const BATCH: usize = 1_024;
/// Frames that are read by one call lie at most so far apart ...
const GAP_MAX: usize = 4 * 1_024;
/// ... and have at most so many bytes together, unless it is one frame.
const READ_MAX: usize = 1_024 * 1_024;

/// One segment file.
pub(super) struct Segment {
    pub(super) number: u32,
    pub(super) file: File,
    /// Where the log stood when it began.
    pub(super) start: Tail,
    /// Where its frames are; none until somebody asks.
    index: RwLock<Option<Index>>,
}

impl Segment {
    pub(super) fn new(number: u32, file: File, start: Tail, index: Option<Index>) -> Segment {
        Segment {
            number,
            file,
            start,
            index: RwLock::new(index),
        }
    }
}

/// All segments and where the log ends.
pub(super) struct Log {
    pub(super) directory: Directory,
    pub(super) tables: Arc<Tables>,
    segments: RwLock<Vec<Arc<Segment>>>,
    heads: RwLock<Vec<Head>>,
}

impl Log {
    pub(super) fn new(
        directory: Directory,
        tables: Arc<Tables>,
        segments: Vec<Arc<Segment>>,
        heads: Vec<Head>,
    ) -> Log {
        Log {
            directory,
            tables,
            segments: RwLock::new(segments),
            heads: RwLock::new(heads),
        }
    }

    /// All segments, oldest first.
    pub(super) fn segments(&self) -> RwLockReadGuard<'_, Vec<Arc<Segment>>> {
        self.segments.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// To add or drop segments.
    pub(super) fn segments_mut(&self) -> RwLockWriteGuard<'_, Vec<Arc<Segment>>> {
        self.segments.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows durable frames to readers: all of a commit at once.
    pub(super) fn publish(&self, segment: &Segment, frames: &[(Partition, Entry)], heads: &[Head]) {
        let mut index = write(&segment.index);
        let index = index.get_or_insert_with(|| vec![Vec::new(); heads.len()]);
        for (partition, entry) in frames {
            index[usize::from(partition.0)].push(*entry);
        }
        write(&self.heads).copy_from_slice(heads);
    }

    /// Replaces what is known of the last segment by what was read back from it.
    pub(super) fn replace_last(&self, segment: Arc<Segment>, heads: &[Head]) {
        let mut segments = self.segments_mut();
        segments.pop();
        segments.push(segment);
        write(&self.heads).copy_from_slice(heads);
    }

    /// The segment that holds frame `position`, and the one behind it.
    fn find(
        &self,
        partition: Partition,
        position: u64,
    ) -> Result<(Arc<Segment>, Option<Arc<Segment>>), LedgerError> {
        let segments = self.segments();
        let begins = |segment: &Arc<Segment>| segment.start.heads[usize::from(partition.0)].position.0;
        let after = segments.partition_point(|segment| begins(segment) <= position);
        match after.checked_sub(1) {
            Some(at) => Ok((Arc::clone(&segments[at]), segments.get(after).cloned())),
            None => Err(LedgerError::Trimmed {
                partition: partition.0,
                first: begins(&segments[0]),
            }),
        }
    }

    /// Where the frames from `position` on are in `segment`.
    fn entries(
        &self,
        segment: &Segment,
        next: Option<&Segment>,
        partition: Partition,
        position: u64,
    ) -> Result<Vec<Entry>, LedgerError> {
        let partition = usize::from(partition.0);
        let skip = (position - segment.start.heads[partition].position.0) as usize;
        let batch = |index: &Index| index[partition].iter().skip(skip).take(BATCH).copied().collect();
        if let Some(index) = &*segment.index.read().unwrap_or_else(PoisonError::into_inner) {
            return Ok(batch(index));
        }
        let mut index = write(&segment.index);
        if index.is_none()
            && let Some(next) = next
        {
            let walked = walk_sealed(
                &self.directory,
                segment.number,
                segment.start.clone(),
                &next.start,
            )?;
            *index = Some(walked.index);
        }
        Ok(index.as_ref().map(batch).unwrap_or_default())
    }
}

impl LedgerReader for Log {
    fn partitions(&self) -> u16 {
        self.heads.read().unwrap_or_else(PoisonError::into_inner).len() as u16
    }

    fn head(&self, partition: Partition) -> Head {
        self.heads.read().unwrap_or_else(PoisonError::into_inner)[usize::from(partition.0)]
    }

    fn first(&self, partition: Partition) -> Position {
        self.segments()[0].start.heads[usize::from(partition.0)].position
    }

    fn read(
        &self,
        partition: Partition,
        from: Position,
        visit: &mut dyn FnMut(&Frame) -> bool,
    ) -> Result<(), LedgerError> {
        let durable = self.head(partition).position;
        let mut window = Vec::new();
        let mut frame = Frame {
            position: from,
            stamped_ms: 0,
            payload: Vec::new(),
        };
        while frame.position < durable {
            let (segment, next) = self.find(partition, frame.position.0)?;
            let mut entries = self.entries(&segment, next.as_deref(), partition, frame.position.0)?;
            entries.truncate((durable.0 - frame.position.0) as usize);
            if entries.is_empty() {
                let what = format!(
                    "frame {} of partition {} is missing",
                    frame.position.0, partition.0
                );
                return Err(damaged(name(segment.number), 0, what));
            }
            for run in runs(&entries) {
                if !read_run(&segment, partition, run, &mut window, &mut frame, visit)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn snapshots(&self, partition: Partition) -> Result<Vec<(Position, Vec<u8>)>, LedgerError> {
        snapshots::read(&self.directory, partition)
    }

    fn content(&self, cell: u64, key: u64) -> Result<Option<Vec<u8>>, LedgerError> {
        self.tables.content(cell, key)
    }

    fn tables(&self) -> Arc<Tables> {
        Arc::clone(&self.tables)
    }
}

/// Splits frames into groups that one call reads.
fn runs(mut entries: &[Entry]) -> impl Iterator<Item = &[Entry]> {
    std::iter::from_fn(move || {
        let first = entries.first()?;
        let near = |pair: &[Entry]| {
            (pair[1].offset as usize) - end(pair[0]) <= GAP_MAX
                && end(pair[1]) - first.offset as usize <= READ_MAX
        };
        let length = 1 + entries.windows(2).take_while(|pair| near(pair)).count();
        let (run, rest) = entries.split_at(length);
        entries = rest;
        Some(run)
    })
}

fn end(entry: Entry) -> usize {
    entry.offset as usize + FRAME_LEN + entry.length as usize
}

/// Reads the frames of `run` and shows each to `visit`; `false` if it wants no more.
fn read_run(
    segment: &Segment,
    partition: Partition,
    run: &[Entry],
    window: &mut Vec<u8>,
    frame: &mut Frame,
    visit: &mut dyn FnMut(&Frame) -> bool,
) -> Result<bool, LedgerError> {
    let (Some(first), Some(last)) = (run.first(), run.last()) else {
        return Ok(true);
    };
    let start = first.offset as usize;
    let length = end(*last) - start;
    if window.len() < length {
        window.resize(length, 0);
    }
    let doing = || format!("reading {}", name(segment.number));
    segment
        .file
        .read_exact_at(&mut window[..length], start as u64)
        .map_err(io(doing()))?;
    for entry in run {
        let bytes = &window[entry.offset as usize - start..end(*entry) - start];
        let view = FrameView::parse(bytes)
            .filter(|view| view.position == frame.position && view.partition == partition);
        let Some(view) = view else {
            let what = "the frame is not what was written";
            return Err(damaged(name(segment.number), entry.offset as usize, what));
        };
        frame.stamped_ms = view.stamped_ms;
        frame.payload.clear();
        frame.payload.extend_from_slice(view.payload);
        if !visit(frame) {
            return Ok(false);
        }
        frame.position.0 += 1;
    }
    Ok(true)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
