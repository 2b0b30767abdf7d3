//! 202: a greeting that means nobody in particular, or a message that does nothing but greet (B7: no generic welcome; clear,
//! personal, useful).

use rulebook::template::check::Place;
use rulebook::template::draft::Category;

use super::super::code::Code;
use super::super::finding::{Finding, Guess, Severity};
use super::super::subject::{Passage, Subject};

/// A message with so few words after its greeting says nothing else (`welcome to our shop`).
const REST_MAX: usize = 6;

pub(super) fn check(subject: &Subject<'_>, _: Option<&Guess>, findings: &mut Vec<Finding>) {
    let generic = subject.hits(|lists| &lists.generic);
    for (passage, hit) in &generic {
        let message = format!(
            "\"{}\" addresses nobody in particular.",
            passage.excerpt(&hit.words)
        );
        let advice = "Address the person by name, with a placeholder.";
        findings.push(subject.finding(
            Code::GenericGreeting,
            Severity::Warning,
            passage.place(&hit.words),
            message,
            advice,
        ));
    }
    let (Some(body), Some(lists)) = (subject.body(), subject.lists()) else {
        return;
    };
    let Some(greeting) = lists.greetings.at(&body.words, 0) else {
        return;
    };
    let rest = body.words.len() - greeting.words.end;
    let is_short = rest <= REST_MAX && !subject.has_occasion() && subject.template.is_some();
    if is_short {
        let place = Place::whole(body.part);
        let message = "The message does little but greet.".to_owned();
        let advice = "Say why you write and what the person gains; do not send a mere greeting.";
        findings.push(subject.finding(Code::GenericGreeting, Severity::Warning, place, message, advice));
    } else if generic.is_empty()
        && subject.category() == Some(Category::Marketing)
        && !is_personal(body, greeting.words.end)
    {
        let message = format!("The greeting \"{}\" has no name.", body.excerpt(&greeting.words));
        let advice = "Address the person by name, with a placeholder.";
        let place = body.place(&greeting.words);
        findings.push(subject.finding(Code::GenericGreeting, Severity::Advice, place, message, advice));
    }
}

/// Whether a placeholder stands in the clause of the greeting, which ends at the word `end`.
fn is_personal(body: &Passage<'_>, end: usize) -> bool {
    let start = body.words[end - 1].at.end;
    let clause = body.text[start..]
        .find(['.', '!', '\n', '।', '؟'])
        .map_or(body.text.len(), |at| start + at);
    body.placeholders
        .iter()
        .any(|at| at.start >= start && at.end <= clause)
}
