//! Simulated people at work: how a message reaches them, and what they do about it when its time comes.
//!
//! What will happen is decided once and stored ([`Expected`]); when it is due it happens by the same events as if a
//! tester had said so. Portfolios without people, and sends to numbers that are not magic, pay a comparison.

use decider::{Millis, Timestamp};
use rulebook::rating::Signal;
use rulebook::refusal::Refusal;
use rulebook::template::draft::{ButtonKind, Category};

use crate::ids::{ContactIx, MessageId, NumberIx, TemplateIx};
use crate::people::{self, Act, Arrival, Cast, Circumstances, Pending, Person, Planned};
use crate::portfolio::event::{
    Acted, Apart, Delivered, Expected, Failed, LinkFollowed, MagicRefused, MarketingStopped, PeopleSet, Read,
    Received,
};
use crate::portfolio::messages::{Record, flag};
use crate::portfolio::number::Number;
use crate::portfolio::{Answer, Event, Portfolio};

/// Things that happen in one tick: a short piece of work, well below what a tick may yield.
const ACTS_MAX: usize = 64;
/// Promotions of this span are counted against a person's tolerance.
const WEEK: Millis = Millis::days(7);

impl Portfolio {
    /// Gives the portfolio the people of a file, or takes them away.
    pub(super) fn set_people(&self, file: &str, seed: u64, out: &mut Vec<Event>) -> Answer {
        if let Err(error) = Cast::read(file, seed) {
            return Answer::refused(Refusal::InvalidParameter, error.to_string());
        }
        let file = file.to_owned();
        out.push(PeopleSet { seed, file }.into());
        Answer::Done
    }

    /// `1999<code>`: refused with that code, whatever else would be wrong.
    #[cold]
    pub(super) fn refuse_as_asked(
        &self,
        ix: NumberIx,
        number: &Number,
        code: u32,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        let marked = MagicRefused::marked(code);
        if !number.refusals.is_known(ContactIx::NONE, marked, now) {
            out.push(MagicRefused { number: ix, code }.into());
        }
        Answer::Code(code)
    }

    /// A message was accepted, or let go after it was held: does it travel to its person as any other does?
    pub(super) fn address(&self, to: u64, message: MessageId, now: Timestamp, out: &mut Vec<Event>) {
        let transit = &self.rules.transit;
        let at_ms = |span: Millis| (now + span).millis();
        let mut expect = |act, at_ms| out.push(Expected { message, act, at_ms }.into());
        // Before it would have been reported sent: what fails has not left.
        let soon = Millis::new(transit.sent.get() / 2);
        if let Some(code) = people::code_later(to) {
            return expect(Act::Fail(code), at_ms(soon));
        }
        let is_magic = people::is_magic(to);
        let person = if is_magic {
            people::magic().person(to)
        } else {
            self.simulated(to)
        };
        let Some(person) = person else { return };
        let travels = self.settings.as_ref().is_some_and(|s| s.transit);
        match person.arrival(message.content_key()) {
            Arrival::Fails(code) if travels => expect(Act::Fail(code), at_ms(soon)),
            Arrival::After(span) if travels => expect(Act::Arrive, at_ms(span.max(transit.delivered))),
            Arrival::AtOnce if travels && is_magic => expect(Act::Arrive, at_ms(transit.delivered)),
            Arrival::AtOnce if travels => {}
            // Where nothing travels by itself, what a magic recipient does waits for the tester's word.
            _ if travels || is_magic => out.push(Apart { message }.into()),
            _ => {}
        }
    }

    /// The simulated person who has this number.
    fn simulated(&self, e164: u64) -> Option<Person<'_>> {
        self.people.as_ref()?.person(e164)
    }

    /// A message arrives at its person: what will they do about it?
    pub(super) fn react(&self, message: MessageId, record: &Record, now: Timestamp, out: &mut Vec<Event>) {
        if self.people.is_none() || record.any(flag::INBOUND) {
            return;
        }
        let e164 = self.contacts.e164(record.contact.0);
        let Some(person) = e164.and_then(|e164| self.simulated(e164)) else {
            return;
        };
        for (at, act) in self.plan(&person, message, record, now).acts() {
            let at_ms = at.millis();
            out.push(Expected { message, act, at_ms }.into());
        }
    }

    /// The same for all messages of a range that arrive with it.
    pub(super) fn react_all(
        &self,
        number: NumberIx,
        range: core::ops::Range<u32>,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) {
        for seq in range.filter(|seq| self.arrives(number, *seq)) {
            self.react_to(MessageId { number, seq }, now, out);
        }
    }

    /// The same of a message that is looked up first.
    pub(super) fn react_to(&self, message: MessageId, now: Timestamp, out: &mut Vec<Event>) {
        let number = self.number(message.number);
        if let Some(record) = number.and_then(|n| n.messages.get(message.seq)) {
            self.react(message, record, now, out);
        }
    }

    fn plan(&self, person: &Person<'_>, message: MessageId, record: &Record, now: Timestamp) -> Planned {
        let contact = self.survivor(record.contact);
        let mood = self
            .people
            .as_ref()
            .map(|people| people.mood(message.number, contact))
            .unwrap_or_default();
        let template = (record.template != TemplateIx::NONE)
            .then(|| self.template(record.template))
            .flatten();
        let seen = template.map(|template| people::Template {
            name: &template.draft.name,
            language: &template.draft.language,
            category: template.draft.category,
            has_link: template
                .draft
                .buttons()
                .any(|button| button.kind == ButtonKind::Url),
        });
        let circumstances = Circumstances {
            at: now,
            template: seen,
            business_initiated: record.is(flag::BUSINESS_INITIATED),
            stranger: record.before == crate::portfolio::messages::NONE,
            promotions: self.promotions(message, contact, record),
            stopped: mood.stopped(),
            muted: mood.muted(),
            archived: mood.archived(),
        };
        person.reactions(message.content_key(), &circumstances)
    }

    /// Marketing messages of the number to the person in the week before this one, itself included.
    fn promotions(&self, message: MessageId, contact: ContactIx, record: &Record) -> u32 {
        let Some(number) = self.number(message.number) else {
            return 0;
        };
        let since = record.at().back(WEEK);
        let is_promotion = |record: &Record| {
            let template = self.template(record.template);
            !record.any(flag::INBOUND | flag::FAILED)
                && template.is_some_and(|template| template.draft.category == Category::Marketing)
        };
        let earlier = number
            .messages
            .thread(contact)
            .skip_while(|(seq, _)| *seq > message.seq);
        earlier
            .take_while(|(_, record)| record.at() > since)
            .filter(|(_, record)| is_promotion(record))
            .count() as u32
    }

    /// What was expected for now happens.
    pub(super) fn people_due(&self, now: Timestamp, out: &mut Vec<Event>) {
        let Some(people) = &self.people else { return };
        let mut count = 0;
        for pending in people.due(now).take(ACTS_MAX) {
            let alone = self.reads_others(pending);
            if alone && count > 0 {
                break;
            }
            self.act(pending, now, out);
            count += 1;
            if alone {
                break;
            }
        }
        out.push(Acted { count }.into());
    }

    /// Whether what happens reads what the ones before it change: it waits for a tick of its own.
    fn reads_others(&self, Pending { message, act }: Pending) -> bool {
        match act {
            Act::Reply(_) | Act::StopWord(_) | Act::Against(_) => true,
            // The read that releases what is held.
            Act::Read => {
                let number = self.number(message.number);
                let record = number.and_then(|n| n.messages.get(message.seq));
                record.is_some_and(|record| self.undecided(record.template).is_some())
            }
            Act::Arrive | Act::Fail(_) | Act::FollowLink => false,
        }
    }

    /// What a simulated person writes who writes now: the line of what is expected next.
    pub(crate) fn said(&self, contact: ContactIx) -> Option<&str> {
        let people = self.people.as_ref()?;
        let Pending { message, act } = people.next()?;
        let (line, stops) = match act {
            Act::Reply(line) => (line, false),
            Act::StopWord(line) => (line, true),
            _ => return None,
        };
        let record = self.number(message.number)?.messages.get(message.seq)?;
        let person = people.person_line(self.contacts.e164(record.contact.0)?, line, stops);
        person.filter(|_| self.survivor(record.contact) == contact)
    }

    /// One thing happens, unless it has become impossible: the message is gone, or its person no longer gets any.
    fn act(&self, Pending { message, act }: Pending, now: Timestamp, out: &mut Vec<Event>) {
        let Some(number) = self.number(message.number) else {
            return;
        };
        let Some(record) = number.messages.get(message.seq) else {
            return;
        };
        let contact = self.survivor(record.contact);
        if record.any(flag::FAILED | flag::FILTERED) || number.blocked_by.contains(&contact) {
            return;
        }
        let delivered = record.any(flag::DELIVERED);
        match act {
            Act::Arrive if !delivered && !self.is_expired(message, now) => {
                out.push(Delivered { message }.into());
                self.react(message, record, now, out);
            }
            Act::Fail(code) if !delivered => out.push(Failed { message, code }.into()),
            Act::Read if !record.any(flag::READ) => {
                out.push(Read { message }.into());
                self.judge_after_read(record.template, record.at(), out);
            }
            Act::FollowLink => out.push(LinkFollowed { message }.into()),
            Act::Reply(_) => self.write(message.number, number, contact, out),
            Act::StopWord(_) => {
                self.write(message.number, number, contact, out);
                self.resent(message, number, record, (Signal::OptOut, false), now, out);
            }
            Act::Against(signal) => self.resent(message, number, record, (signal, true), now, out),
            Act::Arrive | Act::Fail(_) | Act::Read => {}
        }
    }

    fn write(&self, ix: NumberIx, number: &Number, contact: ContactIx, out: &mut Vec<Event>) {
        if !number.is_connected() || number.has_blocked(contact) {
            return;
        }
        let message = MessageId {
            number: ix,
            seq: number.messages.next_seq(),
        };
        out.push(
            Received {
                message,
                contact,
                reply_to: None,
                call: false,
            }
            .into(),
        );
    }

    fn resent(
        &self,
        message: MessageId,
        number: &Number,
        record: &Record,
        (signal, by_control): (Signal, bool),
        now: Timestamp,
        out: &mut Vec<Event>,
    ) {
        let contact = self.survivor(record.contact);
        // What is written is not the platform's control: a stop word stops nothing by itself.
        let stops = signal == Signal::OptOut && by_control && self.rules.recipients.opt_out;
        if stops && !number.is_stopped_by(contact) {
            let number = message.number;
            out.push(MarketingStopped { number, contact }.into());
        }
        if let Signal::Block(reason) = signal {
            self.block(message.number, number, contact, reason, now, out);
        } else {
            let charged = record.is(flag::BUSINESS_INITIATED).then_some(message.seq);
            self.charge(message.number, contact, signal, charged, now, out);
        }
    }
}
