//! The header: one line without line breaks or markup, with at most one placeholder. Source: template components.

use super::{Finding, Header, Part, TemplateDraft};
use crate::refusal::Refusal;
use crate::template::placeholder::{distinct, words_only};

const MARKUP: [char; 3] = ['*', '~', '`'];
/// Italics, but only around words: in names it is a letter like others.
const ITALICS: char = '_';

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
    let markup = words.chars().find(|c| MARKUP.contains(c));
    if let Some(mark) = markup.or_else(|| has_italics(&words).then_some(ITALICS)) {
        findings.push(refused(
            format!("The header has the markup character {mark:?}."),
            "Write it without markup.",
        ));
    }
}

/// Whether an underscore opens before a word and another closes after one.
fn has_italics(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    let is_word = |at: Option<usize>| {
        at.and_then(|at| letters.get(at))
            .is_some_and(|letter| letter.is_alphanumeric())
    };
    let opens = |at: &usize| letters[*at] == ITALICS && !is_word(at.checked_sub(1)) && is_word(Some(at + 1));
    let closes = |at: &usize| letters[*at] == ITALICS && is_word(at.checked_sub(1)) && !is_word(Some(at + 1));
    let opened = (0..letters.len()).find(opens);
    opened.is_some_and(|opened| (opened + 1..letters.len()).any(|at| closes(&at)))
}
