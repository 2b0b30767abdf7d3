//! Posts and mails what is in the outbox.
//!
//! Promises: one worker a target, so that a slow one holds up nobody else and first attempts keep their order; what
//! was not answered with 200, or not taken by the mail server, is sent again, later and later, until it is given up; what
//! is pending after a restart goes on. Memory is bounded by a chunk of deliveries a target.
//! Must not know: what is in a body.

mod workers;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cloud_api::webhook::signature::{HEADER, HEADER_LEGACY, sign};
use engine::Clock;
use ledger::{Attempt, Delivery, LedgerError, Tables, Then};
use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;

use super::HooksConfig;
use super::backlog::Backlog;
use super::target::Target;
use crate::Seat;
use crate::notify::{self, Mailer, Refused};
use workers::Workers;

/// Deliveries of one target read at once.
const CHUNK: u32 = 64;
/// Posts under way at once, over all targets: each takes a connection.
const POSTS_MAX: usize = 128;
/// How long outcomes may be known and not stored: a transaction each would take longer than the posts.
const RECORD_EVERY: Duration = Duration::from_millis(50);
/// More of an answer than this is not read: nobody looks at it, and the connection is given up instead.
const ANSWER_BYTES_MAX: usize = 64 << 10;
/// How long to wait before trying again when the tables cannot be used.
const PAUSE: Duration = Duration::from_millis(500);
/// When to look again at what is overdue: its worker is at it already.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// How often old deliveries are dropped from the log.
const PURGE_EVERY: Duration = Duration::from_secs(3_600);

/// Posts deliveries.
pub(super) struct Post {
    seat: Seat,
    tables: Arc<Tables>,
    client: reqwest::Client,
    /// `None`: there is no mail server; mails of an earlier run wait for one.
    mailer: Option<Mailer>,
    config: HooksConfig,
    /// Retries run in real time.
    real: Clock,
    backlog: Arc<Backlog>,
    /// Queues with something new.
    named: Mutex<BTreeSet<String>>,
    changed: Notify,
    posts: Semaphore,
}

/// Where deliveries of a queue go.
enum To {
    /// To an app.
    Hook(Target),
    /// To the mail server.
    Mail,
}

impl Post {
    pub(super) fn new(
        seat: Seat,
        config: HooksConfig,
        real: Clock,
        backlog: Arc<Backlog>,
        mailer: Option<Mailer>,
    ) -> Result<Self, reqwest::Error> {
        crate::serve::install_tls();
        let client = reqwest::Client::builder()
            .timeout(config.patience)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .user_agent("facebookexternalua")
            .build()?;
        let tables = seat.tables();
        let (named, changed, posts) = (Mutex::default(), Notify::new(), Semaphore::new(POSTS_MAX));
        Ok(Post {
            seat,
            tables,
            client,
            mailer,
            config,
            real,
            backlog,
            named,
            changed,
            posts,
        })
    }

    /// Whether mails can be sent.
    pub(super) fn has_mail(&self) -> bool {
        self.mailer.is_some()
    }

    /// There is something new in these queues.
    pub(super) fn wake(&self, queues: impl IntoIterator<Item = String>) {
        self.named
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(queues);
        self.changed.notify_one();
    }

    /// Gives every queue with something due a worker, for ever.
    pub(super) async fn run(self: Arc<Self>) {
        let mut workers = Workers::default();
        let mut purge = Instant::now();
        let mut look = Instant::now();
        loop {
            if Instant::now() >= purge {
                self.purge();
                purge = Instant::now() + PURGE_EVERY;
            }
            if Instant::now() >= look {
                self.named_too(or_none(self.tables.due_queues(self.now())));
            }
            let named = std::mem::take(&mut *self.named.lock().unwrap_or_else(PoisonError::into_inner));
            workers.start(&self, named);
            look = self.next_look();
            tokio::select! {
                () = self.changed.notified() => {}
                () = workers.ended() => {}
                () = tokio::time::sleep_until(look.min(purge)) => {}
            }
        }
    }

    fn named_too(&self, queues: Option<Vec<String>>) {
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        named.extend(queues.into_iter().flatten());
    }

    /// When something is due by time alone.
    fn next_look(&self) -> Instant {
        let due = or_none(self.tables.next_due()).flatten();
        let wait = due.map(|due| due.saturating_sub(self.now()));
        Instant::now()
            + match wait {
                Some(0) => LOOK_AGAIN,
                Some(wait) => Duration::from_millis(wait).min(PURGE_EVERY),
                None => PURGE_EVERY,
            }
    }

    fn purge(&self) {
        let kept = self.config.log_kept.as_millis() as u64;
        or_none(self.tables.purge_settled(self.now().saturating_sub(kept)));
    }

    fn now(&self) -> u64 {
        self.real.now().millis()
    }

    /// Posts what is due in a queue, until nothing is.
    async fn work(self: Arc<Self>, queue: String) {
        let target = match Target::of_queue(&queue) {
            Some(target) => To::Hook(target),
            None if queue == notify::QUEUE => To::Mail,
            None => return,
        };
        loop {
            let Some(due) = or_none(self.tables.due(Some(&queue), self.now(), CHUNK)) else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            if due.is_empty() {
                return;
            }
            self.post_all(&target, due).await;
        }
    }

    async fn post_all(self: &Arc<Self>, target: &To, due: Vec<Delivery>) {
        let mut attempts = Vec::new();
        let mut recorded = Instant::now();
        for delivery in due {
            let first = delivery.attempts == 0;
            attempts.push(self.attempt(target, delivery).await);
            if first {
                self.backlog.tried();
            }
            if recorded.elapsed() >= RECORD_EVERY {
                self.record(std::mem::take(&mut attempts)).await;
                recorded = Instant::now();
            }
        }
        self.record(attempts).await;
    }

    /// Stores how attempts ended, as often as it takes: what is not stored would be posted again at once.
    async fn record(self: &Arc<Self>, attempts: Vec<Attempt>) {
        if attempts.is_empty() {
            return;
        }
        let attempts = Arc::new(attempts);
        loop {
            let (post, attempts) = (Arc::clone(self), Arc::clone(&attempts));
            let stored = tokio::task::spawn_blocking(move || post.tables.record(&attempts, post.now())).await;
            if stored.is_ok_and(|stored| or_none(stored).is_some()) {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn attempt(&self, to: &To, delivery: Delivery) -> Attempt {
        let (made, created) = (delivery.attempts, delivery.created_ms);
        let id = delivery.id.clone();
        let outcome = match to {
            To::Hook(target) => {
                let posted = self.hook(target, delivery.payload).await;
                posted.map(|()| "HTTP 200").map_err(Refused::Now)
            }
            To::Mail => self.mail(&delivery).await.map(|()| "taken by the mail server"),
        };
        let (outcome, then) = match outcome {
            Ok(outcome) => (outcome.to_owned(), Then::Done),
            Err(Refused::Now(outcome)) => (outcome, self.next(made, created)),
            Err(Refused::Always(outcome)) => (outcome, Then::Abandoned),
        };
        Attempt { id, outcome, then }
    }

    async fn hook(&self, target: &Target, body: Vec<u8>) -> Result<(), String> {
        let view = self.seat.view();
        let app = view.apps.get(target.app.0 as usize);
        let secret = app.map(|app| app.secret.clone()).ok_or("the app is gone")?;
        self.post(&target.url, &secret, body).await
    }

    async fn mail(&self, delivery: &Delivery) -> Result<(), Refused> {
        let no_mail = || Refused::Now("there is no mail server: start with --smtp".to_owned());
        let mailer = self.mailer.as_ref().ok_or_else(no_mail)?;
        let letter =
            serde_json::from_slice(&delivery.payload).map_err(|error| Refused::Always(error.to_string()))?;
        mailer.send(&delivery.id, delivery.created_ms, &letter).await
    }

    /// What follows an attempt that failed, after so many others.
    fn next(&self, made: u32, created_ms: u64) -> Then {
        self.config.next(made, created_ms, self.now())
    }

    /// One post; an error says why it does not count as delivered.
    async fn post(&self, url: &str, secret: &str, body: Vec<u8>) -> Result<(), String> {
        let signature = sign(secret.as_bytes(), &body);
        let request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header(header(HEADER)?, signature.sha256)
            .header(header(HEADER_LEGACY)?, signature.sha1)
            .body(body);
        let _turn = self.posts.acquire().await;
        let mut answer = request.send().await.map_err(|error| reason(&error).to_owned())?;
        let status = answer.status();
        let mut read = 0;
        // Read to its end, the connection can be used again; what breaks here changes nothing.
        while read <= ANSWER_BYTES_MAX
            && let Ok(Some(chunk)) = answer.chunk().await
        {
            read += chunk.len();
        }
        if status.as_u16() == 200 {
            Ok(())
        } else {
            Err(format!("HTTP {}", status.as_u16()))
        }
    }
}

fn header(name: &str) -> Result<HeaderName, String> {
    HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())
}

/// Why there was no answer, in words that do not depend on the platform underneath.
fn reason(error: &reqwest::Error) -> &'static str {
    if error.is_builder() {
        "the address is not a valid URL"
    } else if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "the endpoint could not be reached"
    } else {
        "the connection broke before the answer was there"
    }
}

fn or_none<T>(result: Result<T, LedgerError>) -> Option<T> {
    result
        .inspect_err(|error| tracing::warn!(%error, "the outbox cannot be used just now"))
        .ok()
}
