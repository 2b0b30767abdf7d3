//! People: they write, call, read, block; what they do to a message that they got.

use decider::Timestamp;
use rulebook::rating::{BlockReason, Rating, RedReason, Signal};
use rulebook::refusal::Refusal;

use crate::ids::{ContactIx, MessageId, NumberIx, TemplateIx};
use crate::portfolio::analytics::insights::buttons;
use crate::portfolio::command::{Feedback, Inbound, PersonAct};
use crate::portfolio::event::{
    CameByEntryPoint, Cause, Clicked, ContactSeen, ContactsMerged, Delivered, Failed, MarketingStopped,
    NumberHeld, Read, Received, Unblocked,
};
use crate::portfolio::messages::flag;
use crate::portfolio::number::Number;
use crate::portfolio::{Answer, Event, Portfolio};

impl Portfolio {
    pub(super) fn inbound(&self, inbound: &Inbound, _now: Timestamp, out: &mut Vec<Event>) -> Answer {
        let reply_to = inbound
            .reply_to
            .filter(|message| message.number == inbound.number);
        self.receive(
            inbound.number,
            inbound.from,
            reply_to.map(|message| message.seq),
            false,
            out,
        )
    }

    /// A person comes by a free entry point.
    pub(super) fn by_entry_point(&self, inbound: &Inbound, now: Timestamp, out: &mut Vec<Event>) -> Answer {
        let answer = self.inbound(inbound, now, out);
        if let Answer::Received { message, contact } = answer {
            out.push(CameByEntryPoint { message, contact }.into());
        }
        answer
    }

    pub(super) fn call(&self, number: NumberIx, from: u64, out: &mut Vec<Event>) -> Answer {
        self.receive(number, from, None, true, out)
    }

    fn receive(
        &self,
        ix: NumberIx,
        from: u64,
        reply_to: Option<u32>,
        call: bool,
        out: &mut Vec<Event>,
    ) -> Answer {
        let number = match self.known(ix) {
            Ok(number) => number,
            Err(unknown) => return unknown,
        };
        if !number.is_connected() {
            let detail = format!(
                "the number is {} and receives nothing",
                number.status(false).label()
            );
            return Answer::refused(Refusal::NumberNotRegistered, detail);
        }
        let known = self.contact(from);
        if known.is_some_and(|contact| number.has_blocked(contact)) {
            let detail = "the business has blocked this person: nothing from them arrives";
            return Answer::refused(Refusal::RecipientBlocked, detail);
        }
        let contact = known.unwrap_or_else(|| {
            let contact = ContactIx(self.contacts.len() as u32);
            out.push(ContactSeen { contact, e164: from }.into());
            contact
        });
        let message = MessageId {
            number: ix,
            seq: number.messages.next_seq(),
        };
        out.push(
            Received {
                message,
                contact,
                reply_to,
                call,
            }
            .into(),
        );
        Answer::Received { message, contact }
    }

    pub(super) fn feedback(
        &self,
        message: MessageId,
        feedback: Feedback,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        let Some(number) = self.number(message.number) else {
            return Answer::Unknown("phone number");
        };
        let Some(record) = number.messages.get(message.seq).copied() else {
            return Answer::Unknown("message");
        };
        if record.any(flag::INBOUND) {
            return Answer::refused(
                Refusal::InvalidParameter,
                "feedback is about messages to a person",
            );
        }
        if record.any(flag::FAILED) {
            return Answer::refused(Refusal::InvalidParameter, "the message has failed: nobody got it");
        }
        if record.is_held() {
            return Answer::refused(
                Refusal::InvalidParameter,
                "the message is held back: nobody got it yet",
            );
        }
        if record.any(flag::FILTERED) && !matches!(feedback, Feedback::Signal(Signal::Block(_))) {
            let detail = "the message was filtered for low quality: nobody got it";
            return Answer::refused(Refusal::InvalidParameter, detail);
        }
        let delivered = record.any(flag::DELIVERED);
        let arrives = matches!(feedback, Feedback::Delivered | Feedback::Read) && !delivered;
        if arrives && self.is_expired(message, now) {
            return Answer::refused(
                Refusal::InvalidParameter,
                "its time to live is over: the platform has dropped the message",
            );
        }
        match feedback {
            Feedback::Delivered if !delivered => {
                out.push(Delivered { message }.into());
                self.react(message, &record, now, out);
            }
            Feedback::Read if !record.any(flag::READ) => {
                if !delivered {
                    out.push(Delivered { message }.into());
                }
                out.push(Read { message }.into());
                self.judge_after_read(record.template, record.at(), out);
                if !delivered {
                    self.react(message, &record, now, out);
                }
            }
            Feedback::Delivered | Feedback::Read => {}
            Feedback::Failed { .. } if delivered => {
                return Answer::refused(
                    Refusal::InvalidParameter,
                    "the message has arrived: it cannot fail",
                );
            }
            Feedback::Failed { code } => out.push(Failed { message, code }.into()),
            Feedback::Signal(Signal::Block(reason)) => {
                return self.block(
                    message.number,
                    number,
                    self.survivor(record.contact),
                    reason,
                    now,
                    out,
                );
            }
            Feedback::Tapped { .. } | Feedback::Signal(_) if !delivered => {
                return Answer::refused(Refusal::InvalidParameter, "the message has not arrived yet");
            }
            Feedback::Tapped { button } => return self.tap(message, record.template, button, out),
            Feedback::Signal(signal) => {
                let contact = self.survivor(record.contact);
                // It is the same control, reached from the message.
                let stops = signal == Signal::OptOut && self.rules.recipients.opt_out;
                if stops && !number.is_stopped_by(contact) {
                    let number = message.number;
                    out.push(MarketingStopped { number, contact }.into());
                }
                let charged = record.is(flag::BUSINESS_INITIATED).then_some(message.seq);
                self.charge(message.number, contact, signal, charged, now, out);
            }
        }
        Answer::Done
    }

    fn tap(&self, message: MessageId, template: TemplateIx, button: u8, out: &mut Vec<Event>) -> Answer {
        let buttons = self.template(template).map_or(0, |of| buttons(&of.draft).len());
        if usize::from(button) >= buttons {
            let detail = format!("its template has {buttons} buttons, counted from 0");
            return Answer::refused(Refusal::InvalidParameter, detail);
        }
        out.push(Clicked { message, button }.into());
        Answer::Done
    }

    pub(super) fn person(
        &self,
        ix: NumberIx,
        e164: u64,
        act: PersonAct,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        let number = match self.known(ix) {
            Ok(number) => number,
            Err(unknown) => return unknown,
        };
        let Some(contact) = self.contact(e164) else {
            return Answer::Unknown("person");
        };
        match act {
            PersonAct::Block(reason) => self.block(ix, number, contact, reason, now, out),
            PersonAct::StopMarketing => self.stop_marketing(ix, number, contact, now, out),
            PersonAct::ResumeMarketing => self.resume_marketing(ix, number, contact, out),
            PersonAct::Unblock => {
                if number.blocked_by.contains(&contact) {
                    out.push(Unblocked { number: ix, contact }.into());
                }
                Answer::Done
            }
        }
    }

    /// A person's block counts once until unblocked; it is charged to the last business-initiated message that
    /// reached them within 7 days, else to the number.
    pub(super) fn block(
        &self,
        ix: NumberIx,
        number: &Number,
        contact: ContactIx,
        reason: BlockReason,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        if !number.blocked_by.contains(&contact) {
            let charged = number
                .messages
                .charged(contact, now.back(self.rules.rating.blame));
            self.charge(ix, contact, Signal::Block(reason), charged, now, out);
        }
        Answer::Done
    }

    pub(super) fn survivor(&self, contact: ContactIx) -> ContactIx {
        ContactIx(self.contacts.survivor(contact.0))
    }

    pub(super) fn merge_contacts(&self, from: u64, into: u64, out: &mut Vec<Event>) -> Answer {
        let (Some(from), Some(into)) = (self.contact(from), self.contact(into)) else {
            return Answer::Unknown("person");
        };
        if from != into {
            out.push(ContactsMerged { from, into }.into());
        }
        Answer::Done
    }

    /// Reviewers rate a number RED by themselves, or lift that (Q9).
    pub(super) fn moderate(
        &self,
        ix: NumberIx,
        hold: Option<RedReason>,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        let number = match self.known(ix) {
            Ok(number) => number,
            Err(unknown) => return unknown,
        };
        out.push(NumberHeld { number: ix, hold }.into());
        if hold.is_some() && number.rating() != Rating::Red {
            self.rate_number(ix, &number.evidence, Rating::Red, Cause::Review, now, out);
        }
        Answer::Done
    }
}
