//! The contract of [`Ledger`] as tests, run by every backend.
//!
//! A backend calls [`run`] from one test with a function that makes a fresh store and returns its opener; opening the
//! same store a second time is a restart. Every check panics with what does not hold.
//!
//! Must not know: which backend it runs on.

use std::sync::Arc;

use crate::{
    Append, Appended, Attempt, Commit, ContentRecord, Cursor, DeliveryState, Fault, FaultyLedger, Frame,
    Ledger, LedgerReader, NewDelivery, Partition, Position, Script, Tables, Then,
};

/// Opens a store; again after the ledger that it gave was dropped.
pub type Opener = Box<dyn FnMut() -> Box<dyn Ledger>>;

/// Partitions that the stores of the suite must have.
pub const PARTITIONS: u16 = 4;

/// Runs every check, each on a fresh store with [`PARTITIONS`] partitions made by `make`.
pub fn run(make: &mut dyn FnMut() -> Opener) {
    let checks: [fn(Opener); 11] = [
        empty,
        append_and_read,
        expected_position,
        whole_or_nothing,
        content_with_its_frames,
        restart_gives_the_same_bytes,
        unknown_until_reopened,
        snapshots_two_newest,
        trim_keeps_what_is_needed,
        cursors_and_deliveries_together,
        readers_see_durable_frames_only,
    ];
    for check in checks {
        check(make());
    }
}

/// A frame for `partition`, expected at `position`, whose stamp is its position.
pub fn append(partition: u16, position: u64, payload: &[u8]) -> Append {
    Append {
        partition: Partition(partition),
        expected: Position(position),
        stamped_ms: position,
        payload: payload.to_vec(),
    }
}

/// A commit of frames without content.
pub fn commit(frames: Vec<Append>) -> Commit {
    Commit {
        frames,
        content: Vec::new(),
    }
}

/// All payloads of a partition from `from` on.
pub fn payloads(reader: &dyn LedgerReader, partition: u16, from: u64) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut position = Position(from);
    let mut visit = |frame: &Frame| {
        assert_eq!(frame.position, position, "frames come in order, without gaps");
        assert_eq!(
            frame.stamped_ms, position.0,
            "the stamp is the one that was stored"
        );
        position.0 += 1;
        found.push(frame.payload.clone());
        true
    };
    let read = reader.read(Partition(partition), Position(from), &mut visit);
    assert!(
        read.is_ok(),
        "reading partition {partition} from {from}: {read:?}"
    );
    found
}

/// Stores one frame at the head of `partition`.
pub fn store(ledger: &mut dyn Ledger, partition: u16, payload: &[u8]) {
    let head = ledger.head(Partition(partition)).position.0;
    let answer = ledger.commit(&commit(vec![append(partition, head, payload)]));
    assert_eq!(
        answer,
        [Appended::Stored],
        "storing frame {head} of partition {partition}"
    );
}

fn content(cell: u64, key: u64, expires_ms: u64, bytes: &[u8]) -> ContentRecord {
    ContentRecord {
        cell,
        key,
        expires_ms,
        bytes: bytes.to_vec(),
    }
}

fn empty(mut open: Opener) {
    let ledger = open();
    let reader = ledger.reader();
    assert_eq!(
        (ledger.partitions(), reader.partitions()),
        (PARTITIONS, PARTITIONS)
    );
    for partition in 0..PARTITIONS {
        assert_eq!(ledger.head(Partition(partition)), Default::default());
        assert_eq!(reader.first(Partition(partition)), Position(0));
        assert!(payloads(&*reader, partition, 0).is_empty());
        assert!(
            reader
                .snapshots(Partition(partition))
                .is_ok_and(|found| found.is_empty())
        );
    }
}

fn append_and_read(mut open: Opener) {
    let mut ledger = open();
    let all: Vec<Vec<u8>> = (0..200_u32)
        .map(|n| n.to_le_bytes().repeat(n as usize % 50))
        .collect();
    for payload in &all {
        store(&mut *ledger, 1, payload);
        store(&mut *ledger, 3, b"another partition");
    }
    let reader = ledger.reader();
    for from in [0, 1, 77, 199, 200] {
        assert_eq!(payloads(&*reader, 1, from), all[from as usize..], "from {from}");
    }
    let mut seen = 0;
    let stopped = reader.read(Partition(1), Position(5), &mut |_| {
        seen += 1;
        seen < 3
    });
    assert!(
        stopped.is_ok() && seen == 3,
        "reading stops when the visitor has enough: {seen}"
    );
    let head = ledger.head(Partition(1));
    assert_eq!((head.position, head.stamped_ms), (Position(200), 199));
    assert_eq!(reader.head(Partition(1)), head, "both halves know the same head");
}

fn expected_position(mut open: Opener) {
    let mut ledger = open();
    store(&mut *ledger, 0, b"one");
    for wrong in [0, 2, u64::MAX] {
        let answer = ledger.commit(&commit(vec![append(0, wrong, b"wrong")]));
        assert_eq!(
            answer,
            [Appended::Conflict { head: Position(1) }],
            "expected {wrong}"
        );
    }
    store(&mut *ledger, 0, b"two");
    assert_eq!(payloads(&*ledger.reader(), 0, 0), [b"one", b"two"]);
}

fn whole_or_nothing(mut open: Opener) {
    let mut ledger = open();
    store(&mut *ledger, 0, b"one");
    let frames = vec![
        append(1, 0, b"fits"),
        append(0, 0, b"does not"),
        append(2, 0, b"fits"),
    ];
    let half = Commit {
        frames,
        content: vec![content(1, 1, 9, b"text")],
    };
    let not_stored = Appended::NotStored { full: false };
    let conflict = Appended::Conflict { head: Position(1) };
    assert_eq!(ledger.commit(&half), [not_stored, conflict, not_stored]);
    let twice = commit(vec![append(1, 0, b"a"), append(1, 1, b"b")]);
    assert!(
        !ledger.commit(&twice).contains(&Appended::Stored),
        "one frame a partition and commit"
    );
    let reader = ledger.reader();
    assert!(payloads(&*reader, 1, 0).is_empty() && payloads(&*reader, 2, 0).is_empty());
    assert!(
        matches!(reader.content(1, 1), Ok(None)),
        "content of a refused commit is not stored"
    );
    let whole = commit(vec![append(1, 0, b"a"), append(0, 1, b"b"), append(2, 0, b"c")]);
    assert_eq!(ledger.commit(&whole), [Appended::Stored; 3]);
}

fn content_with_its_frames(mut open: Opener) {
    let mut ledger = open();
    let records = vec![
        content(7, 1, 100, b"hello"),
        content(7, u64::MAX, u64::MAX, b""),
        content(8, 1, 200, b"x"),
    ];
    let answer = ledger.commit(&Commit {
        frames: vec![append(0, 0, b"frame")],
        content: records,
    });
    assert_eq!(answer, [Appended::Stored]);
    drop(ledger);
    let ledger = open();
    let (reader, tables) = (ledger.reader(), ledger.tables());
    let found = |cell, key| match reader.content(cell, key) {
        Ok(found) => found,
        Err(error) => panic!("content {key} of cell {cell}: {error}"),
    };
    assert_eq!(found(7, 1).as_deref(), Some(&b"hello"[..]));
    assert_eq!(found(7, u64::MAX).as_deref(), Some(&b""[..]));
    assert_eq!(found(9, 1), None);
    for (now, purged) in [(99, 0), (100, 1), (100, 0)] {
        assert!(
            matches!(tables.purge_expired(now), Ok(count) if count == purged),
            "purged at {now}"
        );
    }
    assert_eq!(found(7, 1), None);
    assert!(
        matches!(tables.erase(8, &[1, 2]), Ok(1)),
        "one of the keys was there"
    );
    assert_eq!(found(8, 1), None);
}

fn restart_gives_the_same_bytes(mut open: Opener) {
    let mut ledger = open();
    let mut expected: Vec<Vec<Vec<u8>>> = vec![Vec::new(); usize::from(PARTITIONS)];
    for round in 0..5_u8 {
        for n in 0..40_u8 {
            let partition = u16::from(n) % PARTITIONS;
            let payload = vec![n ^ round; usize::from(n) * 9];
            store(&mut *ledger, partition, &payload);
            expected[usize::from(partition)].push(payload);
        }
        let heads: Vec<_> = (0..PARTITIONS)
            .map(|partition| ledger.head(Partition(partition)))
            .collect();
        drop(ledger);
        ledger = open();
        for partition in 0..PARTITIONS {
            assert_eq!(ledger.head(Partition(partition)), heads[usize::from(partition)]);
            assert_eq!(
                payloads(&*ledger.reader(), partition, 0),
                expected[usize::from(partition)]
            );
        }
    }
}

/// `reopen` finds out what is there, whichever way it went, and until then nothing is stored.
fn unknown_until_reopened(mut open: Opener) {
    let mut position = 0;
    for (fault, stored) in [(Fault::UnknownStored, true), (Fault::UnknownLost, false)] {
        let mut ledger = FaultyLedger::new(open(), Script::at(0, fault));
        let frame = commit(vec![append(2, position, b"perhaps")]);
        assert_eq!(ledger.commit(&frame), [Appended::Unknown]);
        assert_eq!(ledger.commit(&frame), [Appended::NotStored { full: false }]);
        assert!(ledger.reopen().is_ok());
        position += u64::from(stored);
        assert_eq!(
            ledger.head(Partition(2)).position,
            Position(position),
            "{fault:?}"
        );
        store(&mut ledger, 2, b"after");
        position += 1;
        assert_eq!(payloads(&*ledger.reader(), 2, 0).len() as u64, position);
    }
}

fn snapshots_two_newest(mut open: Opener) {
    let mut ledger = open();
    for _ in 0..4 {
        store(&mut *ledger, 1, b"frame");
    }
    for position in [1, 2, 4, 3] {
        let bytes = vec![position as u8; 1_000];
        assert!(
            ledger
                .put_snapshot(Partition(1), Position(position), &bytes)
                .is_ok()
        );
    }
    let beyond = ledger.put_snapshot(Partition(1), Position(5), b"of frames that are not there");
    assert!(beyond.is_err(), "a snapshot cannot lead the log");
    drop(ledger);
    let reader = open().reader();
    let Ok(found) = reader.snapshots(Partition(1)) else {
        panic!("the snapshots cannot be read")
    };
    assert_eq!(
        found,
        [(Position(4), vec![4; 1_000]), (Position(3), vec![3; 1_000])]
    );
    assert!(reader.snapshots(Partition(0)).is_ok_and(|found| found.is_empty()));
}

fn trim_keeps_what_is_needed(mut open: Opener) {
    let mut ledger = open();
    for n in 0..300_u64 {
        for partition in 0..2 {
            store(&mut *ledger, partition, &n.to_le_bytes().repeat(40));
        }
    }
    for (partition, position) in [(0, 250), (1, 200)] {
        assert!(ledger.trim(Partition(partition), Position(position)).is_ok());
    }
    for restarted in [false, true] {
        let reader = ledger.reader();
        for (partition, position) in [(0, 250), (1, 200)] {
            let first = reader.first(Partition(partition));
            assert!(
                first <= Position(position),
                "{first:?} was needed (restarted: {restarted})"
            );
            assert_eq!(
                payloads(&*reader, partition, position).len() as u64,
                300 - position
            );
            assert_eq!(payloads(&*reader, partition, first.0).len() as u64, 300 - first.0);
            if let Some(before) = first.0.checked_sub(1) {
                assert!(
                    reader
                        .read(Partition(partition), Position(before), &mut |_| true)
                        .is_err()
                );
            }
        }
        store(&mut *ledger, 3, b"it works on");
        if !restarted {
            drop((reader, ledger));
            ledger = open();
        }
    }
}

fn cursors_and_deliveries_together(mut open: Opener) {
    let mut ledger = open();
    // A cursor cannot lead the log.
    for _ in 0..2 {
        store(&mut *ledger, 1, b"frame");
    }
    let tables = ledger.tables();
    let cursor = |position| Cursor {
        name: "webhooks".into(),
        partition: Partition(1),
        position: Position(position),
        within: 3,
    };
    let delivery = |id: &str, due_ms| NewDelivery {
        id: id.into(),
        queue: "app 1".into(),
        created_ms: 5,
        due_ms,
        payload: b"{}".to_vec(),
    };
    let new = tables.advance(&[cursor(1)], &[delivery("a", 10), delivery("b", 20)]);
    assert!(matches!(new, Ok(2)), "{new:?}");
    let again = tables.advance(&[cursor(2)], &[delivery("b", 99), delivery("c", 30)]);
    assert!(matches!(again, Ok(1)), "a known id is skipped: {again:?}");
    assert!(matches!(tables.untried(), Ok(3)));
    let attempt = |id: &str, then| Attempt {
        id: id.into(),
        outcome: "said so".into(),
        then,
    };
    let recorded = tables.record(&[attempt("a", Then::Done), attempt("b", Then::Again(200))], 11);
    assert!(recorded.is_ok(), "{recorded:?}");
    let late = tables.record(
        &[attempt("a", Then::Again(1)), attempt("unknown", Then::Done)],
        12,
    );
    assert!(late.is_ok(), "what is settled, or unknown, is left out: {late:?}");
    assert!(matches!(tables.untried(), Ok(1)));
    drop((tables, ledger));
    let tables = open().tables();
    assert!(
        tables
            .cursor("webhooks", Partition(1))
            .is_ok_and(|found| found == Some(cursor(2)))
    );
    assert!(
        tables
            .cursor("webhooks", Partition(0))
            .is_ok_and(|found| found.is_none())
    );
    assert_eq!(
        due(&tables, 100),
        ["c"],
        "neither what was settled nor what was put off"
    );
    assert_eq!(due(&tables, 200), ["c", "b"]);
    let settled = tables.delivery("a").ok().flatten();
    let settled = settled.map(|delivery| (delivery.state, delivery.attempts, delivery.settled_ms));
    assert_eq!(settled, Some((DeliveryState::Done, 1, Some(11))));
}

fn due(tables: &Tables, now_ms: u64) -> Vec<String> {
    match tables.due(None, now_ms, 10) {
        Ok(found) => found.into_iter().map(|delivery| delivery.id).collect(),
        Err(error) => panic!("reading due deliveries: {error}"),
    }
}

/// While one thread commits, others never see a head whose frames they cannot read, nor half a commit.
fn readers_see_durable_frames_only(mut open: Opener) {
    const COMMITS: u64 = 200;
    let mut ledger = open();
    let reader: Arc<dyn LedgerReader> = ledger.reader();
    std::thread::scope(|scope| {
        let watch = || {
            let mut last = 0;
            while last < COMMITS {
                let first = reader.head(Partition(0)).position.0;
                let second = reader.head(Partition(1)).position.0;
                assert!(second >= first, "a commit is seen whole");
                assert!(payloads(&*reader, 0, last).len() as u64 >= first - last);
                last = first;
            }
        };
        scope.spawn(watch);
        scope.spawn(watch);
        for n in 0..COMMITS {
            let answer = ledger.commit(&commit(vec![append(0, n, b"left"), append(1, n, b"right")]));
            assert_eq!(answer, [Appended::Stored; 2]);
        }
    });
}
