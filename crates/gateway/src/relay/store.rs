//! Stores deliveries, many at a time: a transaction each would hold up whoever posts webhooks.
//!
//! Promises: answered means durable. Must not know: what is delivered.

use std::sync::Arc;

use ledger::{NewDelivery, Tables};
use tokio::sync::{mpsc, oneshot};

/// Deliveries that share a transaction.
const TOGETHER: usize = 256;
/// Webhooks waiting to be stored: well under a second of work.
const WAITING_MAX: usize = 1_024;

type Job = (Vec<NewDelivery>, oneshot::Sender<Result<(), NotStored>>);

/// Why deliveries are not stored.
#[derive(Clone, Debug, thiserror::Error)]
#[error("deliveries were not stored: {0}")]
pub(crate) struct NotStored(String);

/// The way to the task that stores.
#[derive(Debug)]
pub(super) struct Store(mpsc::Sender<Job>);

impl Store {
    /// Begins; ends when the last handle is gone.
    pub(super) fn start(tables: Arc<Tables>) -> Self {
        let (to, jobs) = mpsc::channel(WAITING_MAX);
        tokio::spawn(run(tables, jobs));
        Store(to)
    }

    pub(super) async fn put(&self, rows: Vec<NewDelivery>) -> Result<(), NotStored> {
        let (to, stored) = oneshot::channel();
        let gone = || NotStored("the store has ended".to_owned());
        self.0.send((rows, to)).await.map_err(|_| gone())?;
        stored.await.map_err(|_| gone())?
    }
}

async fn run(tables: Arc<Tables>, mut jobs: mpsc::Receiver<Job>) {
    while let Some((mut rows, first)) = jobs.recv().await {
        let mut waiting = vec![first];
        while rows.len() < TOGETHER
            && let Ok((more, to)) = jobs.try_recv()
        {
            rows.extend(more);
            waiting.push(to);
        }
        let tables = Arc::clone(&tables);
        let stored = tokio::task::spawn_blocking(move || tables.advance(&[], &rows)).await;
        let stored = match stored {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(NotStored(error.to_string())),
            Err(error) => Err(NotStored(error.to_string())),
        };
        for to in waiting {
            // Whoever waited may have gone.
            let _ = to.send(stored.clone());
        }
    }
}
