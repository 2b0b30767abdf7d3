//! The limit of marketing templates a person (editions 2024 and 2026: `marketing.per_user`): a person gets so many in a
//! day from all businesses together, and no more from any.
//! Source: platform-rules.md §8 (page on per-user limits); answered with 131049. The platform publishes neither the
//! number nor the span: both are assumed here, and so is what other businesses send (it depends on what a person reads
//! and on how full the inbox is; here it is drawn for each person and day).
//!
//! Promises: days are those of UTC; what others send follows from the seed of the world, the phone number and the day
//! alone. 16 bytes a person, integers.
//! Must not know: where the state is kept, which templates are marketing.

use core::cmp::Ordering;

use decider::{Millis, Timestamp, mix};
use serde::{Deserialize, Serialize};

use crate::edition::{MarketingCounted, PerUser};

const SALT: u64 = 0x006f_7468_6572;

/// What a portfolio sent one person.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Taken {
    /// The last day on which something counted, since 1970.
    day: u32,
    /// How much counted on that day.
    count: u32,
    /// When the last marketing conversation was opened, in milliseconds since the Unix epoch.
    opened: u64,
}

impl Taken {
    /// Whether a marketing template that is sent now would count.
    pub fn counts(&self, rule: &PerUser, now: Timestamp) -> bool {
        match rule.counts {
            MarketingCounted::Never => false,
            MarketingCounted::Every => true,
            MarketingCounted::Opening => {
                self.opened == 0 || now.millis() >= self.opened.saturating_add(Millis::DAY.get())
            }
        }
    }

    /// Whether the person has had enough today, with `others` from other businesses.
    pub fn is_full(&self, rule: &PerUser, others: u32, now: Timestamp) -> bool {
        self.today(now).saturating_add(others) >= rule.cap
    }

    /// One that counts was accepted.
    pub fn take(&mut self, now: Timestamp) {
        (self.count, self.day) = (self.today(now) + 1, day_of(now));
        self.opened = now.millis();
    }

    /// One that was accepted at `accepted` did not arrive.
    pub fn give_back(&mut self, accepted: Timestamp) {
        if self.day == day_of(accepted) {
            self.count = self.count.saturating_sub(1);
        }
        if self.opened == accepted.millis() {
            self.opened = 0;
        }
    }

    /// Both together: what two people got who turn out to be one.
    pub fn with(self, other: Taken) -> Taken {
        let count = match self.day.cmp(&other.day) {
            Ordering::Less => other.count,
            Ordering::Equal => self.count + other.count,
            Ordering::Greater => self.count,
        };
        Taken {
            day: self.day.max(other.day),
            count,
            opened: self.opened.max(other.opened),
        }
    }

    /// Whether nothing of it matters any more.
    pub fn is_past(&self, now: Timestamp) -> bool {
        self.day < day_of(now) && now.millis() >= self.opened.saturating_add(Millis::DAY.get())
    }

    fn today(&self, now: Timestamp) -> u32 {
        if self.day == day_of(now) { self.count } else { 0 }
    }
}

/// How many marketing templates other businesses send the person with this number on the day of `now` (assumed).
pub fn others(world: u64, e164: u64, now: Timestamp, rule: &PerUser) -> u32 {
    let draw = mix(mix(mix(world ^ SALT) ^ e164) ^ u64::from(day_of(now)));
    (draw % (u64::from(rule.others) + 1)) as u32
}

/// Attempts to write to somebody who had enough: several within a day shut the person off from the account.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Resent {
    /// The first attempt that met the cap, in milliseconds since the Unix epoch.
    first: u64,
    /// Attempts after it.
    again: u32,
    /// Until when the person is shut off; 0: not.
    until: u64,
}

impl Resent {
    /// Whether the person is shut off now.
    pub fn shuts_off(&self, now: Timestamp) -> bool {
        now.millis() < self.until
    }

    /// An attempt met the cap (or the penalty).
    pub fn note(&mut self, rule: &PerUser, now: Timestamp) {
        let Some(penalty) = rule.resend_penalty else {
            return;
        };
        if self.shuts_off(now) {
            return;
        }
        if self.is_past(now) {
            *self = Resent {
                first: now.millis(),
                ..Resent::default()
            };
            return;
        }
        self.again += 1;
        if self.again >= rule.resends {
            self.until = (now + penalty).millis();
        }
    }

    /// Of two people who turn out to be one: whichever is shut off longer, or was tried more.
    pub fn with(self, other: Resent) -> Resent {
        let weight = |resent: &Resent| (resent.until, resent.again, resent.first);
        if weight(&other) > weight(&self) {
            other
        } else {
            self
        }
    }

    /// Whether nothing of it matters any more.
    pub fn is_past(&self, now: Timestamp) -> bool {
        !self.shuts_off(now)
            && (self.until > 0 || now.millis() >= self.first.saturating_add(Millis::DAY.get()))
    }
}

fn day_of(at: Timestamp) -> u32 {
    (at.millis() / Millis::DAY.get()) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Edition;

    fn rule(overrides: &str) -> PerUser {
        let edition = Edition::named("2023-per-number").unwrap();
        edition.with_overrides(overrides).unwrap().recipients.per_user
    }

    /// 13:00 UTC.
    fn at(hours: u64) -> Timestamp {
        Timestamp::from_millis(1_693_832_400_000) + Millis::hours(hours)
    }

    /// Sends at hours; what became of each: taken, not counted, refused.
    fn sends(rule: &PerUser, others: u32, hours: &[u64]) -> String {
        let mut taken = Taken::default();
        let one = |hour: &u64| {
            let now = at(*hour);
            if !taken.counts(rule, now) {
                return 'n';
            }
            if taken.is_full(rule, others, now) {
                return 'x';
            }
            taken.take(now);
            't'
        };
        hours.iter().map(one).collect()
    }

    #[test]
    fn so_many_a_day_from_all_businesses() {
        let rows = [
            ("never", 3, 0, &[0, 0, 0, 0][..], "nnnn"),
            ("every", 3, 0, &[0, 1, 2, 3, 10, 11, 12], "tttxxtt"),
            ("every", 3, 2, &[0, 1, 11], "txt"),
            ("every", 3, 3, &[0, 24], "xx"),
            ("opening", 1, 0, &[0, 1, 23, 24, 25], "tnntn"),
            ("opening", 1, 1, &[0, 1], "xx"),
        ];
        for (counts, cap, others, hours, expected) in rows {
            let rule = rule(&format!(
                "marketing.per_user.counts = \"{counts}\"\nmarketing.per_user.cap = {cap}"
            ));
            assert_eq!(
                sends(&rule, others, hours),
                expected,
                "{counts} {cap} {others} {hours:?}"
            );
        }
    }

    #[test]
    fn what_did_not_arrive_is_given_back() {
        let rule = rule("marketing.per_user.counts = \"opening\"\nmarketing.per_user.cap = 1");
        let mut taken = Taken::default();
        taken.take(at(0));
        assert!(!taken.counts(&rule, at(1)) && taken.is_full(&rule, 0, at(1)));
        taken.give_back(at(0));
        assert!(taken.counts(&rule, at(1)) && !taken.is_full(&rule, 0, at(1)));
        // The day after, nothing of the day before is given back.
        taken.take(at(24));
        taken.give_back(at(0));
        assert!(taken.is_full(&rule, 0, at(25)));
        assert!(!taken.is_past(at(47)) && taken.is_past(at(48)));
    }

    #[test]
    fn two_people_who_are_one_got_what_both_got() {
        let rule = rule("marketing.per_user.counts = \"every\"\nmarketing.per_user.cap = 2");
        let taken = |hours: &[u64]| {
            let mut taken = Taken::default();
            hours.iter().for_each(|hour| taken.take(at(*hour)));
            taken
        };
        // (what each got, by hour; whether both together are full at the hour)
        let rows = [
            (&[0][..], &[1][..], 2, true),
            (&[0], &[], 2, false),
            (&[0, 1], &[24], 24, false),
            (&[24], &[0, 1], 24, false),
        ];
        for (one, other, hour, full) in rows {
            let both = taken(one).with(taken(other));
            assert_eq!(both.is_full(&rule, 0, at(hour)), full, "{one:?} {other:?}");
            assert_eq!(both, taken(other).with(taken(one)));
        }
    }

    #[test]
    fn others_send_from_none_to_so_many() {
        let rule = rule("marketing.per_user.others = 3");
        let mut seen = [0_u32; 4];
        for person in 0..4_000 {
            seen[others(7, 491_510_000_000 + person, at(0), &rule) as usize] += 1;
        }
        assert!(seen.iter().all(|count| (900..1_100).contains(count)), "{seen:?}");
        let of = |world, hour| others(world, 491_510_000_000, at(hour), &rule);
        assert_eq!(of(7, 0), of(7, 10));
        assert!((0..20).any(|day| of(7, 24 * day) != of(7, 0)));
        assert!((0..20).any(|world| of(world, 0) != of(7, 0)));
    }

    #[test]
    fn several_attempts_within_a_day_shut_off_for_a_day() {
        let on = rule("marketing.per_user.resends = 2\nmarketing.per_user.resend_penalty = \"24h\"");
        let off = rule("marketing.per_user.resends = 2\nmarketing.per_user.resend_penalty = \"never\"");
        // (hours of the attempts, the hour looked at, shut off)
        let rows = [
            (&[0, 1][..], 1, false),
            (&[0, 1, 2], 2, true),
            (&[0, 1, 2], 25, true),
            (&[0, 1, 2], 26, false),
            (&[0, 1, 2, 10], 26, false),
            (&[0, 1, 24], 24, false),
            (&[0, 1, 2, 26, 27], 27, false),
            (&[0, 1, 2, 26, 27, 28], 28, true),
        ];
        for (attempts, hour, expected) in rows {
            for (rule, expected) in [(&on, expected), (&off, false)] {
                let mut resent = Resent::default();
                for hour in attempts {
                    resent.note(rule, at(*hour));
                }
                assert_eq!(resent.shuts_off(at(hour)), expected, "{attempts:?} {hour}");
            }
        }
    }
}
