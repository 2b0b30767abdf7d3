//! What several tests need: a small ledger on disk, copies of it as a crash would leave them, and comparisons.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ledger::segments::{DiskFaults, Options};
use ledger::suite::{PARTITIONS, append};
use ledger::{
    Appended, Commit, ContentRecord, Cursor, Ledger, LedgerError, NewDelivery, Partition, Position,
    SegmentLedger,
};

/// Small enough that a few frames fill it.
pub(crate) const SEGMENT_BYTES: u32 = 4_096;

pub(crate) fn options() -> Options {
    options_with(DiskFaults::default())
}

pub(crate) fn options_with(faults: DiskFaults) -> Options {
    Options {
        partitions: PARTITIONS,
        segment_bytes: SEGMENT_BYTES,
        faults,
        ..Options::default()
    }
}

pub(crate) fn open(dir: &Path) -> SegmentLedger {
    SegmentLedger::open(dir, options()).unwrap()
}

pub(crate) fn refused(dir: &Path) -> String {
    match SegmentLedger::open(dir, options()) {
        Ok(_) => panic!("{} was opened", dir.display()),
        Err(error) => message(&error),
    }
}

pub(crate) fn message(error: &LedgerError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// Commit number `n` (from 0): a frame in one or two partitions; every third has content.
pub(crate) fn numbered(ledger: &dyn Ledger, n: u64) -> Commit {
    let at = |partition| ledger.head(Partition(partition)).position.0;
    let payload = vec![n as u8 + 1; 20 + (n as usize * 37) % 300];
    let mut frames = vec![append(0, at(0), &payload)];
    if n % 2 == 1 {
        frames.push(append(1, at(1), &payload[..10]));
    }
    let text = format!("text of {n}").into_bytes();
    let content = ContentRecord {
        cell: 1,
        key: n,
        expires_ms: 1_000,
        bytes: text,
    };
    Commit {
        frames,
        content: if n % 3 == 2 { vec![content] } else { Vec::new() },
    }
}

pub(crate) fn store_numbered(ledger: &mut dyn Ledger, numbers: std::ops::Range<u64>) {
    for n in numbers {
        let commit = numbered(ledger, n);
        assert_eq!(
            ledger.commit(&commit),
            vec![Appended::Stored; commit.frames.len()]
        );
    }
}

pub(crate) fn delivery(id: &str, queue: &str, due_ms: u64) -> NewDelivery {
    let payload = format!("payload of {id}").into_bytes();
    NewDelivery {
        id: id.into(),
        queue: queue.into(),
        created_ms: 1,
        due_ms,
        payload,
    }
}

pub(crate) fn cursor(name: &str, position: u64) -> Cursor {
    Cursor {
        name: name.into(),
        partition: Partition(0),
        position: Position(position),
        within: 0,
    }
}

/// All files below `dir` with their bytes.
pub(crate) fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut left = vec![dir.to_owned()];
    while let Some(at) = left.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => left.push(path),
                false => {
                    found.insert(
                        path.strip_prefix(dir).unwrap().to_owned(),
                        std::fs::read(&path).unwrap(),
                    );
                }
            }
        }
    }
    found
}

/// Makes a directory that holds exactly these files.
pub(crate) fn write(files: &BTreeMap<PathBuf, Vec<u8>>) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("snapshots")).unwrap();
    for (name, bytes) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    dir
}

/// Everything that a reader can see.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) frames: Vec<Vec<Vec<u8>>>,
    pub(crate) snapshots: Vec<Vec<(Position, Vec<u8>)>>,
    pub(crate) content: Vec<Option<Vec<u8>>>,
    pub(crate) deliveries: Vec<ledger::Delivery>,
    pub(crate) cursors: Vec<Cursor>,
}

pub(crate) fn seen(ledger: &dyn Ledger) -> Result<Seen, LedgerError> {
    let reader = ledger.reader();
    let mut frames = Vec::new();
    let mut snapshots = Vec::new();
    for partition in (0..PARTITIONS).map(Partition) {
        let mut payloads = Vec::new();
        reader.read(partition, reader.first(partition), &mut |frame| {
            payloads.push(frame.payload.clone());
            true
        })?;
        frames.push(payloads);
        snapshots.push(reader.snapshots(partition)?);
    }
    let content = (0..40)
        .map(|key| reader.content(1, key))
        .collect::<Result<_, _>>()?;
    let tables = reader.tables();
    let deliveries = tables.deliveries(ledger::Deliveries {
        max: 100,
        ..Default::default()
    })?;
    Ok(Seen {
        frames,
        snapshots,
        content,
        deliveries,
        cursors: tables.cursors()?,
    })
}
