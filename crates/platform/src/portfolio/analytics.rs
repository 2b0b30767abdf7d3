//! What a business may see of its own figures: messages of numbers by half-hour and day, templates by day (G13 to G15).
//!
//! Promises: counted as it happens, in bounded room: half-hours for the edition's span, then days, for as far back as
//! the edition lets anybody look. A message that is counted costs a look at the newest cells, no search.
//! Nothing decides by it, so it is no part of the digest.
//! Must not know: who asks, in which shape it is told.

pub mod insights;
pub mod query;
pub mod traffic;

use std::collections::BTreeMap;

use decider::Timestamp;
use rulebook::country::Country;
use rulebook::edition::PricingModel;
use rulebook::pricing::{self, PriceCategory, PriceType, Sent};
use rulebook::rating::BlockReason;

use super::Portfolio;
use super::event::Clicked;
use super::messages::{Record, flag as bit};
use super::snapshot::sections::{Section, write};
use crate::ids::{ContactIx, MessageId, NumberIx, TemplateIx, WabaIx};
use insights::Insights;
use traffic::{Count, Kind, Region, Traffic};

/// A conversation lasts so long.
const CONVERSATION: decider::Millis = decider::Millis::DAY;

/// What is known of all accounts and numbers.
#[derive(Debug, Default)]
pub struct Analytics {
    /// Since when each account keeps insights of its templates.
    since: BTreeMap<WabaIx, u64>,
    /// By number.
    traffic: Vec<Traffic>,
}

impl Analytics {
    /// Since when an account keeps insights of its templates; `None`: it does not.
    pub fn since(&self, waba: WabaIx) -> Option<Timestamp> {
        self.since.get(&waba).copied().map(Timestamp::from_millis)
    }

    /// The figures of a number.
    pub fn traffic(&self, number: NumberIx) -> Option<&Traffic> {
        self.traffic.get(number.index())
    }

    fn traffic_mut(&mut self, number: NumberIx) -> &mut Traffic {
        if self.traffic.len() <= number.index() {
            self.traffic.resize_with(number.index() + 1, Traffic::default);
        }
        &mut self.traffic[number.index()]
    }
}

impl Portfolio {
    /// As what a message is priced.
    pub fn price(&self, record: &Record) -> (PriceCategory, PriceType) {
        let sent = Sent {
            category: self
                .template(record.template)
                .map(|template| template.draft.category),
            by_marketing_interface: record.any(bit::MARKETING_INTERFACE),
            business_initiated: record.any(bit::BUSINESS_INITIATED),
            free_entry: record.is_free(),
        };
        pricing::of(&self.rules.pricing, sent)
    }

    /// The figures of a template.
    pub fn insights(&self, template: TemplateIx) -> Option<&Insights> {
        self.template(template).map(|template| &template.insights)
    }

    pub(super) fn on_insights_since(&mut self, waba: WabaIx, at: Timestamp) {
        self.analytics.since.entry(waba).or_insert(at.millis());
    }

    /// A message has left for its recipient.
    pub(super) fn count_sent(&mut self, number: NumberIx, record: &Record, at: Timestamp) {
        self.count_traffic(number, record, at, Count::Sent);
        let lite = record.any(bit::MARKETING_INTERFACE);
        if let Some(template) = self.templates.get_mut(record.template.index()) {
            template.insights.sent(record.at(), lite, at);
        }
    }

    /// A message has arrived; `first`: nobody said before that it had left.
    pub(super) fn count_delivered(
        &mut self,
        message: MessageId,
        record: &Record,
        first: bool,
        at: Timestamp,
    ) {
        if first {
            self.count_sent(message.number, record, at);
        }
        self.count_traffic(message.number, record, at, Count::Delivered);
        let opened = match self.rules.pricing.model {
            PricingModel::Conversation => self.count_conversation(message, record, at),
            PricingModel::Message => true,
        };
        let billed = opened && self.price(record).1 == PriceType::Regular;
        self.with_insights(record, |day| {
            day.delivered += 1;
            day.billed += u32::from(billed);
        });
    }

    /// A person has read a message.
    pub(super) fn count_read(&mut self, record: &Record) {
        self.with_insights(record, |day| day.read += 1);
    }

    /// A person has blocked the business, for a message.
    pub(super) fn count_block(&mut self, record: &Record, reason: BlockReason) {
        self.with_insights(record, |day| day.blocks[reason as usize] += 1);
    }

    /// A person has written.
    pub(super) fn count_received(&mut self, number: NumberIx, contact: ContactIx, at: Timestamp) {
        let region = self.region_of(contact);
        let traffic = self.analytics.traffic_mut(number);
        traffic.count((region, Kind::RECEIVED), Count::Sent, at, &self.rules.analytics);
    }

    /// A person tapped a button.
    pub(super) fn on_clicked(&mut self, e: &Clicked) {
        self.count_tap(e.message, e.button);
    }

    fn count_tap(&mut self, message: MessageId, button: u8) {
        let Some(record) = self.record_of(message) else {
            return;
        };
        let is_first = !record.is_tapped();
        self.with_number(message.number, |n| {
            n.messages.update(message.seq, Record::set_tapped)
        });
        self.with_insights(&record, |day| day.tap(button, is_first));
    }

    /// A person followed the link in a message: that of its first link button.
    pub(super) fn count_link(&mut self, message: MessageId) {
        let Some(record) = self.record_of(message) else {
            return;
        };
        let button = self
            .template(record.template)
            .and_then(|template| insights::first_link(&template.draft));
        if let Some(button) = button {
            self.count_tap(message, button);
        }
    }

    fn record_of(&self, message: MessageId) -> Option<Record> {
        self.number(message.number)?.messages.get(message.seq).copied()
    }

    fn region_of(&self, contact: ContactIx) -> Region {
        let e164 = self.contacts.e164(self.contacts.survivor(contact.0));
        Region::of(e164.and_then(Country::of))
    }

    fn count_traffic(&mut self, number: NumberIx, record: &Record, at: Timestamp, count: Count) {
        let key = (self.region_of(record.contact), self.kind_of(record));
        let traffic = self.analytics.traffic_mut(number);
        traffic.count(key, count, at, &self.rules.analytics);
    }

    fn kind_of(&self, record: &Record) -> Kind {
        let (category, kind) = self.price(record);
        Kind::message(category, kind, record.template != TemplateIx::NONE)
    }

    /// Counts a message that opens a conversation: none of its category was open with that person. Says whether it does.
    fn count_conversation(&mut self, message: MessageId, record: &Record, at: Timestamp) -> bool {
        let (category, kind) = self.price(record);
        if !self.opens_conversation(message, record, category) {
            return false;
        }
        let key = Kind::conversation(category, kind, record.any(bit::BUSINESS_INITIATED));
        let region = self.region_of(record.contact);
        let traffic = self.analytics.traffic_mut(message.number);
        traffic.count((region, key), Count::Delivered, at, &self.rules.analytics);
        true
    }

    fn opens_conversation(&self, message: MessageId, record: &Record, category: PriceCategory) -> bool {
        let Some(number) = self.number(message.number) else {
            return false;
        };
        let same = |(seq, other): &(u32, &Record)| {
            *seq < message.seq
                && other.any(bit::DELIVERED)
                && !other.any(bit::INBOUND)
                && self.price(other).0 == category
        };
        // Newest first. The last that began one cannot be older than the first gap of a conversation's length.
        let mut later = record.at();
        let mut earlier = Vec::new();
        for (_, other) in number.messages.thread(record.contact).filter(same) {
            if later.since(other.at()) >= CONVERSATION {
                break;
            }
            later = other.at();
            earlier.push(later);
        }
        let began = earlier.into_iter().rev().reduce(|began, next| {
            if next.since(began) >= CONVERSATION {
                next
            } else {
                began
            }
        });
        began.is_none_or(|began| record.at().since(began) >= CONVERSATION)
    }

    /// Changes the figures of the day on which a message of a template was sent.
    fn with_insights(&mut self, record: &Record, change: impl FnOnce(&mut insights::Day)) {
        let lite = record.any(bit::MARKETING_INTERFACE);
        if let Some(template) = self.templates.get_mut(record.template.index()) {
            template.insights.change(record.at(), lite, change);
        }
    }
}

/// Figures of numbers, by number in order.
pub(crate) const TRAFFIC: Section = Section {
    id: 70,
    version: 1,
    store: |portfolio| {
        let traffic = &portfolio.analytics.traffic;
        (!traffic.is_empty()).then(|| write(traffic))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(postcard::from_bytes(bytes).map(|traffic| portfolio.analytics.traffic = traffic)),
        _ => None,
    },
};

/// Figures of templates, of those that have any.
pub(crate) const INSIGHTS: Section = Section {
    id: 71,
    version: 1,
    store: |portfolio| {
        let templates = (0..).map(TemplateIx).zip(&portfolio.templates);
        let kept: Vec<(TemplateIx, &Insights)> = templates
            .filter(|(_, template)| !template.insights.is_empty())
            .map(|(ix, template)| (ix, &template.insights))
            .collect();
        (!kept.is_empty()).then(|| write(&kept))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(
            postcard::from_bytes(bytes).map(|kept: Vec<(TemplateIx, Insights)>| {
                for (ix, insights) in kept {
                    if let Some(template) = portfolio.templates.get_mut(ix.index()) {
                        template.insights = insights;
                    }
                }
            }),
        ),
        _ => None,
    },
};

/// Which accounts keep insights, since when.
pub(crate) const SINCE: Section = Section {
    id: 77,
    version: 1,
    store: |portfolio| {
        let since = &portfolio.analytics.since;
        (!since.is_empty()).then(|| write(since))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(postcard::from_bytes(bytes).map(|since| portfolio.analytics.since = since)),
        _ => None,
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portfolio::snapshot::sections::tests::check;
    use rulebook::edition::Edition;

    #[test]
    fn the_bytes_of_traffic_stay() {
        let rule = &Edition::named("2023-per-number").expect("known").analytics;
        let at = |days| Timestamp::from_millis(1_693_832_400_000) + decider::Millis::days(days);
        let key = (
            Region::of(Country::named("DE")),
            Kind::message(PriceCategory::Utility, PriceType::Regular, true),
        );
        check(
            &TRAFFIC,
            0,
            "020000 01dac63944452c0101 01c0b73944452c0100",
            |portfolio| {
                let traffic = portfolio.analytics.traffic_mut(NumberIx(1));
                traffic.count(key, Count::Sent, at(0), rule);
                traffic.count(key, Count::Sent, at(40), rule);
                traffic.count(key, Count::Delivered, at(40), rule);
            },
        );
    }

    #[test]
    fn the_bytes_of_since_stay() {
        check(&SINCE, 0, "010180999d82a631", |portfolio| {
            portfolio.on_insights_since(WabaIx(1), Timestamp::from_millis(1_693_832_400_000));
        });
    }
}
