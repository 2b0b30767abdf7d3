//! Everything that is looked at before a data directory is used. Nothing here changes a file.
//!
//! Promises: damage in the tail of the log (all that a start replays, and at least the last segments), in a
//! snapshot, in the tables or in their write-ahead file is found here; what is merely torn at the end, by a crash, is not
//! an error.
//!
//! Torn or damaged? A commit is one block, written by one call and synced before the next begins; its pages may reach
//! the disk in any order. So a block that does not fit is torn if it is the last thing in the log and was never
//! acknowledged. It is damage if a later block stands behind it, or if the watermark is beyond it.

use super::directory::{Directory, damaged, io};
use super::image::{self, Facts};
use super::layout::{Tail, parse_segment_header, segment_header_len};
use super::snapshots;
use super::walk::{Broken, Index, Walked, later_block, walk};
use super::watermark::Watermark;
use crate::{LedgerError, Partition, Position};

/// Segments at the end that are always verified, however old the snapshots are new.
const TAIL_SEGMENTS: usize = 4;

/// A directory that is fit for use.
#[derive(Debug)]
pub(super) struct Checked {
    /// All segments, oldest first.
    pub(super) segments: Vec<Found>,
    /// Where the log ends.
    pub(super) tail: Tail,
    /// Where the last segment's next block goes.
    pub(super) end: usize,
    /// Whether anything stands behind `end`, to be cleared.
    pub(super) torn: bool,
    /// Where in the last segment the blocks begin that were perhaps not acknowledged.
    pub(super) unacknowledged: usize,
    /// The last commit in the verified part that stored content; 0 if none did.
    pub(super) content_commit: u64,
    /// Whether the tables were small enough to be read whole.
    pub(super) tables_read: bool,
}

/// One segment.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) number: u32,
    /// Where the log stood when it began.
    pub(super) start: Tail,
    /// Where its frames are, if it was walked.
    pub(super) index: Option<Index>,
}

/// Checks a directory of `partitions`; the tables are read whole if they have at most `tables_max` bytes.
pub(super) fn check(directory: &Directory, partitions: u16, tables_max: u64) -> Result<Checked, LedgerError> {
    let watermark = watermark(directory)?;
    let mut checked = check_log(directory, partitions, &watermark)?;
    for (partition, position) in snapshots::list(directory)? {
        snapshots::read_one(directory, partition, position)?;
    }
    checked.tables_read = image::size(directory)? <= tables_max;
    match checked.tables_read {
        true => check_facts(&checked.tail, checked.content_commit, &image::check(directory)?)?,
        false => image::check_wal(directory)?,
    }
    Ok(checked)
}

/// The watermark, which must be there.
pub(super) fn watermark(directory: &Directory) -> Result<Watermark, LedgerError> {
    Watermark::read(directory)?.ok_or_else(|| damaged("watermark", 0, "the file is missing"))
}

/// Checks what the tables say about the log; `content` is the last commit known to have stored content.
pub(super) fn check_facts(tail: &Tail, content: u64, facts: &Facts) -> Result<(), LedgerError> {
    if facts.content_commit < content {
        let what = format!("the content of commit {content} is gone");
        return Err(damaged("tables.db", 0, what));
    }
    for cursor in &facts.cursors {
        check_position(tail, "tables.db", "a cursor", cursor.partition, cursor.position)?;
    }
    Ok(())
}

fn check_log(directory: &Directory, partitions: u16, watermark: &Watermark) -> Result<Checked, LedgerError> {
    let mut segments = headers(directory, partitions)?;
    let snapshots = snapshots::list(directory)?;
    let last = segments.len() - 1;
    let mut content_commit = 0;
    for at in tail_from(&segments, &snapshots)..last {
        let start = segments[at].start.clone();
        let walked = walk_sealed(directory, segments[at].number, start, &segments[at + 1].start)?;
        content_commit = content_commit.max(walked.content_commit);
        check_watermark_block(segments[at].number, watermark, &walked)?;
        segments[at].index = Some(walked.index);
    }
    let (number, mut tail) = (segments[last].number, segments[last].start.clone());
    let (bytes, walked) = walk_last(directory, number, &mut tail, watermark)?;
    check_watermark_block(number, watermark, &walked)?;
    check_snapshots(&tail, &snapshots)?;
    let unacknowledged = match watermark.segment == number {
        true => watermark.end as usize,
        false => segment_header_len(partitions),
    };
    let torn = bytes[walked.end..].iter().any(|byte| *byte != 0);
    content_commit = content_commit.max(walked.content_commit);
    let end = walked.end;
    segments[last].index = Some(walked.index);
    Ok(Checked {
        segments,
        tail,
        end,
        torn,
        unacknowledged,
        content_commit,
        tables_read: false,
    })
}

/// The headers of all segments, which must be consecutive.
pub(super) fn headers(directory: &Directory, partitions: u16) -> Result<Vec<Found>, LedgerError> {
    let numbers = directory.segment_numbers()?;
    let mut segments: Vec<Found> = Vec::with_capacity(numbers.len());
    for number in numbers {
        if let Some(before) = segments.last()
            && before.number + 1 != number
        {
            return Err(damaged(name(before.number + 1), 0, "the file is missing"));
        }
        let start = read_header(directory, number, partitions)?;
        segments.push(Found {
            number,
            start,
            index: None,
        });
    }
    if segments.is_empty() {
        return Err(damaged(name(1), 0, "the file is missing"));
    }
    Ok(segments)
}

fn read_header(directory: &Directory, number: u32, partitions: u16) -> Result<Tail, LedgerError> {
    use std::io::Read;
    let doing = || io(format!("reading {}", name(number)));
    let mut bytes = Vec::new();
    let file = std::fs::File::open(directory.segment(number)).map_err(doing())?;
    file.take(segment_header_len(partitions) as u64)
        .read_to_end(&mut bytes)
        .map_err(doing())?;
    parse_segment_header(&bytes, number, partitions).map_err(|what| damaged(name(number), 0, what))
}

/// The first segment that a start replays, or one of the last few if that is older.
fn tail_from(segments: &[Found], snapshots: &[(Partition, Position)]) -> usize {
    let mut folded = vec![None; segments[0].start.heads.len()];
    for (partition, position) in snapshots {
        if let Some(oldest) = folded.get_mut(usize::from(partition.0)) {
            *oldest = Some(oldest.map_or(*position, |known: Position| known.min(*position)));
        }
    }
    let replays = |next: &Found| {
        let heads = next.start.heads.iter().zip(&folded);
        heads
            .into_iter()
            .any(|(head, folded)| head.position > folded.unwrap_or_default())
    };
    let first = segments[1..]
        .iter()
        .position(replays)
        .unwrap_or(segments.len() - 1);
    first.min(segments.len().saturating_sub(TAIL_SEGMENTS))
}

/// Walks a segment that others follow: it must end where the next one begins.
pub(super) fn walk_sealed(
    directory: &Directory,
    number: u32,
    mut tail: Tail,
    next: &Tail,
) -> Result<Walked, LedgerError> {
    let bytes = read_segment(directory, number)?;
    let walked = walk(&bytes, segment_header_len(tail.heads.len() as u16), &mut tail).map_err(at(number))?;
    if tail == *next {
        return Ok(walked);
    }
    Err(damaged(
        name(number),
        walked.end,
        "a block is not what was written, and commits follow it",
    ))
}

/// Walks the segment that no other follows; returns its bytes, too.
pub(super) fn walk_last(
    directory: &Directory,
    number: u32,
    tail: &mut Tail,
    watermark: &Watermark,
) -> Result<(Vec<u8>, Walked), LedgerError> {
    let bytes = read_segment(directory, number)?;
    let walked = walk(&bytes, segment_header_len(tail.heads.len() as u16), tail).map_err(at(number))?;
    check_end(&bytes, number, &walked, tail, watermark)?;
    Ok((bytes, walked))
}

/// The end of the last segment: torn is fine, damaged is not.
fn check_end(
    bytes: &[u8],
    number: u32,
    walked: &Walked,
    tail: &Tail,
    watermark: &Watermark,
) -> Result<(), LedgerError> {
    if watermark.commit > tail.commit {
        let what = match number.cmp(&watermark.segment) {
            std::cmp::Ordering::Less => "segments behind it are missing",
            _ => "a block is not what was written, and it was acknowledged",
        };
        return Err(damaged(name(number), walked.end, what));
    }
    if later_block(bytes, walked.end, tail.commit + 1).is_some() {
        let what = "a block is not what was written, and commits follow it";
        return Err(damaged(name(number), walked.end, what));
    }
    Ok(())
}

/// The block that the watermark names must be the one that is there.
pub(super) fn check_watermark_block(
    number: u32,
    watermark: &Watermark,
    walked: &Walked,
) -> Result<(), LedgerError> {
    let found = walked
        .blocks
        .iter()
        .find(|(commit, _, _)| *commit == watermark.commit);
    match found {
        // A watermark that names a later segment was written when that one had begun, and nothing was in it yet.
        Some((_, crc, end))
            if *crc != watermark.crc
                || number > watermark.segment
                || (number == watermark.segment && *end != watermark.end as usize) =>
        {
            Err(damaged(
                "watermark",
                0,
                "the log holds another block than the acknowledged one",
            ))
        }
        _ => Ok(()),
    }
}

/// No snapshot folds frames that are not there.
pub(super) fn check_snapshots(tail: &Tail, snapshots: &[(Partition, Position)]) -> Result<(), LedgerError> {
    let mut all = snapshots.iter();
    all.try_for_each(|(partition, position)| {
        check_position(tail, "snapshots", "a snapshot", *partition, *position)
    })
}

fn check_position(
    tail: &Tail,
    file: &str,
    what: &str,
    partition: Partition,
    position: Position,
) -> Result<(), LedgerError> {
    let head = tail
        .heads
        .get(usize::from(partition.0))
        .map_or(Position(0), |head| head.position);
    if position <= head {
        return Ok(());
    }
    let what = format!(
        "{what} of partition {} stands at frame {}, but the log ends at {}",
        partition.0, position.0, head.0
    );
    Err(damaged(file, 0, what))
}

pub(super) fn read_segment(directory: &Directory, number: u32) -> Result<Vec<u8>, LedgerError> {
    std::fs::read(directory.segment(number)).map_err(io(format!("reading {}", name(number))))
}

pub(super) fn at(number: u32) -> impl FnOnce(Broken) -> LedgerError {
    move |broken| damaged(name(number), broken.offset, broken.what)
}

/// How a segment is called in messages.
pub(super) fn name(number: u32) -> String {
    format!("segments/{number:010}.log")
}
