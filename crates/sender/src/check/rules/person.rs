//! 210: no way to a person, in the template or declared for its number (H1, H2: a direct way to a person is required; the
//! kinds are those of [`rulebook::escalation`]). Advice only: a number's ways may be shown elsewhere in the conversation.

use rulebook::template::check::{Part, Place};
use rulebook::template::draft::{Button, ButtonKind, Category};

use super::super::code::Code;
use super::super::finding::{Finding, Guess, Severity};
use super::super::subject::Subject;

/// Parts of links that lead to somebody.
const CONTACT: [&str; 4] = ["contact", "support", "mailto:", "tel:"];

pub(super) fn check(subject: &Subject<'_>, _: Option<&Guess>, findings: &mut Vec<Finding>) {
    // The platform writes authentication templates.
    let written = matches!(subject.category(), Some(Category::Marketing | Category::Utility));
    let judged = written && subject.language.is_some();
    let declared = subject
        .around
        .ways_to_person
        .iter()
        .any(|path| path.kind.counts());
    let leads = |button: &Button| leads_to_person(subject, button);
    if !judged || declared || subject.has(|lists| &lists.way_to_person) || subject.buttons().any(leads) {
        return;
    }
    let message = "It names no way to a person.".to_owned();
    let advice = "Say whom to call or write to, add a button that calls or a quick reply for an agent, or declare the number's ways.";
    let place = Place::whole(Part::Template);
    findings.push(subject.finding(Code::NoWayToPerson, Severity::Advice, place, message, advice));
}

fn leads_to_person(subject: &Subject<'_>, button: &Button) -> bool {
    match &button.kind {
        ButtonKind::PhoneNumber => true,
        ButtonKind::QuickReply => subject.around.words.hear(&button.text).person.is_some(),
        ButtonKind::Url => {
            let target = button.target.to_ascii_lowercase();
            CONTACT.iter().any(|part| target.contains(part))
        }
        ButtonKind::Other(kind) => kind == "VOICE_CALL",
        ButtonKind::CopyCode | ButtonKind::Flow | ButtonKind::Otp => false,
    }
}
