//! Requests for a person, and the declared ways to one.

use rulebook::escalation::Path;

use crate::ids::{ContactIx, NumberIx, PersonKey, PhoneNumberId};
use crate::person_requests::HandOver;
use crate::portfolio::command::WAYS_MAX;
use crate::portfolio::event::{By, PersonAsked, PersonMissed, TakenOver, WaysDeclared};
use crate::portfolio::{Answer, Portfolio};
use crate::seat::Out;

/// A way leads to an address, a number, a link; nothing of these is longer, in bytes.
const TARGET_MAX: usize = 2_048;

impl Portfolio {
    /// A person asked for a person.
    pub(super) fn asked(&self, number: NumberIx, contact: ContactIx, by: By, out: &mut Out<'_>) {
        let within_ms = self.policy.person_within_ms;
        let at = decider::Timestamp::from_millis(by.at_ms);
        if within_ms > 0 && self.requests.begins(number, contact, at) {
            let asked = PersonAsked {
                number,
                contact,
                within_ms,
            };
            out.push(asked.into());
        }
    }

    /// Somebody of the business wrote, or said that they took over.
    pub(super) fn taken_over(
        &self,
        number: NumberIx,
        contact: ContactIx,
        how: HandOver,
        out: &mut Out<'_>,
    ) -> bool {
        let open = self.requests.get(number, contact).is_some();
        if open {
            let taken = TakenOver { number, contact, how };
            out.push(taken.into());
        }
        open
    }

    pub(super) fn take_over(
        &self,
        person: PersonKey,
        number: PhoneNumberId,
        how: HandOver,
        out: &mut Out<'_>,
    ) -> Answer {
        let both = self.number_of(number).zip(self.people.find(person));
        match both.is_some_and(|(number, contact)| self.taken_over(number, contact, how, out)) {
            true => Answer::Done,
            false => Answer::Unknown("open request for a person"),
        }
    }

    pub(super) fn declare_ways(&self, number: PhoneNumberId, ways: &[Path], out: &mut Out<'_>) -> Answer {
        let Some(number) = self.number_of(number) else {
            return Answer::Unknown("number");
        };
        if ways.len() > WAYS_MAX || ways.iter().any(|way| way.target.len() > TARGET_MAX) {
            return Answer::Unknown("room for so many ways, or for one so long");
        }
        if self.ways(number) != ways {
            let ways = ways.to_vec();
            out.push(WaysDeclared { number, ways }.into());
        }
        Answer::Done
    }

    /// The deadline of the oldest request passed.
    pub(super) fn miss(&self, out: &mut Out<'_>) {
        if let Some((number, contact)) = self.requests.first_due() {
            out.push(PersonMissed { number, contact }.into());
        }
    }
}
