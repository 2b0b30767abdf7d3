//! Templates and messages before they are submitted: read as the Graph API takes or gives them, checked, and told as JSON.
//!
//! The command `goodstanding check` and the native API use the same, so that both find the same.
//! Must not know: the rules.

mod input;

use rulebook::escalation::Path;
use rulebook::template::draft::TemplateDraft;
use sender::check::{Around, Report, Severity};
use sender::words::Words;
use serde_json::{Value, json};

pub use input::Input;

/// A template or a message with its report.
#[derive(Debug)]
pub struct Checked {
    /// The template; none for a message.
    pub draft: Option<TemplateDraft>,
    /// What was found.
    pub report: Report,
}

/// Checks each template against the others, or the message. `language` is a message's; templates name theirs.
pub fn check(input: Input, language: &str, words: &Words, ways: &[Path]) -> Vec<Checked> {
    let around = |others| Around {
        others,
        ways_to_person: ways,
        words,
    };
    match input {
        Input::Message(text) => {
            let report = sender::check::message(&text, Some(language), around(&[]));
            vec![Checked { draft: None, report }]
        }
        Input::Templates(drafts) => {
            let report = |draft| sender::check::template(draft, around(&drafts));
            let reports: Vec<Report> = drafts.iter().map(report).collect();
            let both = drafts.into_iter().zip(reports);
            both.map(|(draft, report)| Checked {
                draft: Some(draft),
                report,
            })
            .collect()
        }
    }
}

/// As JSON.
pub fn json(checked: &[Checked]) -> Value {
    let each: Vec<Value> = checked
        .iter()
        .map(|one| match &one.draft {
            Some(draft) => json!({
                "kind": "template",
                "name": draft.name,
                "language": draft.language,
                "category": draft.category.api_value(),
                "report": one.report,
            }),
            None => json!({"kind": "message", "report": one.report}),
        })
        .collect();
    json!({
        "checked": each,
        "errors": count(checked, Severity::Error),
        "warnings": count(checked, Severity::Warning),
        "advice": count(checked, Severity::Advice),
    })
}

/// Findings of a severity.
pub fn count(checked: &[Checked], severity: Severity) -> usize {
    checked.iter().map(|one| one.report.count(severity)).sum()
}
