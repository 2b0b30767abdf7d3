//! A flipped bit anywhere is refused with a message that says where, and no file is changed by the refusal.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ledger::{DeliveryState, Ledger, LedgerError, Partition, Position, SegmentLedger};

use crate::support::{
    Seen, cursor, delivery, files, message, open, options, refused, seen, store_numbered, write,
};

type Files = BTreeMap<PathBuf, Vec<u8>>;

/// A ledger with three segments, snapshots, and tables, as a SIGKILL would leave it: the write-ahead file still holds
/// transactions.
fn killed() -> (Files, Seen) {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    store_numbered(&mut ledger, 0..30);
    ledger
        .put_snapshot(Partition(0), Position(10), &[1; 300])
        .unwrap();
    ledger
        .put_snapshot(Partition(0), Position(20), &[2; 300])
        .unwrap();
    let tables = ledger.tables();
    for n in 0..10 {
        let new = [delivery(&format!("d{n}"), "app", n)];
        tables.advance(&[cursor("webhooks", n)], &new).unwrap();
    }
    tables.settle("d3", DeliveryState::Done, "200 OK", 7).unwrap();
    // The last transaction of the write-ahead file is one that the log knows of.
    store_numbered(&mut ledger, 30..33);
    (files(dir.path()), seen(&ledger).unwrap())
}

/// The same, closed in an orderly way: no write-ahead file.
fn closed() -> (Files, Seen) {
    let (killed, seen) = killed();
    let dir = write(&killed);
    drop(open(dir.path()));
    (files(dir.path()), seen)
}

/// What became of a directory with one flipped bit.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// Refused, and no file changed.
    Refused,
    /// Opened, and everything is there.
    Harmless,
}

fn flip(files: &Files, file: &Path, byte: usize, bit: u8, all: &Seen) -> Outcome {
    let mut flipped = files.clone();
    flipped.get_mut(file).unwrap()[byte] ^= 1 << bit;
    let dir = write(&flipped);
    let place = format!("bit {bit} of byte {byte} in {}", file.display());
    match SegmentLedger::open(dir.path(), options()) {
        Ok(ledger) => {
            let found = seen(&ledger).unwrap_or_else(|error| panic!("{place}: {}", message(&error)));
            assert_eq!(found, *all, "{place} was not noticed");
            Outcome::Harmless
        }
        Err(error) => {
            assert!(
                matches!(error, LedgerError::Damaged { .. } | LedgerError::Newer { .. }),
                "{place}: {error}"
            );
            assert!(
                crate::support::files(dir.path()) == flipped,
                "{place}: refusing changed a file"
            );
            Outcome::Refused
        }
    }
}

/// Flips one bit in each of the sampled bytes; returns (refused, harmless).
fn sweep(files: &Files, all: &Seen, name: &str, step: usize) -> (usize, usize) {
    let length = files[Path::new(name)].len();
    let mut outcomes = (0, 0);
    for byte in (0..length).step_by(step) {
        match flip(files, Path::new(name), byte, (byte % 8) as u8, all) {
            Outcome::Refused => outcomes.0 += 1,
            Outcome::Harmless => outcomes.1 += 1,
        }
    }
    outcomes
}

#[test]
fn every_byte_that_was_written_is_guarded() {
    let (files, all) = killed();
    // Name, every which byte, and how many bytes of it may be harmless: padding and zeros not used yet.
    let rows = [
        ("format", 1, 0),
        ("watermark", 1, 0),
        ("snapshots/00000-00000000000000000010.snapshot", 5, 0),
        ("segments/0000000001.log", 7, 40),
        ("segments/0000000002.log", 7, 40),
    ];
    for (name, step, harmless) in rows {
        let outcomes = sweep(&files, &all, name, step);
        assert!(outcomes.0 > 0 && outcomes.1 <= harmless, "{name}: {outcomes:?}");
    }
}

#[test]
fn the_last_segment_is_guarded_to_its_last_acknowledged_byte() {
    let (files, all) = killed();
    let name = files
        .keys()
        .rfind(|name| name.extension().is_some_and(|is| is == "log"))
        .unwrap();
    let used = files[name].iter().rposition(|byte| *byte != 0).unwrap();
    let mut harmless = 0;
    for byte in (0..=used).step_by(7) {
        harmless += usize::from(flip(&files, name, byte, (byte % 8) as u8, &all) == Outcome::Harmless);
    }
    // Blocks are padded to multiples of 8.
    assert!(harmless <= 12, "{harmless}");
}

#[test]
fn the_write_ahead_file_is_guarded() {
    let (files, all) = killed();
    let wal = &files[Path::new("tables.db-wal")];
    assert!(
        wal.len() > 20 * 4_096,
        "the test needs many transactions: {}",
        wal.len()
    );
    let (refused, harmless) = sweep(&files, &all, "tables.db-wal", 373);
    // Fields of the headers that no checksum covers.
    assert!(
        refused > 200 && harmless <= 3,
        "{refused} refused, {harmless} harmless"
    );
}

/// Without content in the log that bears witness, what follows the flipped bit does.
#[test]
fn the_write_ahead_file_bears_witness_itself() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    let wal = || std::fs::metadata(dir.path().join("tables.db-wal")).unwrap().len() as usize;
    let mut ends = Vec::new();
    for n in 0..12 {
        ledger
            .tables()
            .advance(&[], &[delivery(&format!("d{n}"), "app", n)])
            .unwrap();
        ends.push(wal());
    }
    let (files, all) = (files(dir.path()), seen(&ledger).unwrap());
    // Behind it stand two whole transactions.
    for byte in (32..ends[9]).step_by(701) {
        let outcome = flip(&files, Path::new("tables.db-wal"), byte, 3, &all);
        assert_eq!(outcome, Outcome::Refused, "byte {byte}");
    }
}

/// After a power cut the watermark may lag; then what follows the flipped bit bears witness.
#[test]
fn a_watermark_that_lags_hides_no_damage() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    let mark = PathBuf::from("watermark");
    let early = files(dir.path())[&mark].clone();
    store_numbered(&mut ledger, 0..2);
    let log = Path::new("segments/0000000001.log");
    let used = |files: &Files| files[log].iter().rposition(|byte| *byte != 0).unwrap();
    let second = used(&files(dir.path()));
    store_numbered(&mut ledger, 2..4);
    let mut lagging = files(dir.path());
    lagging.insert(mark, early);
    let all = seen(&ledger).unwrap();
    let harmless = (0..second)
        .step_by(5)
        .filter(|byte| flip(&lagging, log, *byte, 5, &all) == Outcome::Harmless);
    // Blocks are padded to multiples of 8.
    assert!(harmless.count() <= 3);
    drop(ledger);
    assert_eq!(
        seen(&open(write(&lagging).path())).unwrap(),
        all,
        "lagging is no damage"
    );
}

#[test]
fn the_tables_are_guarded() {
    let (files, all) = closed();
    assert!(
        !files.contains_key(Path::new("tables.db-wal")),
        "the test needs no write-ahead file"
    );
    let (refused, _) = sweep(&files, &all, "tables.db", 211);
    assert!(refused > 10, "{refused} refused");
    let header = (0..100).map(|byte| flip(&files, Path::new("tables.db"), byte, 0, &all));
    assert!(header.filter(|outcome| *outcome == Outcome::Refused).count() > 30);
}

#[test]
fn messages_name_the_place() {
    let (files, _) = killed();
    let message_of = |change: &dyn Fn(&mut Files)| {
        let mut changed = files.clone();
        change(&mut changed);
        let dir = write(&changed);
        let message = refused(dir.path());
        assert!(
            crate::support::files(dir.path()) == changed,
            "refusing changed a file: {message}"
        );
        message
    };
    let flip = |name: &'static str, byte: usize| {
        message_of(&move |files| files.get_mut(Path::new(name)).unwrap()[byte] ^= 4)
    };
    let missing = |name: &'static str| message_of(&move |files| drop(files.remove(Path::new(name))));
    let last = files
        .keys()
        .rfind(|name| name.extension().is_some_and(|is| is == "log"))
        .unwrap();
    let shown = [
        flip("segments/0000000001.log", 20),
        flip("segments/0000000001.log", 700),
        flip("tables.db-wal", 24 + 100),
        flip("tables.db-wal", 9_000),
        flip("snapshots/00000-00000000000000000010.snapshot", 99),
        flip("watermark", 9),
        flip("format", 50),
        missing("format"),
        missing("watermark"),
        missing("tables.db"),
        missing("segments/0000000002.log"),
        message_of(&|files| drop(files.remove(last))),
    ];
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn what_leads_the_log_is_damage() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    store_numbered(&mut ledger, 0..3);
    ledger.tables().advance(&[cursor("relay", 9)], &[]).unwrap();
    drop(ledger);
    assert_eq!(
        refused(dir.path()),
        "tables.db is damaged at byte 0: a cursor of partition 0 stands at frame 9, but the log ends at 3"
    );
}

#[test]
fn a_newer_format_is_refused() {
    let (mut files, _) = closed();
    files.insert("format".into(), b"format = 7\nand_more = true\n".to_vec());
    let dir = write(&files);
    let message = refused(dir.path());
    assert!(
        message.ends_with("has format 7, this version reads up to 1"),
        "{message}"
    );
    assert!(
        crate::support::files(dir.path()) == files,
        "refusing changed a file"
    );
}

#[test]
fn a_directory_in_use_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    store_numbered(&mut ledger, 0..3);
    let before = files(dir.path());
    let message = refused(dir.path());
    assert!(message.ends_with("is in use by another process"), "{message}");
    assert!(files(dir.path()) == before, "refusing changed a file");
    assert!(matches!(
        ledger::verify(dir.path()),
        Err(LedgerError::InUse { .. })
    ));
    drop(ledger);
    assert_eq!(open(dir.path()).head(Partition(0)).position, Position(3));
}
