//! The facts that a decision was made by, in words.

use rulebook::edition::EditionId;
use rulebook::rating::Rating;
use rulebook::status::Status;
use rulebook::template::lifecycle::TemplateStatus;
use sender::portfolio::facts::{Facts, UNLIMITED};
use serde::Serialize;
use utoipa::ToSchema;

use crate::words;

/// What was known at the moment of a decision.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FactsView {
    /// The edition of the platform's rules.
    edition: Option<&'static str>,
    /// The version of the policy: how often it had been set.
    policy: u32,
    /// Unique recipients in the window, before this send.
    used: u32,
    /// The messaging limit; null for none.
    limit: Option<u32>,
    /// Who said so.
    limit_source: &'static str,
    /// Null where it was not known.
    number_status: Option<&'static str>,
    number_quality: Option<&'static str>,
    template_status: Option<&'static str>,
    template_quality: Option<&'static str>,
    /// For how many seconds the person had not written; null if no service window was known to be open.
    wrote_before_s: Option<u32>,
    /// Whether the send counts towards the limit.
    counts: bool,
    /// Age of the oldest fact about the number; null where none was ever told.
    oldest_fact_s: Option<u32>,
}

impl From<Facts> for FactsView {
    fn from(facts: Facts) -> Self {
        let rating = |number: u8| {
            let found = Rating::ALL
                .into_iter()
                .find(|rating| *rating as u8 == number && number > 0);
            found.map(words::of_rating)
        };
        let status = Status::ALL
            .into_iter()
            .find(|status| *status as u8 == facts.number_status);
        FactsView {
            edition: EditionId::try_from(facts.edition).ok().map(EditionId::name),
            policy: facts.policy,
            used: facts.used,
            limit: (facts.limit != UNLIMITED).then_some(facts.limit),
            limit_source: facts.limit_from.name(),
            number_status: status.map(words::of_status),
            number_quality: rating(facts.number_rating),
            template_status: words::template_statuses()
                .find(|status: &TemplateStatus| *status as u8 == facts.template_status)
                .map(words::of_template_status),
            template_quality: rating(facts.template_rating),
            wrote_before_s: facts.window_open_s.checked_sub(1),
            counts: facts.counts,
            oldest_fact_s: (facts.age_s > 0).then_some(facts.age_s),
        }
    }
}
