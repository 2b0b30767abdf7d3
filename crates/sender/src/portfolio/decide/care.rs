//! What whoever runs the gateway decides about people and sending: suppression, opt-outs told by hand, stops, erasure.

use decider::Timestamp;

use crate::ids::{NumberIx, PersonKey, PhoneNumberId};
use crate::lane::Lane;
use crate::mirror::Source;
use crate::portfolio::command::{PeopleCommand, StopCommand, StopWhat};
use crate::portfolio::event::{By, ForeignSeen, LogImported, PersonErased, StopSet, SuppressionSet};
use crate::portfolio::opt_outs::How;
use crate::portfolio::stops::{Stop, StopOf};
use crate::portfolio::{Answer, Portfolio};
use crate::seat::Out;

/// Sends of a log in one command: fewer than the events that one command may have.
const IMPORT_MAX: usize = 500;

impl Portfolio {
    pub(super) fn care(&self, command: &PeopleCommand, now: Timestamp, out: &mut Out<'_>) -> Answer {
        let by = By {
            source: Source::Operator,
            at_ms: now.millis(),
        };
        match command {
            PeopleCommand::Suppress { person, suppression } => {
                if !person.is_valid() {
                    return Answer::Unknown("person");
                }
                let contact = self.meet(*person, out);
                if self.suppressions.get(&contact) == Some(suppression) {
                    return Answer::Unchanged;
                }
                let suppression = Some(*suppression);
                out.push(SuppressionSet { contact, suppression }.into());
            }
            PeopleCommand::Unsuppress { person } => {
                let known = self.people.find(*person);
                let Some(contact) = known.filter(|contact| self.suppressions.contains_key(contact)) else {
                    return Answer::Unknown("suppression");
                };
                let suppression = None;
                out.push(SuppressionSet { contact, suppression }.into());
            }
            PeopleCommand::OptOut {
                person,
                number,
                stopped,
            } => {
                let Some(ix) = self.number_of(*number).filter(|_| person.is_valid()) else {
                    return Answer::Unknown("number or person");
                };
                let contact = self.meet(*person, out);
                self.opt_out(contact, ix, How::Words, *stopped, by, out);
            }
            PeopleCommand::Agree {
                person,
                consent,
                topic,
                texts,
            } => return self.agree(*person, *consent, (topic, texts), now, out),
            PeopleCommand::Withdraw {
                person,
                topic,
                lanes,
                at,
            } => return self.withdraw(*person, *topic, *lanes, *at, now, out),
            PeopleCommand::TakeOver { person, number, how } => {
                return self.take_over(*person, *number, *how, out);
            }
            PeopleCommand::Erase { person } => {
                let Some(contact) = self.people.find(*person) else {
                    return Answer::Unknown("person");
                };
                out.push(PersonErased { contact }.into());
            }
        }
        Answer::Done
    }

    pub(super) fn stop(&self, command: &StopCommand, out: &mut Out<'_>) -> Answer {
        let of = match command.what {
            StopWhat::Portfolio => Some(StopOf::Portfolio),
            StopWhat::Number(number) => self.number_of(number).map(StopOf::Number),
            StopWhat::Template(waba, key) => self
                .waba_of(waba)
                .map(|waba| StopOf::Template(self.find_template(waba, key, out))),
        };
        let Some(of) = of else {
            return Answer::Unknown("number or account");
        };
        let stop = command.lanes.map(|lanes| Stop {
            lanes: lanes.without(Lane::Service),
            incident: false,
        });
        if self.stops.get(of) != stop {
            out.push(StopSet { of, stop }.into());
        }
        Answer::Done
    }

    /// What was sent before the gateway was there.
    pub(super) fn import(
        &self,
        number: PhoneNumberId,
        sends: &[(PersonKey, Timestamp)],
        complete: bool,
        now: Timestamp,
        out: &mut Out<'_>,
    ) -> Answer {
        let Some(number) = self.number_of(number) else {
            return Answer::Unknown("number");
        };
        if sends.len() > IMPORT_MAX {
            return Answer::Unknown("room for more than 500 sends at once");
        }
        if sends.iter().any(|(to, _)| !to.is_valid()) {
            return Answer::Unknown("person");
        }
        if complete && !self.log_imported {
            out.push(LogImported {}.into());
        }
        self.import_all(number, sends, now, out)
    }

    fn import_all(
        &self,
        number: NumberIx,
        sends: &[(PersonKey, Timestamp)],
        now: Timestamp,
        out: &mut Out<'_>,
    ) -> Answer {
        let scope = self.scope_of(number);
        let mut fresh: Vec<PersonKey> = Vec::new();
        let (mut taken, mut known, mut over) = (0, 0, 0);
        for &(to, at) in sends {
            if at + self.edition.limits.window <= now {
                over += 1;
                continue;
            }
            let at = at.min(now);
            let counted = self
                .people
                .find(to)
                .map(|contact| self.people.own_id(contact, to));
            // Of a log that is imported again nothing is news, and nothing is stored.
            if counted.is_some_and(|counted| !self.foreign.is_news(scope, counted, at)) {
                known += 1;
                continue;
            }
            let contact = self.meet_among(to, &mut fresh, out);
            let seen = ForeignSeen {
                number,
                contact: counted.unwrap_or(contact),
                message: crate::ids::MessageKey::NONE,
                at_ms: at.millis(),
            };
            out.push(seen.into());
            taken += 1;
        }
        Answer::Imported { taken, known, over }
    }
}
