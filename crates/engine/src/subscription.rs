//! A subscription: a stored cursor into the ledger, and a wake-up.
//!
//! Promises: every durable event, in order within its partition, at least once, from before the start of the process
//! too. The cursor moves in the same transaction as the deliveries that the events led to.
//! Must not know: what a delivery is for.

use std::sync::Arc;
use std::time::Duration;

use decider::{CellId, Stored, Timestamp};
use ledger::{Cursor, Frame, LedgerError, NewDelivery, Partition, Position};

use crate::ReplayError;
use crate::durable::Durable;
use crate::engine::{Engine, Shared};
use crate::followers::Follower;
use crate::frame::FrameReader;

/// A durable event. `(cell, sequence)` names it for ever: ids of what it leads to derive from these.
pub struct Recorded<D: Stored> {
    /// The partition.
    pub partition: Partition,
    /// The frame in it.
    pub position: Position,
    /// The number of events before it in the frame.
    pub index: u32,
    /// The cell.
    pub cell: CellId,
    /// The number of events before it in the cell.
    pub sequence: u64,
    /// Its stamp.
    pub at: Timestamp,
    /// What happened.
    pub event: D::Event,
}

/// Why a subscription gives no events.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The engine stopped; nothing new will come.
    #[error("the engine has stopped")]
    Stopped,
    /// Stored bytes cannot be read.
    #[error(transparent)]
    Replay(#[from] ReplayError),
}

/// One reader of all partitions. Not shared: a name has one subscription at a time.
pub struct Subscription<D: Stored> {
    /// Of the stored cursor; `None` if none is stored.
    name: Option<String>,
    shared: Arc<Shared<D>>,
    follower: Arc<Follower>,
    /// By partition: the next event to give out.
    next: Vec<Place>,
    /// Where to look first, so that no partition is starved.
    turn: usize,
}

#[derive(Clone, Copy)]
struct Place {
    position: Position,
    index: u32,
    /// Moved since the last commit.
    moved: bool,
}

impl<D: Stored> Engine<D> {
    /// Follows the ledger from where `name` left off; from its beginning if there was never one of that name. The
    /// cursor is stored at once: from now on frames are kept until it has passed them
    /// ([`ledger::Tables::drop_cursors`] forgets it).
    pub fn subscribe(&self, name: &str) -> Result<Subscription<D>, LedgerError> {
        Subscription::open(Arc::clone(self.shared()), name)
    }

    /// Follows the ledger from the first frame that is kept. No cursor is stored: no frame is kept for it, one that is
    /// trimmed before it was read is passed over, and the next process begins anew.
    pub fn watch(&self) -> Subscription<D> {
        let shared = Arc::clone(self.shared());
        let next = shared.first_places();
        Subscription::following(shared, None, next)
    }

    /// Tells when something becomes durable, from now on.
    pub fn changes(&self) -> Changes {
        let durable = Arc::clone(&self.shared().durable);
        let seen = durable.count();
        Changes { durable, seen }
    }
}

/// Tells that something became durable, not what.
pub struct Changes {
    durable: Arc<Durable>,
    seen: u64,
}

impl Changes {
    /// Waits until something became durable since the last call; `false` once the engine has stopped.
    pub async fn next(&mut self) -> bool {
        let runs = self.durable.wait_async(self.seen).await;
        self.seen = self.durable.count();
        runs
    }
}

impl<D: Stored> Shared<D> {
    /// By partition: the first event that is kept.
    fn first_places(&self) -> Vec<Place> {
        let first = |partition| Place {
            position: self.reader.first(partition),
            index: 0,
            moved: true,
        };
        self.router.all().map(first).collect()
    }
}

impl<D: Stored> Subscription<D> {
    pub(crate) fn open(shared: Arc<Shared<D>>, name: &str) -> Result<Self, LedgerError> {
        let mut next = shared.first_places();
        for cursor in shared
            .tables
            .cursors()?
            .iter()
            .filter(|cursor| cursor.name == name)
        {
            if let Some(place) = next.get_mut(usize::from(cursor.partition.0)) {
                let stored = Place {
                    position: cursor.position,
                    index: cursor.within,
                    moved: false,
                };
                *place = if stored.position >= place.position {
                    stored
                } else {
                    *place
                };
            }
        }
        let mut subscription = Subscription::following(shared, Some(name.to_owned()), next);
        subscription.commit(&[])?;
        Ok(subscription)
    }

    fn following(shared: Arc<Shared<D>>, name: Option<String>, next: Vec<Place>) -> Self {
        let follower = shared.followers.register(next.iter().map(|place| place.position));
        Subscription {
            name,
            shared,
            follower,
            next,
            turn: 0,
        }
    }

    /// Makes an advance wait for this subscription after each slice, or not.
    pub fn keep_up(&self, keeps_up: bool) {
        self.follower.keep_up(keeps_up);
        self.shared.followers.look_again();
    }

    /// At most `max` events that are there now; none if there are none.
    pub fn poll(&mut self, max: usize) -> Result<Vec<Recorded<D>>, FollowError> {
        let mut events = Vec::new();
        let partitions = self.next.len();
        for _ in 0..partitions {
            let partition = Partition(self.turn as u16);
            let behind = self.next[self.turn].position < self.shared.durable.head(partition);
            self.turn = (self.turn + 1) % partitions;
            if behind {
                self.read(partition, max, &mut events)?;
            }
            if events.len() >= max {
                break;
            }
        }
        Ok(events)
    }

    /// Like [`Subscription::poll`], but waits up to `patience` for a first event. For threads.
    pub fn next_batch(&mut self, max: usize, patience: Duration) -> Result<Vec<Recorded<D>>, FollowError> {
        let seen = self.shared.durable.count();
        let events = self.poll(max)?;
        if !events.is_empty() {
            return Ok(events);
        }
        let runs = self.shared.durable.wait(seen, patience);
        let events = self.poll(max)?;
        if events.is_empty() && !runs {
            Err(FollowError::Stopped)
        } else {
            Ok(events)
        }
    }

    /// Like [`Subscription::poll`], but waits for a first event. For async tasks; nothing is lost when it is dropped.
    pub async fn next_batch_async(&mut self, max: usize) -> Result<Vec<Recorded<D>>, FollowError> {
        loop {
            let seen = self.shared.durable.count();
            let events = self.poll(max)?;
            if !events.is_empty() {
                return Ok(events);
            }
            if !self.shared.durable.wait_async(seen).await {
                return Err(FollowError::Stopped);
            }
        }
    }

    /// Stores that everything given out so far is handled, with the deliveries it led to, in one transaction.
    /// Deliveries whose id is known already are skipped; returns how many were new. A subscription without a name has no
    /// cursor to store.
    pub fn commit(&mut self, deliveries: &[NewDelivery]) -> Result<usize, LedgerError> {
        let cursor = |(partition, place): (usize, &Place)| {
            Some(Cursor {
                name: self.name.clone()?,
                partition: Partition(partition as u16),
                position: place.position,
                within: place.index,
            })
        };
        let moved: Vec<_> = self
            .next
            .iter()
            .enumerate()
            .filter(|(_, place)| place.moved)
            .filter_map(cursor)
            .collect();
        let new = if moved.is_empty() && deliveries.is_empty() {
            0
        } else {
            self.shared.tables.advance(&moved, deliveries)?
        };
        self.pass();
        self.next.iter_mut().for_each(|place| place.moved = false);
        Ok(new)
    }

    /// Says, without storing it, that everything given out so far is handled: after a crash it is given out again.
    pub fn pass(&self) {
        let handled = self
            .next
            .iter()
            .enumerate()
            .map(|(partition, place)| (Partition(partition as u16), place.position));
        self.shared.followers.handled(&self.follower, handled);
    }

    /// Reads on in `partition` until there are `max` events or it is read up.
    fn read(
        &mut self,
        partition: Partition,
        max: usize,
        events: &mut Vec<Recorded<D>>,
    ) -> Result<(), ReplayError> {
        let place = &mut self.next[usize::from(partition.0)];
        let first = self.shared.reader.first(partition);
        if self.name.is_none() && place.position < first {
            (place.position, place.index) = (first, 0);
        }
        let mut outcome = Ok(());
        self.shared.reader.read(partition, place.position, &mut |frame| {
            outcome = decode(partition, frame, place, max, events);
            outcome.is_ok() && events.len() < max
        })?;
        outcome
    }
}

/// Decodes what is left of `frame`, as far as there is room, and moves `place`.
fn decode<D: Stored>(
    partition: Partition,
    frame: &Frame,
    place: &mut Place,
    max: usize,
    events: &mut Vec<Recorded<D>>,
) -> Result<(), ReplayError> {
    let position = frame.position;
    for recorded in recorded_events(partition, frame)?.skip(place.index as usize) {
        if events.len() >= max {
            return Ok(());
        }
        events.push(recorded?);
        (place.index, place.moved) = (place.index + 1, true);
    }
    *place = Place {
        position: Position(position.0 + 1),
        index: 0,
        moved: true,
    };
    Ok(())
}

/// The events of a frame.
pub(crate) fn recorded_events<D: Stored>(
    partition: Partition,
    frame: &Frame,
) -> Result<impl Iterator<Item = Result<Recorded<D>, ReplayError>> + '_, ReplayError> {
    let position = frame.position;
    let damaged = move |what| ReplayError::Frame {
        partition,
        position,
        what,
    };
    let raw = FrameReader::new(&frame.payload).map_err(damaged)?;
    Ok(raw.zip(0..).map(move |(raw, index)| {
        let raw = raw.map_err(damaged)?;
        let (cell, sequence, at) = (raw.cell, raw.sequence, raw.at);
        let event =
            D::decode_event(raw.kind, raw.version, raw.bytes).map_err(|source| ReplayError::Event {
                cell,
                sequence,
                source,
            })?;
        Ok(Recorded {
            partition,
            position,
            index,
            cell,
            sequence,
            at,
            event,
        })
    }))
}
