//! 203: it leaves open what it is about (B7: no open-ended introductory messages). A question after something of the
//! person's is well placed; a question instead of it is not.

use super::super::code::Code;
use super::super::finding::{Finding, Guess, Severity};
use super::super::subject::Subject;

pub(super) fn check(subject: &Subject<'_>, _: Option<&Guess>, findings: &mut Vec<Finding>) {
    // A free-form message answers something.
    if subject.template.is_none() || subject.has_occasion() {
        return;
    }
    for (passage, hit) in subject.hits(|lists| &lists.open_ended) {
        let message = format!(
            "\"{}\" leaves open what the message is about.",
            passage.excerpt(&hit.words)
        );
        let advice = "Say in the first sentence what it is about: the order, the appointment, the question you were asked.";
        let place = passage.place(&hit.words);
        findings.push(subject.finding(Code::OpenEnded, Severity::Warning, place, message, advice));
    }
}
