//! Who follows the ledger, and how far each has come: what an advance waits for.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::time::Duration;

use ledger::{Partition, Position};

/// One subscriber's progress in this process.
pub(crate) struct Follower {
    /// Whether an advance waits for it.
    keeps_up: AtomicBool,
    /// By partition: all frames before this one are handled.
    handled: Vec<AtomicU64>,
}

#[derive(Default)]
pub(crate) struct Followers {
    list: Mutex<Vec<Weak<Follower>>>,
    moved: Condvar,
}

impl Follower {
    pub(crate) fn keep_up(&self, keeps_up: bool) {
        self.keeps_up.store(keeps_up, Ordering::Release);
    }

    fn behind(&self, heads: &[Position]) -> bool {
        let short = |(handled, head): (&AtomicU64, &Position)| handled.load(Ordering::Acquire) < head.0;
        self.keeps_up.load(Ordering::Acquire) && self.handled.iter().zip(heads).any(short)
    }
}

impl Followers {
    /// Registers a subscriber that has handled everything before `positions`, for as long as it lives.
    pub(crate) fn register(&self, positions: impl Iterator<Item = Position>) -> Arc<Follower> {
        let handled = positions.map(|position| AtomicU64::new(position.0)).collect();
        let follower = Arc::new(Follower {
            keeps_up: AtomicBool::new(false),
            handled,
        });
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.retain(|follower| follower.strong_count() > 0);
        list.push(Arc::downgrade(&follower));
        follower
    }

    pub(crate) fn handled(&self, follower: &Follower, moved: impl Iterator<Item = (Partition, Position)>) {
        for (partition, position) in moved {
            if let Some(handled) = follower.handled.get(usize::from(partition.0)) {
                handled.store(position.0, Ordering::Release);
            }
        }
        self.look_again();
    }

    /// Something changed for those who wait.
    pub(crate) fn look_again(&self) {
        drop(self.list.lock().unwrap_or_else(PoisonError::into_inner));
        self.moved.notify_all();
    }

    /// Waits until nobody who keeps up is behind `heads`; `false` if `patience` ran out first.
    pub(crate) fn await_caught_up(&self, heads: &[Position], patience: Duration) -> bool {
        let list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        let behind = |list: &mut Vec<Weak<Follower>>| {
            list.iter()
                .filter_map(Weak::upgrade)
                .any(|follower| follower.behind(heads))
        };
        let waited = self.moved.wait_timeout_while(list, patience, behind);
        let timed_out = waited.unwrap_or_else(PoisonError::into_inner).1.timed_out();
        if timed_out {
            tracing::warn!("a subscriber does not keep up; time goes on without it");
        }
        !timed_out
    }
}
