//! Webhooks and mails out: from durable events to signed posts and to mails, with retries and a log.
//!
//! Promises: what is durable is told at least once to everybody who is subscribed, also across restarts of either
//! side; a target that is slow or down holds up nobody else; nothing here holds up the clock unless it is asked to.
//! Must not know: the rules. What is told follows from events, how it is written from `cloud_api`.

mod backlog;
mod body;
mod deliver;
mod draft;
mod reactor;
mod target;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use decider::CellId;
use engine::Clock;
use ledger::{Deliveries, Delivery, LedgerError, NewDelivery, Tables, Then};
use platform::directory::Directory;
use platform::ids::{NumberIx, WabaIx};
use tokio::sync::oneshot;

use crate::Seat;
use crate::notify::{MailConfig, MailConfigError, Mailer};
use backlog::Backlog;
use deliver::Post;
use reactor::Reactor;
use target::{Target, targets};

/// The fields that webhooks of this seat have.
pub const FIELDS: [&str; 10] = [
    "messages",
    "user_preferences",
    "message_template_status_update",
    "message_template_quality_update",
    "phone_number_quality_update",
    "business_capability_update",
    "account_update",
    "security",
    "account_review_update",
    "account_alerts",
];

/// How deliveries are made. All spans are real time.
#[derive(Clone, Copy, Debug)]
pub struct HooksConfig {
    /// How long a target may take to answer.
    pub patience: Duration,
    /// From the first attempt to the second; doubles from attempt to attempt.
    pub first_retry: Duration,
    /// No two attempts are further apart than this.
    pub longest_retry: Duration,
    /// From the event to the last attempt.
    pub give_up_after: Duration,
    /// How long deliveries stay in the log once they are settled.
    pub log_kept: Duration,
}

impl HooksConfig {
    /// What follows an attempt of `now_ms` that failed, after so many others.
    fn next(&self, made: u32, created_ms: u64, now_ms: u64) -> Then {
        let doubled = self
            .first_retry
            .saturating_mul(1_u32.checked_shl(made).unwrap_or(u32::MAX));
        let due = now_ms + doubled.min(self.longest_retry).as_millis() as u64;
        let last = created_ms.saturating_add(self.give_up_after.as_millis() as u64);
        if due > last {
            Then::Abandoned
        } else {
            Then::Again(due)
        }
    }
}

impl Default for HooksConfig {
    /// The platform's own span ("up to 7 days"), and steps that suit somebody who restarts an app.
    fn default() -> Self {
        let day = Duration::from_secs(86_400);
        HooksConfig {
            patience: Duration::from_secs(10),
            first_retry: Duration::from_secs(1),
            longest_retry: Duration::from_secs(600),
            give_up_after: 7 * day,
            log_kept: 7 * day,
        }
    }
}

/// Why webhooks cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum HooksError {
    /// The cursor or the outbox cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// There is no client to post with.
    #[error("no client for webhooks")]
    Client(#[from] reqwest::Error),
    /// The mail server cannot be used as it is given.
    #[error(transparent)]
    Mail(#[from] MailConfigError),
    /// There is no thread for it.
    #[error("no thread for webhooks")]
    Thread(#[from] std::io::Error),
}

/// The webhooks of a seat. Clones are handles to the same ones; they end when the last is dropped.
#[derive(Clone)]
pub struct Hooks(Arc<Inner>);

struct Inner {
    tables: Arc<Tables>,
    backlog: Arc<Backlog>,
    post: Arc<Post>,
    real: Clock,
    posting: tokio::task::JoinHandle<()>,
    /// Webhooks put out by hand so far: part of their ids.
    by_hand: AtomicU64,
    reading: Mutex<Option<Reading>>,
}

/// The thread that reads the ledger, and how to end it.
struct Reading {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Hooks {
    /// Begins to read and to post, from where the last process left off.
    ///
    /// # Panics
    /// Outside a runtime.
    pub fn start(seat: &Seat, config: HooksConfig) -> Result<Hooks, HooksError> {
        Hooks::with_mail(seat, config, None)
    }

    /// The same, with mails to administrators through a mail server. What happens while there is none is not mailed
    /// later.
    ///
    /// # Panics
    /// Outside a runtime.
    pub fn with_mail(
        seat: &Seat,
        config: HooksConfig,
        mail: Option<&MailConfig>,
    ) -> Result<Hooks, HooksError> {
        let (tables, real) = (seat.tables(), Clock::system());
        let backlog = Arc::new(Backlog::new(tables.untried()?));
        let post = Arc::new(Post::new(
            seat.clone(),
            config,
            real.clone(),
            Arc::clone(&backlog),
            mail.map(Mailer::new).transpose()?,
        )?);
        let subscription = seat.engine().subscribe(reactor::NAME)?;
        let reactor = Reactor::new(
            seat.clone(),
            subscription,
            Arc::clone(&backlog),
            Arc::clone(&post),
            real.clone(),
        );
        let reading = Mutex::new(Some(Reading::start(reactor)?));
        let posting = tokio::spawn(Arc::clone(&post).run());
        Ok(Hooks(Arc::new(Inner {
            tables,
            backlog,
            post,
            real,
            posting,
            by_hand: AtomicU64::new(0),
            reading,
        })))
    }

    /// Waits until the first attempts of all deliveries that follow from what is durable now were answered, or a
    /// bound passed; `false` in the latter case. Later attempts are not waited for.
    pub async fn settle(&self, bound: Duration) -> bool {
        tokio::time::timeout(bound, self.0.backlog.settled())
            .await
            .is_ok()
    }

    /// Waits until it is decided who is told of what is durable now, or a bound passed; `false` in the latter case.
    /// Whoever subscribes afterwards hears nothing of what was before.
    pub async fn read_up(&self, bound: Duration) -> bool {
        tokio::time::timeout(bound, self.0.backlog.read_up())
            .await
            .is_ok()
    }

    /// How many webhooks this process has put into the outbox.
    pub fn put_out(&self) -> u64 {
        self.0.backlog.put_out()
    }

    /// Puts a body of somebody's own making into the outbox, for everybody who is subscribed to `field` of this WABA
    /// (and number); gives the ids of the deliveries. It was no event: a restart does not derive it again. Blocks.
    pub fn emit(
        &self,
        directory: &Directory,
        (cell, waba, number): (CellId, WabaIx, Option<NumberIx>),
        field: &str,
        body: &[u8],
    ) -> Result<Vec<String>, LedgerError> {
        let now = self.0.real.now().millis();
        let count = self.0.by_hand.fetch_add(1, Ordering::Relaxed);
        let row = |target: &Target| NewDelivery {
            id: format!("by-hand-{now}-{count}-{}", target.app.0),
            queue: target.queue(),
            created_ms: now,
            due_ms: now,
            payload: body.to_vec(),
        };
        let targets = targets(directory, cell, waba, number, field);
        let rows: Vec<NewDelivery> = targets.iter().map(row).collect();
        self.0.backlog.added(self.0.tables.advance(&[], &rows)?);
        let ids = rows.iter().map(|row| row.id.clone()).collect();
        self.0.post.wake(rows.into_iter().map(|row| row.queue));
        Ok(ids)
    }

    /// Posts a delivery again, whatever became of it; `false` if there is no such one.
    pub fn deliver_again(&self, id: &str) -> Result<bool, LedgerError> {
        let Some(delivery) = self.0.tables.delivery(id)? else {
            return Ok(false);
        };
        let known = self.0.tables.deliver_again(id, self.0.real.now().millis())?;
        self.0.post.wake([delivery.queue]);
        Ok(known)
    }

    /// One delivery of the log.
    pub fn delivery(&self, id: &str) -> Result<Option<Delivery>, LedgerError> {
        Ok(self
            .0
            .tables
            .delivery(id)?
            .filter(|delivery| address(&delivery.queue).is_some()))
    }

    /// A page of the delivery log, newest first.
    pub fn deliveries(&self, page: Deliveries<'_>) -> Result<Vec<Delivery>, LedgerError> {
        self.0.tables.deliveries(page)
    }

    /// Ends reading and posting. What is under way is posted again at the next start.
    pub async fn stop(&self) {
        self.0.posting.abort();
        let reading = self
            .0
            .reading
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(Reading { stop, thread }) = reading else {
            return;
        };
        drop(stop);
        if !matches!(tokio::task::spawn_blocking(|| thread.join()).await, Ok(Ok(()))) {
            tracing::error!("the reader of webhooks broke down");
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.posting.abort();
    }
}

impl Reading {
    /// On a thread of its own: reading the ledger and storing cursors blocks.
    fn start(reactor: Reactor) -> Result<Self, std::io::Error> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let run = move || runtime.block_on(reactor.run(stopped));
        let thread = std::thread::Builder::new()
            .name("webhooks".to_owned())
            .spawn(run)?;
        Ok(Reading { stop, thread })
    }
}

/// The app (its number) and the address that a queue of the outbox stands for; `None` for queues of others.
pub(crate) fn address(queue: &str) -> Option<(platform::directory::AppIx, String)> {
    Target::of_queue(queue).map(|target| (target.app, target.url))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Later and later, for a week from the event.
    #[test]
    fn again_with_back_off_for_seven_days() {
        let (config, created) = (HooksConfig::default(), 1_772_442_000_000);
        let (mut now, mut waits, mut made) = (created, Vec::new(), 0);
        while let Then::Again(due) = config.next(made, created, now) {
            waits.push((due - now) / 1_000);
            (now, made) = (due, made + 1);
        }
        assert_eq!(waits[..12], [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
        let week = 7 * 86_400_000;
        assert!(
            (week - 600_000..=week).contains(&(now - created)),
            "{} ms",
            now - created
        );
    }
}
