//! What webhooks and polls say, as news for the seat.
//!
//! Promises: what is not understood is counted, and changes nothing; the same news twice, and in any order, leave the
//! same state. Must not know: how the news came, and what follows from them.

mod accounts;
mod messages;
mod polled;

use std::collections::BTreeMap;

use cloud_api::NodeId;
use cloud_api::webhook::received::{Change, News as Told};
use decider::{CellId, Timestamp};
use engine::EngineError;
use sender::ids::PhoneNumberId;
use sender::mirror::Source;
use sender::portfolio::Command;
use sender::portfolio::command::{News, Observe};

use crate::gateway::Gateway;
pub(crate) use polled::polled;

/// News stored together: well under the engine's bound of events.
const TOGETHER: usize = 500;

/// Where news of one account come from, and go to.
struct Report<'a> {
    gateway: &'a Gateway,
    cell: CellId,
    /// The account.
    waba: u64,
    source: Source,
    /// For what says no instant of its own.
    at: Timestamp,
    out: &'a mut Vec<Command>,
}

impl Report<'_> {
    /// A piece of news for the report's own instant.
    fn tell(&mut self, news: News) {
        self.tell_at(self.at, news);
    }

    fn tell_at(&mut self, at: Timestamp, news: News) {
        let source = self.source;
        self.out.push(Command::Observe(Observe { source, at, news }));
    }

    /// The numbers of the account.
    fn numbers(&self) -> Vec<PhoneNumberId> {
        let view = self.gateway.seat().view();
        let own = view.numbers.iter().filter(|(_, place)| place.waba.0 == self.waba);
        own.map(|(id, _)| *id).collect()
    }
}

/// Makes durable what changes say.
pub(crate) async fn observe(gateway: &Gateway, changes: &[Change]) -> Result<(), EngineError> {
    let mut told: BTreeMap<CellId, Vec<Command>> = BTreeMap::new();
    for change in changes {
        let waba = NodeId::parse(&change.entry);
        let cell = waba.and_then(|waba| gateway.portfolios().of_waba(waba.0));
        let (Some(waba), Some(cell)) = (waba, cell) else {
            gateway.metrics().change("foreign");
            continue;
        };
        let mut report = Report {
            gateway,
            cell,
            waba: waba.0,
            source: Source::Webhook,
            at: instant(change.seconds).unwrap_or(gateway.now()),
            out: told.entry(cell).or_default(),
        };
        let understood = read(&mut report, &change.news).await?;
        if !understood {
            tracing::warn!(field = change.field, news = ?kind(&change.news), "a change of a webhook was not understood");
        }
        gateway
            .metrics()
            .change(if understood { "read" } else { "misfit" });
    }
    store(gateway, told).await
}

/// Stores what is told, and waits until it is durable.
async fn store(gateway: &Gateway, told: BTreeMap<CellId, Vec<Command>>) -> Result<(), EngineError> {
    for (cell, commands) in told {
        let mut rest = commands.into_iter().peekable();
        while rest.peek().is_some() {
            let chunk: Vec<Command> = rest.by_ref().take(TOGETHER).collect();
            gateway.seat().submit_all(cell, chunk).await?;
        }
    }
    Ok(())
}

/// `false` for what cannot be read.
async fn read(report: &mut Report<'_>, told: &Told) -> Result<bool, EngineError> {
    match told {
        Told::Messages(told) => return Ok(messages::read(report, told)),
        Told::Preferences(told) => return Ok(messages::preferences(report, told)),
        Told::Echoes(told) => return Ok(messages::echoes(report, told)),
        Told::TemplateStatus(told) => accounts::template_status(report, told),
        Told::TemplateQuality(told) => accounts::template_quality(report, told),
        Told::TemplateCategory(told) => accounts::template_category(report, told),
        Told::NumberQuality(told) => return accounts::number_quality(report, told).await,
        Told::Capability(told) => accounts::capability(report, told),
        Told::Account(told) => accounts::account(report, told),
        // Nothing about whether a message may be sent.
        Told::NumberName(_) | Told::Alert(_) | Told::Other => {}
        Told::Misfit(_) => return Ok(false),
    }
    Ok(true)
}

/// What is logged of a change: its kind, or what is wrong with it, and nothing of a person.
fn kind(told: &Told) -> &str {
    match told {
        Told::Misfit(what) => what,
        _ => "ids that are none",
    }
}

/// An instant that the platform gives in seconds; none for 0.
fn instant(seconds: Option<u64>) -> Option<Timestamp> {
    let seconds = seconds.filter(|seconds| *seconds > 0)?;
    Some(Timestamp::from_millis(seconds.saturating_mul(1_000)))
}
