//! 204: promotion in a template that must have none. Source: template categorisation (17 April 2026): a utility template
//! is not promotional; misuse is warned, capped and restricted (R12).

use rulebook::template::check::Place;
use rulebook::template::draft::Category;

use super::super::code::Code;
use super::super::finding::{Finding, Guess, Severity};
use super::super::subject::Subject;

pub(super) fn check(subject: &Subject<'_>, _: Option<&Guess>, findings: &mut Vec<Finding>) {
    if !matches!(
        subject.category(),
        Some(Category::Utility | Category::Authentication)
    ) {
        return;
    }
    let mut found = |severity, place, message| {
        let advice = "Take it out, or send it as a MARKETING template of its own.";
        findings.push(subject.finding(Code::PromotionalTone, severity, place, message, advice));
    };
    for (passage, hit) in subject.hits(|lists| &lists.offers) {
        let message = format!("\"{}\" is promotion.", passage.excerpt(&hit.words));
        found(Severity::Error, passage.place(&hit.words), message);
    }
    for (passage, hit) in subject.hits(|lists| &lists.urges) {
        let message = format!("\"{}\" presses or praises.", passage.excerpt(&hit.words));
        found(Severity::Warning, passage.place(&hit.words), message);
    }
    let Some(lists) = subject.lists() else { return };
    for sample in &subject.samples {
        if let Some(hit) = lists.offers.first(&sample.words) {
            let message = format!(
                "A sample of the {} has promotion: \"{}\".",
                sample.part,
                sample.excerpt(&hit.words)
            );
            found(Severity::Warning, Place::whole(sample.part), message);
        }
    }
}
