//! Settings: defaults, then the file, then the environment, then flags; checked as a whole before anything begins.
//!
//! Promises: every fault is told at once, each with its place and what to do; a key that does not exist is refused; a
//! secret is in no message. Must not know: how the environment is read (the caller hands it over), what the settings do.

mod check;
mod policy;
mod reader;
mod secret;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cloud_api::webhook::signature::sign;
pub use secret::Secret;
use sender::policy::Policy;
use sender::words::Words;

/// The default settings, with a comment for each.
pub const DEFAULTS: &str = include_str!("config/default.toml");

/// Everything a gateway is started with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Its address as apps know it, without a slash at the end; `None`: what each request's `Host` says.
    pub public_url: Option<String>,
    /// Where its data are; `None`: in memory only.
    pub data: Option<PathBuf>,
    /// The control address of a sandbox whose clock it follows.
    pub follow_clock: Option<String>,
    /// The Graph API.
    pub upstream: Upstream,
    /// What is let through.
    pub proxy: Proxy,
    /// Webhooks in and out.
    pub webhooks: Webhooks,
    /// Alarms and polling.
    pub watch: Watch,
    /// What the business wants kept.
    pub policy: Policy,
    /// The words by which people say that they want no messages, want them again, or ask for a person.
    pub words: Words,
    /// Apps of the platform that post webhooks here.
    pub apps: Vec<App>,
    /// Portfolios that are looked after.
    pub portfolios: Vec<Portfolio>,
    /// Where webhooks are relayed to.
    pub relays: Vec<Relay>,
}

/// The Graph API as it is reached.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// Scheme, host and port, without a slash at the end.
    pub url: String,
    /// A certificate to trust beside the system's.
    pub ca_file: Option<PathBuf>,
    /// For a connection to be made.
    pub connect_time_out: Duration,
    /// For an answer to begin.
    pub time_out: Duration,
    /// Hosts, with their port if it is not the scheme's own, from which media are fetched.
    pub media_hosts: Vec<String>,
    /// Whether calls carry `appsecret_proof`.
    pub prove: bool,
}

/// What is let through.
#[derive(Clone, Copy, Debug)]
pub struct Proxy {
    /// Whether a write to an unknown path goes upstream.
    pub unknown_writes_pass: bool,
    /// A send that is held for at most so long waits.
    pub hold_max: Duration,
}

/// Webhooks in and out. All spans are real time.
#[derive(Clone, Copy, Debug)]
pub struct Webhooks {
    /// The largest body that is taken.
    pub body_bytes_max: usize,
    /// How long an app may take to answer.
    pub patience: Duration,
    /// From the first attempt to the second; doubles from attempt to attempt.
    pub first_retry: Duration,
    /// No two attempts are further apart than this.
    pub longest_retry: Duration,
    /// From arrival to the last attempt.
    pub give_up_after: Duration,
    /// How long settled deliveries stay in the log.
    pub log_kept: Duration,
}

/// Alarms and polling.
#[derive(Clone, Copy, Debug)]
pub struct Watch {
    /// Fewer sends than this alarm nobody.
    pub silent_sends_min: u64,
    /// From poll to poll of an account.
    pub poll_every: Duration,
    /// The same while the account does not answer, at most.
    pub poll_longest: Duration,
    /// Management calls an hour and account.
    pub poll_calls_per_hour: u32,
    /// From one look at whether everything that sending needs is in order to the next; zero: never by itself.
    pub readiness_every: Duration,
}

/// An app of the platform.
#[derive(Clone, Debug)]
pub struct App {
    /// Part of the address of its webhooks.
    pub name: String,
    /// Any of them may have signed.
    pub secrets: Vec<Secret>,
    /// What the platform sends when the address is registered.
    pub verify_token: Option<Secret>,
}

/// A business portfolio.
#[derive(Clone, Debug)]
pub struct Portfolio {
    /// Its name here; it never changes, since data are kept under it.
    pub name: String,
    /// Its app (its place in [`Config::apps`]).
    pub app: Option<usize>,
    /// The platform's token.
    pub token: Secret,
    /// The name of the edition of the rules.
    pub edition: String,
    /// Its WhatsApp Business Accounts.
    pub accounts: Vec<Account>,
    /// Numbers with a relay of their own: id, and place in [`Config::relays`].
    pub numbers: BTreeMap<u64, usize>,
}

/// A WhatsApp Business Account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its id.
    pub id: u64,
    /// A token for it alone, instead of the portfolio's.
    pub token: Option<Secret>,
    /// Where its webhooks go (the place in [`Config::relays`]).
    pub relay: Option<usize>,
}

/// Where webhooks are relayed to.
#[derive(Clone, Debug)]
pub struct Relay {
    /// Its name here.
    pub name: String,
    /// The address.
    pub url: String,
    /// What signs them.
    pub secret: Secret,
}

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The configuration file, or the defaults.
    File,
    /// An environment variable.
    Environment,
    /// A flag of the command.
    Flag,
}

/// One thing that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The setting, such as `portfolios[0].token`; empty for the file as a whole.
    pub key: String,
    /// Who gave it.
    pub origin: Origin,
    /// What is wrong: a fragment.
    pub what: String,
    /// What to do: a sentence.
    pub hint: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = match self.origin {
            Origin::File => "file",
            Origin::Environment => "environment",
            Origin::Flag => "flag",
        };
        let key = if self.key.is_empty() {
            "the whole"
        } else {
            &self.key
        };
        write!(f, "{origin}: {key}: {}. {}", self.what, self.hint)
    }
}

/// Everything that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the configuration cannot be used: {}", faults(.0))]
pub struct ConfigError(pub Vec<Fault>);

fn faults(faults: &[Fault]) -> String {
    let lines = faults.iter().map(|fault| format!("\n  - {fault}"));
    lines.collect()
}

/// What a configuration is read from.
pub struct Sources<'a> {
    /// The text of the file, if there is one.
    pub file: Option<&'a str>,
    /// The directory of the file: paths in it are relative to this.
    pub base: &'a Path,
    /// Reads a variable of the environment.
    pub environment: &'a dyn Fn(&str) -> Option<String>,
    /// Settings given as flags, by key.
    pub flags: &'a [(&'static str, String)],
}

impl Config {
    /// Reads and checks the whole.
    pub fn read(sources: &Sources<'_>) -> Result<Config, ConfigError> {
        check::config(sources)
    }

    /// `appsecret_proof` of a call with a token: that whoever has the token also has the app's secret.
    pub(crate) fn proof(&self, portfolio: &Portfolio, token: &Secret) -> Option<String> {
        let app = portfolio.app.filter(|_| self.upstream.prove)?;
        let secret = self.apps.get(app)?.secrets.first()?;
        let signature = sign(secret.reveal().as_bytes(), token.reveal().as_bytes()).sha256;
        Some(signature.trim_start_matches("sha256=").to_owned())
    }
}

impl Portfolio {
    /// The platform's token for an account, or for the portfolio as a whole.
    pub(crate) fn token_of(&self, waba: Option<u64>) -> &Secret {
        let account = waba.and_then(|waba| self.accounts.iter().find(|account| account.id == waba));
        account
            .and_then(|account| account.token.as_ref())
            .unwrap_or(&self.token)
    }
}
