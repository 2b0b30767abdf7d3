//! A ledger in one file, and taken up again: by memory and by a directory, whole and trimmed.

use std::path::Path;

use ledger::archive::{Archive, ArchiveError, write};
use ledger::segments::Options;
use ledger::{
    Append, Appended, Commit, ContentRecord, Cursor, Ledger, MemoryLedger, Partition, Position, SegmentLedger,
};

/// Partition 0 has five frames, partition 1 none, partition 2 three.
fn filled() -> MemoryLedger {
    let mut ledger = MemoryLedger::new(3).expect("memory");
    for number in 0..5_u8 {
        let append = |partition: u16| Append {
            partition: Partition(partition),
            expected: Position(number.into()),
            stamped_ms: 1_000 + u64::from(number),
            payload: vec![number; 3],
        };
        let content = ContentRecord {
            cell: 1,
            key: number.into(),
            expires_ms: 9_000,
            bytes: vec![b'a' + number],
        };
        let mut frames = vec![append(0)];
        frames.extend((number < 3).then(|| append(2)));
        let content = vec![content];
        let stored = ledger.commit(&Commit { frames, content });
        assert!(stored.iter().all(|appended| *appended == Appended::Stored));
    }
    for position in [2, 4] {
        let (partition, bytes) = (Partition(0), [position as u8; 4]);
        ledger
            .put_snapshot(partition, Position(position), &bytes)
            .expect("a snapshot");
    }
    let cursor = |partition: u16, position: u64| Cursor {
        name: "webhooks".into(),
        partition: Partition(partition),
        position: Position(position),
        within: 0,
    };
    ledger
        .tables()
        .advance(&[cursor(0, 5), cursor(2, 1)], &[])
        .expect("cursors");
    ledger
}

fn one_frame(partition: Partition, expected: Position) -> Commit {
    let append = Append {
        partition,
        expected,
        stamped_ms: 2_000,
        payload: vec![9],
    };
    Commit {
        frames: vec![append],
        content: Vec::new(),
    }
}

fn archived(ledger: &dyn Ledger, until: &[u64]) -> Vec<u8> {
    let until: Vec<Position> = until.iter().copied().map(Position).collect();
    let mut bytes = Vec::new();
    write(ledger.reader().as_ref(), &until, b"about", &mut bytes).expect("written");
    bytes
}

/// What a ledger holds, for comparing.
fn told(ledger: &dyn Ledger) -> String {
    let (reader, mut told) = (ledger.reader(), String::new());
    for partition in (0..reader.partitions()).map(Partition) {
        let first = reader.first(partition);
        told += &format!(
            "{partition:?} from {first:?} snapshots {:?}:",
            reader.snapshots(partition).expect("readable")
        );
        let mut frames = |frame: &ledger::Frame| {
            told += &format!(" {}@{}={:?}", frame.position.0, frame.stamped_ms, frame.payload);
            true
        };
        reader.read(partition, first, &mut frames).expect("readable");
        told.push('\n');
    }
    let tables = ledger.tables();
    told + &format!(
        "{:?}\n{:?}",
        tables.cursors().expect("readable"),
        tables.contents(None).expect("readable")
    )
}

#[test]
fn memory_and_directory_take_it_up_as_it_was() {
    for trimmed in [false, true] {
        let mut before = filled();
        if trimmed {
            before.trim(Partition(0), Position(2)).expect("trimmed");
        }
        let bytes = archived(&before, &[5, 0, 3]);
        let read = || Archive::read(&mut bytes.as_slice()).expect("readable");
        assert_eq!(read().about, b"about");
        let memory = read().into_memory().expect("taken up");
        assert_eq!(told(&memory), told(&before));
        let place = tempfile::tempdir().expect("a directory");
        let dir = place.path().join("data");
        let segments = read().into_dir(&dir, Options::default()).expect("taken up");
        assert_eq!(told(&segments), told(&before));
        drop(segments);
        let again = read().into_dir(&dir, Options::default());
        assert!(matches!(again, Err(ArchiveError::Refused(_))), "it is not empty");
        let mut segments = SegmentLedger::open(&dir, Options::default()).expect("it opens again");
        assert_eq!(told(&segments), told(&before));
        let head = segments.head(Partition(0)).position;
        let stored = segments.commit(&one_frame(Partition(0), head));
        assert_eq!(stored, [Appended::Stored], "it goes on");
        drop(segments);
        assert!(ledger::verify(&dir).expect("verified").sound());
        let made: Vec<_> = std::fs::read_dir(place.path()).expect("readable").collect();
        assert_eq!(made.len(), 1, "nothing else is left");
    }
}

#[test]
fn what_came_later_is_left_out() {
    let before = filled();
    let archive = Archive::read(&mut archived(&before, &[2, 0, 3]).as_slice()).expect("readable");
    let memory = archive.into_memory().expect("taken up");
    assert_eq!(memory.head(Partition(0)).position, Position(2));
    let snapshots = memory.reader().snapshots(Partition(0)).expect("readable");
    assert_eq!(snapshots, [(Position(2), vec![2; 4])]);
    let cursor = memory
        .tables()
        .cursor("webhooks", Partition(0))
        .expect("readable");
    assert_eq!(cursor.map(|cursor| cursor.position), Some(Position(2)));
}

/// An archive is kept by whoever made it: what was written once stays readable.
#[test]
fn the_bytes_of_an_archive_stay() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/archive-1");
    let bytes = archived(&filled(), &[5, 0, 3]);
    if !golden.exists() {
        std::fs::write(&golden, &bytes).expect("written");
        panic!("made {}: look at it and commit it", golden.display());
    }
    let kept = std::fs::read(&golden).expect("readable");
    assert!(
        kept == bytes,
        "the format changed: mend the code, not the golden file"
    );
}

#[test]
fn damage_is_found() {
    let bytes = archived(&filled(), &[5, 0, 3]);
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        assert!(Archive::read(&mut flipped.as_slice()).is_err(), "byte {at}");
        assert!(Archive::read(&mut &bytes[..at]).is_err(), "cut at {at}");
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert!(Archive::read(&mut longer.as_slice()).is_err());
}
