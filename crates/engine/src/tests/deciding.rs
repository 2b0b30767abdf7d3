//! Commands, reads and envelopes; what a restart finds.

use decider::CellId;

use super::toy::{Answer, Command};
use super::{add, check_replay, done, frozen, open, store};
use crate::Config;

#[test]
fn answers_come_in_order_and_survive_a_restart() {
    let store = store();
    let engine = open(&store, frozen(), Config::default());
    assert_eq!(add(&engine, 1, 5), done(5, 1));
    assert_eq!(add(&engine, 1, 7), done(12, 2));
    assert_eq!(add(&engine, 2, 1), done(1, 1));
    assert_eq!(
        engine.submit(CellId(1), Command::Take(100)).wait(),
        Ok(Answer::Refused)
    );
    let many = vec![Command::Take(2), Command::Take(100), Command::Add(3)];
    assert_eq!(
        engine.submit_all(CellId(1), many).wait(),
        Ok(vec![done(10, 3), Answer::Refused, done(13, 4)]),
    );
    assert_eq!(engine.query(CellId(1), |account| account.balance).wait(), Ok(13));
    check_replay(&engine);
    engine.shutdown();

    let engine = open(&store, frozen(), Config::default());
    assert_eq!(engine.query(CellId(1), |account| account.balance).wait(), Ok(13));
    assert_eq!(add(&engine, 1, 1), done(14, 5));
    check_replay(&engine);
}
