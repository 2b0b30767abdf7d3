//! What all parts of a running gateway share.
//!
//! Promises: it begins whole or not at all; what is in flight when it stops is settled first.
//! Must not know: paths, bodies.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use decider::{CellId, Millis, Timestamp};
use engine::{Clock, EngineError};
use rulebook::edition::{EditionError, EditionId};
use sender::directory;
use sender::policy::Policy;
use sender::portfolio::Command;
use sender::words::Words;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::alarms::{Alarms, Name};
use crate::config::{Config, Secret};
use crate::cut_off;
use crate::follow;
use crate::graph::answers::Errors;
use crate::metrics::Metrics;
use crate::names::Names;
use crate::poll;
use crate::portfolios::Portfolios;
use crate::readiness;
use crate::registrations::{Registrations, Subject};
use crate::relay::{Relay, RelayError};
use crate::requests::{self, Requests};
use crate::seat::{OpenError, Seat};
use crate::silence::Silence;
use crate::upstream::{Client, ClientError};

/// Sends under way at once: each holds its body and a connection. What comes beyond is told to come back.
pub(crate) const SENDS_MAX: usize = 4_096;
/// How often what is old is dropped: with this, what was erased is gone after 32 days at most.
const UPKEEP_EVERY: Duration = Duration::from_secs(6 * 3_600);
/// And the first time after the start.
const UPKEEP_FIRST: Duration = Duration::from_secs(10 * 60);
/// How often it is looked whether an alarm is due.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Why a gateway does not begin.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data cannot be used.
    #[error("the data cannot be used")]
    Open(#[from] OpenError),
    /// The platform cannot be called.
    #[error("the platform cannot be called")]
    Client(#[from] ClientError),
    /// The edition of a portfolio is none.
    #[error("portfolio {portfolio}: {source}")]
    Edition {
        /// Its name.
        portfolio: String,
        /// Why.
        source: EditionError,
    },
    /// A portfolio cannot be opened.
    #[error("portfolio {portfolio} cannot be opened: {what}")]
    Portfolio {
        /// Its name.
        portfolio: String,
        /// Why.
        what: String,
    },
    /// The clock to follow cannot be read.
    #[error("the clock of {url} cannot be followed: {what}")]
    Clock {
        /// Where it is.
        url: String,
        /// Why.
        what: String,
    },
    /// Webhooks cannot be relayed.
    #[error("webhooks cannot be relayed")]
    Relay(#[from] RelayError),
    /// The engine does not answer.
    #[error(transparent)]
    Decide(#[from] EngineError),
}

/// A running gateway, without its socket. Clones are handles to the same one.
#[derive(Clone)]
pub struct Gateway(Arc<Inner>);

struct Inner {
    config: Config,
    seat: Seat,
    portfolios: Portfolios,
    client: Client,
    errors: Errors,
    metrics: Metrics,
    relay: Relay,
    alarms: Alarms,
    silence: Silence,
    readiness: readiness::Last,
    requests: Requests,
    words: RwLock<Arc<Words>>,
    names: Names,
    registrations: Registrations,
    closing: AtomicBool,
    /// As the policy says, which may change.
    silent_after_ms: AtomicU64,
    /// By portfolio: when its numbers were last asked for because one was not known.
    looked_up: Mutex<BTreeMap<usize, Timestamp>>,
    /// Real time: deliveries and alarms are made in it.
    real: Clock,
    sends: Arc<Semaphore>,
    /// Whoever moves a clock that follows another one.
    clock_turn: tokio::sync::Mutex<()>,
    link_key: [u8; 32],
    installation: u32,
}

impl Gateway {
    /// Opens the data, and the portfolios of the configuration; begins to relay what is still to be relayed.
    pub async fn start(config: Config, clock: Clock) -> Result<Gateway, StartError> {
        let client = Client::new(&config.upstream)?;
        let numbers = editions(&config)?;
        let data = config.data.clone();
        let opening = tokio::task::spawn_blocking(move || Seat::open(data.as_deref(), clock));
        let seat = opening.await.map_err(|_| EngineError::Panicked)??;
        let mut cells = Vec::new();
        for (portfolio, edition) in config.portfolios.iter().zip(numbers) {
            let cell = open(&seat, &portfolio.name, edition).await?;
            set_policy(&seat, cell, &portfolio.name, &config.policy).await?;
            cut_off::settle(&seat, cell).await?;
            cells.push(cell);
        }
        let portfolios = Portfolios::new(&config, cells);
        let (metrics, real) = (Metrics::default(), Clock::system());
        let relay = Relay::start(&config, &seat, client.clone(), metrics.clone(), real.clone()).await?;
        let silent_after_ms = AtomicU64::new(config.policy.silence_ms);
        let registrations = Registrations::open(config.data.as_deref()).map_err(OpenError::File)?;
        registrations.announce(&relay, |cell| {
            let portfolio = portfolios.of_cell(CellId(cell))?;
            signing(&config, portfolio)
        });
        let (alarms, silence) = (Alarms::new(metrics.clone()), Silence::new(&config.watch));
        let words = RwLock::new(Arc::new(config.words.clone()));
        let (link_key, installation) = (seat.keys().links(), seat.keys().installation());
        Ok(Gateway(Arc::new(Inner {
            config,
            seat,
            portfolios,
            client,
            errors: Errors::default(),
            metrics,
            relay,
            alarms,
            silence,
            readiness: readiness::Last::default(),
            requests: Requests::default(),
            words,
            names: Names::default(),
            registrations,
            closing: AtomicBool::new(false),
            silent_after_ms,
            looked_up: Mutex::default(),
            real,
            sends: Arc::new(Semaphore::new(SENDS_MAX)),
            clock_turn: tokio::sync::Mutex::default(),
            link_key,
            installation,
        })))
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    /// The seat: what is decided, and what is known.
    pub fn seat(&self) -> &Seat {
        &self.0.seat
    }

    /// Takes up another policy and other words of people; all else of a configuration waits for a restart.
    pub async fn take_up(&self, config: &Config) -> Result<(), StartError> {
        self.set_policy(&config.policy).await?;
        *self.0.words.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(config.words.clone());
        Ok(())
    }

    /// The words of people that are heard.
    pub(crate) fn words(&self) -> Arc<Words> {
        Arc::clone(&self.0.words.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes up another policy, for all portfolios.
    pub async fn set_policy(&self, policy: &Policy) -> Result<(), StartError> {
        for (place, portfolio) in self.config().portfolios.iter().enumerate() {
            if let Some(cell) = self.portfolios().cell(place) {
                set_policy(self.seat(), cell, &portfolio.name, policy).await?;
            }
        }
        self.0.silent_after_ms.store(policy.silence_ms, Ordering::Relaxed);
        Ok(())
    }

    /// Asks the platform about all accounts once; `false` if one did not answer.
    pub async fn poll(&self) -> bool {
        poll::all(self).await
    }

    /// Begins what goes on by itself: polling, looking whether statuses still come and whether all is in order.
    pub fn watch(&self) {
        poll::start(self);
        readiness::start(self);
        if let Some(url) = self.config().follow_clock.clone() {
            tokio::spawn(follow::follow(self.clone(), url));
        }
        let gateway = self.clone();
        tokio::spawn(async move {
            // Not while others begin as well.
            tokio::time::sleep(UPKEEP_FIRST).await;
            while !gateway.closing() {
                gateway.upkeep().await;
                tokio::time::sleep(UPKEEP_EVERY).await;
            }
        });
        let gateway = self.clone();
        tokio::spawn(async move {
            while !gateway.closing() {
                gateway.look();
                gateway.look_at_relay().await;
                gateway.look_at_requests().await;
                tokio::time::sleep(LOOK_EVERY).await;
            }
        });
    }

    /// What has to be done now and then, so that what was erased, and what is old, leaves the disk: see
    /// [`engine::Engine::upkeep`].
    pub async fn upkeep(&self) {
        let engine = self.seat().engine().clone();
        let kept = tokio::task::spawn_blocking(move || engine.upkeep()).await;
        if let Some(error) = kept.ok().and_then(Result::err) {
            tracing::error!(%error, "what is old could not be dropped; it is tried again");
        }
    }

    /// Whether people who asked for a person wait too long.
    pub async fn look_at_requests(&self) {
        for place in 0..self.config().portfolios.len() {
            let Some(cell) = self.portfolios().cell(place) else {
                continue;
            };
            if let Ok(Some(found)) = self.seat().query(cell, requests::waiting).await {
                let requests = &self.0.requests;
                requests.look(cell, &found, self.alarms(), self.metrics(), self.now());
            }
        }
    }

    /// Whether webhooks were given up.
    async fn look_at_relay(&self) {
        let relay = self.relay().clone();
        let counts = tokio::task::spawn_blocking(move || relay.counts()).await;
        match counts.ok().and_then(Result::ok) {
            Some((_, 0)) => self.alarms().clear(Name::RelayGivenUp, "relay"),
            Some((_, given_up)) => {
                let what = format!("{given_up} webhooks were not taken by their app, and were given up");
                self.alarms().raise(Name::RelayGivenUp, "relay", what, self.now());
            }
            None => {}
        }
    }

    /// Raises the alarms that are due.
    pub fn look(&self) {
        let after = self.0.silent_after_ms.load(Ordering::Relaxed);
        self.silence().look(self.alarms(), Millis::new(after), self.now());
    }

    /// The token that the first start leaves for whoever owns the machine; `None` if there are tokens already.
    pub async fn first_token(&self) -> Result<Option<String>, OpenError> {
        self.seat().first_token(self.data()).await
    }

    fn data(&self) -> Option<&Path> {
        self.config().data.as_deref()
    }

    pub(crate) fn portfolios(&self) -> &Portfolios {
        &self.0.portfolios
    }

    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    pub(crate) fn errors(&self) -> &Errors {
        &self.0.errors
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn relay(&self) -> &Relay {
        &self.0.relay
    }

    pub(crate) fn alarms(&self) -> &Alarms {
        &self.0.alarms
    }

    /// What the last look at whether everything is in order found.
    pub(crate) fn readiness(&self) -> &readiness::Last {
        &self.0.readiness
    }

    pub(crate) fn names(&self) -> &Names {
        &self.0.names
    }

    pub(crate) fn silence(&self) -> &Silence {
        &self.0.silence
    }

    /// Whether the numbers of a portfolio may be asked for because one is not known: at most once a minute, whatever
    /// numbers are made up.
    pub(crate) fn may_look_up(&self, portfolio: usize) -> bool {
        let now = self.real_now();
        let mut looked_up = self.0.looked_up.lock().unwrap_or_else(PoisonError::into_inner);
        let soon = looked_up
            .get(&portfolio)
            .is_some_and(|last| now.since(*last) < Millis::MINUTE);
        if !soon {
            looked_up.insert(portfolio, now);
        }
        !soon
    }

    /// From now on it is stopping: it says so to whoever asks whether it is ready.
    pub(crate) fn close(&self) {
        self.0.closing.store(true, Ordering::Release);
    }

    pub(crate) fn closing(&self) -> bool {
        self.0.closing.load(Ordering::Acquire)
    }

    /// The name of the relay that is told of what happens to an account or one of its numbers: what the app registered
    /// for the number, else what the configuration says of it, else the same for the account.
    pub(crate) fn target(&self, waba: u64, number: Option<u64>) -> Option<String> {
        let registered = &self.0.registrations;
        let configured = |number| {
            let place = self.portfolios().relay(self.config(), waba, number)?;
            Some(self.config().relays.get(place)?.name.clone())
        };
        let of_number = number.and_then(|id| {
            let own = registered.relay_of(&[Subject::Number(id)]);
            own.or_else(|| configured(number).filter(|name| Some(name) != configured(None).as_ref()))
        });
        let whole = self
            .portfolios()
            .of_waba(waba)
            .map(|cell| Subject::Portfolio(cell.0));
        of_number
            .or_else(|| registered.relay_of(&[Subject::Waba(waba)]))
            .or_else(|| configured(None))
            .or_else(|| registered.relay_of(whole.as_slice()))
    }

    /// Keeps the address that an app gave for its webhooks, or forgets it. Blocks.
    pub(crate) fn register(
        &self,
        subject: Subject,
        portfolio: usize,
        url: Option<&str>,
    ) -> std::io::Result<()> {
        let cell = self.portfolios().cell(portfolio).map_or(0, |cell| cell.0);
        let secret = signing(self.config(), portfolio);
        let secret =
            secret.ok_or_else(|| std::io::Error::other("the portfolio has no app, so nothing signs"))?;
        self.0.registrations.set(subject, cell, url)?;
        if let Some(target) = self.0.registrations.target(subject, secret) {
            self.relay().add(target);
        }
        Ok(())
    }

    /// The address that an app registered.
    pub(crate) fn registered(&self, subject: Subject) -> Option<String> {
        self.0.registrations.url(subject)
    }

    pub(crate) fn link_key(&self) -> &[u8] {
        &self.0.link_key
    }

    pub(crate) fn installation(&self) -> u32 {
        self.0.installation
    }

    /// Now, by the clock that decides.
    pub(crate) fn now(&self) -> Timestamp {
        self.seat().now()
    }

    pub(crate) fn clock_turn(&self) -> &tokio::sync::Mutex<()> {
        &self.0.clock_turn
    }

    /// Now, in real time.
    pub(crate) fn real_now(&self) -> Timestamp {
        self.0.real.now()
    }

    /// The platform's token for an account, or for its portfolio.
    pub(crate) fn token(&self, portfolio: usize, waba: Option<u64>) -> Option<&Secret> {
        self.portfolios().token(self.config(), portfolio, waba)
    }

    /// Room for one more send; `None` if there is none just now.
    pub(crate) fn room(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0.sends).try_acquire_owned().ok()
    }

    /// Sends that are under way.
    pub(crate) fn sends_under_way(&self) -> usize {
        SENDS_MAX.saturating_sub(self.0.sends.available_permits())
    }

    /// Waits until no send is under way, or a bound passed; takes no more afterwards.
    pub(crate) async fn settle(&self, bound: Duration) {
        let all = self.0.sends.acquire_many(SENDS_MAX as u32);
        if tokio::time::timeout(bound, all).await.is_err() {
            tracing::warn!("sends were still under way and stay unknown");
        }
        self.0.sends.close();
    }

    /// Ends relaying, then the engine.
    pub(crate) async fn end(&self) {
        self.0.relay.stop().await;
        let seat = self.seat().clone();
        let ended = tokio::task::spawn_blocking(move || seat.shutdown()).await;
        if ended.is_err() {
            tracing::error!("the engine did not end in order");
        }
    }
}

/// The permanent numbers of the portfolios' editions.
fn editions(config: &Config) -> Result<Vec<u16>, StartError> {
    let number = |portfolio: &crate::config::Portfolio| match EditionId::named(&portfolio.edition) {
        Ok(edition) => Ok(edition.number()),
        Err(source) => Err(StartError::Edition {
            portfolio: portfolio.name.clone(),
            source,
        }),
    };
    config.portfolios.iter().map(number).collect()
}

async fn open(seat: &Seat, name: &str, edition: u16) -> Result<CellId, StartError> {
    let name = name.to_owned();
    let failed = |what: String| StartError::Portfolio {
        portfolio: name.clone(),
        what,
    };
    let open = directory::Command::OpenPortfolio { name: name.clone() };
    let cell = match seat.directory(open).await? {
        directory::Answer::Cell(cell) => cell,
        other => return Err(failed(format!("{other:?}"))),
    };
    let begin = Command::Open {
        name: name.clone(),
        edition,
    };
    match seat.portfolio(cell, begin).await? {
        sender::portfolio::Answer::Done => Ok(cell),
        other => Err(failed(format!("{other:?}"))),
    }
}

/// Sets the policy, if it is another one.
async fn set_policy(seat: &Seat, cell: CellId, name: &str, policy: &Policy) -> Result<(), StartError> {
    let wanted = Policy {
        // A clock that stands still would let nobody send again.
        enforce_rates: !seat.engine().clock().is_virtual(),
        ..policy.clone()
    };
    if seat
        .query(cell, |portfolio| portfolio.policy.clone())
        .await?
        .as_ref()
        == Some(&wanted)
    {
        return Ok(());
    }
    match seat.portfolio(cell, Command::SetPolicy(Box::new(wanted))).await? {
        sender::portfolio::Answer::Done => Ok(()),
        other => Err(StartError::Portfolio {
            portfolio: name.to_owned(),
            what: format!("its policy was not taken: {other:?}"),
        }),
    }
}

/// What signs webhooks for an app of a portfolio that registered itself: what the platform would sign with.
fn signing(config: &Config, portfolio: usize) -> Option<Secret> {
    let app = config.portfolios.get(portfolio)?.app?;
    config.apps.get(app)?.secrets.first().cloned()
}
