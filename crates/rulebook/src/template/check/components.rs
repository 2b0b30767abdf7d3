//! The parts: exactly one body, at most one header, one footer and one set of buttons. Source: template components.

use super::{Component, Finding, TemplateDraft};
use crate::refusal::Refusal;

pub(super) fn check(draft: &TemplateDraft, findings: &mut Vec<Finding>) {
    let refused = |message, mend| Finding::refused("components", Refusal::TemplateComponents, message, mend);
    let count = |kind: &str| {
        draft
            .components
            .iter()
            .filter(|part| part.api_value() == kind)
            .count()
    };
    if count("BODY") == 0 {
        findings.push(refused("The template has no body.".to_owned(), "Add a body."));
    }
    for kind in ["HEADER", "BODY", "FOOTER", "BUTTONS"] {
        if count(kind) > 1 {
            let message = format!("The template has {} components of type {kind}.", count(kind));
            findings.push(refused(message, "Keep one of each type."));
        }
    }
    if draft
        .components
        .iter()
        .any(|part| matches!(part, Component::Buttons(set) if set.is_empty()))
    {
        findings.push(refused(
            "The set of buttons is empty.".to_owned(),
            "Add a button, or leave BUTTONS out.",
        ));
    }
}
