//! Torn ends, full disks and failing syncs.

use std::io::ErrorKind;

use ledger::segments::{DiskFaults, DiskOp};
use ledger::suite::{append, commit, payloads, store};
use ledger::{Appended, Ledger, LedgerError, Partition, Position, SegmentLedger};

use crate::support::{SEGMENT_BYTES, files, numbered, open, options_with, seen, store_numbered, write};

/// Whatever part of the last write reached the disk, the log ends after the last commit before it.
#[test]
fn a_torn_end_is_cut_back_wherever_it_tore() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    store_numbered(&mut ledger, 0..4);
    let (before, acknowledged) = (files(dir.path()), seen(&ledger).unwrap());
    let commit = numbered(&ledger, 4);
    ledger.commit(&commit);
    let (after, all) = (files(dir.path()), seen(&ledger).unwrap());
    let segment = std::path::Path::new("segments/0000000001.log");
    let changed: Vec<usize> = (0..SEGMENT_BYTES as usize)
        .filter(|at| before[segment][*at] != after[segment][*at])
        .collect();
    let (start, end) = (changed[0], changed[changed.len() - 1] + 1);
    assert!(end - start > 100, "the commit has {} bytes", end - start);
    // The first bytes only; the last bytes only: pages reach the disk in any order.
    let cuts = (start..end).step_by(3).chain([end]);
    let torn = cuts.flat_map(|cut| [(start, cut), (cut, end)]);
    for (from, to) in torn {
        let mut files = before.clone();
        files.get_mut(segment).unwrap()[from..to].copy_from_slice(&after[segment][from..to]);
        let dir = write(&files);
        let mut ledger = open(dir.path());
        let expected = if (from, to) == (start, end) {
            &all
        } else {
            &acknowledged
        };
        assert_eq!(seen(&ledger).unwrap(), *expected, "bytes {from} to {to}");
        store(&mut ledger, 0, b"it works on");
        drop(ledger);
        open(dir.path());
    }
}

/// A log that lost acknowledged commits at its end is not taken for a torn one.
#[test]
fn a_lost_end_is_damage() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    store_numbered(&mut ledger, 0..3);
    let before = files(dir.path());
    store_numbered(&mut ledger, 3..4);
    let mut lost = before.clone();
    let mark = std::path::PathBuf::from("watermark");
    lost.insert(mark.clone(), files(dir.path())[&mark].clone());
    let dir = write(&lost);
    let opened = SegmentLedger::open(dir.path(), options_with(DiskFaults::default()));
    assert!(matches!(opened, Err(LedgerError::Damaged { .. })));
    assert!(files(dir.path()) == lost);
}

/// A crash while a directory was being made leaves nothing that is in the way.
#[test]
fn a_directory_made_half_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    let mut half = files(dir.path());
    half.remove(std::path::Path::new("format"));
    half.insert("segments/spare.tmp".into(), vec![0; 9]);
    let dir = write(&half);
    let mut ledger = open(dir.path());
    store_numbered(&mut ledger, 0..3);
    assert!(!dir.path().join("segments/spare.tmp").exists());
}

#[test]
fn a_full_disk_stores_nothing_and_passes() {
    // What fails, and how often: a new segment is tried in the background and again by the commit.
    for (op, times) in [(DiskOp::Write, 1), (DiskOp::Preallocate, 2)] {
        let (dir, faults) = (tempfile::tempdir().unwrap(), DiskFaults::default());
        let mut ledger = SegmentLedger::open(dir.path(), options_with(faults.clone())).unwrap();
        faults.fail(op, ErrorKind::StorageFull, times);
        let (mut stored, mut full) = (0_u64, 0);
        while stored < 40 {
            let payload = vec![stored as u8; 200];
            match ledger.commit(&commit(vec![append(0, stored, &payload)]))[..] {
                [Appended::Stored] => stored += 1,
                [Appended::NotStored { full: true }] => full += 1,
                ref other => panic!("{op:?}: {other:?}"),
            }
        }
        assert_eq!(full, 1, "{op:?}");
        assert_eq!(payloads(&*ledger.reader(), 0, 0).len(), 40);
        drop(ledger);
        assert_eq!(payloads(&*open(dir.path()).reader(), 0, 0).len(), 40, "{op:?}");
    }
}

#[test]
fn full_tables_store_nothing_and_pass() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    let tables = ledger.tables();
    tables.limit_pages(Some(1)).unwrap();
    let mut commit = numbered(&ledger, 2);
    commit.content[0].bytes = vec![7; 100_000];
    assert_eq!(ledger.commit(&commit), [Appended::NotStored { full: true }]);
    assert_eq!(ledger.head(Partition(0)).position, Position(0));
    assert!(matches!(
        tables.advance(&[], &[crate::support::delivery("a", "b", 1)]),
        Err(LedgerError::Full) | Ok(1)
    ));
    tables.limit_pages(None).unwrap();
    assert_eq!(ledger.commit(&commit), [Appended::Stored]);
    assert_eq!(tables.content(1, 2).unwrap().unwrap(), vec![7; 100_000]);
}

/// After a failed write or sync nothing is stored until the log was read back; then the head tells the truth.
#[test]
fn an_unknown_outcome_is_read_back() {
    for (op, stored) in [(DiskOp::Sync, true), (DiskOp::Write, false)] {
        let (dir, faults) = (tempfile::tempdir().unwrap(), DiskFaults::default());
        let mut ledger = SegmentLedger::open(dir.path(), options_with(faults.clone())).unwrap();
        store(&mut ledger, 0, b"before");
        let reader = ledger.reader();
        faults.fail(op, ErrorKind::Other, 1);
        let frame = commit(vec![append(0, 1, b"perhaps")]);
        assert_eq!(ledger.commit(&frame), [Appended::Unknown]);
        assert_eq!(
            reader.head(Partition(0)).position,
            Position(1),
            "what may be lost is not shown"
        );
        assert_eq!(ledger.commit(&frame), [Appended::NotStored { full: false }]);
        faults.fail(DiskOp::Sync, ErrorKind::Other, 1);
        assert!(ledger.reopen().is_err(), "the sync fails again");
        assert_eq!(ledger.commit(&frame), [Appended::NotStored { full: false }]);
        ledger.reopen().unwrap();
        assert_eq!(
            ledger.head(Partition(0)).position,
            Position(1 + u64::from(stored)),
            "{op:?}"
        );
        store(&mut ledger, 0, b"after");
        let all = payloads(&*reader, 0, 0);
        drop((reader, ledger));
        assert_eq!(payloads(&*open(dir.path()).reader(), 0, 0), all, "{op:?}");
        assert_eq!(all.len(), 2 + usize::from(stored), "{op:?}");
    }
}

#[test]
fn trimmed_segments_are_gone_from_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    store_numbered(&mut ledger, 0..60);
    let logs = || std::fs::read_dir(dir.path().join("segments")).unwrap().count();
    let before = logs();
    assert!(before > 4, "{before} segments");
    ledger.trim(Partition(0), Position(60)).unwrap();
    assert_eq!(logs(), before, "the other partition needs them");
    ledger.trim(Partition(1), Position(30)).unwrap();
    assert!(logs() < before);
    let first = ledger.reader().first(Partition(0)).0;
    assert!(first > 0);
    let kept = payloads(&*ledger.reader(), 0, first);
    drop(ledger);
    assert_eq!(payloads(&*open(dir.path()).reader(), 0, first), kept);
}

/// A commit that no segment has room for gets one of its own.
#[test]
fn a_large_commit_has_room() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    for _ in 0..3 {
        store(&mut ledger, 0, b"small");
        store(&mut ledger, 0, &vec![9; 3 * SEGMENT_BYTES as usize]);
    }
    let all = payloads(&*ledger.reader(), 0, 0);
    drop(ledger);
    assert_eq!(payloads(&*open(dir.path()).reader(), 0, 0), all);
}

/// A new file can be begun at any time: the one before is cut to its length, is read and verified like any other, and goes
/// when nothing in it is needed.
#[test]
fn a_file_that_is_not_full_ends_on_request() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    ledger.begin_file(u64::MAX).unwrap();
    assert_eq!(
        segments(dir.path()),
        ["0000000001.log"],
        "nothing is in the first one"
    );
    store_numbered(&mut ledger, 0..3);
    ledger.begin_file(0).unwrap();
    assert_eq!(segments(dir.path()), ["0000000001.log"], "it is too young");
    ledger.begin_file(1).unwrap();
    assert_eq!(segments(dir.path()), ["0000000001.log", "0000000002.log"]);
    let length = std::fs::metadata(dir.path().join("segments/0000000001.log"))
        .unwrap()
        .len();
    assert!(length < u64::from(SEGMENT_BYTES), "{length}");
    // A crash right behind it, and work after it.
    let files = files(dir.path());
    let all = seen(&ledger).unwrap();
    let crashed = write(&files);
    assert_eq!(seen(&open(crashed.path())).unwrap(), all);
    let report = ledger::verify(crashed.path()).unwrap();
    assert!(report.sound(), "{:?}", report.items);
    store_numbered(&mut ledger, 3..5);
    drop(ledger);
    let mut ledger = open(dir.path());
    for partition in [Partition(0), Partition(1)] {
        let head = ledger.head(partition).position;
        ledger
            .put_snapshot(partition, Position(head.0 - 1), b"older")
            .unwrap();
        ledger.put_snapshot(partition, head, b"newest").unwrap();
        ledger
            .drop_older_snapshots(partition, Position(head.0 - 1))
            .unwrap();
        assert_eq!(
            ledger.reader().snapshots(partition).unwrap().len(),
            2,
            "it is not the newest"
        );
        ledger.drop_older_snapshots(partition, head).unwrap();
        assert_eq!(ledger.reader().snapshots(partition).unwrap().len(), 1);
        ledger.trim(partition, head).unwrap();
    }
    assert_eq!(segments(dir.path()), ["0000000002.log"]);
    drop(ledger);
    assert!(ledger::verify(dir.path()).unwrap().sound());
    store_numbered(&mut open(dir.path()), 5..6);
}

fn segments(dir: &std::path::Path) -> Vec<String> {
    let found = std::fs::read_dir(dir.join("segments")).unwrap();
    let names = found.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".log")).collect();
    names.sort();
    names
}
