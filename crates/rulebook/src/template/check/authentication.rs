//! Authentication templates: the platform's own text and one button that takes over the code; no header.
//! Source: template categorisation.

use super::{Finding, Part, TemplateDraft};
use crate::refusal::Refusal;
use crate::template::draft::{ButtonKind, Category};

pub(super) fn check(draft: &TemplateDraft, findings: &mut Vec<Finding>) {
    if draft.category != Category::Authentication {
        return;
    }
    let refused = |message: &str, mend| {
        let refusal = Refusal::TemplateComponents;
        Finding::refused("authentication", refusal, message.to_owned(), mend)
    };
    if draft.header().is_some() {
        let found = refused(
            "An authentication template has no header.",
            "Leave the header out.",
        );
        findings.push(found.in_part(Part::Header));
    }
    let codes = draft
        .buttons()
        .filter(|button| button.kind == ButtonKind::Otp)
        .count();
    if codes != 1 || draft.buttons().count() != 1 {
        let message = "An authentication template has one button, of type OTP, and no other.";
        findings.push(refused(message, "Give it exactly one OTP button.").in_part(Part::Buttons));
    }
}
