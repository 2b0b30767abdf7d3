//! The deadlines of one portfolio: at most one of each kind for each subject, in order of due time.
//!
//! Promises: the earliest is known in O(1); equal times come in the order of kind, then subject.

use std::collections::{BTreeMap, BTreeSet};

use decider::Timestamp;
use serde::{Deserialize, Serialize};

/// What is due. The order is the order in which equal times are handled.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Due {
    /// Messages of a number leave or arrive.
    Transit(u16),
    /// A number's rating is looked at.
    NumberRating(u16),
    /// A template's rating is looked at.
    TemplateRating(u32),
    /// A number's flag comes to its deadline.
    Flag(u16),
    /// A used-up limit has room again.
    Limit(u16),
    /// A scope may go up a tier.
    Upgrade(u16),
    /// A template's review is decided.
    Review(u32),
    /// A template's pause ends.
    Pause(u32),
    /// Held messages of a template (`u32::MAX`: of the portfolio) are judged, leave, arrive or fail.
    Held(u32),
    /// A template whose deletion waited is deleted.
    Deletion(u32),
    /// Simulated people do what was expected of them.
    People,
    /// A restriction ends.
    Restriction(u32),
    /// An appeal is decided by the rules.
    Appeal(u32),
    /// A tester has waited long enough for an answer.
    Tester(u16),
    /// A number was of low quality for too long.
    LowQuality(u16),
    /// What happened to a limit lately is told in one.
    StatusWebhook(u16),
    /// What follows from misuse of the utility category ends for an account.
    Misuse(u16),
    /// A limit is analysed for its first step, or the analysis ends.
    FirstStep(u16),
    /// A number is raised to the high throughput.
    Throughput(u16),
    /// A template may have been unused for too long, or is put away for too long.
    Archival(u32),
    /// The category of a template is changed.
    Category(u32),
    /// A review of the category of a template is decided.
    CategoryReview(u32),
}

impl Due {
    /// Kind and subject as numbers, for stored forms.
    pub fn number(self) -> (u8, u32) {
        match self {
            Due::Transit(n) => (0, n.into()),
            Due::NumberRating(n) => (1, n.into()),
            Due::TemplateRating(n) => (2, n),
            Due::Flag(n) => (3, n.into()),
            Due::Limit(n) => (4, n.into()),
            Due::Upgrade(n) => (5, n.into()),
            Due::Review(n) => (6, n),
            Due::Pause(n) => (7, n),
            Due::Held(n) => (20, n),
            Due::Deletion(n) => (21, n),
            Due::People => (50, 0),
            Due::Restriction(n) => (40, n),
            Due::Appeal(n) => (41, n),
            Due::Tester(n) => (42, n.into()),
            Due::LowQuality(n) => (43, n.into()),
            Due::StatusWebhook(n) => (31, n.into()),
            Due::Misuse(n) => (32, n.into()),
            Due::FirstStep(n) => (33, n.into()),
            Due::Throughput(n) => (34, n.into()),
            Due::Archival(n) => (70, n),
            Due::Category(n) => (71, n),
            Due::CategoryReview(n) => (72, n),
        }
    }
}

/// The deadlines of a portfolio.
#[derive(Clone, Debug, Default)]
pub struct Agenda {
    by_time: BTreeSet<(Timestamp, Due)>,
    by_subject: BTreeMap<Due, Timestamp>,
    first: Option<(Timestamp, Due)>,
}

impl Agenda {
    /// Sets, moves or removes a deadline.
    pub fn set(&mut self, due: Due, at: Option<Timestamp>) {
        let before = match at {
            Some(at) => self.by_subject.insert(due, at),
            None => self.by_subject.remove(&due),
        };
        if before == at {
            return;
        }
        if let Some(before) = before {
            self.by_time.remove(&(before, due));
        }
        if let Some(at) = at {
            self.by_time.insert((at, due));
        }
        self.first = self.by_time.first().copied();
    }

    /// The deadline of `due`, if it is set.
    pub fn get(&self, due: Due) -> Option<Timestamp> {
        self.by_subject.get(&due).copied()
    }

    /// The earliest deadline.
    pub fn first(&self) -> Option<(Timestamp, Due)> {
        self.first
    }

    /// All deadlines in order of time.
    pub fn iter(&self) -> impl Iterator<Item = (Timestamp, Due)> + '_ {
        self.by_time.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Option<Timestamp> {
        Some(Timestamp::from_millis(millis))
    }

    #[test]
    fn earliest_first_then_kind_then_subject() {
        let mut agenda = Agenda::default();
        agenda.set(Due::Pause(0), at(5));
        agenda.set(Due::Flag(2), at(5));
        agenda.set(Due::Flag(1), at(5));
        agenda.set(Due::Limit(0), at(3));
        agenda.set(Due::Limit(0), at(9));
        let order: Vec<Due> = agenda.iter().map(|(_, due)| due).collect();
        assert_eq!(order, [Due::Flag(1), Due::Flag(2), Due::Pause(0), Due::Limit(0)]);
        agenda.set(Due::Flag(1), None);
        assert_eq!(agenda.first().map(|(_, due)| due), Some(Due::Flag(2)));
        assert_eq!(agenda.get(Due::Flag(1)), None);
        assert_eq!(agenda.get(Due::Limit(0)), at(9));
    }
}
