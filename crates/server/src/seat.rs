//! The platform seat as the server uses it: the engine with the platform's rules, and the directory at hand.
//!
//! Promises: every answer is durable before it is given; what the view shows is durable.
//! Must not know: HTTP, the wire.

mod first_start;
mod image;
mod make;
mod people;

use std::path::PathBuf;
use std::sync::Arc;

use decider::{CellId, Timestamp};
use engine::{Clock, Config, Engine, EngineError};
use ledger::segments::{Options, SegmentLedger};
use ledger::{Ledger, LedgerReader, MemoryLedger, Tables};
use platform::directory::{self, DIRECTORY, Directory};
use platform::people::Cast;
use platform::portfolio::event::Settings;
use platform::portfolio::{self, Portfolio};
use platform::{Answer, Command, Platform};
use rulebook::edition::{Edition, EditionError, EditionId};
use tokio::sync::Mutex;

use crate::OpenError;
use crate::directory_view::DirectoryView;
use crate::faults::Faults;

pub use first_start::DefaultAccount;
pub use image::Image;

/// Partitions of an ephemeral seat: one commit touches few of them either way.
const MEMORY_PARTITIONS: u16 = 64;

/// Where a seat keeps its ledger.
#[derive(Clone, Debug)]
pub enum Storage {
    /// In memory: gone with the process.
    Ephemeral,
    /// In a data directory, made if it is not there.
    Dir(PathBuf),
}

/// Which clock stamps what happens.
#[derive(Clone, Copy, Debug)]
pub enum ClockConfig {
    /// The system's.
    System,
    /// One that its owner moves; never before the last event of the ledger.
    Virtual {
        /// Where it starts.
        start: Timestamp,
        /// Simulated milliseconds a real one; 0 is frozen.
        speed: f64,
    },
}

/// What a seat is started with.
#[derive(Clone, Debug)]
pub struct SeatConfig {
    /// Where the ledger is.
    pub storage: Storage,
    /// Which clock.
    pub clock: ClockConfig,
    /// All ids, secrets and draws derive from it.
    pub seed: u64,
    /// Threads that decide; the history is the same with any number of them.
    pub shards: usize,
    /// How portfolios behave that are made without settings of their own. The edition is in here.
    pub defaults: Settings,
    /// The people file of the default portfolio and of those made later; `None`: nobody is simulated but magic recipients.
    pub people: Option<String>,
}

impl SeatConfig {
    /// An ephemeral seat with the system's clock under the edition of this name. Messages travel and templates are
    /// reviewed by themselves; rates are not enforced.
    pub fn new(edition: &str) -> Result<Self, EditionError> {
        let defaults = Settings {
            edition: EditionId::named(edition)?.number(),
            overrides: String::new(),
            transit: true,
            errors_at_once: false,
            enforce_rates: false,
            auto_review: true,
        };
        Ok(SeatConfig {
            storage: Storage::Ephemeral,
            clock: ClockConfig::System,
            seed: 0,
            shards: 1,
            defaults,
            people: None,
        })
    }
}

/// The running platform seat. Clones are handles to the same one.
#[derive(Clone)]
pub struct Seat(Arc<Inner>);

struct Inner {
    engine: Engine<Platform>,
    view: DirectoryView,
    config: SeatConfig,
    /// Directory commands take turns, so that the view never goes back.
    directory: Mutex<()>,
    faults: Faults,
    /// Claims of phone numbers take turns, so that none is given back that somebody else has just come to rely on.
    numbers: Mutex<()>,
}

/// With its seat the engine ends, on a thread of its own: the last handle may go inside a runtime, where waiting is
/// forbidden.
impl Drop for Inner {
    fn drop(&mut self) {
        let ended = std::thread::scope(|scope| scope.spawn(|| self.engine.shutdown()).join());
        if ended.is_err() {
            tracing::error!("the engine did not end in order");
        }
    }
}

impl Seat {
    /// Reads the ledger and starts deciding.
    pub fn open(config: SeatConfig) -> Result<Seat, OpenError> {
        check(&config)?;
        let ledger: Box<dyn Ledger> = match &config.storage {
            Storage::Ephemeral => Box::new(MemoryLedger::new(MEMORY_PARTITIONS)?),
            Storage::Dir(dir) => Box::new(SegmentLedger::open(dir, Options::default())?),
        };
        Seat::open_on(config, ledger)
    }

    /// Starts deciding on what a ledger holds.
    fn open_on(config: SeatConfig, ledger: Box<dyn Ledger>) -> Result<Seat, OpenError> {
        let clock = match config.clock {
            ClockConfig::System => Clock::system(),
            ClockConfig::Virtual { start, speed } => Clock::virtual_at(start, speed),
        };
        let engine = Engine::open(
            ledger,
            clock,
            Config {
                seed: config.seed,
                shards: config.shards,
                ..Config::default()
            },
        )?;
        let view = DirectoryView::default();
        view.show(read_directory(&engine)?);
        Ok(Seat(Arc::new(Inner {
            engine,
            view,
            config,
            directory: Mutex::default(),
            faults: Faults::default(),
            numbers: Mutex::default(),
        })))
    }

    /// Decides a command of a portfolio. A cell that no portfolio has answers [`portfolio::Answer::Unknown`].
    pub async fn portfolio(
        &self,
        cell: CellId,
        command: portfolio::Command,
    ) -> Result<portfolio::Answer, EngineError> {
        if !self.has_portfolio(cell) {
            return Ok(portfolio::Answer::Unknown("portfolio"));
        }
        Ok(
            match self.0.engine.submit(cell, Command::Portfolio(command)).await? {
                Answer::Portfolio(answer) => answer,
                Answer::Directory(_) | Answer::WrongCell => portfolio::Answer::Unknown("portfolio"),
            },
        )
    }

    /// Decides commands of a portfolio one after another, stored together; the answers in the same order.
    pub async fn portfolio_all(
        &self,
        cell: CellId,
        commands: Vec<portfolio::Command>,
    ) -> Result<Vec<portfolio::Answer>, EngineError> {
        if !self.has_portfolio(cell) {
            return Ok(vec![portfolio::Answer::Unknown("portfolio"); commands.len()]);
        }
        let commands = commands.into_iter().map(Command::Portfolio).collect();
        let answers = self.0.engine.submit_all(cell, commands).await?;
        let of = |answer| match answer {
            Answer::Portfolio(answer) => answer,
            Answer::Directory(_) | Answer::WrongCell => portfolio::Answer::Unknown("portfolio"),
        };
        Ok(answers.into_iter().map(of).collect())
    }

    /// Decides a command of the directory; the view shows its effect when the answer is there. Goes on to its end
    /// even when whoever asked no longer waits.
    pub async fn directory(&self, command: directory::Command) -> Result<directory::Answer, EngineError> {
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
        self.0.view.show(now.unwrap_or_default());
        drop(turn);
        Ok(match answer {
            Answer::Directory(answer) => answer,
            Answer::Portfolio(_) | Answer::WrongCell => directory::Answer::Unknown("directory"),
        })
    }

    /// Reads a portfolio as it is after everything submitted before; `None` if no portfolio has this cell. `read`
    /// runs on the thread that decides: it should be short, and bounded in what it collects.
    pub async fn query<T, F>(&self, cell: CellId, read: F) -> Result<Option<T>, EngineError>
    where
        F: FnOnce(&Portfolio) -> T + Send + 'static,
        T: Send + 'static,
    {
        if !self.has_portfolio(cell) {
            return Ok(None);
        }
        let opened = |portfolio: &&Portfolio| portfolio.settings.is_some();
        self.0
            .engine
            .query(cell, move |state| state.portfolio().filter(opened).map(read))
            .await
    }

    /// The directory, as it was after the last directory command that was answered.
    pub fn view(&self) -> Arc<Directory> {
        self.0.view.get()
    }

    /// Now, by the seat's clock.
    pub fn now(&self) -> Timestamp {
        self.clock().now()
    }

    /// The seat's clock.
    pub fn clock(&self) -> &Clock {
        self.0.engine.clock()
    }

    /// The engine.
    pub fn engine(&self) -> &Engine<Platform> {
        &self.0.engine
    }

    /// Reads what is durable: frames and content.
    pub fn reader(&self) -> Arc<dyn LedgerReader> {
        self.0.engine.reader()
    }

    /// Cursors, outbox and content.
    pub fn tables(&self) -> Arc<Tables> {
        self.0.engine.tables()
    }

    /// What goes wrong on purpose; nothing at first.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// What everything random derives from.
    pub fn seed(&self) -> u64 {
        self.0.config.seed
    }

    /// What it was started with.
    pub fn config(&self) -> &SeatConfig {
        &self.0.config
    }

    /// How portfolios behave that are made without settings of their own.
    pub fn defaults(&self) -> &Settings {
        &self.0.config.defaults
    }

    /// Whether a portfolio was, or is being, made in this cell.
    fn has_portfolio(&self, cell: CellId) -> bool {
        cell != DIRECTORY && cell.0 <= self.view().portfolios.len() as u64
    }
}

/// Whether a seat can be started with this.
fn check(config: &SeatConfig) -> Result<(), OpenError> {
    check_settings(&config.defaults)?;
    if let Some(file) = &config.people {
        Cast::read(file, 0)?;
    }
    Ok(())
}

/// Whether the settings can be: the edition is known and the values that differ from it are sound.
fn check_settings(settings: &Settings) -> Result<(), EditionError> {
    let edition = Edition::builtin(EditionId::try_from(settings.edition)?);
    edition.with_overrides(&settings.overrides).map(drop)
}

/// On a thread of its own: whoever opens a seat may be inside a runtime, where waiting for an answer is forbidden.
fn read_directory(engine: &Engine<Platform>) -> Result<Directory, EngineError> {
    let read = || engine.query(DIRECTORY, |state| state.directory().cloned()).wait();
    let joined = std::thread::scope(|scope| scope.spawn(read).join());
    joined
        .unwrap_or(Err(EngineError::Panicked))
        .map(Option::unwrap_or_default)
}
