//! What the platform has told us, each fact with its source and its instant.
//!
//! Promises: a later fact replaces an earlier one, whatever the order in which they come; of two of one instant the
//! more cautious stays. What was never told is unknown, and unknown is never read as "no limit" or "all is well".
//! Must not know: what follows from a fact.

use decider::{Millis, Timestamp};
use rulebook::edition::Limit;
use rulebook::rating::Rating;
use rulebook::status::Status;
use rulebook::template::draft::Category;
use rulebook::template::lifecycle::TemplateStatus;
use rulebook::throughput::Level;
use serde::{Deserialize, Serialize};

/// Where a fact comes from. The numbers are permanent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[repr(u8)]
pub enum Source {
    /// Nobody said so: the edition's value.
    #[default]
    Assumed = 0,
    /// Our own count or conclusion.
    Own = 1,
    /// The platform's answer to a send.
    Answer = 2,
    /// A poll.
    Poll = 3,
    /// A webhook.
    Webhook = 4,
    /// Somebody who runs the gateway.
    Operator = 5,
}

impl Source {
    /// The name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Source::Assumed => "assumed",
            Source::Own => "own",
            Source::Answer => "answer",
            Source::Poll => "poll",
            Source::Webhook => "webhook",
            Source::Operator => "operator",
        }
    }
}

/// A value that the platform can tell.
pub trait Value: Copy + PartialEq {
    /// Of two values of one instant, the one of higher caution stays. Different values differ in it.
    fn caution(self) -> u64;
}

/// Something that was told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Fact<T> {
    /// What.
    pub value: T,
    /// By whom.
    pub source: Source,
    /// For which instant, in milliseconds since the Unix epoch.
    pub at_ms: u64,
}

impl<T> Fact<T> {
    /// A value told at an instant.
    pub fn new(value: T, source: Source, at: Timestamp) -> Self {
        Fact {
            value,
            source,
            at_ms: at.millis(),
        }
    }

    /// How old it is.
    pub fn age(&self, now: Timestamp) -> Millis {
        now.since(Timestamp::from_millis(self.at_ms))
    }
}

/// The newest that was told about something, if anything was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Known<T>(Option<Fact<T>>);

impl<T> Default for Known<T> {
    fn default() -> Self {
        Known(None)
    }
}

/// The same again is news only after this long, so that frequent polls do not fill the disk.
const CONFIRMED_EVERY: Millis = Millis::minutes(10);

impl<T: Value> Known<T> {
    /// The fact, if anything was told.
    pub fn fact(&self) -> Option<Fact<T>> {
        self.0
    }

    /// The value, if anything was told.
    pub fn value(&self) -> Option<T> {
        self.0.map(|fact| fact.value)
    }

    /// How old what is known is.
    pub fn age(&self, now: Timestamp) -> Option<Millis> {
        self.0.map(|fact| fact.age(now))
    }

    /// Whether a fact would change what is known, or confirm it after a while.
    pub fn is_news(&self, fact: &Fact<T>) -> bool {
        let Some(known) = self.0 else { return true };
        if known.value == fact.value {
            fact.at_ms >= known.at_ms.saturating_add(CONFIRMED_EVERY.get())
        } else {
            (fact.at_ms, fact.value.caution()) > (known.at_ms, known.value.caution())
        }
    }

    /// Takes a fact in, unless a later one is known. Says whether the value is another one now.
    pub fn learn(&mut self, fact: Fact<T>) -> bool {
        let before = self.value();
        let later = self
            .0
            .is_none_or(|known| (fact.at_ms, fact.value.caution()) > (known.at_ms, known.value.caution()));
        if later {
            self.0 = Some(fact);
        }
        self.value() != before
    }
}

/// A messaging limit: people, or none at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LimitValue(u32);

impl From<Limit> for LimitValue {
    fn from(limit: Limit) -> Self {
        LimitValue(limit.people().unwrap_or(u32::MAX))
    }
}

impl From<LimitValue> for Limit {
    fn from(value: LimitValue) -> Limit {
        match value.0 {
            u32::MAX => Limit::Unlimited,
            people => Limit::People(people),
        }
    }
}

impl Value for LimitValue {
    fn caution(self) -> u64 {
        u64::from(u32::MAX - self.0)
    }
}

impl Value for Status {
    fn caution(self) -> u64 {
        match self {
            Status::Connected => 0,
            other => other as u64,
        }
    }
}

impl Value for Rating {
    fn caution(self) -> u64 {
        match self {
            Rating::Green => 0,
            Rating::Unknown => 1,
            Rating::Yellow => 2,
            Rating::Red => 3,
        }
    }
}

impl Value for Level {
    fn caution(self) -> u64 {
        match self {
            Level::High => 0,
            Level::Standard => 1,
            Level::Coexistence => 2,
        }
    }
}

impl Value for TemplateStatus {
    fn caution(self) -> u64 {
        match self {
            TemplateStatus::Approved => 0,
            other => other as u64,
        }
    }
}

impl Value for Category {
    fn caution(self) -> u64 {
        match self {
            Category::Authentication => 0,
            Category::Utility => 1,
            Category::Marketing => 2,
        }
    }
}

impl Value for bool {
    fn caution(self) -> u64 {
        u64::from(self)
    }
}

/// The end of something, in milliseconds since the Unix epoch: the later, the more cautious.
impl Value for u64 {
    fn caution(self) -> u64 {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(value: Rating, ms: u64) -> Fact<Rating> {
        Fact::new(value, Source::Poll, Timestamp::from_millis(ms))
    }

    #[test]
    fn the_order_in_which_facts_come_does_not_matter() {
        let (green, red, yellow) = (
            fact(Rating::Green, 5),
            fact(Rating::Red, 7),
            fact(Rating::Yellow, 7),
        );
        for order in [[green, red, yellow], [yellow, red, green], [red, green, yellow]] {
            let mut known = Known::default();
            for fact in order {
                known.learn(fact);
            }
            assert_eq!(known.fact(), Some(red));
        }
    }

    #[test]
    fn the_same_again_is_news_after_a_while_only() {
        let mut known = Known::default();
        known.learn(fact(Rating::Green, 1_000));
        // (value, ms later, news)
        let rows = [
            (Rating::Green, 0, false),
            (Rating::Green, 599_999, false),
            (Rating::Green, 600_000, true),
            (Rating::Yellow, 1, true),
            (Rating::Yellow, 0, true),
        ];
        for (value, later, news) in rows {
            assert_eq!(
                known.is_news(&fact(value, 1_000 + later)),
                news,
                "{value:?} {later}"
            );
        }
        assert!(
            !known.is_news(&fact(Rating::Red, 999)),
            "older than what is known"
        );
    }

    #[test]
    fn an_unlimited_limit_is_the_least_cautious() {
        let limits = [
            Limit::Unlimited,
            Limit::People(100_000),
            Limit::People(250),
            Limit::People(0),
        ];
        let caution: Vec<u64> = limits.map(|limit| LimitValue::from(limit).caution()).into();
        assert!(caution.is_sorted(), "{caution:?}");
        assert!(
            limits
                .iter()
                .all(|&limit| Limit::from(LimitValue::from(limit)) == limit)
        );
    }
}
