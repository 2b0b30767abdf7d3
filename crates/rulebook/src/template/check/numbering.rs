//! Placeholders in a text are well written: `{{1}}`, `{{2}}` ... without a gap, in order of their first appearance; or, where
//! they are named, each name once, of a-z, 0-9 and _. Source: templates overview; 2388047, 2388072.

use super::{Finding, TemplateDraft, format_of, texts};
use crate::template::draft::ParameterFormat;
use crate::template::placeholder::{distinct, has_loose_braces, placeholders};

pub(super) fn check(draft: &TemplateDraft, findings: &mut Vec<Finding>) {
    for (part, text) in texts(draft) {
        let wrong = match draft.parameter_format {
            _ if has_loose_braces(&text.text) => Some((
                "has braces that make up no placeholder".to_owned(),
                "Write placeholders as {{1}}.",
            )),
            ParameterFormat::Positional => positional(&text.text),
            ParameterFormat::Named => named(&text.text),
        };
        if let Some((message, mend)) = wrong {
            let message = format!("The {part} {message}.");
            findings.push(Finding::refused("numbering", format_of(part), message, mend).in_part(part));
        }
    }
}

fn positional(text: &str) -> Option<(String, &'static str)> {
    let names = distinct(text);
    let wrong = names
        .iter()
        .zip(1usize..)
        .find(|(name, number)| **name != number.to_string());
    let (name, number) = wrong?;
    let is_number = !name.is_empty() && name.chars().all(|c| c.is_ascii_digit());
    let message = match is_number {
        true => format!("has {{{{{name}}}}} where {{{{{number}}}}} should come"),
        false => format!("has the placeholder {{{{{name}}}}}, which is not a number"),
    };
    Some((
        message,
        "Number the placeholders {{1}}, {{2}} and so on, without a gap.",
    ))
}

fn named(text: &str) -> Option<(String, &'static str)> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let well_named =
        |name: &str| name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(allowed);
    let all = placeholders(text);
    if let Some(bad) = all.iter().find(|placeholder| !well_named(placeholder.name)) {
        let message = format!("has the placeholder {{{{{}}}}}, which is not a name", bad.name);
        return Some((
            message,
            "Use names of a to z, 0 to 9 and _, beginning with a letter.",
        ));
    }
    let twice = all
        .iter()
        .find(|one| all.iter().filter(|other| other.name == one.name).count() > 1)?;
    Some((
        format!("has the placeholder {{{{{}}}}} twice", twice.name),
        "Use each name once.",
    ))
}
