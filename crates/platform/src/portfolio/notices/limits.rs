//! What is said of first steps.

use rulebook::first_step::Outcome;

use super::text::{Notice, span};
use crate::portfolio::Portfolio;
use crate::portfolio::event::Analysed;

impl Portfolio {
    /// An analysis that ended well is told with the limit that rose.
    pub(super) fn analysed_notice(&self, e: &Analysed) -> Option<Notice> {
        let rules = &self.rules.limits.first_step;
        let by_volume = format!(
            "reach {} people in {} with templates of high quality",
            rules.recipients,
            span(rules.window)
        );
        let (what, advice) = match e.outcome {
            Outcome::Approved => return None,
            Outcome::Deferred => ("was put off", format!("To be looked at again, {by_volume}.")),
            Outcome::Failed => ("failed", format!("To be looked at again, {by_volume}.")),
            Outcome::NeedMoreInfo => (
                "needs more information",
                format!("Verify your identity, or {by_volume}."),
            ),
        };
        let subject = format!(
            "{}: the analysis for a higher limit {what}",
            self.scope_title(e.scope)
        );
        let reason = match e.path {
            Some(path) => format!(
                "It was looked at because {}. The limit stays what it is.",
                path.text()
            ),
            None => "The limit stays what it is.".to_owned(),
        };
        Notice::new(subject, reason, advice)
    }
}
