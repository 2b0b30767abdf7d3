//! Webhooks out: relayed to apps, with retries for days.
//!
//! Promises: what was put out is durable, and is delivered at least once or becomes a dead letter that can be delivered
//! again; a target that is slow or down holds up nobody else. The platform promises no order, so several posts to one
//! target are under way at once. Must not know: what is in a webhook.

mod store;
mod worker;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use engine::Clock;
use ledger::{Deliveries, Delivery, LedgerError, NewDelivery, Tables};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::config::{Config, Secret, Webhooks};
use crate::metrics::Metrics;
use crate::seat::Seat;
use crate::upstream::Client;
pub(crate) use store::NotStored;
use store::Store;

/// What all queues of this kind begin with.
const PREFIX: &str = "relay ";

/// Why nothing can be relayed.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The outbox cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// Where webhooks go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// Its name, which names its queue.
    pub(crate) name: String,
    /// The address.
    pub(crate) url: String,
    /// What signs them.
    pub(crate) secret: Secret,
}

impl Target {
    fn queue(&self) -> String {
        format!("{PREFIX}{}", self.name)
    }
}

/// The relay of a gateway. Clones are handles to the same one.
#[derive(Clone)]
pub(crate) struct Relay(Arc<Inner>);

/// What workers share.
struct Inner {
    tables: Arc<Tables>,
    store: Store,
    client: Client,
    metrics: Metrics,
    config: Webhooks,
    real: Clock,
    /// By name, with what wakes its worker.
    targets: Mutex<BTreeMap<String, (Target, Arc<Notify>)>>,
    workers: Mutex<JoinSet<()>>,
}

impl Relay {
    /// Begins to relay what is still pending.
    pub(crate) async fn start(
        config: &Config,
        seat: &Seat,
        client: Client,
        metrics: Metrics,
        real: Clock,
    ) -> Result<Self, RelayError> {
        let tables = seat.tables();
        let relay = Relay(Arc::new(Inner {
            store: Store::start(Arc::clone(&tables)),
            tables,
            client,
            metrics,
            config: config.webhooks,
            real,
            targets: Mutex::default(),
            workers: Mutex::default(),
        }));
        for target in &config.relays {
            relay.add(Target {
                name: target.name.clone(),
                url: target.url.clone(),
                secret: target.secret.clone(),
            });
        }
        let cleaning = worker::clean(Arc::clone(&relay.0));
        relay.workers().spawn(cleaning);
        Ok(relay)
    }

    /// Adds a target, or changes where it is.
    pub(crate) fn add(&self, target: Target) {
        let mut targets = self.0.targets.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = target.queue();
        let before = targets.get(&target.name).map(|(_, wake)| Arc::clone(wake));
        let wake = before.clone().unwrap_or_default();
        targets.insert(target.name.clone(), (target, Arc::clone(&wake)));
        drop(targets);
        if before.is_none() {
            let work = worker::work(Arc::clone(&self.0), queue, wake);
            self.workers().spawn(work);
        }
    }

    /// Stores deliveries; those whose id is known are left out. Durable once it is answered.
    pub(crate) async fn put(&self, rows: Vec<NewDelivery>) -> Result<(), NotStored> {
        if rows.is_empty() {
            return Ok(());
        }
        let queues: Vec<String> = rows.iter().map(|row| row.queue.clone()).collect();
        self.0.store.put(rows).await?;
        self.wake(&queues);
        Ok(())
    }

    fn wake(&self, queues: &[String]) {
        let targets = self.0.targets.lock().unwrap_or_else(PoisonError::into_inner);
        for queue in queues {
            if let Some((_, wake)) = queue.strip_prefix(PREFIX).and_then(|name| targets.get(name)) {
                wake.notify_one();
            }
        }
    }

    /// A delivery of a webhook that came at `now_ms`; `id` is the same for the same webhook.
    pub(crate) fn row(id: &str, target: &str, now_ms: u64, payload: Vec<u8>) -> NewDelivery {
        NewDelivery {
            id: format!("{id} {target}"),
            queue: format!("{PREFIX}{target}"),
            created_ms: now_ms,
            due_ms: now_ms,
            payload,
        }
    }

    /// How many are pending, and how many were given up. Blocks.
    pub(crate) fn counts(&self) -> Result<(u64, u64), LedgerError> {
        let counts = self.0.tables.counts()?;
        Ok((counts.pending, counts.abandoned))
    }

    /// A page of the log, newest first. Blocks.
    pub(crate) fn deliveries(&self, page: Deliveries<'_>) -> Result<Vec<Delivery>, LedgerError> {
        self.0.tables.deliveries(page)
    }

    /// Delivers again, whatever became of it; `false` if there is no such delivery. Blocks.
    pub(crate) fn deliver_again(&self, id: &str) -> Result<bool, LedgerError> {
        let Some(delivery) = self.0.tables.delivery(id)? else {
            return Ok(false);
        };
        let known = self.0.tables.deliver_again(id, self.0.real.now().millis())?;
        self.wake(&[delivery.queue]);
        Ok(known)
    }

    /// Ends relaying. What is under way is posted again at the next start.
    pub(crate) async fn stop(&self) {
        let mut workers = std::mem::take(&mut *self.workers());
        workers.shutdown().await;
    }

    fn workers(&self) -> std::sync::MutexGuard<'_, JoinSet<()>> {
        self.0.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn target(&self, queue: &str) -> Option<Target> {
        let name = queue.strip_prefix(PREFIX)?;
        let targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        targets.get(name).map(|(target, _)| target.clone())
    }

    fn now_ms(&self) -> u64 {
        self.real.now().millis()
    }
}
