//! Enough words for the placeholders of a body: at least twice as many, and one more (assumed; the platform publishes no
//! number). Source of the rule: template review; 2388293.

use super::{Finding, Part, TemplateDraft};
use crate::refusal::Refusal;
use crate::template::placeholder::{distinct, words_only};

const WORDS_FOR_EACH: usize = 2;

pub(super) fn check(draft: &TemplateDraft, findings: &mut Vec<Finding>) {
    let Some(body) = draft.body() else { return };
    let placeholders = distinct(&body.text).len();
    let rest = words_only(&body.text);
    let words = rest
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .count();
    let needed = placeholders * WORDS_FOR_EACH + 1;
    if placeholders > 0 && words < needed {
        let message =
            format!("The body has {words} words for {placeholders} placeholders; {needed} are needed.");
        let mend = "Add words, or take placeholders out.";
        let finding = Finding::refused("ratio", Refusal::TemplateTooManyVariables, message, mend);
        findings.push(finding.in_part(Part::Body));
    }
}
