//! Appends that fail, in every way, at every moment.

use std::collections::BTreeMap;

use decider::CellId;
use ledger::{Fault, FaultyLedger, MemoryLedger, MemoryStore, Script};

use super::toy::{Answer, Command, Event, Toy};
use super::{balance, check_replay, done, frozen, history, insist, open, send, store};
use crate::{Config, Engine, EngineError};

const FAULTS: [Fault; 5] = [
    Fault::NotStored,
    Fault::Full,
    Fault::Conflict,
    Fault::UnknownStored,
    Fault::UnknownLost,
];

fn faulty(store: &MemoryStore, script: &Script, shards: usize) -> Engine<Toy> {
    let ledger = FaultyLedger::new(MemoryLedger::open(store.clone()), script.clone());
    let config = Config {
        batch_max: 5,
        shards,
        ..Config::default()
    };
    Engine::open(Box::new(ledger), frozen(), config).expect("the ledger is sound")
}

/// What one caller was told.
enum Told {
    Command {
        cell: u64,
        amount: i64,
        answer: Result<Answer, EngineError>,
    },
    Read {
        cell: u64,
        seen: Result<(u64, i64), EngineError>,
    },
}

/// 60 commands, each adding an amount that no other adds, with refusals and reads between.
fn drive(engine: &Engine<Toy>) -> Vec<Told> {
    let mut commands = Vec::new();
    let mut reads = Vec::new();
    for n in 0..60u64 {
        let (cell, amount) = (n % 5, 1 << (n / 5) << 8 | n as i64);
        commands.push((cell, amount, engine.submit(CellId(cell), Command::Add(amount))));
        if n % 3 == 0 {
            let pending = engine.submit(CellId(cell), Command::Take(i64::MAX));
            commands.push((cell, 0, pending));
        }
        if n % 2 == 0 {
            reads.push((
                cell,
                engine.query(CellId(cell), |account| (account.count, account.balance)),
            ));
        }
    }
    let commands = commands.into_iter().map(|(cell, amount, pending)| Told::Command {
        cell,
        amount,
        answer: pending.wait(),
    });
    let reads = reads.into_iter().map(|(cell, pending)| Told::Read {
        cell,
        seen: pending.wait(),
    });
    commands.chain(reads).collect()
}

/// By cell: the balance after each number of events, as the ledger alone has it.
fn ledger_balances(engine: &Engine<Toy>) -> BTreeMap<u64, Vec<i64>> {
    let mut balances: BTreeMap<u64, Vec<i64>> = (0..5).map(|cell| (cell, vec![0])).collect();
    for (_, cell, sequence, event) in history(engine) {
        let Event::Added(amount) = event else {
            panic!("nothing but additions was sent")
        };
        let of_cell = balances.entry(cell).or_default();
        assert_eq!(of_cell.len() as u64, sequence + 1, "events of cell {cell}");
        of_cell.push(of_cell[of_cell.len() - 1] + amount);
    }
    balances
}

fn check_told(told: &[Told], engine: &Engine<Toy>, what: &str) {
    let balances = ledger_balances(engine);
    let stored: Vec<i64> = history(engine)
        .iter()
        .map(|row| {
            if let Event::Added(amount) = row.3 {
                amount
            } else {
                0
            }
        })
        .collect();
    for told in told {
        match told {
            Told::Command {
                cell,
                answer: Ok(Answer::Done { balance, count }),
                ..
            } => {
                assert_eq!(
                    balances[cell].get(*count as usize),
                    Some(balance),
                    "{what}: an answer"
                );
            }
            Told::Read {
                cell,
                seen: Ok((count, balance)),
            } => {
                assert_eq!(
                    balances[cell].get(*count as usize),
                    Some(balance),
                    "{what}: a read"
                );
            }
            Told::Command {
                amount,
                answer: Err(error),
                ..
            } => {
                assert!(error.retryable(), "{what}: {error}");
                assert!(
                    *amount == 0 || !stored.contains(amount),
                    "{what}: refused and stored"
                );
            }
            Told::Command {
                answer: Ok(Answer::Refused),
                ..
            }
            | Told::Read { .. } => {}
        }
    }
}

#[test]
fn no_answer_from_undurable_state() {
    for fault in FAULTS {
        for (nth, shards) in (0..16).map(|nth| (nth, 1 + nth as usize % 2)) {
            let what = format!("{fault:?} at commit {nth}");
            let store = store();
            let script = Script::at(nth, fault);
            script.fail_reopen(nth as u32 % 2);
            let engine = faulty(&store, &script, shards);
            let mut told = drive(&engine);
            for cell in 0..5 {
                insist(&engine, cell, &Command::Add(-1 - cell as i64));
            }
            told.extend(drive_more(&engine));
            check_told(&told, &engine, &what);
            check_replay(&engine);
            engine.shutdown();
            check_told(&told, &open(&store, frozen(), Config::default()), &what);
        }
    }
}

/// Reads after the fault, when everybody is well again.
fn drive_more(engine: &Engine<Toy>) -> Vec<Told> {
    let read = |cell| {
        let seen = engine
            .query(CellId(cell), |account| (account.count, account.balance))
            .wait();
        assert!(seen.is_ok());
        Told::Read { cell, seen }
    };
    (0..5).map(read).collect()
}

/// What callers are told, and what is left, for each way to fail.
#[test]
fn each_fault_has_its_answer() {
    let rows = [
        (Fault::NotStored, Err(EngineError::Unavailable)),
        (Fault::Full, Err(EngineError::Full)),
        (Fault::Conflict, Err(EngineError::Unavailable)),
        (Fault::UnknownStored, Ok(done(15, 2))),
        (Fault::UnknownLost, Err(EngineError::Unavailable)),
    ];
    for (fault, expected) in rows {
        let engine = faulty(&store(), &Script::at(1, fault), 1);
        send(&engine, 1, Command::Add(10)).expect("the first commit is good");
        let answer = send(&engine, 1, Command::Add(5));
        assert_eq!(answer, expected, "{fault:?}");
        let before = if answer.is_ok() { 15 } else { 10 };
        let Answer::Done { balance: after, .. } = insist(&engine, 1, &Command::Add(1)) else {
            panic!("additions are not refused");
        };
        assert_eq!(after, before + 1, "{fault:?}");
        assert_eq!(
            engine.health().frames_failed,
            u64::from(expected.is_err()),
            "{fault:?}"
        );
        assert_eq!(
            engine.health().last_error.is_some(),
            expected.is_err(),
            "{fault:?}"
        );
    }
}

#[test]
fn works_on_when_there_is_room_again() {
    let script = Script::default();
    (1..20).for_each(|nth| script.add(nth, Fault::Full));
    let engine = faulty(&store(), &script, 1);
    send(&engine, 1, Command::Add(10)).expect("there is room");
    let mut full = 0;
    while script.left() > 0 {
        full += u32::from(send(&engine, 1, Command::Add(1)) == Err(EngineError::Full));
    }
    assert_eq!(full, 19);
    assert_eq!(insist(&engine, 1, &Command::Add(1)), done(11, 2));
    check_replay(&engine);
}

/// Two engines on one ledger: each append of one makes the other read the partition anew; nothing is decided twice.
#[test]
fn two_owners_never_overwrite_each_other() {
    let store = store();
    let (left, right) = (
        open(&store, frozen(), Config::default()),
        open(&store, frozen(), Config::default()),
    );
    for n in 0..10 {
        insist(&left, 1, &Command::Add(1));
        insist(&right, 1, &Command::Add(100));
        insist(&left, 50 + n, &Command::Add(1));
        insist(&right, 50 + n, &Command::Add(1));
    }
    insist(&left, 1, &Command::Add(0));
    assert_eq!(balance(&left, 1), Ok(1_010));
    assert_eq!(history(&left).len(), 41);
    drop((left, right));
    check_replay(&open(&store, frozen(), Config::default()));
}
