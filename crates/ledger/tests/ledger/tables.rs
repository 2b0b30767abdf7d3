//! The outbox, cursors and content beyond what the contract says of them.

use ledger::tables::Counts;
use ledger::{Commit, ContentRecord, Deliveries, DeliveryState, Ledger, MemoryLedger, Partition, Tables};

use crate::support::{cursor, delivery, files, open};

fn outbox(rows: &[(&str, &str, u64)]) -> Tables {
    let tables = Tables::in_memory().unwrap();
    let rows: Vec<_> = rows
        .iter()
        .map(|(id, queue, due_ms)| delivery(id, queue, *due_ms))
        .collect();
    tables.advance(&[], &rows).unwrap();
    tables
}

fn ids(found: Vec<ledger::Delivery>) -> String {
    found
        .iter()
        .map(|delivery| delivery.id.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn due_is_by_time_and_queue() {
    let tables = outbox(&[("a", "x", 30), ("b", "y", 10), ("c", "x", 20), ("d", "x", 20)]);
    let rows = [
        (None, 9, 9, ""),
        (None, 10, 9, "b"),
        (None, 20, 9, "b c d"),
        (None, u64::MAX, 9, "b c d a"),
        (None, u64::MAX, 2, "b c"),
        (Some("x"), 20, 9, "c d"),
        (Some("z"), 99, 9, ""),
    ];
    for (queue, now, max, expected) in rows {
        assert_eq!(
            ids(tables.due(queue, now, max).unwrap()),
            expected,
            "{queue:?} at {now}"
        );
    }
    assert_eq!(tables.due_queues(15).unwrap(), ["y"]);
    assert_eq!(tables.due_queues(20).unwrap(), ["x", "y"]);
    assert_eq!(tables.next_due().unwrap(), Some(10));
}

#[test]
fn a_delivery_lives_from_pending_to_settled() {
    let tables = outbox(&[("a", "x", 10), ("b", "x", 10)]);
    assert!(tables.postpone("a", 50, "503").unwrap());
    let a = tables.delivery("a").unwrap().unwrap();
    assert_eq!(
        (a.due_ms, a.attempts, a.last_outcome.as_deref()),
        (50, 1, Some("503"))
    );
    assert_eq!(ids(tables.due(None, 49, 9).unwrap()), "b");
    assert!(tables.settle("a", DeliveryState::Done, "200", 60).unwrap());
    assert!(tables.settle("b", DeliveryState::Abandoned, "410", 61).unwrap());
    for late in ["a", "nobody"] {
        assert!(!tables.settle(late, DeliveryState::Abandoned, "late", 70).unwrap());
        assert!(!tables.postpone(late, 80, "late").unwrap());
    }
    let a = tables.delivery("a").unwrap().unwrap();
    assert_eq!(
        (a.state, a.attempts, a.settled_ms),
        (DeliveryState::Done, 2, Some(60))
    );
    assert_eq!(
        tables.counts().unwrap(),
        Counts {
            pending: 0,
            done: 1,
            abandoned: 1
        }
    );
    assert_eq!(tables.next_due().unwrap(), None);
    assert!(tables.deliver_again("b", 90).unwrap());
    assert_eq!(ids(tables.due(None, 90, 9).unwrap()), "b");
    assert_eq!(tables.purge_settled(60).unwrap(), 0);
    assert_eq!(tables.purge_settled(61).unwrap(), 1);
    assert_eq!(
        tables.counts().unwrap(),
        Counts {
            pending: 1,
            done: 0,
            abandoned: 0
        }
    );
}

#[test]
fn the_delivery_log_is_read_by_pages() {
    let tables = outbox(&[("a", "x", 1), ("b", "y", 1), ("c", "x", 1), ("d", "x", 1)]);
    tables.settle("c", DeliveryState::Done, "200", 2).unwrap();
    let all = Deliveries {
        max: 9,
        ..Deliveries::default()
    };
    let rows = [
        (all, "d c b a"),
        (Deliveries { max: 2, ..all }, "d c"),
        (
            Deliveries {
                before: Some(3),
                ..all
            },
            "b a",
        ),
        (
            Deliveries {
                queue: Some("x"),
                ..all
            },
            "d c a",
        ),
        (
            Deliveries {
                state: Some(DeliveryState::Pending),
                ..all
            },
            "d b a",
        ),
        (
            Deliveries {
                queue: Some("x"),
                state: Some(DeliveryState::Done),
                ..all
            },
            "c",
        ),
    ];
    for (page, expected) in rows {
        assert_eq!(ids(tables.deliveries(page).unwrap()), expected, "{page:?}");
    }
}

#[test]
fn cursors_of_a_reader_can_be_forgotten() {
    let tables = Tables::in_memory().unwrap();
    tables.advance(&[cursor("a", 1), cursor("b", 2)], &[]).unwrap();
    tables.advance(&[cursor("a", 3)], &[]).unwrap();
    assert_eq!(tables.cursors().unwrap(), [cursor("a", 3), cursor("b", 2)]);
    assert_eq!(tables.drop_cursors("a").unwrap(), 1);
    assert_eq!(tables.cursor("a", Partition(0)).unwrap(), None);
}

#[test]
fn a_purge_goes_on_beyond_one_transaction() {
    let mut ledger = MemoryLedger::new(1).unwrap();
    let content = (0..2_500)
        .map(|key| ContentRecord {
            cell: key % 7,
            key,
            expires_ms: key,
            bytes: vec![1; 10],
        })
        .collect();
    ledger.commit(&Commit {
        frames: Vec::new(),
        content,
    });
    let tables = ledger.tables();
    assert_eq!(tables.purge_expired(2_399).unwrap(), 2_400);
    assert_eq!(tables.content_len().unwrap(), 100);
}

/// Erased text is in no file, while its neighbours are.
#[test]
fn erased_content_is_in_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    let record = |key, text: &str| ContentRecord {
        cell: 1,
        key,
        expires_ms: u64::MAX,
        bytes: text.repeat(500).into_bytes(),
    };
    let content = vec![record(1, "a secret text"), record(2, "another one")];
    ledger.commit(&Commit {
        frames: Vec::new(),
        content,
    });
    let holds = |text: &str| {
        let found = files(dir.path());
        found
            .values()
            .any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
    };
    assert!(holds("a secret text"));
    assert_eq!(ledger.tables().erase(1, &[1]).unwrap(), 1);
    assert!(!holds("a secret text") && holds("another one"));
}
