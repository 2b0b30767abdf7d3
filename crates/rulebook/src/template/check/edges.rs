//! A body neither begins nor ends with a placeholder. Source: template review; 2388299.

use super::{Finding, TemplateDraft};
use crate::refusal::Refusal;
use crate::template::placeholder::placeholders;

pub(super) fn check(draft: &TemplateDraft, findings: &mut Vec<Finding>) {
    let Some(body) = draft.body() else { return };
    let text = body.text.trim();
    let all = placeholders(text);
    let begins = all.first().is_some_and(|placeholder| placeholder.start == 0);
    let ends = all
        .last()
        .is_some_and(|placeholder| placeholder.end == text.len());
    for (holds, verb, mend) in [
        (begins, "begins", "Put words before the first placeholder."),
        (
            ends,
            "ends",
            "Put words, or a full stop, after the last placeholder.",
        ),
    ] {
        if holds {
            let message = format!("The body {verb} with a placeholder.");
            findings.push(Finding::refused(
                "edges",
                Refusal::TemplateEdgeVariable,
                message,
                mend,
            ));
        }
    }
}
