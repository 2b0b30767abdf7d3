//! A body neither begins nor ends with a placeholder. Source: template review; 2388299.

use super::{Finding, Part, TemplateDraft};
use crate::refusal::Refusal;
use crate::template::placeholder::placeholders;

pub(super) fn check(draft: &TemplateDraft, findings: &mut Vec<Finding>) {
    let Some(body) = draft.body() else { return };
    let (start, end) = (
        body.text.len() - body.text.trim_start().len(),
        body.text.trim_end().len(),
    );
    let all = placeholders(&body.text);
    let begins = all.first().filter(|placeholder| placeholder.start == start);
    let ends = all.last().filter(|placeholder| placeholder.end == end);
    for (found, verb, mend) in [
        (begins, "begins", "Put words before the first placeholder."),
        (
            ends,
            "ends",
            "Put words, or a full stop, after the last placeholder.",
        ),
    ] {
        if let Some(placeholder) = found {
            let message = format!("The body {verb} with a placeholder.");
            let finding = Finding::refused("edges", Refusal::TemplateEdgeVariable, message, mend);
            findings.push(finding.at_bytes(Part::Body, placeholder.start..placeholder.end));
        }
    }
}
