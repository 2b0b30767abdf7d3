//! What is still to be told for the first time, and waiting until nothing is.
//!
//! Must not know: deliveries, events: it counts.

use tokio::sync::watch;

/// Counts first attempts, and asks the reader of the ledger how far it has come.
pub(super) struct Backlog {
    /// Tickets drawn by those who wait.
    asked: watch::Sender<u64>,
    /// The last ticket that was drawn before the reader found the ledger read up.
    seen: watch::Sender<u64>,
    /// Deliveries without an attempt. Below zero for a moment when an attempt ends before it was counted.
    untried: watch::Sender<i64>,
}

impl Backlog {
    pub(super) fn new(untried: u64) -> Self {
        let untried = i64::try_from(untried).unwrap_or(i64::MAX);
        Backlog {
            asked: watch::Sender::new(0),
            seen: watch::Sender::new(0),
            untried: watch::Sender::new(untried),
        }
    }

    /// So many new deliveries are in the outbox.
    pub(super) fn added(&self, deliveries: usize) {
        self.untried.send_modify(|untried| *untried += deliveries as i64);
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

    /// Waits until the first attempts of all deliveries that follow from what is durable now were answered.
    pub(super) async fn settled(&self) {
        let mut ticket = 0;
        self.asked.send_modify(|asked| {
            *asked += 1;
            ticket = *asked;
        });
        // Both senders live in `self`: waiting cannot fail.
        let _ = self.seen.subscribe().wait_for(|seen| *seen >= ticket).await;
        let _ = self.untried.subscribe().wait_for(|untried| *untried <= 0).await;
    }
}
