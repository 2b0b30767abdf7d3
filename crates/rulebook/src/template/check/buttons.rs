//! Buttons: at most 10, of these 2 links, 1 phone number and 1 code; quick replies stand together; a link has at most one
//! placeholder, at its end. Source: template components.

use super::{Finding, Part, TemplateDraft};
use crate::refusal::Refusal;
use crate::template::draft::{Button, ButtonKind};
use crate::template::placeholder::placeholders;

/// How many of each kind; the rest may be as many as there is room for.
const MOST: [(ButtonKind, usize); 3] = [
    (ButtonKind::Url, 2),
    (ButtonKind::PhoneNumber, 1),
    (ButtonKind::CopyCode, 1),
];
const MOST_IN_ALL: usize = 10;

pub(super) fn check(draft: &TemplateDraft, findings: &mut Vec<Finding>) {
    let buttons: Vec<&Button> = draft.buttons().collect();
    let mut refuse = |part: Part, message: String, mend: &str| {
        let finding = Finding::refused("buttons", Refusal::TemplateButtons, message, mend);
        findings.push(finding.in_part(part));
    };
    if buttons.len() > MOST_IN_ALL {
        let message = format!("The template has {} buttons.", buttons.len());
        refuse(Part::Buttons, message, "Keep at most 10.");
    }
    for (kind, most) in MOST {
        let count = buttons.iter().filter(|button| button.kind == kind).count();
        if count > most {
            let message = format!("The template has {count} buttons of type {}.", kind.api_value());
            refuse(
                Part::Buttons,
                message,
                &format!("Keep at most {most} of this type."),
            );
        }
    }
    let is_reply = |button: &&Button| button.kind == ButtonKind::QuickReply;
    let changes = buttons
        .windows(2)
        .filter(|pair| is_reply(&pair[0]) != is_reply(&pair[1]))
        .count();
    if changes > 1 {
        let message = "Quick replies and other buttons are mixed.".to_owned();
        refuse(Part::Buttons, message, "Put all quick replies together.");
    }
    for (index, button) in buttons.iter().enumerate() {
        if let Some((message, mend)) = trouble(button) {
            let message = format!("The button at index {index} {message}.");
            refuse(Part::Button(index), message, mend);
        }
    }
}

fn trouble(button: &Button) -> Option<(&'static str, &'static str)> {
    let labelled = matches!(
        button.kind,
        ButtonKind::QuickReply | ButtonKind::Url | ButtonKind::PhoneNumber
    );
    let needs_target = matches!(button.kind, ButtonKind::Url | ButtonKind::PhoneNumber);
    let in_link = placeholders(&button.target);
    if labelled && button.text.trim().is_empty() {
        Some(("has no label", "Give it a label."))
    } else if !placeholders(&button.text).is_empty() {
        Some((
            "has a placeholder in its label",
            "Write the label without placeholders.",
        ))
    } else if needs_target && button.target.trim().is_empty() {
        Some(("leads nowhere", "Give it a link or a phone number."))
    } else if in_link.len() > 1 || in_link.first().is_some_and(|at| at.end != button.target.len()) {
        Some((
            "has a placeholder that is not at the end of its link",
            "Keep one placeholder, at the end.",
        ))
    } else {
        None
    }
}
