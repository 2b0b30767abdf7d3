//! `goodstanding data verify`: what a person reads.

use std::path::Path;

use ledger::{Ledger, Partition, Position, verify};

use crate::support::{delivery, files, open, store_numbered, write};

#[test]
fn the_report_names_what_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    store_numbered(&mut ledger, 0..40);
    ledger.put_snapshot(Partition(0), Position(10), b"one").unwrap();
    ledger.put_snapshot(Partition(1), Position(10), b"two").unwrap();
    ledger.tables().advance(&[], &[delivery("a", "b", 1)]).unwrap();
    drop(ledger);
    let sound = files(dir.path());
    let report = verify(dir.path()).unwrap();
    assert!(report.sound());
    assert!(files(dir.path()) == sound, "verifying changes nothing");

    let mut damaged = sound;
    for (name, byte) in [
        ("segments/0000000001.log", 500),
        ("segments/0000000003.log", 1_000),
        ("snapshots/00001-00000000000000000010.snapshot", 33),
    ] {
        damaged.get_mut(Path::new(name)).unwrap()[byte] ^= 1;
    }
    let tables = damaged.get_mut(Path::new("tables.db")).unwrap();
    let text = tables
        .windows(9)
        .position(|window| window == b"text of 2")
        .unwrap();
    tables[text] ^= 1;
    let broken = write(&damaged);
    let worse = verify(broken.path()).unwrap();
    assert!(!worse.sound());
    insta::assert_snapshot!(format!("{report}\n{worse}"));
}
