//! Whether everything that sending needs is in order: token, account, subscription, webhooks, payment, and of each number
//! its verification, display name, PIN and status; and whether templates can be sent.
//!
//! Promises: only reads; what the platform does not tell is said to be unknown, never to be in order; one account that
//! does not answer hides no other. The names of findings are permanent.
//! Must not know: who looks, and when.

mod facts;
mod judge;
#[cfg(test)]
mod tests;
mod watch;

use std::fmt;

use decider::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::config::{Config, Portfolio};
use crate::upstream::{Api, Client, ClientError};
pub(crate) use watch::{Last, Looked, look as look_now, start};

/// How bad it is. Ordered from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// In order.
    Ok,
    /// Good to know.
    Notice,
    /// Sending works, and will not for ever.
    Warning,
    /// Something does not work.
    Error,
}

impl Severity {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Ok => "ok",
            Severity::Notice => "notice",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// What something was found about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A portfolio of the configuration: its name.
    Portfolio(String),
    /// A WhatsApp Business Account: its id.
    Account(u64),
    /// A phone number: its id, and how it is shown.
    Number(String, String),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Portfolio(name) => write!(f, "portfolio {name}"),
            Subject::Account(id) => write!(f, "account {id}"),
            Subject::Number(id, shown) if shown.is_empty() => write!(f, "number {id}"),
            Subject::Number(id, shown) => write!(f, "number {shown} ({id})"),
        }
    }
}

impl Serialize for Subject {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What was found when one thing was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Finding {
    /// What was looked at; the name is permanent.
    #[schema(example = "webhooks")]
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    #[schema(value_type = String, example = "account 102290129340398")]
    pub subject: Subject,
    /// The facts.
    pub what: String,
    /// What to do; nothing if it is in order.
    pub hint: Option<&'static str>,
}

/// Everything that was found, in the order of the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Report {
    /// One for each thing that was looked at.
    pub findings: Vec<Finding>,
}

impl Report {
    /// How many findings are so bad.
    pub fn count(&self, severity: Severity) -> usize {
        let bad = |finding: &&Finding| finding.severity == severity;
        self.findings.iter().filter(bad).count()
    }

    /// What is not in order, by subject: errors and warnings.
    pub(crate) fn faults(&self) -> impl Iterator<Item = &Finding> {
        let bad = |finding: &&Finding| finding.severity >= Severity::Warning;
        self.findings.iter().filter(bad)
    }
}

/// Looks at everything of a configuration, without a gateway. `now`: by the platform's clock.
pub async fn look(config: &Config, now: Timestamp) -> Result<Report, ClientError> {
    let client = Client::new(&config.upstream)?;
    Ok(with(&client, config, now).await)
}

/// The same with a client that is there.
pub(crate) async fn with(client: &Client, config: &Config, now: Timestamp) -> Report {
    let mut findings = Vec::new();
    for portfolio in &config.portfolios {
        findings.extend(of_portfolio(client, config, portfolio, now).await);
    }
    Report { findings }
}

/// Looks at one account of a configuration. `now`: by the platform's clock.
pub async fn look_at(config: &Config, account: u64, now: Timestamp) -> Result<Report, ClientError> {
    let only = config
        .portfolios
        .iter()
        .cloned()
        .map(|mut portfolio| {
            portfolio.accounts.retain(|known| known.id == account);
            portfolio
        })
        .filter(|portfolio| !portfolio.accounts.is_empty())
        .collect();
    let only = Config {
        portfolios: only,
        ..config.clone()
    };
    look(&only, now).await
}

async fn of_portfolio(
    client: &Client,
    config: &Config,
    portfolio: &Portfolio,
    now: Timestamp,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut api = Api::new(client, config, portfolio, None);
    let token = facts::token(&mut api).await;
    judge::token(
        Subject::Portfolio(portfolio.name.clone()),
        &token,
        now,
        &mut findings,
    );
    let callback = callback(config, portfolio);
    for account in &portfolio.accounts {
        let mut api = Api::new(client, config, portfolio, Some(account.id));
        let own = match account.token {
            Some(_) => {
                let own = facts::token(&mut api).await;
                judge::token(Subject::Account(account.id), &own, now, &mut findings);
                Some(own)
            }
            None => None,
        };
        let app = own.as_ref().unwrap_or(&token).as_ref().ok();
        let app = app.and_then(|token| token.app_id.as_deref());
        let facts = facts::account(&mut api, account.id).await;
        judge::account(account.id, &facts, app, callback.as_deref(), &mut findings);
    }
    findings
}

/// Where the webhooks of a portfolio are to come; `None` if the configuration does not say how the gateway is reached.
fn callback(config: &Config, portfolio: &Portfolio) -> Option<String> {
    let app = config.apps.get(portfolio.app?)?;
    let base = config.public_url.as_deref()?;
    Some(format!("{base}/webhooks/{}", app.name))
}
