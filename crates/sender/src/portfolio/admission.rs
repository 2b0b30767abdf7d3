//! What a send must pass, in the order in which it is asked: one file a check. The first objection is the one named;
//! the order is that of [`Refusal`], and published.
//!
//! Promises: nothing here changes anything; a free-form message is never refused because we believe the service window
//! closed, and nothing inside an open window because of a broadcast, an incident or a used-up limit (invariant 6).
//! Must not know: idempotency, what is stored.

mod account;
mod caps;
mod category;
mod caution;
mod consent;
mod headroom;
mod number;
mod opt_out;
mod pair_rate;
mod quiet_hours;
mod repetition;
mod stop;
mod template;
mod throughput;

use decider::{Millis, Timestamp};
use rulebook::service_window;
use rulebook::template::draft::Category;

use super::Portfolio;
use super::facts::{Facts, UNLIMITED};
use super::number::Number;
use super::people::{Person, flag};
use super::scope::Scope;
use super::template::Template;
use crate::ids::{ContactIx, NumberIx, PersonKey, TemplateIx, TopicKey};
use crate::lane::Lane;
use crate::mirror::{Known, Source, Value};
use crate::quiet_hours::Zone;
use crate::refusal::Refusal;

pub(super) use throughput::take;

/// A template counts as business-initiated unless the service window is known to stay open for this long: the message
/// needs time to arrive at the platform, whose clock is its own (invariant 6).
const WINDOW_MARGIN: Millis = Millis::MINUTE;

/// A send, and all that decides about it.
pub(super) struct Case<'a> {
    pub(super) portfolio: &'a Portfolio,
    pub(super) now: Timestamp,
    pub(super) number: (NumberIx, &'a Number),
    pub(super) scope: &'a Scope,
    /// Whom the app named.
    pub(super) to: PersonKey,
    /// Also of somebody who is only about to become known.
    pub(super) contact: ContactIx,
    pub(super) person: Person,
    /// As whom the window counts them: see [`super::people::People::own_id`].
    pub(super) counted: ContactIx,
    /// `None` for a free-form message.
    pub(super) template: Option<Sent<'a>>,
    pub(super) template_ix: TemplateIx,
    pub(super) topic: TopicKey,
    pub(super) text: u32,
    pub(super) lane: Lane,
    /// When the person last wrote to this number, while the window that this opened is open.
    pub(super) window: Option<Timestamp>,
    /// A reply: free-form, or inside a window that stays open long enough.
    pub(super) reply: bool,
}

/// A template that is sent.
#[derive(Clone, Copy)]
pub(super) struct Sent<'a> {
    /// What is known of it; `None` if it was never heard of.
    pub(super) known: Option<&'a Template>,
    /// The category that it had when the send was planned.
    pub(super) planned: Option<Category>,
}

/// Why a send does not go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Objection {
    pub(super) refusal: Refusal,
    /// When it could go, if that is known.
    pub(super) until: Option<Timestamp>,
}

type Check = fn(&Case<'_>) -> Option<Objection>;

/// All checks, in order of precedence.
const CHECKS: &[Check] = &[
    account::check,
    number::check,
    number::throttled,
    template::check,
    category::check,
    consent::withdrawn,
    opt_out::check,
    consent::check,
    caps::check,
    quiet_hours::check,
    stop::check,
    headroom::check,
    pair_rate::check,
    throughput::check,
    repetition::check,
    caution::check,
];

impl Case<'_> {
    /// The first objection, if there is one.
    pub(super) fn objection(&self) -> Option<Objection> {
        CHECKS.iter().find_map(|check| check(self))
    }

    /// Whether it counts towards the messaging limit: a template outside of an open window. A free-form message does
    /// not: the platform takes it only inside.
    pub(super) fn counts(&self) -> bool {
        self.template.is_some() && !self.reply
    }

    /// Where the person's clock may stand, as far as a phone number of theirs tells.
    fn zone(&self) -> Zone {
        let e164 = || self.portfolio.people.e164(self.contact);
        Zone::of(self.to.e164().or_else(e164))
    }

    /// Whether what is kept from people who did not ask is kept from this one: nothing that answers them.
    fn is_unasked(&self) -> bool {
        self.lane == Lane::Marketing || self.lane != Lane::Service && !self.reply
    }

    /// What it is decided by.
    pub(super) fn facts(&self) -> Facts {
        let (_, number) = self.number;
        let (limit, limit_from) = self.scope.limit(&self.portfolio.edition().limits);
        let template = self.template.and_then(|sent| sent.known);
        Facts {
            edition: self.portfolio.edition().id.number(),
            policy: self.portfolio.policy_version,
            used: self.scope.used(self.now),
            limit: limit.people().unwrap_or(UNLIMITED),
            limit_from,
            limit_age_s: self.scope.limit.age(self.now).map_or(0, seconds),
            number_status: number.status.value().map_or(0, |status| status as u8),
            number_rating: number.rating.value().map_or(0, |rating| rating as u8),
            template_status: template
                .and_then(|t| t.status.value())
                .map_or(0, |standing| standing.status as u8),
            template_rating: template
                .and_then(|t| t.quality.value())
                .map_or(0, |rating| rating as u8),
            category: template
                .and_then(|t| t.category.value())
                .map_or(0, category_number),
            window_open_s: self
                .window
                .map_or(0, |last| seconds(self.now.since(last)).saturating_add(1)),
            counts: self.counts(),
            age_s: number.oldest_fact(self.now).map_or(0, seconds),
            silent: self.portfolio.silent,
        }
    }
}

impl Portfolio {
    /// When a person last wrote to a number, while the service window that this opened is open. It is not for a number
    /// that they no longer have (`counted`, of a person whose identity changed).
    pub(super) fn open_window(
        &self,
        (contact, counted): (ContactIx, ContactIx),
        person: &Person,
        number: NumberIx,
        now: Timestamp,
    ) -> Option<Timestamp> {
        if counted != contact && person.is(flag::CHANGED) {
            return None;
        }
        let last = self.people.last_inbound(contact, person, number);
        last.filter(|_| service_window::open(last, now, self.edition.service_window))
    }

    /// Whether a window that opened at `last` stays open long enough for a template to count as inside.
    pub(super) fn stays_open(&self, last: Option<Timestamp>, now: Timestamp) -> bool {
        service_window::open(last, now + WINDOW_MARGIN, self.edition.service_window)
    }
}

/// As [`Facts::category`] has it.
fn category_number(category: Category) -> u8 {
    match category {
        Category::Marketing => 1,
        Category::Utility => 2,
        Category::Authentication => 3,
    }
}

fn seconds(span: Millis) -> u32 {
    u32::try_from(span.get() / 1_000).unwrap_or(u32::MAX)
}

/// What was concluded from the answer to one send is asked about again after this long: nobody may have told us that it
/// is over.
const CONCLUDED_FOR: Millis = Millis::HOUR;

/// What is known now: what was only concluded from an answer lapses.
fn in_force<T: Value>(known: &Known<T>, now: Timestamp) -> Option<T> {
    let fact = known.fact()?;
    let lapsed = fact.source == Source::Answer && fact.age(now) >= CONCLUDED_FOR;
    (!lapsed).then_some(fact.value)
}

impl Objection {
    /// An objection whose end nobody knows.
    fn open_ended(refusal: Refusal) -> Option<Self> {
        Some(Objection { refusal, until: None })
    }

    /// An objection that ends at a time.
    fn until(refusal: Refusal, until: Timestamp) -> Option<Self> {
        Some(Objection {
            refusal,
            until: Some(until),
        })
    }
}
