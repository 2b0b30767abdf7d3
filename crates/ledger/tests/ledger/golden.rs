//! `tests/golden/1` is a data directory of format 1, as it was first made. It must stay readable for ever, and the
//! same commits must give the same bytes.
//!
//! When a format gets a successor, its directory joins this one; none is ever edited. A missing directory is made.

use std::path::{Path, PathBuf};

use ledger::segments::FORMAT;
use ledger::tables::SCHEMA;
use ledger::{DeliveryState, Ledger, Partition, Position};

use crate::support::{Seen, cursor, delivery, files, message, open, seen, store_numbered, write};

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(FORMAT.to_string())
}

/// The fixed story that the golden directory holds.
fn tell(dir: &Path) -> Seen {
    let mut ledger = open(dir);
    store_numbered(&mut ledger, 0..7);
    ledger
        .put_snapshot(Partition(0), Position(5), b"a snapshot")
        .unwrap();
    let tables = ledger.tables();
    let new = [
        delivery("done", "app", 4),
        delivery("waits", "app", 5),
        delivery("gone", "mail", 6),
    ];
    tables
        .advance(&[cursor("webhooks", 6), cursor("mail", 2)], &new)
        .unwrap();
    tables.settle("done", DeliveryState::Done, "200 OK", 8).unwrap();
    tables
        .settle("gone", DeliveryState::Abandoned, "no such host", 9)
        .unwrap();
    tables.postpone("waits", 99, "503").unwrap();
    seen(&ledger).unwrap()
}

#[test]
fn the_same_commits_give_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    tell(dir.path());
    if !golden().exists() {
        std::fs::rename(dir.path(), golden()).unwrap();
        panic!("made {}: look at it and commit it", golden().display());
    }
    let (expected, mut found) = (files(&golden()), files(dir.path()));
    // Who made a directory is not part of its format.
    found.insert("format".into(), expected[Path::new("format")].clone());
    for (name, bytes) in expected
        .iter()
        .filter(|(name, _)| *name != Path::new("tables.db"))
    {
        assert!(
            found.get(name) == Some(bytes),
            "{} is written in another way than before",
            name.display()
        );
    }
    assert_eq!(found.len(), expected.len(), "as many files as before");
}

#[test]
fn the_first_directory_can_still_be_read() {
    let told = tell(tempfile::tempdir().unwrap().path());
    let dir = write(&files(&golden()));
    let mut ledger = open(dir.path());
    assert_eq!(seen(&ledger).map_err(|error| message(&error)), Ok(told));
    store_numbered(&mut ledger, 7..20);
}

/// SQLite's own bytes differ from one of its versions to the next; its rows and their checksums must not. They are
/// those of the golden directory (above), in these tables.
#[test]
fn the_layout_of_the_tables_is_the_first_one() {
    insta::assert_snapshot!(SCHEMA);
}
