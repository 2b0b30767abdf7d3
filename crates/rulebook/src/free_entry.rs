//! The free entry point (all editions: `entry_point`): a person comes from an ad or a page that leads into the chat; if
//! the business answers within 24 h, everything it sends them in the 72 h from that answer is free.
//! Source: platform-rules.md §9 (page on pricing).
//!
//! Promises: open in [answer, answer + period). It opens no customer service window of its own: the person's message
//! does that. Must not know: prices, where the state is kept.

use decider::{Timestamp, mix};
use serde::{Deserialize, Serialize};

use crate::edition::EntryPoint;

/// A person who came in by a free entry point.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// When they came, in milliseconds since the Unix epoch.
    came: u64,
    /// When the business answered, in milliseconds since the Unix epoch; 0: not yet.
    answered: u64,
}

impl Entry {
    /// The person comes. One who comes again while everything is free keeps the window that is open.
    pub fn came(before: Option<Entry>, rule: &EntryPoint, at: Timestamp) -> Entry {
        match before {
            Some(open) if open.is_open(rule, at) => open,
            _ => Entry {
                came: at.millis(),
                answered: 0,
            },
        }
    }

    /// The business sends them something.
    pub fn answer(&mut self, rule: &EntryPoint, at: Timestamp) {
        let in_time = at < Timestamp::from_millis(self.came) + rule.answer_within;
        if self.answered == 0 && in_time {
            self.answered = at.millis();
        }
    }

    /// Since when everything is free, if it is now.
    pub fn free_since(&self, rule: &EntryPoint, now: Timestamp) -> Option<Timestamp> {
        let since = (self.answered > 0).then(|| Timestamp::from_millis(self.answered))?;
        (since <= now && now < since + rule.period).then_some(since)
    }

    /// Whether everything sent now is free.
    pub fn is_open(&self, rule: &EntryPoint, now: Timestamp) -> bool {
        self.free_since(rule, now).is_some()
    }

    /// Whether nothing of it matters any more.
    pub fn is_past(&self, rule: &EntryPoint, now: Timestamp) -> bool {
        let waits = self.answered == 0 && now < Timestamp::from_millis(self.came) + rule.answer_within;
        !waits && !self.is_open(rule, now)
    }

    /// Of two people who turn out to be one: whichever came or was answered later.
    pub fn with(self, other: Entry) -> Entry {
        let weight = |entry: &Entry| (entry.answered.max(entry.came), entry.answered);
        if weight(&other) > weight(&self) {
            other
        } else {
            self
        }
    }

    /// Differs, with overwhelming likelihood, when two histories differ.
    pub fn digest(&self) -> u64 {
        mix(self.came ^ mix(self.answered))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use decider::Millis;

    const RULE: EntryPoint = EntryPoint {
        answer_within: Millis::hours(24),
        period: Millis::hours(72),
    };

    fn at(ms: u64) -> Timestamp {
        Timestamp::from_millis(1_693_832_400_000 + ms)
    }

    #[test]
    fn an_answer_within_a_day_opens_three_days() {
        const H: u64 = 3_600_000;
        // (answered after ms, looked at after ms, free, past)
        let rows = [
            (None, 0, false, false),
            (None, 24 * H, false, true),
            (Some(0), 0, true, false),
            (Some(24 * H - 1), 24 * H - 1, true, false),
            (Some(24 * H), 24 * H, false, true),
            (Some(H), 73 * H - 1, true, false),
            (Some(H), 73 * H, false, true),
        ];
        for (answered, looked, free, past) in rows {
            let mut entry = Entry::came(None, &RULE, at(0));
            if let Some(ms) = answered {
                entry.answer(&RULE, at(ms));
                entry.answer(&RULE, at(ms + 1));
            }
            let now = at(looked);
            assert_eq!(
                (entry.is_open(&RULE, now), entry.is_past(&RULE, now)),
                (free, past),
                "{answered:?} {looked}"
            );
        }
    }

    #[test]
    fn who_comes_again_keeps_what_is_open() {
        let mut entry = Entry::came(None, &RULE, at(0));
        entry.answer(&RULE, at(10));
        assert_eq!(Entry::came(Some(entry), &RULE, at(20)), entry);
        let later = at(10) + Millis::hours(72);
        let again = Entry::came(Some(entry), &RULE, later);
        assert!(again != entry && !again.is_open(&RULE, later));
        assert_eq!(entry.with(again), again);
        assert_eq!(again.with(entry), again);
    }
}
