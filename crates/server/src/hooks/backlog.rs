//! What is still to be told for the first time, and waiting until nothing is.
//!
//! Must not know: deliveries, events: it counts.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;

/// Counts first attempts, and asks the reader of the ledger how far it has come.
pub(super) struct Backlog {
    /// Tickets drawn by those who wait.
    asked: watch::Sender<u64>,
    /// The last ticket that was drawn before the reader found the ledger read up.
    seen: watch::Sender<u64>,
    /// Deliveries without an attempt. Below zero for a moment when an attempt ends before it was counted.
    untried: watch::Sender<i64>,
    /// All deliveries put out by this process.
    put_out: AtomicU64,
}

impl Backlog {
    pub(super) fn new(untried: u64) -> Self {
        let untried = i64::try_from(untried).unwrap_or(i64::MAX);
        Backlog {
            asked: watch::Sender::new(0),
            seen: watch::Sender::new(0),
            untried: watch::Sender::new(untried),
            put_out: AtomicU64::new(0),
        }
    }

    /// So many new deliveries are in the outbox.
    pub(super) fn added(&self, deliveries: usize) {
        self.put_out.fetch_add(deliveries as u64, Ordering::AcqRel);
        self.untried.send_modify(|untried| *untried += deliveries as i64);
    }

    /// How many deliveries this process has put out.
    pub(super) fn put_out(&self) -> u64 {
        self.put_out.load(Ordering::Acquire)
    }

    /// A first attempt was answered, or will not be.
    pub(super) fn tried(&self) {
        self.untried.send_modify(|untried| *untried -= 1);
    }

    /// For the reader: tells when somebody waits.
    pub(super) fn tickets(&self) -> watch::Receiver<u64> {
        self.asked.subscribe()
    }

    /// For the reader: everything that was durable when `ticket` was drawn is in the outbox.
    pub(super) fn seen(&self, ticket: u64) {
        self.seen.send_modify(|seen| *seen = ticket.max(*seen));
    }

    /// Waits until what is durable now is in the outbox, as far as anybody listens.
    pub(super) async fn read_up(&self) {
        let mut ticket = 0;
        self.asked.send_modify(|asked| {
            *asked += 1;
            ticket = *asked;
        });
        // The sender lives in `self`: waiting cannot fail.
        let _ = self.seen.subscribe().wait_for(|seen| *seen >= ticket).await;
    }

    /// Waits until the first attempts of all deliveries that follow from what is durable now were answered.
    pub(super) async fn settled(&self) {
        self.read_up().await;
        // As above.
        let _ = self.untried.subscribe().wait_for(|untried| *untried <= 0).await;
    }
}
