//! Whether statuses still come: sends are accepted, and then nothing is heard.
//!
//! Promises: an account that is quiet because nothing is sent alarms nobody; one status ends the alarm.
//! Must not know: why nothing comes.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use decider::{Millis, Timestamp};

use crate::alarms::{Alarms, Name};
use crate::config::Watch;

/// What was accepted since the last status, by account.
#[derive(Debug)]
pub(crate) struct Silence {
    accepted: Mutex<BTreeMap<u64, Accepted>>,
    sends_min: u64,
}

#[derive(Clone, Copy, Debug)]
struct Accepted {
    count: u64,
    since: Timestamp,
}

impl Silence {
    pub(crate) fn new(config: &Watch) -> Self {
        Silence {
            accepted: Mutex::default(),
            sends_min: config.silent_sends_min,
        }
    }

    /// The platform took a send.
    pub(crate) fn accepted(&self, waba: u64, now: Timestamp) {
        let mut accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
        let of = accepted.entry(waba).or_insert(Accepted { count: 0, since: now });
        of.count += 1;
    }

    /// A status came.
    pub(crate) fn heard(&self, waba: u64, alarms: &Alarms) {
        let mut accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
        if accepted.remove(&waba).is_some() {
            alarms.clear(Name::WebhooksSilent, &waba.to_string());
        }
    }

    /// Raises the alarms that are due when nothing was heard for so long; for no time at all, none.
    pub(crate) fn look(&self, alarms: &Alarms, after: Millis, now: Timestamp) {
        let accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
        for (waba, of) in accepted.iter() {
            let silent = now.since(of.since);
            if after > Millis::ZERO && silent >= after && of.count >= self.sends_min {
                let what = format!(
                    "no status came for {} min although {} sends of account {waba} were accepted",
                    silent.get() / Millis::MINUTE.get(),
                    of.count
                );
                alarms.raise(Name::WebhooksSilent, &waba.to_string(), what, now);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::metrics::Metrics;

    #[test]
    fn silence_after_sends_is_alarming() {
        let config = Watch {
            silent_sends_min: 3,
            poll_every: Duration::from_secs(1),
            poll_longest: Duration::from_secs(1),
            poll_calls_per_hour: 4,
            readiness_every: Duration::ZERO,
        };
        let (silence, alarms) = (Silence::new(&config), Alarms::new(Metrics::default()));
        let at = |minutes| Timestamp::from_millis(1_700_000_000_000) + Millis::minutes(minutes);
        let raised = |now| {
            silence.look(&alarms, Millis::minutes(10), now);
            alarms.list().len()
        };
        assert_eq!(raised(at(1_000)), 0, "nothing was sent");
        silence.accepted(7, at(0));
        silence.accepted(7, at(1));
        assert_eq!(raised(at(20)), 0, "two sends are too few");
        silence.accepted(7, at(2));
        assert_eq!(raised(at(9)), 0, "too soon");
        assert_eq!(raised(at(10)), 1);
        silence.heard(8, &alarms);
        assert_eq!(alarms.list().len(), 1, "another account was heard of");
        silence.heard(7, &alarms);
        assert_eq!(raised(at(30)), 0);
    }
}
