//! A template by day: how many of its messages of that day were sent, arrived, were read, tapped and held against it.
//!
//! Promises: a day's figures are those of the messages sent on it, whenever feedback comes; as many days are kept as
//! anybody may ask for. Must not know: prices, who may ask.

use decider::{Millis, Timestamp};
use rulebook::template::draft::{ButtonKind, Component, TemplateDraft};
use serde::{Deserialize, Serialize};

/// So many days are kept: the 90 of template analytics, today, and one that has only begun.
const DAYS_KEPT: u32 = 92;

/// Reasons to block, by [`rulebook::rating::BlockReason`].
pub const REASONS: usize = 7;

/// What became of the messages of one day.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Day {
    /// Days since the Unix epoch.
    day: u32,
    /// Sent by the interface for marketing; else as everything else.
    pub by_marketing_interface: bool,
    /// How many left.
    pub sent: u32,
    /// How many arrived.
    pub delivered: u32,
    /// How many of these are billed.
    pub billed: u32,
    /// How many were read.
    pub read: u32,
    /// Taps by the place of the button among the template's: all, and the first on each message.
    pub clicks: Vec<(u8, u32, u32)>,
    /// Blocks charged to them, by reason.
    pub blocks: [u32; REASONS],
}

impl Day {
    /// Its first instant.
    pub fn start(&self) -> Timestamp {
        Timestamp::from_millis(u64::from(self.day) * Millis::DAY.get())
    }

    /// All blocks.
    pub fn blocked(&self) -> u64 {
        self.blocks.iter().map(|count| u64::from(*count)).sum()
    }

    /// Taps on a button: all, and the first on each message.
    pub fn taps(&self, button: u8) -> (u32, u32) {
        let of = self.clicks.iter().find(|(of, ..)| *of == button);
        of.map_or((0, 0), |(_, all, first)| (*all, *first))
    }

    pub(super) fn tap(&mut self, button: u8, is_first: bool) {
        let first = u32::from(is_first);
        match self.clicks.iter_mut().find(|(of, ..)| *of == button) {
            Some((_, all, firsts)) => {
                *all += 1;
                *firsts += first;
            }
            None => self.clicks.push((button, 1, first)),
        }
    }
}

/// The figures of a template. Stored as they are: section 71, version 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Insights {
    days: Vec<Day>,
}

impl Insights {
    /// The days that have any, oldest first.
    pub fn days(&self) -> impl Iterator<Item = &Day> {
        self.days.iter()
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// A message that was accepted at `accepted` has left now.
    pub(super) fn sent(&mut self, accepted: Timestamp, by_marketing_interface: bool, now: Timestamp) {
        let day = day_of(accepted);
        let newest = self.days.last().map(|last| last.day);
        if newest.is_none_or(|newest| newest < day) {
            let kept = day_of(now).saturating_sub(DAYS_KEPT);
            let gone = self.days.partition_point(|of| of.day < kept);
            self.days.drain(..gone);
        }
        if self.place(day, by_marketing_interface).is_none() {
            let place = self.days.partition_point(|of| of.day <= day);
            let fresh = Day {
                day,
                by_marketing_interface,
                ..Day::default()
            };
            self.days.insert(place, fresh);
        }
        self.change(accepted, by_marketing_interface, |day| day.sent += 1);
    }

    /// Changes the day of a message, if that is still kept.
    pub(super) fn change(
        &mut self,
        accepted: Timestamp,
        by_marketing_interface: bool,
        change: impl FnOnce(&mut Day),
    ) {
        let Some(place) = self.place(day_of(accepted), by_marketing_interface) else {
            return;
        };
        change(&mut self.days[place]);
    }

    /// Feedback is mostly on the newest days.
    fn place(&self, day: u32, by_marketing_interface: bool) -> Option<usize> {
        let newer = self.days.iter().rposition(|of| {
            of.day < day || of.day == day && of.by_marketing_interface == by_marketing_interface
        })?;
        (self.days[newer].day == day).then_some(newer)
    }
}

fn day_of(at: Timestamp) -> u32 {
    (at.millis() / Millis::DAY.get()) as u32
}

/// The place of the first button that opens a link.
pub fn first_link(draft: &TemplateDraft) -> Option<u8> {
    let link = |button: &rulebook::template::draft::Button| button.kind == ButtonKind::Url;
    buttons(draft)
        .iter()
        .position(link)
        .and_then(|place| place.try_into().ok())
}

/// The buttons of a template.
pub fn buttons(draft: &TemplateDraft) -> &[rulebook::template::draft::Button] {
    let of = |component: &'_ Component| matches!(component, Component::Buttons(_));
    match draft.components.iter().find(|component| of(component)) {
        Some(Component::Buttons(buttons)) => buttons,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(days: u64) -> Timestamp {
        Timestamp::from_millis(1_767_225_600_000) + Millis::days(days)
    }

    #[test]
    fn feedback_counts_for_the_day_of_the_send() {
        let mut insights = Insights::default();
        for (accepted, lite) in [(0, false), (0, false), (1, true), (1, false), (0, true)] {
            insights.sent(at(accepted), lite, at(2));
        }
        insights.change(at(0), false, |day| day.read += 1);
        insights.change(at(1), false, |day| day.tap(2, true));
        insights.change(at(1), false, |day| day.tap(2, false));
        insights.change(at(3), false, |day| day.read += 1);
        let rows: Vec<_> = insights
            .days()
            .map(|day| {
                (
                    day.start(),
                    day.by_marketing_interface,
                    day.sent,
                    day.read,
                    day.clicks.clone(),
                )
            })
            .collect();
        let expected = [
            (at(0), false, 2, 1, vec![]),
            (at(0), true, 1, 0, vec![]),
            (at(1), true, 1, 0, vec![]),
            (at(1), false, 1, 0, vec![(2, 2, 1)]),
        ];
        assert_eq!(rows, expected);
    }

    #[test]
    fn days_that_nobody_may_ask_for_go() {
        let mut insights = Insights::default();
        for day in 0..400 {
            insights.sent(at(day), false, at(day));
        }
        assert_eq!(insights.days().count(), 93);
        assert_eq!(insights.days().next().map(Day::start), Some(at(307)));
    }
}
