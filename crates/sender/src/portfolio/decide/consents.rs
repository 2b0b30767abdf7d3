//! What people agree to, and take back.

use decider::{Millis, Timestamp};

use crate::consent::{Channel, Consent};
use crate::ids::{PersonKey, TopicKey};
use crate::lane::{Lane, Lanes};
use crate::portfolio::command::ConsentTexts;
use crate::portfolio::event::ConsentTold;
use crate::portfolio::{Answer, Event, Portfolio};

/// A consent of the future is a mistake of a clock, or of who typed it in.
const AHEAD_MAX: Millis = Millis::DAY;

impl Portfolio {
    pub(super) fn agree(
        &self,
        person: PersonKey,
        consent: Consent,
        texts: &ConsentTexts,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        let consent = consent.with_texts(&texts.wording, &texts.proof);
        self.tell_consent(person, consent, now, out)
    }

    pub(super) fn withdraw(
        &self,
        person: PersonKey,
        topic: TopicKey,
        lanes: Lanes,
        at: Timestamp,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        let at_s = u32::try_from(at.seconds()).unwrap_or(u32::MAX);
        let fresh = Consent::new(topic, lanes, Channel::Unknown, at_s);
        let known = self.known_consent(person, &fresh);
        self.tell_consent(person, known.unwrap_or(fresh).withdrawn(at_s), now, out)
    }

    fn tell_consent(
        &self,
        person: PersonKey,
        consent: Consent,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        if !person.is_valid() {
            return Answer::Unknown("person");
        }
        if consent.lanes().without(Lane::Service) == Lanes::NONE {
            return Answer::Unknown("lane that needs consent");
        }
        if u64::from(consent.said_s()) > (now + AHEAD_MAX).seconds() {
            return Answer::Unknown("time, which is in the future");
        }
        match self.known_consent(person, &consent) {
            // The later word counts; of two of one instant, the withdrawal.
            Some(known) if known.said_s() > consent.said_s() => return Answer::Done,
            Some(known) if known.said_s() == consent.said_s() && known.is_withdrawn() => return Answer::Done,
            Some(known) if known == consent => return Answer::Done,
            _ => {}
        }
        let first = self
            .people
            .find(person)
            .map(|contact| self.people.get(contact).consents);
        if first.is_some_and(|first| !self.consents.fits(first, &consent)) {
            return Answer::Unknown("room for another consent of this person");
        }
        let contact = self.meet(person, out);
        out.push(ConsentTold { contact, consent }.into());
        Answer::Done
    }

    fn known_consent(&self, person: PersonKey, like: &Consent) -> Option<Consent> {
        let first = self.people.get(self.people.find(person)?).consents;
        self.consents.of(first).find(|known| known.same_scope(like))
    }
}
