//! Messages of one number, counted by half-hour, later by day, by the person's country and by what they are.
//!
//! Promises: time goes forward; cells stand in order of their time; of what is too old for anybody to ask, and of more
//! half-hours than [`CELLS_MAX`], only days are kept.

use decider::{Millis, Timestamp};
use rulebook::country::Country;
use rulebook::edition::Analytics;
use rulebook::pricing::{PriceCategory, PriceType};
use serde::{Deserialize, Serialize};

/// More half-hours than this are kept of no number (1.3 MB): of the older half only the days stay.
pub const CELLS_MAX: usize = 65_536;

/// Half an hour.
const SLOT: Millis = Millis::minutes(30);
/// Half-hours of a day.
const DAY: u32 = 48;

/// The country of a person, if known, by its two letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Region([u8; 2]);

impl Region {
    /// Of a country.
    pub fn of(country: Option<Country>) -> Self {
        let letters = country.and_then(|country| country.letters().as_bytes().try_into().ok());
        Region(letters.unwrap_or_default())
    }

    /// The two letters; `None` if nobody knows.
    pub fn letters(&self) -> Option<&str> {
        core::str::from_utf8(&self.0).ok().filter(|_| self.0 != [0, 0])
    }
}

/// What is counted. The bits are permanent: 0 to 1 the price's type, 2 to 4 its category, 5 with a template (of a
/// conversation: begun by the business), 7 a conversation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Kind(u8);

const WITH: u8 = 1 << 5;
const CONVERSATION: u8 = 1 << 7;

impl Kind {
    /// From a person.
    pub const RECEIVED: Kind = Kind(0);

    /// To a person.
    pub fn message(category: PriceCategory, kind: PriceType, template: bool) -> Self {
        Kind((category as u8) << 2 | kind as u8 | if template { WITH } else { 0 })
    }

    /// A conversation that a message to a person opened.
    pub fn conversation(category: PriceCategory, kind: PriceType, by_business: bool) -> Self {
        let Kind(bits) = Kind::message(category, kind, by_business);
        Kind(bits | CONVERSATION)
    }

    /// Whether messages to people are counted.
    pub fn is_message(self) -> bool {
        self != Kind::RECEIVED && self.0 & CONVERSATION == 0
    }

    /// Whether conversations are counted.
    pub fn is_conversation(self) -> bool {
        self.0 & CONVERSATION != 0
    }

    /// Of messages: with a template. Of conversations: begun by the business.
    pub fn is_with(self) -> bool {
        self.0 & WITH != 0
    }

    /// The price.
    pub fn price(self) -> Option<(PriceCategory, PriceType)> {
        let category = PriceCategory::ALL.get(usize::from(self.0 >> 2 & 7).checked_sub(1)?)?;
        let kind = PriceType::ALL.get(usize::from(self.0 & 3))?;
        Some((*category, *kind))
    }
}

/// How far messages have come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Count {
    /// They have left; what people wrote has come in.
    Sent,
    /// They have arrived; conversations were opened.
    Delivered,
}

/// So many of one kind, with people of one country, in one half-hour or day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cell {
    /// Half-hours since the Unix epoch; of a day its first.
    slot: u32,
    /// Where the people are.
    pub region: Region,
    /// What they are.
    pub kind: Kind,
    /// How many left, or came in.
    pub sent: u32,
    /// How many arrived, or were opened.
    pub delivered: u32,
}

impl Cell {
    /// The beginning of its half-hour or day.
    pub fn start(&self) -> Timestamp {
        Timestamp::from_millis(u64::from(self.slot) * SLOT.get())
    }
}

/// The figures of a number. Stored as they are: section 70, version 1.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Traffic {
    /// By half-hour.
    recent: Vec<Cell>,
    /// By day, all before the first half-hour.
    days: Vec<Cell>,
}

impl Traffic {
    /// Days first, then half-hours, in order of their time.
    pub fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.days.iter().chain(&self.recent)
    }

    /// How many cells are kept.
    pub fn len(&self) -> usize {
        self.days.len() + self.recent.len()
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One more.
    pub(super) fn count(
        &mut self,
        (region, kind): (Region, Kind),
        what: Count,
        at: Timestamp,
        rule: &Analytics,
    ) {
        let slot = (at.millis() / SLOT.get()) as u32;
        let open = self.recent.last().is_some_and(|last| last.slot == slot);
        if !open {
            self.tidy(slot, rule);
        }
        let cell = self.cell(slot, region, kind);
        match what {
            Count::Sent => cell.sent = cell.sent.saturating_add(1),
            Count::Delivered => cell.delivered = cell.delivered.saturating_add(1),
        }
    }

    /// The cell, moved to the end, where the next one like it is found at once.
    fn cell(&mut self, slot: u32, region: Region, kind: Kind) -> &mut Cell {
        let newest = self.recent.iter().rev().take_while(|cell| cell.slot == slot);
        let back = newest
            .map(|cell| (cell.region, cell.kind))
            .position(|of| of == (region, kind));
        let count = self.recent.len();
        let place = match back {
            Some(back) => {
                self.recent.swap(count - 1 - back, count - 1);
                count - 1
            }
            None => {
                self.recent.push(Cell {
                    slot,
                    region,
                    kind,
                    sent: 0,
                    delivered: 0,
                });
                count
            }
        };
        &mut self.recent[place]
    }

    /// Of half-hours that are too old or too many, only days are kept; of days that nobody may ask for, nothing.
    fn tidy(&mut self, now: u32, rule: &Analytics) {
        let slots = |span: Millis| (span.get() / SLOT.get()) as u32;
        let mut keep = now.saturating_sub(slots(rule.half_hours));
        if self.recent.len() >= CELLS_MAX {
            keep = keep.max(self.recent[CELLS_MAX / 2].slot);
        }
        self.fold(keep - keep % DAY);
        let oldest = now.saturating_sub(slots(rule.lookback) + DAY);
        let gone = self.days.partition_point(|cell| cell.slot < oldest);
        self.days.drain(..gone);
    }

    fn fold(&mut self, before: u32) {
        let count = self.recent.partition_point(|cell| cell.slot < before);
        let days = &mut self.days;
        for cell in self.recent.drain(..count) {
            let slot = cell.slot - cell.slot % DAY;
            let same = |day: &&mut Cell| (day.region, day.kind) == (cell.region, cell.kind);
            let mut of_day = days.iter_mut().rev().take_while(|day| day.slot == slot);
            match of_day.find(same) {
                Some(day) => {
                    day.sent = day.sent.saturating_add(cell.sent);
                    day.delivered = day.delivered.saturating_add(cell.delivered);
                }
                None => days.push(Cell { slot, ..cell }),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rulebook::edition::Edition;

    const KEY: (Region, Kind) = (Region([b'D', b'E']), Kind(WITH | 1 << 2));

    fn rule(overrides: &str) -> Analytics {
        let edition = Edition::named("2026-per-portfolio").expect("known");
        edition.with_overrides(overrides).expect("sound").analytics
    }

    fn at(hours: u64) -> Timestamp {
        Timestamp::from_millis(1_767_225_600_000) + Millis::hours(hours)
    }

    /// (hours since the beginning, sent), day or half-hour alike.
    fn told(traffic: &Traffic) -> Vec<(u64, u32)> {
        let of = |cell: &Cell| (cell.start().since(at(0)).get() / Millis::HOUR.get(), cell.sent);
        traffic.cells().map(of).collect()
    }

    #[test]
    fn half_hours_become_days_and_days_go() {
        let rule = rule("analytics.half_hours = \"2d\"\nanalytics.lookback = \"4d\"");
        let mut traffic = Traffic::default();
        for hours in [1, 5, 25, 30, 31, 80] {
            traffic.count(KEY, Count::Sent, at(hours), &rule);
        }
        assert_eq!(told(&traffic), [(0, 2), (25, 1), (30, 1), (31, 1), (80, 1)]);
        traffic.count(KEY, Count::Sent, at(24 * 6), &rule);
        assert_eq!(told(&traffic), [(24, 3), (72, 1), (144, 1)]);
        traffic.count(KEY, Count::Sent, at(24 * 7), &rule);
        assert_eq!(told(&traffic), [(72, 1), (144, 1), (168, 1)]);
    }

    #[test]
    fn kinds_and_countries_are_apart_and_half_hours_bounded() {
        let rule = rule("");
        let mut traffic = Traffic::default();
        let kinds = [Kind::RECEIVED, KEY.1];
        for hour in 0..2 {
            for letter in b'A'..=b'Z' {
                for kind in kinds {
                    for _ in 0..2 {
                        traffic.count((Region([letter, b'X']), kind), Count::Sent, at(hour), &rule);
                    }
                }
            }
        }
        assert_eq!(traffic.len(), 2 * 26 * 2);
        assert!(traffic.cells().all(|cell| cell.sent == 2));
        for hour in 0..40_000 {
            traffic.count(KEY, Count::Sent, at(hour), &rule);
            traffic.count((KEY.0, Kind::RECEIVED), Count::Sent, at(hour), &rule);
        }
        assert!(
            traffic.recent.len() <= 2 * (30 + 2) * 24,
            "{}",
            traffic.recent.len()
        );
        assert!(traffic.days.len() <= 2 * 367, "{}", traffic.days.len());
    }
}
