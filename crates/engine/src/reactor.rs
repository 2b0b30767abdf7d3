//! Reactors: repeatable effects. Durable events in, deliveries with stable ids out.
//!
//! Promises: every event reaches the reactor at least once, in order within its partition; a delivery is stored in the
//! transaction that moves the cursor past its events; a panic is contained, alarmed, and the same events come again.

use std::time::Duration;

use decider::Stored;
use ledger::{LedgerError, NewDelivery};

use crate::OpenError;
use crate::engine::{Engine, Shared};
use crate::guard::guarded;
use crate::health::Alarm;
use crate::subscription::{FollowError, Recorded, Subscription};
use crate::threads::thread;
use crate::writer::describe;

/// What a reactor puts into the outbox.
pub type OutboxRow = NewDelivery;

/// Turns events into deliveries.
pub trait Reactor<D: Stored>: Send + 'static {
    /// The deliveries that `events` lead to. The same event must give the same ids: it may come again. Runs on the
    /// reactor's own thread and must not wait for answers of the engine: an advance waits for it.
    fn react(&mut self, events: &[Recorded<D>]) -> Vec<OutboxRow>;

    /// Whether an advance waits until this reactor has seen everything.
    fn keeps_up(&self) -> bool {
        true
    }
}

impl<D: Stored, F: FnMut(&[Recorded<D>]) -> Vec<OutboxRow> + Send + 'static> Reactor<D> for F {
    fn react(&mut self, events: &[Recorded<D>]) -> Vec<OutboxRow> {
        self(events)
    }
}

/// Events given to a reactor at once: enough to share a transaction, few enough to hold in memory.
const BATCH_MAX: usize = 1_024;
/// Events after which the cursor is stored although nothing was put out: bounds what comes again after a crash.
const UNSTORED_MAX: usize = 65_536;
/// How long a reactor waits for events before it looks whether its cursor is stored.
const IDLE: Duration = Duration::from_millis(500);
/// Pauses before a batch that failed comes again.
const PAUSE_FIRST: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(30);

impl<D: Stored> Engine<D> {
    /// Runs `reactor` on a thread of its own, from where the last one of this name left off, until the engine stops.
    pub fn spawn_reactor(&self, name: &str, reactor: impl Reactor<D>) -> Result<(), OpenError> {
        let subscription = self.subscribe(name).map_err(crate::ReplayError::from)?;
        subscription.keep_up(reactor.keeps_up());
        let name = name.to_owned();
        let shared = std::sync::Arc::clone(self.shared());
        let running = Running {
            name: name.clone(),
            reactor,
            subscription,
            shared,
            unstored: 0,
        };
        self.add_thread(thread(format!("reactor-{name}"), move || running.run())?);
        Ok(())
    }
}

struct Running<D: Stored, R> {
    name: String,
    reactor: R,
    subscription: Subscription<D>,
    shared: std::sync::Arc<Shared<D>>,
    /// Events handled since the cursor was stored.
    unstored: usize,
}

impl<D: Stored, R: Reactor<D>> Running<D, R> {
    fn run(mut self) {
        let mut pause = PAUSE_FIRST;
        loop {
            let handled = match self.subscription.next_batch(BATCH_MAX, IDLE) {
                Ok(events) => self.handle(&events),
                Err(FollowError::Stopped) => break,
                Err(FollowError::Replay(error)) => {
                    self.trouble(&describe(&error));
                    false
                }
            };
            if handled {
                pause = PAUSE_FIRST;
            } else if self.shared.durable.rest(pause) {
                pause = PAUSE_MAX.min(pause * 2);
            } else {
                return;
            }
        }
        // What was handled and put nothing out.
        if let Err(error) = self.subscription.commit(&[]) {
            self.trouble(&describe(&error));
        }
    }

    /// `false` if the engine stopped before the events could be handled.
    fn handle(&mut self, events: &[Recorded<D>]) -> bool {
        let mut pause = PAUSE_FIRST;
        loop {
            let error = match self.attempt(events) {
                Ok(()) => return true,
                Err(error) => error,
            };
            self.trouble(&error);
            if !self.shared.durable.rest(pause) {
                return false;
            }
            pause = PAUSE_MAX.min(pause * 2);
        }
    }

    fn attempt(&mut self, events: &[Recorded<D>]) -> Result<(), String> {
        let reactor = &mut self.reactor;
        let rows = guarded(|| {
            if events.is_empty() {
                Vec::new()
            } else {
                reactor.react(events)
            }
        });
        let rows = rows.inspect_err(|message| {
            let (name, message) = (self.name.clone(), message.clone());
            self.shared.health.alarm(Alarm::ReactorPanicked { name, message });
        })?;
        self.put_out(events.len(), &rows)
            .map_err(|error| describe(&error))
    }

    fn put_out(&mut self, events: usize, rows: &[OutboxRow]) -> Result<(), LedgerError> {
        self.unstored += events;
        let idle = events == 0;
        if !rows.is_empty() || self.unstored >= UNSTORED_MAX || (idle && self.unstored > 0) {
            self.subscription.commit(rows)?;
            self.unstored = 0;
        } else {
            self.subscription.pass();
        }
        Ok(())
    }

    fn trouble(&self, error: &str) {
        tracing::error!(
            reactor = self.name,
            error,
            "the reactor is in trouble; the same events come again"
        );
        self.shared
            .health
            .error(format!("reactor {}: {error}", self.name));
    }
}
