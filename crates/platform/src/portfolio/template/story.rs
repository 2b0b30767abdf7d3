//! What happened to templates beside reviews and pauses, in words.

use crate::portfolio::{Event, Portfolio};

impl Portfolio {
    /// In words; empty for events of other subjects.
    pub(in crate::portfolio) fn describe_upkeep(&self, event: &Event) -> String {
        match event {
            Event::Clicked(e) => {
                let (message, button) = (e.message, u32::from(e.button) + 1);
                let number = self.number_name(message.number);
                format!("{number}: button {button} of message {} was tapped", message.seq)
            }
            Event::CategoryNoticed(e) => format!(
                "{}: should be {}, and will be",
                self.template_name(e.template),
                e.correct.api_value()
            ),
            Event::CategoryChanged(e) => {
                let (name, from, to) = (self.template_name(e.template), e.from, e.to);
                let why = if e.reversed { " again, after a review" } else { "" };
                format!("{name}: category {} -> {}{why}", from.api_value(), to.api_value())
            }
            Event::CategoryReviewAsked(e) => {
                format!(
                    "{}: a review of its category was asked for",
                    self.template_name(e.template)
                )
            }
            Event::CategoryReviewed(e) => {
                let (name, how) = (
                    self.template_name(e.template),
                    if e.reversed { "reversed" } else { "unchanged" },
                );
                let by = if e.by_tester { "moderator" } else { "rules" };
                format!("{name}: the review of its category ended, {how} (by the {by})")
            }
            Event::Archived(e) if e.by_business => {
                format!("{}: put away by the business", self.template_name(e.template))
            }
            Event::Archived(e) => format!("{}: put away, nobody used it", self.template_name(e.template)),
            Event::Unarchived(e) => format!("{}: taken out again", self.template_name(e.template)),
            Event::UseSeen(e) => format!("{}: in use", self.template_name(e.template)),
            _ => String::new(),
        }
    }
}
