//! Reads durable events and puts the webhooks and mails that they lead to into the outbox.
//!
//! Promises: every event at least once, in order within its partition; the same event gives the same ids, and an id is
//! stored once; the cursor moves in the transaction that stores what it passed. Where nobody listens it costs a look
//! at each event. It asks the portfolio for facts, which an advance of the clock holds back: it never holds up time.
//! Must not know: who posts the deliveries, and when.

use std::sync::Arc;
use std::time::Duration;

use decider::{CellId, Timestamp};
use engine::{Clock, EngineError, FollowError, Pending, Recorded, Subscription};
use ledger::{LedgerError, NewDelivery};
use platform::directory::Directory;
use platform::portfolio::notices::is_notice;
use platform::portfolio::{self, Portfolio};
use platform::{Event, Platform, State};
use tokio::sync::oneshot;

use super::backlog::Backlog;
use super::body::{Bodies, Recent};
use super::deliver::Post;
use super::draft::{Draft, drafts, is_told};
use super::target::{Listeners, targets};
use crate::Seat;
use crate::notify::{self, Letter, letters};

/// Its name in the table of cursors.
pub(super) const NAME: &str = "webhooks";
/// Events read at once: enough to share a transaction, few enough to hold in memory.
const EVENTS_MAX: usize = 1_024;
/// Events asked about at once: one can be about 512 messages, and the facts are read on the thread that decides.
const ASKED_MAX: usize = 16;
/// Deliveries held in memory: a few hundred bytes each.
const ROWS_MAX: usize = 1_024;
/// Events after which the cursor is stored although nothing was put out: bounds what comes again after a crash.
const UNSTORED_MAX: usize = 65_536;
/// How long the cursor may stay unstored when nothing happens.
const IDLE: Duration = Duration::from_secs(1);
/// How long to wait before trying again what did not work.
const PAUSE: Duration = Duration::from_millis(100);

/// The reader of the ledger.
pub(super) struct Reactor {
    pub(super) seat: Seat,
    pub(super) subscription: Subscription<Platform>,
    pub(super) backlog: Arc<Backlog>,
    pub(super) post: Arc<Post>,
    /// Deliveries are made in real time.
    pub(super) real: Clock,
    listeners: Listeners,
    recent: Recent,
    /// Events handled since the cursor was stored.
    unstored: usize,
}

/// An event that is told, to whoever listens.
struct Piece {
    /// Names the event for ever.
    id: String,
    cell: CellId,
    at: Timestamp,
    event: portfolio::Event,
}

/// Pieces of one cell, one after another.
type Run = Arc<[Piece]>;
type Drafted = Option<Vec<Told>>;

/// What one event leads to.
struct Told {
    drafts: Vec<Draft>,
    letters: Vec<Letter>,
}

/// Why a batch was not handled.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("the engine has stopped")]
    Stopped,
    #[error(transparent)]
    Engine(EngineError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// What comes next for the reader.
enum Step {
    Read(Result<Vec<Recorded<Platform>>, FollowError>),
    Asked,
    Idle,
    Stop,
}

impl Reactor {
    pub(super) fn new(
        seat: Seat,
        subscription: Subscription<Platform>,
        backlog: Arc<Backlog>,
        post: Arc<Post>,
        real: Clock,
    ) -> Self {
        let (listeners, recent) = (Listeners::default(), Recent::default());
        Reactor {
            seat,
            subscription,
            backlog,
            post,
            real,
            listeners,
            recent,
            unstored: 0,
        }
    }

    /// Reads until the engine stops, or `stop` is told or dropped.
    pub(super) async fn run(mut self, mut stop: oneshot::Receiver<()>) {
        let mut tickets = self.backlog.tickets();
        // A ticket may have been drawn before this began.
        tickets.mark_changed();
        loop {
            let idle = self.unstored > 0;
            let step = tokio::select! {
                biased;
                _ = &mut stop => Step::Stop,
                _ = tickets.changed() => Step::Asked,
                events = self.subscription.next_batch_async(EVENTS_MAX) => Step::Read(events),
                () = tokio::time::sleep(IDLE), if idle => Step::Idle,
            };
            let going_on = match step {
                Step::Read(events) => self.read(events).await.is_some(),
                Step::Asked => {
                    let ticket = *tickets.borrow_and_update();
                    self.read_up(ticket).await.is_some()
                }
                Step::Idle => self.store().await.is_some(),
                Step::Stop => {
                    // What was passed while nobody was to be told stays passed.
                    if self.unstored > 0 {
                        self.store().await;
                    }
                    false
                }
            };
            if !going_on {
                return;
            }
        }
    }

    /// Handles what is there already, then says so to whoever drew `ticket`. `None` when the engine has stopped.
    async fn read_up(&mut self, ticket: u64) -> Option<()> {
        loop {
            let events = self.subscription.poll(EVENTS_MAX);
            if matches!(&events, Ok(events) if events.is_empty()) {
                self.backlog.seen(ticket);
                return Some(());
            }
            self.read(events).await?;
        }
    }

    async fn read(&mut self, events: Result<Vec<Recorded<Platform>>, FollowError>) -> Option<()> {
        match events {
            Ok(events) => self.handle(events).await,
            Err(FollowError::Stopped) => None,
            Err(FollowError::Replay(error)) => {
                tracing::error!(%error, "webhooks cannot read the ledger; they try again");
                tokio::time::sleep(PAUSE).await;
                Some(())
            }
        }
    }

    /// Handles a batch, as often as it takes: what was read is not given out again.
    async fn handle(&mut self, events: Vec<Recorded<Platform>>) -> Option<()> {
        self.unstored += events.len();
        let directory = self.seat.view();
        self.listeners.look(Arc::clone(&directory));
        let runs = self.runs(events);
        loop {
            match self.put_out(&runs, &directory).await {
                Ok(()) => return Some(()),
                Err(Trouble::Stopped) => return None,
                Err(error) => tracing::warn!(%error, "webhooks could not be put out; they try again"),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Stores how far it has come.
    async fn store(&mut self) -> Option<()> {
        match self.subscription.commit(&[]) {
            Ok(_) => self.unstored = 0,
            Err(error) => {
                tracing::warn!(%error, "the cursor of webhooks could not be stored");
                tokio::time::sleep(PAUSE).await;
            }
        }
        Some(())
    }

    /// The events that are told to somebody, cut into runs of one cell.
    fn runs(&self, events: Vec<Recorded<Platform>>) -> Vec<Run> {
        let mut runs: Vec<Vec<Piece>> = Vec::new();
        for recorded in events {
            let Event::Portfolio(event) = recorded.event else {
                continue;
            };
            let posted = is_told(&event) && self.listeners.any(recorded.cell);
            let mailed = self.post.has_mail() && is_notice(&event);
            if !posted && !mailed {
                continue;
            }
            let id = format!(
                "{}-{}-{}",
                recorded.partition.0, recorded.position.0, recorded.index
            );
            let piece = Piece {
                id,
                cell: recorded.cell,
                at: recorded.at,
                event,
            };
            match runs.last_mut() {
                Some(run) if run.len() < ASKED_MAX && run[0].cell == piece.cell => run.push(piece),
                _ => runs.push(vec![piece]),
            }
        }
        runs.into_iter().map(Run::from).collect()
    }

    async fn put_out(&mut self, runs: &[Run], directory: &Directory) -> Result<(), Trouble> {
        let asked: Vec<_> = runs.iter().map(|run| (run, self.ask(run))).collect();
        let mut rows = Vec::new();
        for (run, pending) in asked {
            let Some(drafted) = facts(pending.await)? else {
                continue;
            };
            for (piece, told) in run.iter().zip(&drafted) {
                self.rows(directory, piece, &told.drafts, &mut rows)?;
                self.mails(piece, &told.letters, &mut rows);
                if rows.len() >= ROWS_MAX {
                    // The cursor stays behind them: should they be derived again, their ids are known.
                    let new = self.seat.tables().advance(&[], &rows)?;
                    self.told(new, &mut rows);
                }
            }
        }
        self.commit(rows)
    }

    /// Asks for the facts of a run. They are read one run after another, but asked for together.
    fn ask(&self, run: &Run) -> Pending<Drafted> {
        let (cell, run) = (run[0].cell, Arc::clone(run));
        let mailed = self.post.has_mail();
        let read = move |portfolio: &Portfolio| {
            let told = |piece: &Piece| Told {
                drafts: drafts(portfolio, &piece.event, piece.at),
                letters: match mailed {
                    true => letters(portfolio, &piece.event, piece.at),
                    false => Vec::new(),
                },
            };
            run.iter().map(told).collect()
        };
        self.seat
            .engine()
            .query(cell, move |state: &State| state.portfolio().map(read))
    }

    /// Mails have names of their own beside those of the event's webhooks.
    fn mails(&self, piece: &Piece, letters: &[Letter], rows: &mut Vec<NewDelivery>) {
        let now = self.real.now().millis();
        rows.extend(letters.iter().map(|letter| NewDelivery {
            id: format!("{}-mail-{}", piece.id, letter.email),
            queue: notify::QUEUE.to_owned(),
            created_ms: now,
            due_ms: now,
            // Text can always be written.
            payload: serde_json::to_vec(letter).unwrap_or_default(),
        }));
    }

    fn rows(
        &mut self,
        directory: &Directory,
        piece: &Piece,
        drafts: &[Draft],
        rows: &mut Vec<NewDelivery>,
    ) -> Result<(), LedgerError> {
        let tables = self.seat.tables();
        let mut bodies = Bodies::new(&tables, &mut self.recent);
        for draft in drafts {
            let field = draft.change.field();
            let targets = targets(directory, piece.cell, draft.waba, draft.number, field);
            if targets.is_empty() {
                continue;
            }
            let name = format!("{}-{}", piece.id, draft.item);
            let payload = bodies.write(&name, piece.cell, piece.at, draft)?;
            let now = self.real.now().millis();
            for target in &targets {
                let faults = self.seat.faults().of_webhook(field);
                if faults.lost {
                    continue;
                }
                // What is derived again has the same ids, copies too.
                let id = |copy: u32| match copy {
                    0 => format!("{name}-{}", target.app.0),
                    _ => format!("{name}-{}-again-{copy}", target.app.0),
                };
                rows.extend((0..=faults.copies).map(|copy| NewDelivery {
                    id: id(copy),
                    queue: target.queue(),
                    created_ms: now,
                    due_ms: now + faults.late.as_millis() as u64,
                    payload: payload.clone(),
                }));
            }
        }
        Ok(())
    }

    /// Moves the cursor, in one transaction with what is left to store.
    fn commit(&mut self, mut rows: Vec<NewDelivery>) -> Result<(), Trouble> {
        if rows.is_empty() && self.unstored < UNSTORED_MAX {
            self.subscription.pass();
            return Ok(());
        }
        let new = self.subscription.commit(&rows)?;
        self.unstored = 0;
        self.told(new, &mut rows);
        Ok(())
    }

    fn told(&self, new: usize, rows: &mut Vec<NewDelivery>) {
        self.backlog.added(new);
        self.post.wake(rows.drain(..).map(|row| row.queue));
    }
}

/// What the portfolio said; `None` if it can say nothing any more.
fn facts(answer: Result<Drafted, EngineError>) -> Result<Drafted, Trouble> {
    match answer {
        Ok(drafted) => Ok(drafted),
        Err(EngineError::Stopped) => Err(Trouble::Stopped),
        Err(error) if error.retryable() => Err(Trouble::Engine(error)),
        Err(error) => {
            tracing::error!(%error, "webhooks of a cell that cannot be read are left out");
            Ok(None)
        }
    }
}
