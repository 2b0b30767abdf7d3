//! What became of an attempt.

use decider::{Millis, Timestamp};

use super::consequences::Sender;
use crate::ids::{AttemptId, PersonKey};
use crate::portfolio::attempts::{Record, flag};
use crate::portfolio::command::{Outcome, Settle};
use crate::portfolio::event::{AttemptsLost, ContactSeen, ContactsMerged, Settled, SettledAs};
use crate::portfolio::{Answer, Portfolio};
use crate::seat::Out;

impl Portfolio {
    pub(super) fn settle(&self, settle: &Settle, now: Timestamp, out: &mut Out<'_>) -> Answer {
        let Some(record) = self.attempts.get(settle.attempt) else {
            return Answer::Unknown("attempt");
        };
        let attempt = settle.attempt;
        let outcome = match settle.outcome {
            Outcome::Accepted { message, held, .. } => SettledAs::Accepted { message, held },
            Outcome::Refused { code } => SettledAs::Refused { code },
            Outcome::Unknown => SettledAs::Unknown,
        };
        if is_news(record, outcome) {
            out.push(Settled { attempt, outcome }.into());
            if let SettledAs::Refused { code } = outcome {
                self.consequences(&Sender::of(record), code, now, out);
            }
        }
        if let Outcome::Accepted {
            person: Some(key), ..
        } = settle.outcome
        {
            self.identify(record, key, out);
        }
        Answer::Done
    }

    /// The platform names the person by another key than the app did: both lead to one person (Brazil, Mexico).
    fn identify(&self, record: &Record, key: PersonKey, out: &mut Out<'_>) {
        let into = record.contact;
        if !key.is_valid() || self.people.find(key) == Some(into) {
            return;
        }
        let from = self.people.find(key).unwrap_or_else(|| {
            let contact = self.people.next();
            out.push(ContactSeen { contact, key }.into());
            contact
        });
        out.push(ContactsMerged { from, into }.into());
    }

    /// Gives up all attempts whose deadline has passed.
    pub(super) fn give_up(&self, now: Timestamp, out: &mut Out<'_>) {
        let made = now.back(Millis::new(self.policy.attempt_deadline_ms));
        let (from, until) = self.attempts.open_until(made);
        // Whoever is due is due now; the event is what takes the deadline away.
        let until = AttemptId(until.0.max(from.0 + 1));
        out.push(AttemptsLost { from, until }.into());
    }
}

/// A definite outcome stays; "unknown" says nothing that was not known of a settled attempt.
fn is_news(record: &Record, outcome: SettledAs) -> bool {
    match outcome {
        SettledAs::Accepted { message, .. } => !record.any(flag::ACCEPTED) || record.message != message,
        SettledAs::Refused { .. } => !record.any(flag::ACCEPTED | flag::REFUSED),
        SettledAs::Unknown => !record.any(flag::SETTLED | flag::UNKNOWN),
    }
}
