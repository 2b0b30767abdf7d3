//! What single people got and asked for.

use decider::Timestamp;
use rulebook::edition::MarketingCounted;
use rulebook::refusal::Refusal;
use rulebook::template::draft::Category;

use crate::ids::{ContactIx, NumberIx, TemplateIx};
use crate::portfolio::messages::{Record, flag as bit};
use crate::portfolio::number::recipients::Recipients;
use crate::portfolio::{Portfolio, event};

impl Portfolio {
    /// Whether anything can stand against anybody: what a send asks first.
    pub(in crate::portfolio) fn set_guard(&mut self) {
        self.guarded = self.rules.recipients.guard() || self.numbers.iter().any(|n| n.recipients.is_some());
    }

    pub(super) fn on_settled(&mut self, number: NumberIx, change: impl FnOnce(&mut Recipients)) {
        self.with_number(number, |n| n.settle(change));
        self.set_guard();
    }

    fn is_limited_marketing(&self, template: TemplateIx) -> bool {
        self.rules.recipients.per_user.counts != MarketingCounted::Never
            && self
                .template(template)
                .is_some_and(|template| template.draft.category == Category::Marketing)
    }

    /// A business-initiated message was accepted.
    pub(super) fn take_marketing(&mut self, contact: ContactIx, template: TemplateIx, at: Timestamp) {
        if self.is_limited_marketing(template) {
            self.marketing.take(contact, &self.rules.recipients.per_user, at);
        }
    }

    /// An accepted message failed.
    pub(super) fn fail_marketing(&mut self, e: &event::Failed, record: &Record, at: Timestamp) {
        if !record.is(bit::BUSINESS_INITIATED) || !self.is_limited_marketing(record.template) {
            return;
        }
        let contact = ContactIx(self.contacts.survivor(record.contact.0));
        self.marketing.give_back(contact, record.at());
        if e.code == Refusal::PerUserCap.graph_code() {
            self.met_the_cap(e.message.number, contact, at);
        }
    }

    /// A send was refused at once.
    pub(super) fn on_refused(&mut self, e: &event::Refused, at: Timestamp) {
        self.with_number(e.number, |n| n.refusals.note(e.contact, e.refusal, at));
        if e.refusal == Refusal::PerUserCap.number() {
            self.met_the_cap(e.number, e.contact, at);
        }
    }

    fn met_the_cap(&mut self, number: NumberIx, contact: ContactIx, at: Timestamp) {
        if let Some(waba) = self.number(number).map(|n| n.waba) {
            self.marketing
                .met(waba, contact, &self.rules.recipients.per_user, at);
        }
    }
}
