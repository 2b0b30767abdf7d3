//! Alarms: what a person must look at, until it is over.
//!
//! Promises: an alarm has a name, a subject, what is wrong and what to do; it is raised once and cleared once, both in the
//! log; memory is bounded. Must not know: what raises them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use decider::Timestamp;

use crate::metrics::Metrics;

/// More alarms than a person looks at: what comes beyond is in the log only.
const ALARMS_MAX: usize = 1_024;

/// What alarms are about. The names are permanent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Name {
    /// Sends are accepted, and no status comes.
    WebhooksSilent,
    /// Polls found what no webhook had told.
    WebhooksMissed,
    /// An account does not answer polls.
    PollFails,
    /// The platform does not accept a token.
    TokenRefused,
    /// A webhook was given up.
    RelayGivenUp,
    /// People who asked for a person got no answer in time.
    PersonMissed,
    /// The clock that is followed does not answer.
    ClockLost,
    /// Something that sending needs is not in order.
    NotReady,
}

impl Name {
    /// All of them.
    pub(crate) const ALL: [Name; 8] = [
        Name::WebhooksSilent,
        Name::WebhooksMissed,
        Name::PollFails,
        Name::TokenRefused,
        Name::RelayGivenUp,
        Name::PersonMissed,
        Name::ClockLost,
        Name::NotReady,
    ];

    /// In snake case.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Name::WebhooksSilent => "webhooks_silent",
            Name::WebhooksMissed => "webhooks_missed",
            Name::PollFails => "poll_fails",
            Name::TokenRefused => "token_refused",
            Name::RelayGivenUp => "relay_given_up",
            Name::PersonMissed => "person_missed",
            Name::ClockLost => "clock_lost",
            Name::NotReady => "not_ready",
        }
    }

    /// What to do.
    pub(crate) fn hint(self) -> &'static str {
        match self {
            Name::WebhooksSilent => {
                "Look whether the app is subscribed to the account and its webhooks lead here; meanwhile be careful with \
                 promotions."
            }
            Name::WebhooksMissed => {
                "Look at the gateway's reachability from outside; what was missed is known by now."
            }
            Name::PollFails => "Look whether the platform's token still opens the account.",
            Name::TokenRefused => {
                "Make a new token of the system user, and put it where the configuration says."
            }
            Name::RelayGivenUp => "Mend the app, then deliver the dead letters again.",
            Name::PersonMissed => {
                "Answer them, or say at /v1/people/{person}/handed_over who took over; /v1/person_requests lists them."
            }
            Name::ClockLost => "Look whether the sandbox still runs.",
            Name::NotReady => "GET /v1/readiness says what to do about each; POST looks again.",
        }
    }
}

/// An alarm that is raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alarm {
    pub(crate) name: Name,
    /// What it is about: an account, a relay ...
    pub(crate) subject: String,
    /// The facts.
    pub(crate) what: String,
    /// Since when, by the clock of whoever raised it.
    pub(crate) since: Timestamp,
}

/// All alarms. Clones are the same ones.
#[derive(Clone, Debug)]
pub(crate) struct Alarms {
    raised: Arc<Mutex<BTreeMap<(Name, String), Alarm>>>,
    metrics: Metrics,
}

impl Alarms {
    pub(crate) fn new(metrics: Metrics) -> Self {
        for name in Name::ALL {
            metrics.alarm(name.as_str(), 0);
        }
        Alarms {
            raised: Arc::default(),
            metrics,
        }
    }

    /// Raises an alarm; one that is raised already keeps its beginning.
    pub(crate) fn raise(&self, name: Name, subject: &str, what: String, now: Timestamp) {
        let mut raised = self.raised();
        let key = (name, subject.to_owned());
        if let Some(alarm) = raised.get_mut(&key) {
            alarm.what = what;
            return;
        }
        tracing::error!(alarm = name.as_str(), subject, "{what}. {}", name.hint());
        if raised.len() < ALARMS_MAX {
            let alarm = Alarm {
                name,
                subject: subject.to_owned(),
                what,
                since: now,
            };
            raised.insert(key, alarm);
        }
        self.count(name, &raised);
    }

    /// It is over.
    pub(crate) fn clear(&self, name: Name, subject: &str) {
        let mut raised = self.raised();
        if raised.remove(&(name, subject.to_owned())).is_some() {
            tracing::warn!(alarm = name.as_str(), subject, "the alarm is over");
            self.count(name, &raised);
        }
    }

    /// What is raised, by name and subject.
    pub(crate) fn list(&self) -> Vec<Alarm> {
        self.raised().values().cloned().collect()
    }

    fn count(&self, name: Name, raised: &BTreeMap<(Name, String), Alarm>) {
        let count = raised.keys().filter(|(known, _)| *known == name).count();
        self.metrics.alarm(name.as_str(), count);
    }

    fn raised(&self) -> MutexGuard<'_, BTreeMap<(Name, String), Alarm>> {
        self.raised.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_is_raised_once_and_cleared_once() {
        let alarms = Alarms::new(Metrics::default());
        let at = Timestamp::from_millis;
        alarms.raise(Name::PollFails, "7", "first".into(), at(1));
        alarms.raise(Name::PollFails, "7", "again".into(), at(2));
        alarms.raise(Name::PollFails, "8", "other".into(), at(3));
        let shown: Vec<(String, String, u64)> = alarms
            .list()
            .into_iter()
            .map(|alarm| (alarm.subject, alarm.what, alarm.since.millis()))
            .collect();
        let expected =
            [("7", "again", 1), ("8", "other", 3)].map(|(s, w, t)| (s.to_owned(), w.to_owned(), t));
        assert_eq!(shown, expected);
        assert!(
            alarms
                .metrics
                .text(Default::default())
                .contains("alarm{name=\"poll_fails\"} 2")
        );
        alarms.clear(Name::PollFails, "7");
        alarms.clear(Name::PollFails, "8");
        assert!(alarms.list().is_empty());
        assert!(
            alarms
                .metrics
                .text(Default::default())
                .contains("alarm{name=\"poll_fails\"} 0")
        );
    }
}
