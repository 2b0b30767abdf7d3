//! A sample for every placeholder and for a header's medium: the review rejects what it cannot read (T3, T8).
//! Source: template review. That the review finds it, and not the submission, is assumed.

use super::{Finding, Header, Part, TemplateDraft, texts};
use crate::template::draft::{ButtonKind, ParameterFormat, Text};
use crate::template::placeholder::{distinct, placeholders};

/// Its name.
pub(super) const RULE: &str = "samples";
const MEND: &str = "Add a sample for every placeholder, as it would be sent.";

pub(super) fn check(draft: &TemplateDraft, findings: &mut Vec<Finding>) {
    let mut reject =
        |part, message, mend| findings.push(Finding::rejected(RULE, message, mend).in_part(part));
    if let Some(Header::Media(media, samples)) = draft.header()
        && samples.iter().all(|sample| sample.trim().is_empty())
    {
        let message = format!(
            "The header has no sample of its {}.",
            media.api_value().to_lowercase()
        );
        reject(Part::Header, message, "Upload a sample and give its handle.");
    }
    for (part, text) in texts(draft) {
        if let Some(name) = without_sample(draft.parameter_format, text) {
            reject(
                part,
                format!("The {part} has no sample for {{{{{name}}}}}."),
                MEND,
            );
        }
    }
    for (index, button) in draft.buttons().enumerate() {
        let needs = match button.kind {
            ButtonKind::Url => !placeholders(&button.target).is_empty(),
            ButtonKind::CopyCode => true,
            _ => false,
        };
        if needs && button.samples.iter().all(|sample| sample.trim().is_empty()) {
            let message = format!("The button at index {index} has no sample.");
            reject(Part::Button(index), message, MEND);
        }
    }
}

fn without_sample(format: ParameterFormat, text: &Text) -> Option<&str> {
    let given = |place: usize, name: &str| match format {
        ParameterFormat::Positional => text.samples.get(place).map(String::as_str),
        ParameterFormat::Named => {
            let sample = text.named_samples.iter().find(|sample| sample.name == name);
            sample.map(|sample| sample.sample.as_str())
        }
    };
    let names = distinct(&text.text).into_iter().enumerate();
    let mut missing =
        names.filter(|(place, name)| given(*place, name).is_none_or(|text| text.trim().is_empty()));
    missing.next().map(|(_, name)| name)
}
