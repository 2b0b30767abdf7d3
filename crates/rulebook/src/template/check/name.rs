//! The name: 1 to 512 of a-z, 0-9 and _. Source: templates overview.

use super::{Finding, Part, TemplateDraft};
use crate::refusal::Refusal;

const MAX: usize = 512;

pub(super) fn check(draft: &TemplateDraft, findings: &mut Vec<Finding>) {
    let name = &draft.name;
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let message = if name.is_empty() {
        "The template has no name.".to_owned()
    } else if name.chars().count() > MAX {
        format!(
            "The name has {} characters; at most {MAX} are allowed.",
            name.chars().count()
        )
    } else if let Some(other) = name.chars().find(|&c| !allowed(c)) {
        format!("The name has the character {other:?}.")
    } else {
        return;
    };
    let mend = "Use up to 512 of the characters a to z, 0 to 9 and _.";
    findings.push(Finding::refused("name", Refusal::TemplateName, message, mend).in_part(Part::Name));
}
