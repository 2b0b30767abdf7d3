//! What is counted, for Prometheus. `docs/metrics.md` is made from the same list, and a test compares them.
//!
//! Promises: a series costs a look-up when something happens; no label holds a number of a person or a token.
//! Must not know: what is done about what is counted.

use std::sync::Arc;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use sender::Refusal;
use sender::portfolio::command::Outcome;

use crate::graph::kind::Kind;

type Labels = [(&'static str, &'static str); 1];
type Counters = Family<Labels, Counter>;

/// All series. Clones count the same.
#[derive(Clone, Debug)]
pub(crate) struct Metrics(Arc<Series>);

#[derive(Debug)]
struct Series {
    registry: Registry,
    calls: Counters,
    admissions: Counters,
    settled: Counters,
    token_refused: Counter,
    webhooks: Counters,
    changes: Counters,
    relayed: Counters,
    polls: Counters,
    missed: Counter,
    person_requests: Counters,
    alarms: Family<Labels, Gauge>,
    under_way: Gauge,
    pending: Gauge,
    dead_letters: Gauge,
    waiting: Gauge,
    stopped: Gauge,
}

/// What is read off at the moment of being asked.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Levels {
    /// Sends under way.
    pub(crate) under_way: u64,
    /// Webhooks still to be relayed.
    pub(crate) pending: u64,
    /// Webhooks given up.
    pub(crate) dead_letters: u64,
    /// Commands waiting to be decided.
    pub(crate) waiting: u64,
    /// Portfolios that decide nothing any more.
    pub(crate) stopped: u64,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("goodstanding");
        let mut counters = |name, help| {
            let family = Counters::default();
            registry.register(name, help, family.clone());
            family
        };
        let calls = counters("calls", "Calls of apps, by what they may do");
        let admissions = counters(
            "admissions",
            "Decisions about sends: admitted, or the name of the refusal",
        );
        let settled = counters("settled", "Attempts by outcome: accepted, refused, unknown");
        let webhooks = counters(
            "webhooks",
            "Webhooks that came in: taken, forged, unreadable, too_large, unknown_app",
        );
        let changes = counters("webhook_changes", "Changes in webhooks: read, foreign, misfit");
        let relayed = counters(
            "relayed",
            "Attempts to relay a webhook: delivered, failed, abandoned",
        );
        let polls = counters("polls", "Polls of accounts: well, failed");
        let person_requests = counters(
            "person_requests",
            "Requests for a person: asked, and how they ended: in_time, missed, late (missed, then answered)",
        );
        let (token_refused, missed) = (Counter::default(), Counter::default());
        registry.register(
            "token_refused",
            "Answers 401 of the platform",
            token_refused.clone(),
        );
        registry.register(
            "missed_by_webhooks",
            "Facts that a poll found and no webhook had told",
            missed.clone(),
        );
        let alarms = Family::<Labels, Gauge>::default();
        registry.register("alarm", "How many alarms of this name are raised", alarms.clone());
        let mut gauge = |name, help| {
            let gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let under_way = gauge("sends_under_way", "Sends without an answer of the platform yet");
        let pending = gauge("relay_pending", "Webhooks still to be relayed");
        let dead_letters = gauge(
            "relay_dead_letters",
            "Webhooks given up, to be delivered again by hand",
        );
        let waiting = gauge("commands_waiting", "Commands waiting to be decided");
        let stopped = gauge(
            "portfolios_stopped",
            "Portfolios that decide nothing any more: see the log",
        );
        Metrics(Arc::new(Series {
            registry,
            calls,
            admissions,
            settled,
            token_refused,
            webhooks,
            changes,
            relayed,
            polls,
            missed,
            person_requests,
            alarms,
            under_way,
            pending,
            dead_letters,
            waiting,
            stopped,
        }))
    }
}

impl Metrics {
    pub(crate) fn call(&self, kind: Kind) {
        let kind = match kind {
            Kind::Read { .. } => "read",
            Kind::Write { .. } => "write",
            Kind::Send { .. } => "send",
            Kind::Batch => "batch",
            Kind::Unknown => "unknown",
            Kind::Ambiguous => "ambiguous",
        };
        self.0.calls.get_or_create(&[("kind", kind)]).inc();
    }

    pub(crate) fn admitted(&self, count: u64) {
        let admitted = self.0.admissions.get_or_create(&[("outcome", "admitted")]);
        admitted.inc_by(count);
    }

    pub(crate) fn refused(&self, refusal: Refusal) {
        self.0
            .admissions
            .get_or_create(&[("outcome", refusal.name())])
            .inc();
    }

    pub(crate) fn settled(&self, outcome: Outcome) {
        let outcome = match outcome {
            Outcome::Accepted { .. } => "accepted",
            Outcome::Refused { .. } => "refused",
            Outcome::Unknown => "unknown",
        };
        self.0.settled.get_or_create(&[("outcome", outcome)]).inc();
    }

    pub(crate) fn token_refused(&self) {
        self.0.token_refused.inc();
    }

    pub(crate) fn webhook(&self, outcome: &'static str) {
        self.0.webhooks.get_or_create(&[("outcome", outcome)]).inc();
    }

    pub(crate) fn change(&self, outcome: &'static str) {
        self.0.changes.get_or_create(&[("outcome", outcome)]).inc();
    }

    pub(crate) fn relayed(&self, outcome: &'static str) {
        self.0.relayed.get_or_create(&[("outcome", outcome)]).inc();
    }

    pub(crate) fn polled(&self, well: bool) {
        let outcome = if well { "well" } else { "failed" };
        self.0.polls.get_or_create(&[("outcome", outcome)]).inc();
    }

    pub(crate) fn missed(&self, count: u64) {
        self.0.missed.inc_by(count);
    }

    pub(crate) fn person_requests(&self, outcome: &'static str, count: u64) {
        self.0
            .person_requests
            .get_or_create(&[("outcome", outcome)])
            .inc_by(count);
    }

    pub(crate) fn alarm(&self, name: &'static str, raised: usize) {
        self.0
            .alarms
            .get_or_create(&[("name", name)])
            .set(i64::try_from(raised).unwrap_or(i64::MAX));
    }

    /// Everything, in Prometheus's text format.
    pub(crate) fn text(&self, levels: Levels) -> String {
        let whole = |level: u64| i64::try_from(level).unwrap_or(i64::MAX);
        self.0.under_way.set(whole(levels.under_way));
        self.0.pending.set(whole(levels.pending));
        self.0.dead_letters.set(whole(levels.dead_letters));
        self.0.waiting.set(whole(levels.waiting));
        self.0.stopped.set(whole(levels.stopped));
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = encode(&mut text, &self.0.registry);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that is registered is documented, and everything documented is registered.
    #[test]
    fn the_documented_list_is_the_list() {
        let metrics = Metrics::default();
        // What has labels is shown once something has happened.
        metrics.call(Kind::Batch);
        metrics.admitted(1);
        metrics.settled(Outcome::Unknown);
        metrics.webhook("taken");
        metrics.change("read");
        metrics.relayed("delivered");
        metrics.polled(true);
        metrics.person_requests("asked", 1);
        metrics.alarm("poll_fails", 0);
        let text = metrics.text(Levels::default());
        let mut registered = Vec::new();
        for line in text.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
            let (name, kind) = line.split_once(' ').expect("a name and a type");
            let total = if kind == "counter" { "_total" } else { "" };
            registered.push((format!("{name}{total}"), kind.to_owned()));
        }
        let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/metrics.md");
        let document = std::fs::read_to_string(document).expect("the list is there");
        let mut documented: Vec<(String, String)> = document
            .lines()
            .filter_map(|line| line.strip_prefix("| `"))
            .filter_map(|line| {
                let (name, rest) = line.split_once("` | ")?;
                Some((name.to_owned(), rest.split(' ').next()?.to_owned()))
            })
            .collect();
        registered.sort();
        documented.sort();
        assert_eq!(registered, documented);
    }
}
