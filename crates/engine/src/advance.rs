//! Moving a virtual clock: every deadline on the way is handled at its own instant.
//!
//! Promises: exclusive; commands that arrive meanwhile wait and are stamped with the target. The deadlines of a shard
//! run in order of due time, ties by cell id; cells do not see each other, so the order between shards does not
//! matter. The clock never passes a deadline that was not stored.

use std::sync::PoisonError;

use decider::{Millis, Stored, Timestamp};
use tokio::sync::oneshot;

use crate::clock::Held;
use crate::engine::{Engine, Shared};
use crate::queue::Order;
use crate::{AdvanceError, EngineError, Pending};

/// How far an advance came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advanced {
    /// What the clock shows.
    pub now: Timestamp,
}

impl<D: Stored> Engine<D> {
    /// Moves the clock to `to` (nowhere, if it is later already), after every deadline up to then is handled and
    /// durable. Stops every [`crate::Config::slice`] until the subscribers that keep up have done so. Blocks; whoever
    /// waits inside it for an answer of this engine waits for ever.
    pub fn advance(&self, to: Timestamp) -> Result<Advanced, AdvanceError> {
        self.moving(|run| run.through(to))
    }

    /// [`Engine::advance`] by a span from now.
    pub fn advance_by(&self, by: Millis) -> Result<Advanced, AdvanceError> {
        self.moving(|run| run.through(run.shared.clock.now() + by))
    }

    /// Moves the clock to the next deadline of all, or to `limit` if that comes first, and handles what is due there:
    /// one step of an advance whose owner looks around at each instant.
    pub fn advance_to_next(&self, limit: Timestamp) -> Result<Advanced, AdvanceError> {
        self.moving(|run| {
            // What is overdue or being rebuilt comes first, so that the next deadline is known.
            run.slice(run.shared.clock.now())?;
            let next = run.shared.deadlines.earliest().unwrap_or(limit);
            run.slice(next.min(limit))
        })
    }

    fn moving(
        &self,
        go: impl FnOnce(&Moving<'_, D>) -> Result<(), EngineError>,
    ) -> Result<Advanced, AdvanceError> {
        let shared = self.shared();
        let _alone = shared.advancing.lock().unwrap_or_else(PoisonError::into_inner);
        let hands = shared.clock.hold().ok_or(AdvanceError::NotVirtual)?;
        let moving = Moving::begin(shared, hands);
        go(&moving)?;
        Ok(Advanced {
            now: shared.clock.now(),
        })
    }
}

/// An advance under way: the clock stands still and the shards take no requests until it is dropped.
struct Moving<'a, D: Stored> {
    shared: &'a Shared<D>,
    _hands: Held<'a>,
}

impl<'a, D: Stored> Moving<'a, D> {
    fn begin(shared: &'a Shared<D>, hands: Held<'a>) -> Self {
        shared.inboxes.iter().for_each(|inbox| inbox.order(Order::Hold));
        Moving {
            shared,
            _hands: hands,
        }
    }

    fn through(&self, to: Timestamp) -> Result<(), EngineError> {
        loop {
            let now = self.shared.clock.now();
            let next = to.min(now + self.shared.config.slice);
            self.slice(next)?;
            if next >= to {
                return Ok(());
            }
        }
    }

    /// Handles every deadline up to `to`, sets the clock there, and lets subscribers catch up.
    fn slice(&self, to: Timestamp) -> Result<(), EngineError> {
        let to = to.max(self.shared.clock.now());
        let run = |inbox: &std::sync::Arc<crate::queue::Inbox<D>>| {
            let (report, ran) = oneshot::channel();
            inbox.order(Order::RunTo { to, report });
            Pending::coming(ran)
        };
        let all: Vec<Pending<()>> = self.shared.inboxes.iter().map(run).collect();
        // All of them are waited for: no shard may still be running when the clock is let go.
        let outcomes: Vec<_> = all.into_iter().map(Pending::wait).collect();
        outcomes.into_iter().collect::<Result<(), _>>()?;
        self.shared.clock.raise(to);
        self.shared
            .followers
            .await_caught_up(&self.shared.durable.heads(), self.shared.config.keep_up_wait);
        Ok(())
    }
}

impl<D: Stored> Drop for Moving<'_, D> {
    fn drop(&mut self) {
        self.shared
            .inboxes
            .iter()
            .for_each(|inbox| inbox.order(Order::Release));
    }
}
