//! The stored bytes: golden, and proof against damage.

use decider::{CellId, Timestamp};
use proptest::prelude::*;

use super::toy::{Command, Toy};
use super::{frozen, open, send, store};
use crate::frame::{FrameBuilder, FrameReader, RawEvent};
use crate::{Config, snapshot, varint};

fn event(cell: u64, sequence: u64, at: u64, kind: u16, bytes: &[u8]) -> RawEvent<'_> {
    RawEvent {
        cell: CellId(cell),
        sequence,
        at: Timestamp::from_millis(at),
        kind,
        version: 1,
        bytes,
    }
}

fn build(events: &[RawEvent<'_>]) -> (Vec<u8>, Timestamp) {
    let mut builder = FrameBuilder::default();
    events.iter().for_each(|event| builder.push(*event));
    let mut payload = vec![0xaa];
    let latest = builder.finish(&mut payload);
    assert!(builder.is_empty());
    (payload, latest)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// These bytes are in data directories: they never change.
#[test]
fn the_bytes_of_a_frame_are_golden() {
    let events = [
        event(1, 0, 1_700_000_000_000, 1, b"ab"),
        event(1, 1, 1_700_000_000_000, 300, b""),
        event(1, 2, 1_700_000_000_250, 2, b"c"),
        event(70_000, 130, 1_699_999_999_000, 3, b"xyz"),
        event(1, 9, 1_700_000_000_300, 1, b"d"),
    ];
    let (payload, latest) = build(&events);
    insta::assert_snapshot!("frame_v1", hex(&payload));
    assert_eq!(latest.millis(), 1_700_000_000_300);
    let reader = FrameReader::new(&payload).expect("it was just written");
    assert_eq!(reader.earliest().millis(), 1_699_999_999_000);
    let read: Result<Vec<_>, _> = reader.collect();
    assert_eq!(read, Ok(events.to_vec()));
}

#[test]
fn the_bytes_of_a_snapshot_are_golden() {
    let store = store();
    let engine = open(&store, frozen(), Config::default());
    let partition = engine.shared().router.partition(CellId(1));
    let same = (2..200).find(|cell| engine.shared().router.partition(CellId(*cell)) == partition);
    for cell in [same.expect("some cell shares the partition"), 1] {
        send(&engine, cell, Command::Add(5)).expect("an answer");
        send(&engine, cell, Command::Add(-2)).expect("an answer");
    }
    engine.snapshot_now().expect("live and stored agree");
    let snapshots = ledger::LedgerReader::snapshots(&store, partition).expect("the ledger is sound");
    insta::assert_snapshot!("snapshot_v1", hex(&snapshots[0].1));
    let cells: Vec<_> = snapshot::decode(&snapshots[0].1).expect("it was just written");
    assert_eq!(
        cells
            .iter()
            .map(|cell| (cell.cell.0, cell.sequence))
            .collect::<Vec<_>>(),
        [(1, 2), (same.unwrap_or(0), 2)]
    );
    for cut in 0..snapshots[0].1.len() {
        assert!(snapshot::decode(&snapshots[0].1[..cut]).is_err(), "cut at {cut}");
    }
    drop(engine);
    let _: crate::Engine<Toy> = open(&store, frozen(), Config::default());
}

#[test]
fn a_damaged_frame_is_refused() {
    let (payload, _) = build(&[event(1, 0, 5, 1, b"ab"), event(2, 7, 9, 1, b"cd")]);
    let whole = |bytes: &[u8]| -> Result<usize, &'static str> {
        let events: Result<Vec<_>, _> = FrameReader::new(bytes)?.collect();
        Ok(events?.len())
    };
    assert_eq!(whole(&payload), Ok(2));
    let between_runs = payload.len() - 10;
    let cuts = (0..payload.len()).filter(|cut| ![3, between_runs].contains(cut));
    let accepted: Vec<_> = cuts.filter(|cut| whole(&payload[..*cut]).is_ok()).collect();
    assert_eq!(accepted, [] as [usize; 0]);
    let newer = [&[2], &payload[1..]].concat();
    assert_eq!(
        whole(&newer),
        Err("the payload has a version that is not known here")
    );
}

proptest! {
    #[test]
    fn frames_read_back(events in prop::collection::vec((0..4u64, 0..900u64, 0..400u16, 0..9usize), 0..80)) {
        let bytes = [7u8; 9];
        let mut sequences = [0u64; 4];
        let mut stamps = [0u64; 4];
        let events: Vec<_> = events.iter().map(|(cell, later, kind, length)| {
            let (sequence, stamp) = (&mut sequences[*cell as usize], &mut stamps[*cell as usize]);
            *stamp += later;
            *sequence += 1;
            event(*cell, *sequence - 1, *stamp, *kind, &bytes[..*length])
        }).collect();
        let (payload, latest) = build(&events);
        let reader = FrameReader::new(&payload).expect("it was just written");
        prop_assert_eq!(latest, events.iter().map(|event| event.at).max().unwrap_or_default());
        prop_assert_eq!(reader.earliest(), events.iter().map(|event| event.at).min().unwrap_or_default());
        let read: Result<Vec<_>, _> = reader.collect();
        prop_assert_eq!(read, Ok(events));
    }

    #[test]
    fn any_bytes_are_read_or_refused(mut bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        bytes.insert(0, 1);
        if let Ok(reader) = FrameReader::new(&bytes) {
            prop_assert!(reader.count() <= bytes.len());
        }
        let _ = snapshot::decode(&bytes);
    }

    #[test]
    fn varints_read_back(value in any::<u64>(), sign in any::<i64>()) {
        let mut bytes = Vec::new();
        varint::put(&mut bytes, value);
        prop_assert_eq!(varint::take(&mut bytes.as_slice()), Some(value));
        prop_assert_eq!(varint::unfold_sign(varint::fold_sign(sign)), sign);
    }
}
