//! Snapshots, trimming, and the comparison with the live state.

use decider::{CellId, Millis};
use ledger::{LedgerReader, Partition, Position};

use super::toy::{Command, Toy};
use super::{balance, check_replay, done, frozen, open, send, store};
use crate::{Alarm, Config, Engine, SnapshotError};

fn config() -> Config {
    Config {
        retention: Millis::HOUR,
        snapshot_on_shutdown: false,
        ..Config::default()
    }
}

fn round(engine: &Engine<Toy>) {
    for cell in 0..20 {
        send(engine, cell, Command::Add(1)).expect("an answer");
    }
    engine.advance_by(Millis::minutes(30)).expect("a virtual clock");
}

fn first(reader: &dyn LedgerReader) -> u64 {
    (0..reader.partitions())
        .map(|partition| reader.first(Partition(partition)).0)
        .min()
        .unwrap_or(0)
}

#[test]
fn snapshots_trim_and_restart() {
    let store = store();
    let engine = open(&store, frozen(), config());
    let mut reader = engine.subscribe("slow").expect("the tables are sound");
    for _ in 0..4 {
        round(&engine);
        assert!(engine.health().snapshot_age_frames > 0);
        assert_eq!(engine.snapshot_now(), Ok(()));
        assert_eq!(engine.health().snapshot_age_frames, 0);
    }
    assert_eq!(first(&store), 0, "a cursor stands at the beginning");
    while !reader.poll(100).expect("the engine runs").is_empty() {}
    reader.commit(&[]).expect("the tables are sound");
    round(&engine);
    assert_eq!(engine.snapshot_now(), Ok(()));
    assert!(first(&store) > 0, "frames are trimmed");
    check_replay(&engine);
    engine.shutdown();
    let kept = (0..8).flat_map(|partition| {
        let kept_since = engine.clock().now().back(Millis::HOUR).millis();
        let mut stamps = Vec::new();
        let first = store.first(Partition(partition));
        let second = store.snapshots(Partition(partition)).expect("two snapshots")[1].0;
        assert!(first <= second, "the second-newest snapshot can be used");
        let read = store.read(Partition(partition), first, &mut |frame| {
            stamps.push(frame.stamped_ms >= kept_since);
            true
        });
        read.expect("the ledger is sound");
        stamps
    });
    assert!(kept.filter(|young| *young).count() > 0, "what is young is kept");

    let engine = open(&store, engine.clock().clone(), config());
    assert_eq!(send(&engine, 7, Command::Add(1)), Ok(done(6, 6)));
    assert_eq!(balance(&engine, 19), Ok(5));
    check_replay(&engine);
}

/// Where nothing happens any more, one snapshot stays and no frame.
#[test]
fn upkeep_leaves_nothing_old_where_little_happens() {
    let store = store();
    let engine = open(&store, frozen(), config());
    let snapshots = |partition| store.snapshots(Partition(partition)).expect("sound").len();
    let frames = |partition| {
        let reader: &dyn LedgerReader = &store;
        reader.head(Partition(partition)).position.0 - reader.first(Partition(partition)).0
    };
    for _ in 0..2 {
        round(&engine);
        assert_eq!(engine.upkeep(), Ok(()));
    }
    let used: Vec<u16> = (0..8).filter(|partition| snapshots(*partition) > 0).collect();
    assert!(used.iter().all(|partition| snapshots(*partition) == 2));
    assert!(
        used.iter().all(|partition| frames(*partition) > 0),
        "they are young"
    );
    engine.advance_by(Millis::minutes(61)).expect("a virtual clock");
    assert_eq!(engine.upkeep(), Ok(()));
    for partition in &used {
        assert_eq!((snapshots(*partition), frames(*partition)), (1, 0), "{partition}");
    }
    engine.shutdown();
    let engine = open(&store, engine.clock().clone(), config());
    assert_eq!(balance(&engine, 19), Ok(2));
    check_replay(&engine);
}

#[test]
fn young_frames_are_kept() {
    let store = store();
    let engine = open(
        &store,
        frozen(),
        Config {
            retention: Millis::DAY,
            ..config()
        },
    );
    for _ in 0..6 {
        round(&engine);
        assert_eq!(engine.snapshot_now(), Ok(()));
    }
    assert_eq!(first(&store), 0);
}

#[test]
fn a_partition_that_grows_is_snapshotted_by_itself() {
    let store = store();
    let engine = open(
        &store,
        frozen(),
        Config {
            snapshot_every_frames: 10,
            ..config()
        },
    );
    let partition = engine.shared().router.partition(CellId(1));
    for _ in 0..10 {
        send(&engine, 1, Command::Add(1)).expect("an answer");
    }
    while store
        .snapshots(partition)
        .expect("the ledger is sound")
        .is_empty()
    {
        std::thread::yield_now();
    }
    assert_eq!(
        store.snapshots(partition).expect("the ledger is sound")[0].0,
        Position(10)
    );
}

#[test]
fn shutdown_leaves_a_snapshot() {
    let store = store();
    let engine = open(&store, frozen(), Config::default());
    let partition = engine.shared().router.partition(CellId(1));
    send(&engine, 1, Command::Add(1)).expect("an answer");
    engine.shutdown();
    assert_eq!(store.snapshots(partition).expect("the ledger is sound").len(), 1);
}

/// A rule that gives another state when it is replayed is found before a snapshot of it is stored.
#[test]
fn a_digest_mismatch_is_an_alarm() {
    let store = store();
    let engine = open(&store, frozen(), config());
    send(&engine, 1, Command::Add(1)).expect("an answer");
    send(&engine, 1, Command::Wobble).expect("an answer");
    send(&engine, 2, Command::Add(1)).expect("an answer");
    let partition = engine.shared().router.partition(CellId(1));
    assert_eq!(
        engine.snapshot_now(),
        Err(SnapshotError::Mismatch { partition, cells: 1 })
    );
    let alarm = Alarm::DigestMismatch {
        cell: CellId(1),
        partition,
        position: Position(2),
    };
    assert_eq!(engine.health().alarms, [alarm]);
    assert!(
        store
            .snapshots(partition)
            .expect("the ledger is sound")
            .is_empty()
    );
    let other = engine.shared().router.partition(CellId(2));
    assert_eq!(
        store.snapshots(other).expect("the ledger is sound").len(),
        1,
        "the others go on"
    );
}

/// Snapshots under load compare states with commits in flight, and never raise a false alarm.
#[test]
fn snapshots_under_load_agree() {
    let engine = open(
        &store(),
        frozen(),
        Config {
            batch_max: 7,
            ..config()
        },
    );
    let load = {
        let engine = engine.clone();
        std::thread::spawn(move || {
            for n in 0..3_000 {
                let pending: Vec<_> = (0..10)
                    .map(|cell| engine.submit(CellId(cell), Command::Add(n)))
                    .collect();
                assert!(pending.into_iter().all(|answer| answer.wait().is_ok()));
            }
        })
    };
    let mut snapshots = 0;
    while !load.is_finished() || snapshots == 0 {
        assert_eq!(engine.snapshot_now(), Ok(()));
        snapshots += 1;
    }
    load.join().expect("no panic");
    check_replay(&engine);
}

#[test]
fn expired_content_is_purged() {
    let engine = open(&store(), frozen(), config());
    let kept = |engine: &Engine<Toy>| engine.tables().content_len().expect("the tables are sound");
    send(&engine, 1, Command::Note("gone tomorrow")).expect("an answer");
    for (hours, left) in [(23, 1), (1, 0)] {
        engine.advance_by(Millis::hours(hours)).expect("a virtual clock");
        send(&engine, 1, Command::Add(1)).expect("an answer");
        assert_eq!(engine.snapshot_now(), Ok(()));
        assert_eq!(kept(&engine), left, "after {hours} h more");
    }
}

/// On a disk commits take their time, and decisions wait for them in an open frame: what comes into that frame after the
/// digests were taken is not what they are about.
#[test]
fn snapshots_under_load_agree_while_commits_are_under_way() {
    let dir = tempfile::tempdir().expect("a directory");
    let options = ledger::segments::Options {
        partitions: 2,
        ..ledger::segments::Options::default()
    };
    let disk = ledger::SegmentLedger::open(dir.path(), options).expect("an empty directory");
    let engine = Engine::<Toy>::open(Box::new(disk), frozen(), config()).expect("the ledger is sound");
    let loads: Vec<_> = (0..3_u64)
        .map(|load| {
            let engine = engine.clone();
            std::thread::spawn(move || {
                for n in 0..400 {
                    let command = Command::Add(n);
                    assert!(engine.submit(CellId(load), command).wait().is_ok());
                }
            })
        })
        .collect();
    while !loads.iter().all(std::thread::JoinHandle::is_finished) {
        assert_eq!(engine.snapshot_now(), Ok(()));
    }
    for load in loads {
        load.join().expect("no panic");
    }
    check_replay(&engine);
}
