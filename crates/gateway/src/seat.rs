//! The sender seat as the gateway uses it: the engine with the sender's rules, and the directory at hand.
//!
//! Promises: every answer is durable before it is given; what the view shows is durable.
//! Must not know: HTTP, the wire.

mod later;

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use decider::{CellId, Timestamp};
use engine::{Clock, Engine, EngineError, Pending};
use ledger::segments::{Options, SegmentLedger};
use ledger::{Ledger, LedgerError, MemoryLedger, Tables};
use sender::directory::{self, DIRECTORY, Directory, Rights, TokenIx};
use sender::portfolio::{self, Portfolio};
use sender::{Answer, Command, Sender};
use tokio::sync::Mutex;

use crate::keys::{self, Keys};
use later::Later;

/// Partitions of a seat in memory: one commit touches few of them either way.
const MEMORY_PARTITIONS: u16 = 64;

/// What tokens may do.
pub(crate) mod rights {
    use sender::directory::Rights;

    /// Send, and mark as read.
    pub(crate) const SEND: Rights = Rights(1);
    /// Read through the proxy and the native API.
    pub(crate) const READ: Rights = Rights(2);
    /// Change templates, numbers, profiles ... on the platform.
    pub(crate) const MANAGE: Rights = Rights(4);
    /// Change what the gateway itself knows: people, consents, tokens.
    pub(crate) const ADMIN: Rights = Rights(8);
    /// Everything.
    pub(crate) const ALL: Rights = Rights(15);
    /// With their names.
    pub(crate) const NAMED: [(&str, Rights); 4] = [
        ("send", SEND),
        ("read", READ),
        ("manage", MANAGE),
        ("admin", ADMIN),
    ];
}

/// Why a seat cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The data do not give a state.
    #[error(transparent)]
    Engine(#[from] engine::OpenError),
    /// The directory cannot be read or written.
    #[error(transparent)]
    Decide(#[from] EngineError),
    /// A key or token file cannot be used.
    #[error("a file of the data directory cannot be used: {0}")]
    File(#[from] std::io::Error),
}

/// The running seat. Clones are handles to the same one.
#[derive(Clone)]
pub struct Seat(Arc<Inner>);

struct Inner {
    engine: Engine<Sender>,
    /// What nobody waits for.
    later: Later,
    view: RwLock<Arc<Directory>>,
    /// Directory commands take turns, so that the view never goes back.
    directory: Mutex<()>,
    keys: Keys,
}

/// With its seat the engine ends, on a thread of its own: the last handle may go inside a runtime, where waiting is
/// forbidden.
impl Drop for Inner {
    fn drop(&mut self) {
        let ended = std::thread::scope(|scope| scope.spawn(|| self.shutdown()).join());
        if ended.is_err() {
            tracing::error!("the engine did not end in order");
        }
    }
}

impl Seat {
    /// Opens a data directory, or a seat in memory. Blocks.
    pub fn open(data: Option<&Path>, clock: Clock) -> Result<Seat, OpenError> {
        let ledger: Box<dyn Ledger> = match data {
            None => Box::new(MemoryLedger::new(MEMORY_PARTITIONS)?),
            Some(dir) => Box::new(SegmentLedger::open(dir, Options::default())?),
        };
        let keys = Keys::of(data)?;
        let config = engine::Config {
            seed: keys.seed(),
            ..engine::Config::default()
        };
        let engine: Engine<Sender> = Engine::open(ledger, clock, config)?;
        // On a thread of its own: whoever opens a seat may be inside a runtime, where waiting is forbidden.
        let read = || engine.query(DIRECTORY, |state| state.directory().cloned()).wait();
        let read = std::thread::scope(|scope| scope.spawn(read).join());
        let view = read.unwrap_or(Err(EngineError::Panicked))?.unwrap_or_default();
        Ok(Seat(Arc::new(Inner {
            engine,
            later: Later::default(),
            view: RwLock::new(Arc::new(view)),
            directory: Mutex::default(),
            keys,
        })))
    }

    /// Decides a command of a portfolio. Awaiting the answer waits until it is durable; not awaiting it calls nothing
    /// back.
    pub(crate) async fn portfolio(
        &self,
        cell: CellId,
        command: portfolio::Command,
    ) -> Result<portfolio::Answer, EngineError> {
        self.submit(cell, command).await.map(of_portfolio)
    }

    /// The same, without waiting.
    pub(crate) fn submit(&self, cell: CellId, command: portfolio::Command) -> Pending<Answer> {
        self.0.send_off();
        self.0.engine.submit(cell, Command::Portfolio(command))
    }

    /// Decides commands of a portfolio one after another, stored together; the answers in the same order.
    pub(crate) fn submit_all(&self, cell: CellId, commands: Vec<portfolio::Command>) -> Pending<Vec<Answer>> {
        self.submit_chunk(cell, commands.into_iter().map(Command::Portfolio).collect())
    }

    /// The same, of commands that are the seat's already.
    pub(crate) fn submit_chunk(&self, cell: CellId, commands: Vec<Command>) -> Pending<Vec<Answer>> {
        self.0.send_off();
        self.0.engine.submit_all(cell, commands)
    }

    /// Reads a portfolio as it is after everything submitted before. `read` runs on the thread that decides: it should
    /// be short, and bounded in what it collects. `None` for a cell that holds no portfolio.
    pub(crate) async fn query<T, F>(&self, cell: CellId, read: F) -> Result<Option<T>, EngineError>
    where
        F: FnOnce(&Portfolio) -> T + Send + 'static,
        T: Send + 'static,
    {
        self.0.send_off();
        self.0
            .engine
            .query(cell, move |state| state.portfolio().map(read))
            .await
    }

    /// Decides a command of the directory; the view shows its effect when the answer is there. Goes on to its end
    /// even when whoever asked no longer waits.
    pub(crate) async fn directory(
        &self,
        command: directory::Command,
    ) -> Result<directory::Answer, EngineError> {
        let seat = self.clone();
        let task = tokio::spawn(async move { seat.decide_in_directory(command).await });
        task.await.unwrap_or(Err(EngineError::Stopped))
    }

    async fn decide_in_directory(
        &self,
        command: directory::Command,
    ) -> Result<directory::Answer, EngineError> {
        let turn = self.0.directory.lock().await;
        let answer = self
            .0
            .engine
            .submit(DIRECTORY, Command::Directory(command))
            .await?;
        let now = self
            .0
            .engine
            .query(DIRECTORY, |state| state.directory().cloned())
            .await?;
        *self.0.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(now.unwrap_or_default());
        drop(turn);
        Ok(match answer {
            Answer::Directory(answer) => answer,
            Answer::Portfolio(_) | Answer::WrongCell => directory::Answer::Unknown("directory"),
        })
    }

    /// Makes a token: the token itself, which is shown once, and its place in the list. `None` for a portfolio that does
    /// not exist.
    pub(crate) async fn create_token(
        &self,
        label: &str,
        cell: Option<CellId>,
        numbers: Vec<sender::ids::PhoneNumberId>,
        rights: Rights,
    ) -> Result<Option<(String, TokenIx)>, OpenError> {
        let token = keys::new_token()?;
        let command = directory::Command::CreateToken {
            hash: keys::token_hash(&token),
            cell,
            label: label.to_owned(),
            numbers,
            rights,
        };
        Ok(match self.directory(command).await? {
            directory::Answer::Token(ix) => Some((token, ix)),
            _ => None,
        })
    }

    /// The token that the first start leaves for whoever owns the machine; `None` if there are tokens already.
    pub async fn first_token(&self, data: Option<&Path>) -> Result<Option<String>, OpenError> {
        if !self.view().tokens.is_empty() {
            return Ok(None);
        }
        let made = self.create_token("local", None, Vec::new(), rights::ALL).await?;
        let token = made.map(|(token, _)| token);
        if let (Some(dir), Some(token)) = (data, &token) {
            keys::write_private(&dir.join(keys::TOKEN_FILE), token.as_bytes())?;
        }
        Ok(token)
    }

    /// The directory, as it was after the last directory command that was answered.
    pub(crate) fn view(&self) -> Arc<Directory> {
        Arc::clone(&self.0.view.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Now, by the seat's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.0.engine.clock().now()
    }

    /// The engine.
    pub fn engine(&self) -> &Engine<Sender> {
        &self.0.engine
    }

    /// Takes no more commands, answers those that wait, and ends. Blocks.
    pub(crate) fn shutdown(&self) {
        self.0.shutdown();
    }

    /// Cursors, outbox and content.
    pub(crate) fn tables(&self) -> Arc<Tables> {
        self.0.engine.tables()
    }

    /// The gateway's own keys.
    pub(crate) fn keys(&self) -> &Keys {
        &self.0.keys
    }
}

fn of_portfolio(answer: Answer) -> portfolio::Answer {
    match answer {
        Answer::Portfolio(answer) => answer,
        Answer::Directory(_) | Answer::WrongCell => portfolio::Answer::Unknown("portfolio"),
    }
}

/// The answers of a portfolio to commands that were submitted together.
pub(crate) fn of_portfolio_all(answers: Vec<Answer>) -> impl Iterator<Item = portfolio::Answer> {
    answers.into_iter().map(of_portfolio)
}
