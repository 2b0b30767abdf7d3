//! Verifies a whole data directory, for a person who wants to know: `goodstanding data verify`.
//!
//! Promises: everything that is stored is read and checked, damage in one place does not hide what is elsewhere, and
//! no file is changed.

use std::fmt;
use std::path::Path;

use super::check::{self, name};
use super::directory::{Directory, io};
use super::layout::{Tail, segment_header_len};
use super::walk::walk;
use super::watermark::Watermark;
use super::{image, snapshots};
use crate::LedgerError;

/// Enough for tables of any size.
const ALL: u64 = u64::MAX;

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
    verify_segments(&directory, partitions, &acknowledged, &mut report);
    report.add(
        "watermark",
        watermark.map(|mark| format!("commit {} was acknowledged", mark.commit)),
    );
    verify_snapshots(&directory, &mut report);
    let tables = image::check(&directory);
    report.add("tables.db", tables.map(|facts| count(facts.rows, "row", "rows")));
    // What holds between the parts: watermark, the end of the log, positions in cursors and snapshots. A part that is
    // damaged by itself was reported above.
    if report.sound() {
        let end = |checked: check::Checked| format!("the log ends with commit {}", checked.tail.commit);
        report.add(
            "the end of the log",
            check::check(&directory, partitions, ALL).map(end),
        );
    }
    Ok(report)
}

fn verify_segments(directory: &Directory, partitions: u16, acknowledged: &Watermark, report: &mut Report) {
    let headers = match check::headers(directory, partitions) {
        Ok(headers) => headers,
        Err(error) => return report.add("segments", Err(error)),
    };
    for (at, segment) in headers.iter().enumerate() {
        let next = headers.get(at + 1).map(|next| &next.start);
        let found = verify_segment(
            directory,
            segment.number,
            segment.start.clone(),
            next,
            acknowledged,
        );
        report.add(name(segment.number), found);
    }
}

fn verify_segment(
    directory: &Directory,
    number: u32,
    mut tail: Tail,
    next: Option<&Tail>,
    acknowledged: &Watermark,
) -> Result<String, LedgerError> {
    let walked = match next {
        Some(next) => check::walk_sealed(directory, number, tail, next)?,
        None => {
            let bytes = check::read_segment(directory, number)?;
            let from = segment_header_len(tail.heads.len() as u16);
            let walked = walk(&bytes, from, &mut tail).map_err(check::at(number))?;
            check::check_end(&bytes, number, &walked, &tail, acknowledged)?;
            walked
        }
    };
    let frames: usize = walked.index.iter().map(Vec::len).sum();
    let (commits, frames) = (walked.blocks.len() as u64, frames as u64);
    Ok(format!(
        "{}, {}",
        count(commits, "commit", "commits"),
        count(frames, "frame", "frames")
    ))
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
