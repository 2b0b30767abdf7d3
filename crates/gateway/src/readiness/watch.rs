//! The look that a running gateway takes by itself: at its start, then day by day, and whenever somebody asks for one.
//!
//! Promises: what is not in order is an alarm a subject, until a later look finds it in order; the last report is kept.
//! Must not know: what is looked at.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use decider::Timestamp;

use super::{Report, Subject};
use crate::alarms::Name;
use crate::gateway::Gateway;

/// A report, and when it was made.
#[derive(Clone, Debug)]
pub(crate) struct Looked {
    pub(crate) at: Timestamp,
    pub(crate) report: Report,
}

/// The last report, once there is one.
#[derive(Debug, Default)]
pub(crate) struct Last(Mutex<Option<Arc<Looked>>>);

impl Last {
    pub(crate) fn get(&self) -> Option<Arc<Looked>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, looked: &Arc<Looked>) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some(Arc::clone(looked));
    }
}

/// Looks from time to time, for ever.
pub(crate) fn start(gateway: &Gateway) {
    let every = gateway.config().watch.readiness_every;
    if every.is_zero() {
        return;
    }
    let gateway = gateway.clone();
    tokio::spawn(async move {
        while !gateway.closing() {
            look(&gateway).await;
            tokio::time::sleep(every).await;
        }
    });
}

/// Looks now, and alarms.
pub(crate) async fn look(gateway: &Gateway) -> Arc<Looked> {
    let at = gateway.now();
    let report = super::with(gateway.client(), gateway.config(), at).await;
    alarm(gateway, &report, at);
    let looked = Arc::new(Looked { at, report });
    gateway.readiness().set(&looked);
    looked
}

fn alarm(gateway: &Gateway, report: &Report, now: Timestamp) {
    let mut faults = BTreeMap::<&Subject, Vec<&str>>::new();
    for fault in report.faults() {
        faults.entry(&fault.subject).or_default().push(&fault.what);
    }
    let faults: BTreeMap<String, String> = faults
        .into_iter()
        .map(|(subject, what)| (subject.to_string(), what.join("; ")))
        .collect();
    let alarms = gateway.alarms();
    for over in alarms.list() {
        if over.name == Name::NotReady && !faults.contains_key(&over.subject) {
            alarms.clear(Name::NotReady, &over.subject);
        }
    }
    for (subject, what) in faults {
        alarms.raise(Name::NotReady, &subject, what, now);
    }
}
