//! Questions about the figures: sums by period and by what is asked to be told apart.
//!
//! Promises: what is kept is read once; only periods in which something was counted are told.
//! Must not know: who asks, in which shape it is told.

use std::collections::BTreeMap;

use decider::{Millis, Timestamp};
use rulebook::analytics::Granularity;
use rulebook::edition::PricingModel;
use rulebook::pricing;
use rulebook::rating::BlockReason;

use super::insights::Day;
use super::traffic::{Cell, Kind, Region};
use crate::ids::{NumberIx, TemplateIx, WabaIx};
use crate::portfolio::Portfolio;

/// What is asked of numbers.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Of which account.
    pub waba: WabaIx,
    /// From here on.
    pub start: Timestamp,
    /// Until before this.
    pub end: Timestamp,
    /// Into which periods.
    pub granularity: Granularity,
    /// Digits of numbers; empty: all.
    pub numbers: Vec<u64>,
    /// Two letters of countries; empty: all.
    pub countries: Vec<String>,
}

/// By what figures are told apart, beside their period.
#[derive(Clone, Copy, Debug, Default)]
pub struct Apart {
    /// By number.
    pub number: bool,
    /// By country.
    pub country: bool,
}

/// The sums of one period.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sums {
    /// How many left, or came in.
    pub sent: u64,
    /// How many arrived, or were opened.
    pub delivered: u64,
    /// What those that arrived cost, in millionths.
    pub micros: u64,
}

/// What sums are about: the start of the period; number and country where they are told apart; kind, likewise.
pub type About = (Timestamp, Option<NumberIx>, Option<Region>, Option<Kind>);

impl Portfolio {
    /// Sums of everything that `wanted` lets through; `kind` says what of the kind is told apart.
    pub fn sums(
        &self,
        asked: &Asked,
        apart: Apart,
        wanted: impl Fn(Kind) -> bool,
        kind: impl Fn(Kind) -> Option<Kind>,
    ) -> BTreeMap<About, Sums> {
        let mut sums: BTreeMap<About, Sums> = BTreeMap::new();
        let (from, _) = asked.granularity.period(asked.start);
        let by_conversation = self.rules.pricing.model == PricingModel::Conversation;
        let inside = |cell: &&Cell| {
            cell.start() >= from
                && cell.start() < asked.end
                && wanted(cell.kind)
                && (asked.countries.is_empty()
                    || cell
                        .region
                        .letters()
                        .is_some_and(|of| asked.countries.iter().any(|one| one == of)))
        };
        for (ix, _) in self.numbers_asked(asked) {
            let Some(traffic) = self.analytics.traffic(ix) else {
                continue;
            };
            for cell in traffic.cells().filter(inside) {
                let (period, _) = asked.granularity.period(cell.start());
                let about = (
                    period,
                    apart.number.then_some(ix),
                    apart.country.then_some(cell.region),
                    kind(cell.kind),
                );
                let sum = sums.entry(about).or_default();
                sum.sent += u64::from(cell.sent);
                sum.delivered += u64::from(cell.delivered);
                // By its model an edition prices either conversations or messages.
                if cell.kind.is_conversation() == by_conversation
                    && let Some((category, of)) = cell.kind.price()
                {
                    let one = pricing::micros(&self.rules.pricing, category, of);
                    sum.micros += u64::from(cell.delivered) * one;
                }
            }
        }
        sums
    }

    /// The numbers of the account that are asked for, with their digits.
    pub fn numbers_asked(&self, asked: &Asked) -> Vec<(NumberIx, u64)> {
        let all = (0..).map(NumberIx).zip(&self.numbers);
        all.filter(|(_, number)| number.waba == asked.waba && !number.facts.deleted)
            .filter(|(_, number)| asked.numbers.is_empty() || asked.numbers.contains(&number.e164))
            .map(|(ix, number)| (ix, number.e164))
            .collect()
    }

    /// Whether an account may have figures of its templates: no number of it in the countries that are left out.
    pub fn may_have_insights(&self, waba: WabaIx) -> bool {
        let excluded = &self.rules.analytics.excluded;
        let own = self.numbers.iter().filter(|number| number.waba == waba);
        own.filter(|number| !number.facts.deleted)
            .all(|number| !excluded.hold(number.e164))
    }

    /// The days of a template from `start` until before `end`.
    pub fn insight_days(&self, template: TemplateIx, start: Timestamp, end: Timestamp) -> Vec<&Day> {
        let days = self.insights(template).into_iter().flat_map(|of| of.days());
        days.filter(|day| day.start() >= start && day.start() < end)
            .collect()
    }

    /// Sends and blocks of a template from `start` until before `end`, blocks by reason.
    pub fn blocks(&self, template: TemplateIx, start: Timestamp, end: Timestamp) -> Blocks {
        let (first, _) = Granularity::Day.period(start);
        let mut sum = Blocks::default();
        for day in self.insight_days(template, first, end) {
            sum.sent += u64::from(day.sent);
            for (of, count) in sum.reasons.iter_mut().zip(day.blocks) {
                *of += u64::from(count);
            }
        }
        sum
    }
}

/// Sends and blocks of a template.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Blocks {
    /// Sends.
    pub sent: u64,
    reasons: [u64; super::insights::REASONS],
}

impl Blocks {
    /// Whether fewer of its messages were answered with a block than of the other's.
    pub fn is_better_than(&self, other: &Blocks) -> bool {
        let all = |of: &Blocks| of.reasons.iter().sum::<u64>();
        u128::from(all(self)) * u128::from(other.sent) < u128::from(all(other)) * u128::from(self.sent)
    }

    /// The reason that was given most often; of several the first in the platform's order.
    pub fn top_reason(&self) -> Option<BlockReason> {
        let most = self.reasons.iter().copied().max().filter(|most| *most > 0)?;
        BlockReason::ALL
            .into_iter()
            .find(|reason| self.reasons.get(*reason as usize) == Some(&most))
    }
}

/// How long a day is, for those who make its end of its start.
pub const DAY: Millis = Millis::DAY;
