//! What is said of accounts that misuse the utility category.

use decider::Timestamp;
use rulebook::misuse::Step;

use super::text::{Notice, span};
use crate::portfolio::Portfolio;
use crate::portfolio::event::{MisuseEnded, MisuseFound};

impl Portfolio {
    pub(super) fn misuse_found(&self, e: &MisuseFound, at: Timestamp) -> Option<Notice> {
        let name = format!("WABA {}", self.waba_name(e.waba));
        let lasts = span(Timestamp::from_millis(e.until_ms).since(at));
        let reason = "Templates of the utility category carried marketing.";
        let (subject, advice) = match e.step {
            Step::Warned => (
                format!("{name} was warned"),
                "Correct the categories of its templates: the next finding caps its utility messages.".to_owned(),
            ),
            Step::Capped => (
                format!("{name}: utility messages are capped for {lasts}"),
                format!(
                    "{} of them in 24 hours still go. The cap lifts by itself; another finding takes the utility \
                     category away.",
                    self.rules.misuse.cap
                ),
            ),
            Step::Restricted => (
                format!("{name} has no utility templates for {lasts}"),
                "Its utility templates are marketing from now on, and no new ones are taken.".to_owned(),
            ),
            Step::PortfolioRestricted => (
                format!("Portfolio {} has no utility templates for {lasts}", self.name),
                "The utility templates of all its accounts are marketing from now on, and no new ones are taken.".to_owned(),
            ),
        };
        Notice::new(subject, reason, advice)
    }

    pub(super) fn misuse_ended(&self, e: &MisuseEnded) -> Option<Notice> {
        let name = format!("WABA {}", self.waba_name(e.waba));
        let subject = match e.step {
            Step::Warned | Step::Capped => format!("{name}: utility messages are no longer capped"),
            Step::Restricted => format!("{name} may have utility templates again"),
            Step::PortfolioRestricted => format!("Portfolio {} may have utility templates again", self.name),
        };
        Notice::new(
            subject,
            "The time of the limitation is over.",
            "The warning stays: choose categories by what a message is for.",
        )
    }
}
