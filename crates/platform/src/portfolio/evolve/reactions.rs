//! Simulated people: who they are, and what is expected of them.

use rulebook::rating::Signal;

use crate::people::{Act, Cast, Pending, People};
use crate::portfolio::Portfolio;
use crate::portfolio::agenda::Due;
use crate::portfolio::event;
use crate::portfolio::messages::flag as bit;
use decider::Timestamp;

impl Portfolio {
    pub(super) fn on_people_set(&mut self, e: &event::PeopleSet) {
        // `decide` has read the same text.
        let cast = Cast::read(&e.file, e.seed).ok().filter(|_| !e.file.is_empty());
        self.people_mut().set_cast(cast);
    }

    pub(super) fn on_apart(&mut self, e: &event::Apart) {
        self.people_mut();
        self.set_flags(e.message, bit::APART);
    }

    pub(super) fn on_expected(&mut self, e: &event::Expected) {
        if matches!(e.act, Act::Arrive | Act::Fail(_)) {
            self.set_flags(e.message, bit::APART);
        }
        let (message, act) = (e.message, e.act);
        self.people_mut()
            .expect(Timestamp::from_millis(e.at_ms), Pending { message, act });
        self.set_people_deadline();
    }

    pub(super) fn on_acted(&mut self, e: &event::Acted) {
        self.people_mut().acted(e.count);
        self.set_people_deadline();
    }

    pub(super) fn on_link_followed(&mut self, e: &event::LinkFollowed) {
        let number = self.number(e.message.number);
        let template = number
            .and_then(|n| n.messages.get(e.message.seq))
            .map(|record| record.template);
        if let Some(template) = template {
            self.people_mut().followed(template);
        }
    }

    /// Those who stop, mute or archive are remembered where people are simulated.
    pub(super) fn note_mood(&mut self, e: &event::Signalled) {
        if let (Some(people), Some(signal)) = (&mut self.people, Signal::from_number(e.signal)) {
            people.note(e.number, e.contact, signal);
        }
    }

    fn people_mut(&mut self) -> &mut People {
        self.people.get_or_insert_default()
    }

    fn set_people_deadline(&mut self) {
        let due = self.people.as_ref().and_then(|people| people.next_due());
        self.agenda.set(Due::People, due);
    }
}
