//! The header: one line without line breaks or markup, with at most one placeholder. Source: template components.

use super::{Finding, Header, Part, TemplateDraft};
use crate::refusal::Refusal;
use crate::template::placeholder::{distinct, words_only};

const MARKUP: [char; 3] = ['*', '~', '`'];

pub(super) fn check(draft: &TemplateDraft, findings: &mut Vec<Finding>) {
    let refused = |message, mend| {
        Finding::refused("header", Refusal::TemplateHeader, message, mend).in_part(Part::Header)
    };
    let Some(Header::Text(text)) = draft.header() else {
        return;
    };
    let placeholders = distinct(&text.text);
    if text.text.trim().is_empty() {
        findings.push(refused(
            "The header has no text.".to_owned(),
            "Give it a text, or leave it out.",
        ));
    }
    if placeholders.len() > 1 {
        let message = format!("The header has {} placeholders.", placeholders.len());
        findings.push(refused(message, "Keep at most one placeholder in the header."));
    }
    let words = words_only(&text.text);
    if words.contains('\n') {
        findings.push(refused(
            "The header has a line break.".to_owned(),
            "Write it on one line.",
        ));
    }
    if let Some(mark) = words.chars().find(|c| MARKUP.contains(c)) {
        findings.push(refused(
            format!("The header has the markup character {mark:?}."),
            "Write it without markup.",
        ));
    }
}
