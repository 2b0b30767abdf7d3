//! Whether a submitted template is well formed (rules T1 and T3): what the platform refuses at once, and what its
//! review rejects with a reason. Sources: the platform's pages on template components, review and error codes.
//!
//! Promises: one rule a file; findings come in the order of the rules, each says what is wrong and how to mend it.
//! Must not know: other templates (the caller looks for a twin with [`same_wording`]), categories' wording.

mod adjacent;
mod authentication;
mod buttons;
mod category;
mod components;
mod duplicate;
mod edges;
mod footer;
mod header;
mod lengths;
mod name;
mod numbering;
mod place;
mod ratio;
mod samples;
#[cfg(test)]
mod tests;

use super::draft::{Component, Header, TemplateDraft, Text};
use crate::refusal::Refusal;

pub use category::wrong_category;
pub use duplicate::{duplicate_of, same_wording};
pub use place::{Part, Place};

/// Something that is wrong with a template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: &'static str,
    /// What is wrong: a sentence.
    pub message: String,
    /// How to mend it: a sentence.
    pub recommendation: String,
    /// When the platform says so.
    pub at: At,
    /// Where it is.
    pub place: Place,
}

/// When the platform finds it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum At {
    /// The template is not taken.
    Submission(Refusal),
    /// It is taken, and the review rejects it.
    Review(Reason),
}

/// The platform's words for why a template is rejected.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reason {
    /// Threats, abuse, or a request for data that must not be asked for.
    AbusiveContent,
    /// The content belongs to another category.
    IncorrectCategory,
    /// It is not well formed.
    InvalidFormat,
    /// No reason.
    None,
    /// Promotion where there must be none.
    Promotional,
    /// It looks like fraud.
    Scam,
    /// Language or content are not what was declared.
    TagContentMismatch,
}

impl Finding {
    fn refused(rule: &'static str, refusal: Refusal, message: String, recommendation: &str) -> Self {
        Finding {
            rule,
            message,
            recommendation: recommendation.to_owned(),
            at: At::Submission(refusal),
            place: Place::whole(Part::Template),
        }
    }

    fn rejected(rule: &'static str, message: String, recommendation: &str) -> Self {
        let at = At::Review(Reason::InvalidFormat);
        Finding {
            rule,
            message,
            recommendation: recommendation.to_owned(),
            at,
            place: Place::whole(Part::Template),
        }
    }

    /// The same, found in a part.
    fn in_part(self, part: Part) -> Self {
        let place = Place::whole(part);
        Finding { place, ..self }
    }

    /// The same, found at these bytes of a part's text.
    fn at_bytes(self, part: Part, bytes: core::ops::Range<usize>) -> Self {
        let place = Place {
            part,
            bytes: Some(bytes),
        };
        Finding { place, ..self }
    }

    /// As which refusal a submission is answered.
    pub fn refusal(&self) -> Refusal {
        match self.at {
            At::Submission(refusal) => refusal,
            At::Review(_) => Refusal::InvalidParameter,
        }
    }

    /// Whether a sample is all that is missing.
    pub fn is_mended_by_sample(&self) -> bool {
        self.rule == samples::RULE
    }

    /// The platform's word for the reason of a rejection.
    pub fn reason(&self) -> &'static str {
        match self.at {
            At::Submission(_) => Reason::InvalidFormat.api_value(),
            At::Review(reason) => reason.api_value(),
        }
    }
}

impl Reason {
    /// The value of `rejected_reason`.
    pub fn api_value(self) -> &'static str {
        match self {
            Reason::AbusiveContent => "ABUSIVE_CONTENT",
            Reason::IncorrectCategory => "INCORRECT_CATEGORY",
            Reason::InvalidFormat => "INVALID_FORMAT",
            Reason::None => "NONE",
            Reason::Promotional => "PROMOTIONAL",
            Reason::Scam => "SCAM",
            Reason::TagContentMismatch => "TAG_CONTENT_MISMATCH",
        }
    }
}

/// Every rule, in the order in which findings are told.
const RULES: [fn(&TemplateDraft, &mut Vec<Finding>); 12] = [
    name::check,
    components::check,
    authentication::check,
    header::check,
    lengths::check,
    footer::check,
    buttons::check,
    numbering::check,
    edges::check,
    ratio::check,
    adjacent::check,
    samples::check,
];

/// Everything that is wrong with a template, whoever finds it.
pub fn all(draft: &TemplateDraft) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        rule(draft, &mut findings);
    }
    findings
}

/// What keeps the platform from taking the template; empty if it takes it.
pub fn on_submission(draft: &TemplateDraft) -> Vec<Finding> {
    let mut findings = all(draft);
    findings.retain(|finding| matches!(finding.at, At::Submission(_)));
    findings
}

/// What makes the review reject the template; empty if it passes. Twins are the caller's to look for.
pub fn on_review(draft: &TemplateDraft) -> Vec<Finding> {
    all(draft)
}

/// The texts that may have placeholders, with their names.
fn texts(draft: &TemplateDraft) -> impl Iterator<Item = (Part, &Text)> {
    draft.components.iter().filter_map(|part| match part {
        Component::Header(Header::Text(text)) => Some((Part::Header, text)),
        Component::Body(text) => Some((Part::Body, text)),
        _ => None,
    })
}

/// The refusal that belongs to a text.
fn format_of(part: Part) -> Refusal {
    match part {
        Part::Header => Refusal::TemplateHeader,
        _ => Refusal::TemplateBody,
    }
}
