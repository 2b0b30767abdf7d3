//! What people agree to, and take back.

use decider::{Millis, Timestamp};

use crate::consent::{Channel, Consent};
use crate::ids::{PersonKey, TopicKey};
use crate::lane::{Lane, Lanes};
use crate::portfolio::command::{ConsentTexts, TOPIC_BYTES_MAX, TOPICS_MAX};
use crate::portfolio::event::{ConsentTold, TopicNamed};
use crate::portfolio::{Answer, Portfolio};
use crate::seat::Out;

/// A consent of the future is a mistake of a clock, or of who typed it in.
const AHEAD_MAX: Millis = Millis::DAY;

impl Portfolio {
    pub(super) fn agree(
        &self,
        person: PersonKey,
        consent: Consent,
        (topic, texts): (&str, &ConsentTexts),
        now: Timestamp,
        out: &mut Out<'_>,
    ) -> Answer {
        let consent = consent.with_texts(&texts.wording, &texts.proof);
        let name = self.name_of(consent.topic, topic);
        if name.is_some() && self.topics.len() >= TOPICS_MAX {
            return Answer::Unknown("room for another topic: 1,000 have names");
        }
        let answer = self.tell_consent(person, consent, now, out);
        if let (Answer::Done, Some(name)) = (answer, name) {
            let topic = consent.topic;
            out.push(TopicNamed { topic, name }.into());
        }
        answer
    }

    /// The name of a topic that has none yet.
    fn name_of(&self, topic: TopicKey, name: &str) -> Option<String> {
        let name = name.trim();
        let fits = (1..=TOPIC_BYTES_MAX).contains(&name.len()) && TopicKey::of(name) == topic;
        (fits && TopicKey::hashed(name).is_none() && !self.topics.contains_key(&topic))
            .then(|| name.to_owned())
    }

    pub(super) fn withdraw(
        &self,
        person: PersonKey,
        topic: TopicKey,
        lanes: Lanes,
        at: Timestamp,
        now: Timestamp,
        out: &mut Out<'_>,
    ) -> Answer {
        let at_s = u32::try_from(at.seconds()).unwrap_or(u32::MAX);
        let fresh = Consent::new(topic, lanes, Channel::Unknown, at_s);
        let known = self.known_consent(person, &fresh);
        self.tell_consent(person, known.unwrap_or(fresh).withdrawn(at_s), now, out)
    }

    fn tell_consent(&self, person: PersonKey, consent: Consent, now: Timestamp, out: &mut Out<'_>) -> Answer {
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
            Some(known) if known.said_s() > consent.said_s() => return Answer::Unchanged,
            Some(known) if known.said_s() == consent.said_s() && known.is_withdrawn() => {
                return Answer::Unchanged;
            }
            Some(known) if known == consent => return Answer::Unchanged,
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
