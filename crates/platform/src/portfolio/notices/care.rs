//! Notices about the categories of templates, and their archival.

use rulebook::template::draft::Category;

use super::Notice;
use crate::portfolio::Portfolio;
use crate::portfolio::event;

impl Portfolio {
    pub(super) fn category_noticed(&self, e: &event::CategoryNoticed) -> Option<Notice> {
        let (name, correct) = (self.template_name(e.template), e.correct.api_value());
        let (subject, advice) = if e.correct == Category::Authentication {
            (
                format!("{name} will be rejected: it belongs to {correct}"),
                "Create an authentication template before then.",
            )
        } else {
            (
                format!("{name} will be in category {correct}"),
                "Price and rules of that category hold from then on. Change the template before then, or ask for a \
                 review of its category afterwards.",
            )
        };
        Notice::new(
            subject,
            "Its content belongs to another category than it was approved in.",
            advice,
        )
    }

    pub(super) fn category_changed(&self, e: &event::CategoryChanged) -> Option<Notice> {
        let (name, to) = (self.template_name(e.template), e.to.api_value());
        let subject = format!("{name} is in category {to} now");
        if e.reversed {
            return Notice::new(
                subject,
                "A review took the change back.",
                "Nothing has to be done.",
            );
        }
        let days = self.rules.categories.review_within.get() / decider::Millis::DAY.get();
        let advice = format!(
            "Price and rules of that category hold from now on. A review of its category can be asked for within {days} \
             days."
        );
        Notice::new(
            subject,
            "Its content belongs to another category than it was approved in.",
            advice,
        )
    }

    pub(super) fn category_reviewed(&self, e: &event::CategoryReviewed) -> Option<Notice> {
        let name = self.template_name(e.template);
        if e.reversed {
            let subject = format!("The category of {name} was reviewed: the decision is reversed");
            return Notice::new(
                subject,
                "The review found it in the right category.",
                "Nothing has to be done.",
            );
        }
        let subject = format!("The category of {name} was reviewed: it is unchanged");
        let advice = "Change its words and submit it again, or create another template.";
        Notice::new(subject, "The review found the decision right.", advice)
    }

    pub(super) fn archived(&self, e: &event::Archived) -> Option<Notice> {
        let name = self.template_name(e.template);
        let reason = if e.by_business {
            "The business asked for it."
        } else {
            "It was not used for twelve months."
        };
        let days = self.rules.archival.kept.get() / decider::Millis::DAY.get();
        let advice =
            format!("It cannot be sent, and is deleted in {days} days unless it is taken out again.");
        Notice::new(format!("{name} was archived"), reason, advice)
    }
}
