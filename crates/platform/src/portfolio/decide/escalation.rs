//! Ways to a person, and testers who look for one (H1 to H3, Q9).

use decider::Timestamp;
use rulebook::escalation::{self, Effect, Follow, Next, Path, Seen};
use rulebook::policy::{Gate, Step};
use rulebook::rating::RedReason;
use rulebook::refusal::Refusal;

use super::policy::CHARS_MAX;
use crate::ids::{ContactIx, MessageId, NumberIx};
use crate::portfolio::command::Said;
use crate::portfolio::event::{
    ContactSeen, Delivered, PathsDeclared, Read, Received, TestBegun, TestEnded, TesterRead,
};
use crate::portfolio::messages::flag;
use crate::portfolio::number::Number;
use crate::portfolio::number::tester::Tester;
use crate::portfolio::{Answer, Event, Portfolio};

/// Ways to a person of one number.
const PATHS_MAX: usize = 20;

impl Portfolio {
    /// The ways to a person of a number.
    pub(super) fn declared(&self, number: Option<NumberIx>) -> &[Path] {
        let number = number.and_then(|ix| self.number(ix));
        number.map_or(&[], |number| &number.paths)
    }

    pub(super) fn declare(
        &self,
        ix: NumberIx,
        number: &Number,
        paths: &[Path],
        out: &mut Vec<Event>,
    ) -> Answer {
        if paths.len() > PATHS_MAX {
            let detail = format!("a number has at most {PATHS_MAX} ways to a person");
            return Answer::refused(Refusal::InvalidParameter, detail);
        }
        let too_long = |path: &&Path| {
            path.target.chars().count() > CHARS_MAX || path.target.chars().any(char::is_control)
        };
        if let Some(path) = paths.iter().find(too_long) {
            let detail = format!(
                "where {} leads cannot be that long, nor on several lines",
                path.kind.label()
            );
            return Answer::refused(Refusal::InvalidParameter, detail);
        }
        if number.paths != paths {
            out.push(
                PathsDeclared {
                    number: ix,
                    paths: paths.to_vec(),
                }
                .into(),
            );
        }
        Answer::Done
    }

    /// A tester writes to a number for the first time.
    pub(super) fn begin_test(&self, ix: NumberIx, out: &mut Vec<Event>) -> Answer {
        let number = match self.known(ix) {
            Ok(number) => number,
            Err(unknown) => return unknown,
        };
        if number.tester.as_ref().is_some_and(|tester| tester.is_at_work()) {
            return Answer::refused(Refusal::InvalidParameter, "a tester is at work at this number");
        }
        if !number.is_connected() {
            let detail = format!(
                "the number is {} and receives nothing",
                number.status(false).label()
            );
            return Answer::refused(Refusal::NumberNotRegistered, detail);
        }
        // Whoever cannot answer cannot be tested.
        if number.gate.any(Gate::MESSAGES.and(Gate::LOCKED)) {
            let (refusal, detail) = self.blocked(number.waba);
            return Answer::refused(refusal, detail);
        }
        let e164 = escalation::tester(self.policy.tests);
        let contact = self.contact(e164).unwrap_or_else(|| {
            let contact = ContactIx(self.contacts.len() as u32);
            out.push(ContactSeen { contact, e164 }.into());
            contact
        });
        out.push(TestBegun { number: ix, contact }.into());
        let message = MessageId {
            number: ix,
            seq: number.messages.next_seq(),
        };
        out.push(writes(message, contact, None));
        Answer::Received { message, contact }
    }

    /// A tester reads an answer, and follows what it offers.
    pub(super) fn tester_reads(
        &self,
        message: MessageId,
        said: &Said,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        let Some((number, tester)) = self.tester_of(message) else {
            return Answer::refused(Refusal::InvalidParameter, "no tester waits for this message");
        };
        let record = number.messages.get(message.seq);
        if record.is_some_and(|record| !record.any(flag::DELIVERED)) {
            out.push(Delivered { message }.into());
            out.push(Read { message }.into());
        }
        let offer = escalation::read(answer(said), &number.paths, tester.called);
        let found = offer.kinds.counting().is_some();
        let more = !found && tester.messages < self.rules.escalation.messages;
        let follow = more
            .then(|| escalation::follow(&offer, &number.paths, tester.called, tester.asked))
            .flatten();
        out.push(
            TesterRead {
                message,
                offered: offer.kinds,
                follow,
            }
            .into(),
        );
        if follow.is_some() {
            let next = MessageId {
                number: message.number,
                seq: number.messages.next_seq(),
            };
            out.push(writes(next, tester.contact, Some(message.seq)));
        } else {
            let offered = tester.seen.offered.and(offer.kinds);
            self.end_test(
                message.number,
                number,
                Seen {
                    offered,
                    answered: true,
                },
                now,
                out,
            );
        }
        Answer::Done
    }

    /// The tester at work whom a message was sent to, if it has not failed.
    fn tester_of(&self, message: MessageId) -> Option<(&Number, &Tester)> {
        let number = self.number(message.number)?;
        let tester = number.tester.as_deref().filter(|tester| tester.is_at_work())?;
        let record = number.messages.get(message.seq)?;
        let lost = flag::INBOUND | flag::FAILED | flag::FILTERED;
        (record.contact == tester.contact && !record.any(lost)).then_some((number, tester))
    }

    /// A tester has waited long enough.
    pub(super) fn tester_due(&self, ix: NumberIx, now: Timestamp, out: &mut Vec<Event>) {
        let Some(number) = self.number(ix) else { return };
        if let Some(tester) = number.tester.as_deref() {
            self.end_test(ix, number, tester.seen, now, out);
        }
    }

    /// The conclusion, and what the edition has for a number without a way (H1).
    fn end_test(&self, ix: NumberIx, number: &Number, seen: Seen, now: Timestamp, out: &mut Vec<Event>) {
        let found = escalation::verdict(&number.paths, seen);
        out.push(TestEnded { number: ix, found }.into());
        if found.is_some() {
            return;
        }
        match self.rules.escalation.effect {
            Effect::Red if number.standing.hold.is_none() => {
                self.moderate(ix, Some(RedReason::NoWayToPerson), now, out);
            }
            // It is RED by review already.
            Effect::Red => {}
            Effect::Warning => {
                let warning = Some(Step::Warning);
                self.violate(number.waba, Some(ix), escalation::VIOLATION, warning, now, out);
            }
        }
    }

    /// What is kept of the message that a tester has just written in answer to one of the business. They have noted
    /// by now what they do.
    pub(crate) fn tester_words(&self, message: MessageId, said: &Said) -> Option<Vec<u8>> {
        let (number, tester) = self.tester_of(message)?;
        match escalation::read(answer(said), &number.paths, false).next {
            Some(Next::Choose(place)) => said.replies.get(place).cloned(),
            Some(Next::Write(word)) => Some((said.words)(&word)),
            // Asking comes last: whoever has asked did so just now.
            None if tester.asked => Some((said.words)(escalation::ASK)),
            None => escalation::word(&number.paths).map(said.words),
        }
    }
}

fn answer(said: &Said) -> escalation::Answer<'_> {
    escalation::Answer {
        text: &said.text,
        options: &said.options,
    }
}

fn writes(message: MessageId, contact: ContactIx, reply_to: Option<u32>) -> Event {
    Received {
        message,
        contact,
        reply_to,
        call: false,
    }
    .into()
}

/// What a tester does next, in words for the history.
pub(in crate::portfolio) fn follows(follow: Option<Follow>) -> &'static str {
    match follow {
        Some(Follow::Option(_)) => "chooses the option that names a person",
        Some(Follow::Menu) => "writes what the menu asks for",
        Some(Follow::Word) => "writes the word that calls a person",
        Some(Follow::Ask) => "asks for a person",
        None => "has seen enough",
    }
}
