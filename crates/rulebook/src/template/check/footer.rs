//! The footer: text without placeholders. Source: template components; 2388073.

use super::{Finding, Part, TemplateDraft};
use crate::refusal::Refusal;
use crate::template::draft::Category;
use crate::template::placeholder::{has_loose_braces, placeholders};

pub(super) fn check(draft: &TemplateDraft, findings: &mut Vec<Finding>) {
    let Some(footer) = draft.footer() else { return };
    let refused = |message: &str, mend| {
        let refusal = Refusal::TemplateFooter;
        Finding::refused("footer", refusal, message.to_owned(), mend).in_part(Part::Footer)
    };
    // The platform writes the footer of an authentication template.
    if footer.text.trim().is_empty() && draft.category != Category::Authentication {
        findings.push(refused(
            "The footer has no text.",
            "Give it a text, or leave it out.",
        ));
    }
    if !placeholders(&footer.text).is_empty() || has_loose_braces(&footer.text) {
        findings.push(refused(
            "The footer has a placeholder.",
            "Write the footer without placeholders.",
        ));
    }
}
