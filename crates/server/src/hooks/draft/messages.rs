//! Field `messages`: what people wrote, and how far messages to them came.

use cloud_api::webhook::messages::{DeliveryStatus, Pricing};
use platform::ids::{ContactIx, MessageId, NumberIx};
use platform::portfolio::Portfolio;
use platform::portfolio::event::{
    DeliveredThrough, Failed, HeldArrived, HeldDropped, HeldReleased, Received, SentThrough,
};
use platform::portfolio::messages::{Record, flag};
use rulebook::refusal::Refusal;

use super::pricing::{FreeConversation, free_conversation, pricing};
use super::{Change, Draft};

/// A person and the business's number, as both directions name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::hooks) struct Parties {
    /// The business's number: digits with country code.
    pub(in crate::hooks) e164: u64,
    pub(in crate::hooks) contact: ContactIx,
    /// The person's number, unless erased.
    pub(in crate::hooks) phone: Option<u64>,
    /// The person has an id of their own for this business.
    pub(in crate::hooks) has_user_id: bool,
}

/// How far a message came.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::hooks) struct Status {
    pub(in crate::hooks) parties: Parties,
    pub(in crate::hooks) message: MessageId,
    pub(in crate::hooks) status: DeliveryStatus,
    /// On `sent` and `delivered`.
    pub(in crate::hooks) pricing: Option<Pricing>,
    /// Of a message that is free because its person came by a free entry point.
    pub(in crate::hooks) conversation: Option<FreeConversation>,
    /// On `failed`.
    pub(in crate::hooks) failure: Option<Failure>,
}

/// Why a message failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::hooks) struct Failure {
    /// The platform's code.
    pub(in crate::hooks) code: u32,
    /// The reason, where it is known which of those that have this code.
    pub(in crate::hooks) refusal: Option<Refusal>,
}

impl Failure {
    /// With whatever reason the code is for.
    fn of(code: u32) -> Self {
        Failure { code, refusal: None }
    }
}

/// What a person wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::hooks) struct Inbound {
    pub(in crate::hooks) parties: Parties,
    pub(in crate::hooks) message: MessageId,
    /// The message that it answers, and whether that one was a person's too.
    pub(in crate::hooks) reply_to: Option<(MessageId, bool)>,
}

/// What a person asked to be kept from them, or to come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::hooks) struct Preference {
    pub(in crate::hooks) parties: Parties,
    pub(in crate::hooks) number: NumberIx,
    /// Marketing stopped; else it may come again.
    pub(in crate::hooks) stopped: bool,
}

/// `sent` for each message of the range that left with it.
pub(super) fn sent_through(portfolio: &Portfolio, e: &SentThrough, out: &mut Vec<Draft>) {
    let left = |record: &Record| record.is(flag::SENT) && !record.any(flag::AHEAD | flag::HELD);
    range(
        portfolio,
        e.number,
        e.from..e.until,
        DeliveryStatus::Sent,
        left,
        out,
    );
}

/// `delivered` for each message of the range that arrived with it: not at those who have blocked the number.
pub(super) fn delivered_through(portfolio: &Portfolio, e: &DeliveredThrough, out: &mut Vec<Draft>) {
    let arrived = |record: &Record| record.is(flag::DELIVERED) && !record.any(flag::ALONE | flag::HELD);
    range(
        portfolio,
        e.number,
        e.from..e.until,
        DeliveryStatus::Delivered,
        arrived,
        out,
    );
}

fn range(
    portfolio: &Portfolio,
    number: NumberIx,
    range: std::ops::Range<u32>,
    status: DeliveryStatus,
    is_about: impl Fn(&Record) -> bool,
    out: &mut Vec<Draft>,
) {
    let Some(of) = portfolio.number(number) else {
        return;
    };
    for seq in range {
        let about = of
            .messages
            .get(seq)
            .filter(|record| !record.any(flag::INBOUND) && is_about(record));
        if about.is_some() {
            push(portfolio, MessageId { number, seq }, status, None, seq, out);
        }
    }
}

/// `sent` for each held message that was let go and left with it.
pub(super) fn released(portfolio: &Portfolio, e: &HeldReleased, out: &mut Vec<Draft>) {
    let left = |record: &Record| record.is(flag::SENT) && !record.any(flag::AHEAD);
    listed(portfolio, &e.messages, (DeliveryStatus::Sent, None), left, out);
}

/// `delivered` for each of them that arrived with it.
pub(super) fn released_arrived(portfolio: &Portfolio, e: &HeldArrived, out: &mut Vec<Draft>) {
    let arrived = |record: &Record| record.is(flag::DELIVERED) && !record.any(flag::ALONE);
    listed(
        portfolio,
        &e.messages,
        (DeliveryStatus::Delivered, None),
        arrived,
        out,
    );
}

/// `failed` for each held message that was dropped.
pub(super) fn dropped(portfolio: &Portfolio, e: &HeldDropped, out: &mut Vec<Draft>) {
    let why = Failure {
        code: e.code,
        refusal: Some(Refusal::TemplateDropped),
    };
    let failed = (DeliveryStatus::Failed, Some(why));
    listed(portfolio, &e.messages, failed, |_| true, out);
}

fn listed(
    portfolio: &Portfolio,
    messages: &[MessageId],
    (status, failure): (DeliveryStatus, Option<Failure>),
    is_about: impl Fn(&Record) -> bool,
    out: &mut Vec<Draft>,
) {
    for (item, message) in (0..).zip(messages) {
        let record = portfolio
            .number(message.number)
            .and_then(|of| of.messages.get(message.seq));
        if record.is_some_and(&is_about) {
            push(portfolio, *message, status, failure, item, out);
        }
    }
}

/// `delivered` for one message, and `sent` if nobody said that before.
pub(super) fn delivered(portfolio: &Portfolio, message: MessageId, out: &mut Vec<Draft>) {
    let record = portfolio
        .number(message.number)
        .and_then(|number| number.messages.get(message.seq));
    if record.is_some_and(|record| record.any(flag::AHEAD)) {
        push(portfolio, message, DeliveryStatus::Sent, None, 0, out);
    }
    push(portfolio, message, DeliveryStatus::Delivered, None, 1, out);
}

pub(super) fn read(portfolio: &Portfolio, message: MessageId, out: &mut Vec<Draft>) {
    push(portfolio, message, DeliveryStatus::Read, None, 0, out);
}

pub(super) fn failed(portfolio: &Portfolio, e: &Failed, out: &mut Vec<Draft>) {
    push(
        portfolio,
        e.message,
        DeliveryStatus::Failed,
        Some(Failure::of(e.code)),
        0,
        out,
    );
}

fn push(
    portfolio: &Portfolio,
    message: MessageId,
    status: DeliveryStatus,
    failure: Option<Failure>,
    item: u32,
    out: &mut Vec<Draft>,
) {
    let Some(number) = portfolio.number(message.number) else {
        return;
    };
    let Some(record) = number.messages.get(message.seq) else {
        return;
    };
    let priced = matches!(status, DeliveryStatus::Sent | DeliveryStatus::Delivered);
    let status = Status {
        parties: parties(portfolio, number.e164, record.contact),
        message,
        status,
        pricing: priced.then(|| pricing(portfolio, record)),
        conversation: free_conversation(portfolio, message, record, status),
        failure,
    };
    out.push(Draft {
        item,
        waba: number.waba,
        number: Some(message.number),
        change: Change::Status(status),
    });
}

pub(super) fn received(portfolio: &Portfolio, e: &Received, out: &mut Vec<Draft>) {
    let Some(number) = portfolio.number(e.message.number) else {
        return;
    };
    if e.call {
        return;
    }
    let reply_to = e.reply_to.map(|seq| {
        let record = number.messages.get(seq);
        let inbound = record.is_some_and(|record| record.any(flag::INBOUND));
        (
            MessageId {
                number: e.message.number,
                seq,
            },
            inbound,
        )
    });
    let parties = parties(portfolio, number.e164, e.contact);
    let inbound = Inbound {
        parties,
        message: e.message,
        reply_to,
    };
    out.push(Draft {
        item: 0,
        waba: number.waba,
        number: Some(e.message.number),
        change: Change::Inbound(inbound),
    });
}

pub(super) fn preference(
    portfolio: &Portfolio,
    ix: NumberIx,
    contact: ContactIx,
    stopped: bool,
    out: &mut Vec<Draft>,
) {
    let Some(number) = portfolio.number(ix) else {
        return;
    };
    let preference = Preference {
        parties: parties(portfolio, number.e164, contact),
        number: ix,
        stopped,
    };
    out.push(Draft {
        item: 0,
        waba: number.waba,
        number: Some(ix),
        change: Change::Preference(preference),
    });
}

fn parties(portfolio: &Portfolio, e164: u64, contact: ContactIx) -> Parties {
    Parties {
        e164,
        contact,
        phone: portfolio.phone_of(contact),
        has_user_id: portfolio.edition().recipients.user_ids,
    }
}
