//! The messages of one number, both directions, and the thread of each person with it.
//!
//! Promises: a message's record has a fixed size and stays for the rating window plus a day; everything about a
//! person's thread is found by walking back from their last message. Sequence numbers name a message for ever.

use decider::{Millis, Timestamp, mix};
use rulebook::index::Index;
use rulebook::ring::Ring;
use serde::{Deserialize, Serialize};

use crate::ids::{ContactIx, TemplateIx};

/// "No message".
pub const NONE: u32 = u32::MAX;

/// How far back a thread is walked: nobody gets more than this within the spans that matter.
const WALK_MAX: usize = 64;

/// So few threads are not worth looking after.
const THREADS_SPARE: usize = 256;

/// What is known of a message: 24 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// When it was accepted or received.
    pub at: Timestamp8,
    /// To or from whom.
    pub contact: ContactIx,
    /// With which template, or [`TemplateIx::NONE`].
    pub template: TemplateIx,
    /// The message before it in the same thread, or [`NONE`].
    pub before: u32,
    /// See [`flag`].
    pub flags: u16,
    /// The permanent number of the heaviest signal against it, 0 for none; [`FREE`] and [`TAPPED`]. [`flag`] has no bit left.
    harm: u16,
}

/// A time stamp inside a record, serialised as plain milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timestamp8(pub u64);

/// In [`Record::harm`]: free of charge, because the person came by a free entry point.
const FREE: u16 = 1 << 15;
/// In [`Record::harm`]: its person has tapped a button of it.
const TAPPED: u16 = 1 << 14;

/// The bits of [`Record::flags`].
pub mod flag {
    /// From the person.
    pub const INBOUND: u16 = 1;
    /// From the person: a call.
    pub const CALL: u16 = 1 << 1;
    /// To the person, and the same bit: arrives, or fails, at a time of its own, not with the others.
    pub const APART: u16 = CALL;
    /// Outside an open customer service window.
    pub const BUSINESS_INITIATED: u16 = 1 << 2;
    /// Left for the recipient.
    pub const SENT: u16 = 1 << 3;
    /// Arrived.
    pub const DELIVERED: u16 = 1 << 4;
    /// Read by the recipient (or, inbound, by the business).
    pub const READ: u16 = 1 << 5;
    /// Failed after it was accepted.
    pub const FAILED: u16 = 1 << 6;
    /// Counts as exposure of the number.
    pub const EXPOSED: u16 = 1 << 7;
    /// Counts as exposure of its template.
    pub const TEMPLATE_EXPOSED: u16 = 1 << 8;
    /// Its signal was weighed as part of a burst.
    pub const BURST: u16 = 1 << 9;
    /// Arrived by an event of its own ([`crate::portfolio::Event::Delivered`]).
    pub const ALONE: u16 = 1 << 10;
    /// Filtered for low quality: it leaves and never arrives.
    pub const FILTERED: u16 = 1 << 14;
    /// Arrived before it was said to have left.
    pub const AHEAD: u16 = 1 << 11;
    /// Waited for feedback on others, or waits still.
    pub const HELD: u16 = 1 << 12;
    /// Waits no longer: it was let go.
    pub const RELEASED: u16 = 1 << 13;
    /// Sent by the interface for marketing messages.
    pub const MARKETING_INTERFACE: u16 = 1 << 15;
}

impl Record {
    /// When it was accepted or received.
    pub fn at(&self) -> Timestamp {
        Timestamp::from_millis(self.at.0)
    }

    /// The permanent number of the heaviest signal against it; 0 for none.
    pub fn signal(&self) -> u8 {
        self.harm as u8
    }

    pub(super) fn set_signal(&mut self, signal: u8) {
        self.harm = self.harm & (FREE | TAPPED) | u16::from(signal);
    }

    /// Whether it is free of charge, because the person came by a free entry point.
    pub fn is_free(&self) -> bool {
        self.harm & FREE != 0
    }

    /// Whether its person has tapped a button of it.
    pub fn is_tapped(&self) -> bool {
        self.harm & TAPPED != 0
    }

    pub(super) fn set_tapped(&mut self) {
        self.harm |= TAPPED;
    }

    pub(super) fn set_free(&mut self) {
        self.harm |= FREE;
    }

    /// Whether all bits of `flags` are set.
    pub fn is(&self, flags: u16) -> bool {
        self.flags & flags == flags
    }

    /// Whether it waits for feedback on others.
    pub fn is_held(&self) -> bool {
        self.any(flag::HELD) && !self.any(flag::RELEASED | flag::FAILED)
    }

    /// Whether any bit of `flags` is set.
    pub fn any(&self, flags: u16) -> bool {
        self.flags & flags != 0
    }
}

/// A person's thread: its last message, and the last one from the person.
#[derive(Clone, Copy, Debug, Default)]
struct Thread {
    last: u32,
    inbound: u32,
}

/// All messages of a number.
#[derive(Debug, Default)]
pub struct Messages {
    ring: Ring<Record>,
    threads: Index<u32, Thread>,
    /// The first message that has not left yet.
    pub sent_until: u32,
    /// The first message that has not arrived yet.
    pub delivered_until: u32,
    digest: u64,
}

impl Messages {
    /// The sequence number of the next message.
    pub fn next_seq(&self) -> u32 {
        self.ring.next_seq() as u32
    }

    /// A message that is still kept.
    pub fn get(&self, seq: u32) -> Option<&Record> {
        self.ring.get(u64::from(seq))
    }

    /// When the person last wrote or called, as far as that can matter.
    pub fn last_inbound(&self, contact: ContactIx) -> Option<Timestamp> {
        let thread = self.threads.get(contact.0)?;
        if thread.inbound == NONE {
            return None;
        }
        self.get(thread.inbound).map(Record::at)
    }

    /// The person's messages from the last one back: at most 64.
    pub fn thread(&self, contact: ContactIx) -> impl Iterator<Item = (u32, &Record)> {
        let mut seq = self.threads.get(contact.0).map_or(NONE, |thread| thread.last);
        core::iter::from_fn(move || {
            let record = (seq != NONE).then(|| self.get(seq)).flatten()?;
            Some((core::mem::replace(&mut seq, record.before), record))
        })
        .take(WALK_MAX)
    }

    /// The last business-initiated message that reached the person since `since`: the one that a block is charged to.
    pub fn charged(&self, contact: ContactIx, since: Timestamp) -> Option<u32> {
        self.thread(contact)
            .take_while(|(_, record)| record.at() > since)
            .find(|(_, record)| record.is(flag::BUSINESS_INITIATED | flag::DELIVERED))
            .map(|(seq, _)| seq)
    }

    /// Adds a message and returns its sequence number.
    pub fn push(&mut self, at: Timestamp, contact: ContactIx, template: TemplateIx, flags: u16) -> u32 {
        let seq = self.next_seq();
        let kept = self.ring.front_seq() as u32;
        let before = self.threads.get(contact.0).filter(|thread| thread.last >= kept);
        let record = Record {
            at: Timestamp8(at.millis()),
            contact,
            template,
            before: before.map_or(NONE, |thread| thread.last),
            flags,
            harm: 0,
        };
        self.digest = mix(self.digest ^ at.millis() ^ (u64::from(contact.0) << 32) ^ u64::from(flags));
        let inbound = if flags & flag::INBOUND != 0 {
            seq
        } else {
            before.map_or(NONE, |t| t.inbound)
        };
        // Threads of dropped messages stay until their room is needed: they lead nowhere.
        self.threads
            .insert_purging(contact.0, Thread { last: seq, inbound }, |_, thread| {
                thread.last >= kept
            });
        self.ring.push(record);
        seq
    }

    /// Changes what is known of a message, if it is still kept.
    pub fn update(&mut self, seq: u32, change: impl FnOnce(&mut Record)) {
        if let Some(record) = self.ring.get_mut(u64::from(seq)) {
            change(record);
            self.digest = mix(self.digest ^ u64::from(seq) ^ (u64::from(record.flags) << 40));
        }
    }

    /// Drops at most `most` messages accepted before `before`.
    pub fn drop_old(&mut self, before: Timestamp, most: usize) {
        for _ in 0..most {
            match self.ring.front() {
                Some(record) if record.at() < before => {}
                _ => break,
            }
            let seq = self.ring.front_seq() as u32;
            self.ring.pop_front();
            self.sent_until = self.sent_until.max(seq + 1);
            self.delivered_until = self.delivered_until.max(seq + 1);
        }
        self.drop_threads();
    }

    /// After a great broadcast, gives the room of threads that lead nowhere back, a sub-table at a time.
    fn drop_threads(&mut self) {
        if self.threads.len() > 4 * self.ring.len() + THREADS_SPARE {
            let kept = self.ring.front_seq() as u32;
            self.threads.purge_next(|_, thread| thread.last >= kept);
        }
    }

    /// Marks a message as arrived, and says what it exposes: (the number, its template). At most one exposure of each
    /// a person within `every`.
    pub fn deliver(&mut self, seq: u32, every: Millis) -> Option<(Record, bool, bool)> {
        let record = *self.get(seq)?;
        if record.any(flag::INBOUND | flag::DELIVERED | flag::FAILED | flag::FILTERED) {
            return None;
        }
        let (mut number, mut template) = (false, false);
        if record.is(flag::BUSINESS_INITIATED) {
            let since = record.at().back(every);
            let earlier = |bit: u16, same: bool| {
                self.thread(record.contact)
                    .take_while(|(_, other)| other.at() > since)
                    .any(|(_, other)| other.is(bit) && (!same || other.template == record.template))
            };
            number = !earlier(flag::EXPOSED, false);
            template = record.template != TemplateIx::NONE && !earlier(flag::TEMPLATE_EXPOSED, true);
        }
        let bits = if number { flag::EXPOSED } else { 0 } | if template { flag::TEMPLATE_EXPOSED } else { 0 };
        self.update(seq, |record| record.flags |= flag::SENT | flag::DELIVERED | bits);
        Some((record, number, template))
    }

    /// Two people are one: the threads unite behind the later message.
    pub fn merge(&mut self, from: ContactIx, into: ContactIx) {
        let Some(old) = self.threads.remove(from.0) else {
            return;
        };
        let Some(kept) = self.threads.get(into.0) else {
            self.threads.insert(into.0, old);
            return;
        };
        let later = |a: u32, b: u32| if a == NONE || (b != NONE && b > a) { b } else { a };
        let thread = Thread {
            last: later(kept.last, old.last),
            inbound: later(kept.inbound, old.inbound),
        };
        self.threads.insert(into.0, thread);
        self.digest = mix(self.digest ^ u64::from(from.0) ^ (u64::from(into.0) << 32));
    }

    /// Asks for what a message to this person reads: see [`rulebook::prefetch`].
    pub(super) fn prefetch(&self, contact: u32) {
        self.threads.prefetch(contact);
        self.ring.prefetch(self.ring.next_seq().saturating_sub(1));
    }

    /// How many messages are kept, and the bytes of all this on the heap.
    pub fn footprint(&self) -> (usize, usize) {
        (
            self.ring.len(),
            self.ring.heap_bytes() + self.threads.heap_bytes(),
        )
    }

    /// Changes with every change.
    pub fn digest(&self) -> u64 {
        self.digest ^ mix(u64::from(self.sent_until) << 32 | u64::from(self.delivered_until))
    }
}

/// The stored form of [`Messages`]: the records; threads follow from them.
#[derive(Serialize, Deserialize)]
pub struct MessagesV1 {
    front: u64,
    records: Vec<Record>,
    sent_until: u32,
    delivered_until: u32,
    digest: u64,
}

impl Messages {
    /// The stored form.
    pub fn to_parts(&self) -> MessagesV1 {
        MessagesV1 {
            front: self.ring.front_seq(),
            records: self.ring.iter().map(|(_, record)| *record).collect(),
            sent_until: self.sent_until,
            delivered_until: self.delivered_until,
            digest: self.digest,
        }
    }

    /// From the stored form; `survivor` names the person that a merged one became.
    pub fn from_parts(parts: MessagesV1, survivor: impl Fn(u32) -> u32) -> Self {
        let mut messages = Messages {
            ring: Ring::starting_at(parts.front),
            threads: Index::new(),
            sent_until: parts.sent_until,
            delivered_until: parts.delivered_until,
            digest: parts.digest,
        };
        for record in parts.records {
            let seq = messages.ring.push(record) as u32;
            let contact = survivor(record.contact.0);
            let inbound = if record.any(flag::INBOUND) {
                seq
            } else {
                messages
                    .threads
                    .get(contact)
                    .map_or(NONE, |thread| thread.inbound)
            };
            messages.threads.insert(contact, Thread { last: seq, inbound });
        }
        messages
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Millis = Millis::DAY;

    fn at(hours: u64) -> Timestamp {
        Timestamp::from_millis(1_000_000_000_000) + Millis::hours(hours)
    }

    #[test]
    fn one_exposure_a_person_a_day() {
        let mut messages = Messages::default();
        let (anna, sale, news) = (ContactIx(1), TemplateIx(0), TemplateIx(1));
        // (hour, template, exposes the number, exposes the template)
        let rows = [
            (0, sale, true, true),
            (1, sale, false, false),
            (2, news, false, true),
            (24, sale, true, true),
            (26, news, false, true),
        ];
        for (hour, template, number, of_template) in rows {
            let seq = messages.push(at(hour), anna, template, flag::BUSINESS_INITIATED);
            let got = messages.deliver(seq, DAY).map(|(_, n, t)| (n, t));
            assert_eq!(got, Some((number, of_template)), "hour {hour}");
            assert_eq!(messages.deliver(seq, DAY), None, "twice");
        }
    }

    #[test]
    fn a_block_is_charged_to_the_last_delivered_initiated_message() {
        let mut messages = Messages::default();
        let anna = ContactIx(1);
        let first = messages.push(at(0), anna, TemplateIx(0), flag::BUSINESS_INITIATED);
        messages.deliver(first, DAY);
        messages.push(at(1), anna, TemplateIx(0), flag::BUSINESS_INITIATED);
        messages.push(at(2), anna, TemplateIx::NONE, 0);
        assert_eq!(messages.charged(anna, at(0).back(Millis::HOUR)), Some(first));
        assert_eq!(messages.charged(anna, at(0)), None);
        assert_eq!(messages.charged(ContactIx(2), Timestamp::ZERO), None);
    }

    #[test]
    fn what_is_dropped_is_forgotten_and_the_rest_restored() {
        let mut messages = Messages::default();
        messages.push(at(0), ContactIx(1), TemplateIx::NONE, flag::INBOUND);
        messages.push(at(1), ContactIx(2), TemplateIx::NONE, flag::INBOUND);
        messages.push(at(9), ContactIx(2), TemplateIx(3), 0);
        messages.drop_old(at(1), 10);
        assert_eq!(messages.last_inbound(ContactIx(1)), None);
        assert_eq!(messages.last_inbound(ContactIx(2)), Some(at(1)));
        let again = Messages::from_parts(messages.to_parts(), |contact| contact);
        assert_eq!(again.digest(), messages.digest());
        assert_eq!(again.last_inbound(ContactIx(2)), Some(at(1)));
        assert_eq!(again.next_seq(), 3);
        assert_eq!(size_of::<Record>(), 24);
    }
}
