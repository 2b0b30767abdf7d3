//! Verifies a whole data directory, for a person who wants to know: `goodstanding data verify`.
//!
//! Promises: everything that is stored is read and checked, damage in one place does not hide what is elsewhere, and
//! no file is changed.

use std::fmt;
use std::path::Path;

use super::check::{self, name};
use super::directory::{Directory, io};
use super::layout::Tail;
use super::walk::Walked;
use super::watermark::Watermark;
use super::{image, snapshots};
use crate::LedgerError;

/// What was verified, and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// One item a thing that was verified.
    pub items: Vec<Item>,
}

/// One thing that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Which: a file, relative to the data directory, or a group of them.
    pub what: String,
    /// What was found in it; `Err` says what is wrong.
    pub found: Result<String, String>,
}

impl Report {
    /// Whether everything is as it was written.
    pub fn sound(&self) -> bool {
        self.items.iter().all(|item| item.found.is_ok())
    }

    fn add(&mut self, what: impl Into<String>, found: Result<String, LedgerError>) {
        self.items.push(Item {
            what: what.into(),
            found: found.map_err(|error| text(&error)),
        });
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.items.iter().map(|item| item.what.len()).max().unwrap_or(0);
        for item in &self.items {
            let (mark, found) = match &item.found {
                Ok(found) => ("ok     ", found),
                Err(wrong) => ("DAMAGED", wrong),
            };
            writeln!(f, "{mark}  {:width$}  {found}", item.what)?;
        }
        let damaged = self.items.iter().filter(|item| item.found.is_err()).count();
        match damaged {
            0 => writeln!(f, "Everything is as it was written."),
            1 => writeln!(f, "1 item is damaged."),
            _ => writeln!(f, "{damaged} items are damaged."),
        }
    }
}

/// Verifies the data directory `dir`, which no process may be using. `Err` if it cannot be verified at all.
pub fn verify(dir: &Path) -> Result<Report, LedgerError> {
    let directory = Directory { root: dir.to_owned() };
    if !dir.is_dir() {
        let source = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(io(format!("opening the data directory {}", dir.display()))(
            source,
        ));
    }
    let mut report = Report { items: Vec::new() };
    let format = match directory.read_format() {
        Ok(Some(format)) => format,
        Ok(None) => return Err(super::damaged("format", 0, "the file is missing")),
        Err(error) => return Err(error),
    };
    let _lock = directory.hold()?;
    let partitions = format.partitions;
    report.add(
        "format",
        Ok(format!("format {}, {partitions} partitions", format.format)),
    );
    let watermark = check::watermark(&directory);
    // Without a watermark nothing can be said of the end of the log but what stands in it.
    let acknowledged = watermark.as_ref().copied().unwrap_or_default();
    let end = verify_segments(&directory, partitions, &acknowledged, &mut report);
    report.add(
        "watermark",
        watermark.map(|mark| format!("commit {} was acknowledged", mark.commit)),
    );
    verify_snapshots(&directory, &mut report);
    let tables = image::check(&directory);
    if let (Some(end), Ok(facts)) = (&end, &tables) {
        report.add("positions", verify_positions(&directory, end, facts));
    }
    report.add("tables.db", tables.map(|facts| count(facts.rows, "row", "rows")));
    Ok(report)
}

/// Where the log ends, and the last commit that stored content.
struct End {
    tail: Tail,
    content_commit: u64,
}

/// Adds one item a segment; `None` if where the log ends cannot be known.
fn verify_segments(
    directory: &Directory,
    partitions: u16,
    acknowledged: &Watermark,
    report: &mut Report,
) -> Option<End> {
    let headers = match check::headers(directory, partitions) {
        Ok(headers) => headers,
        Err(error) => {
            report.add("segments", Err(error));
            return None;
        }
    };
    let mut end = None;
    let mut content_commit = 0;
    for (at, segment) in headers.iter().enumerate() {
        let next = headers.get(at + 1).map(|next| &next.start);
        let mut tail = segment.start.clone();
        let walked = verify_segment(directory, segment.number, &mut tail, next, acknowledged);
        end = walked.is_ok().then_some(tail);
        content_commit = walked
            .as_ref()
            .map_or(0, |walked| walked.content_commit)
            .max(content_commit);
        report.add(name(segment.number), walked.map(|walked| contents(&walked)));
    }
    end.map(|tail| End { tail, content_commit })
}

fn verify_segment(
    directory: &Directory,
    number: u32,
    tail: &mut Tail,
    next: Option<&Tail>,
    acknowledged: &Watermark,
) -> Result<Walked, LedgerError> {
    let walked = match next {
        Some(next) => check::walk_sealed(directory, number, tail.clone(), next)?,
        None => check::walk_last(directory, number, tail, acknowledged)?.1,
    };
    check::check_watermark_block(number, acknowledged, &walked)?;
    Ok(walked)
}

fn contents(walked: &Walked) -> String {
    let frames: usize = walked.index.iter().map(Vec::len).sum();
    let (commits, frames) = (walked.blocks.len() as u64, frames as u64);
    format!(
        "{}, {}",
        count(commits, "commit", "commits"),
        count(frames, "frame", "frames")
    )
}

/// What holds between the parts: no cursor and no snapshot leads the log, and no content was lost.
fn verify_positions(directory: &Directory, end: &End, facts: &image::Facts) -> Result<String, LedgerError> {
    check::check_facts(&end.tail, end.content_commit, facts)?;
    check::check_snapshots(&end.tail, &snapshots::list(directory)?)?;
    Ok(format!("the log ends with commit {}", end.tail.commit))
}

fn verify_snapshots(directory: &Directory, report: &mut Report) {
    let all = match snapshots::list(directory) {
        Ok(all) => all,
        Err(error) => return report.add("snapshots", Err(error)),
    };
    let mut sound = 0;
    for (partition, position) in all {
        match snapshots::read_one(directory, partition, position) {
            Ok(_) => sound += 1,
            Err(error) => report.add(
                format!("snapshots/ of partition {}, frame {}", partition.0, position.0),
                Err(error),
            ),
        }
    }
    report.add("snapshots", Ok(count(sound, "snapshot", "snapshots")));
}

fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// What is wrong; the file is named by the item.
fn text(error: &LedgerError) -> String {
    if let LedgerError::Damaged { offset, what, .. } = error {
        return format!("at byte {offset}: {what}");
    }
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
