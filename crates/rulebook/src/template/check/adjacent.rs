//! No two placeholders without a word between them: the review rejects it. Source: the webhook's `rejection_info`.

use super::{Finding, TemplateDraft, texts};
use crate::template::placeholder::placeholders;

pub(super) fn check(draft: &TemplateDraft, findings: &mut Vec<Finding>) {
    for (part, text) in texts(draft) {
        let all = placeholders(&text.text);
        let touching = all
            .windows(2)
            .find(|pair| text.text[pair[0].end..pair[1].start].trim().is_empty());
        if let Some([first, second]) = touching {
            let message = format!(
                "In the {part}, {{{{{}}}}} and {{{{{}}}}} stand next to each other.",
                first.name, second.name
            );
            let finding = Finding::rejected("adjacent", message, "Put words between the placeholders.");
            findings.push(finding.at_bytes(part, first.start..second.end));
        }
    }
}
