//! 101 to 112: what the platform refuses at submission or rejects in review. The rules are the rulebook's.

use rulebook::template::check::{self, At};

use super::super::code::Code;
use super::super::finding::{Finding, Guess, Severity};
use super::super::subject::Subject;

pub(super) fn check(subject: &Subject<'_>, _: Option<&Guess>, findings: &mut Vec<Finding>) {
    let Some(draft) = subject.template else { return };
    findings.extend(check::all(draft).into_iter().map(|found| told(subject, found)));
}

/// The rulebook's finding in the words of the check.
pub(super) fn told(subject: &Subject<'_>, found: check::Finding) -> Finding {
    let who = match found.at {
        At::Submission(_) => "The platform does not take it",
        At::Review(_) => "The review rejects it",
    };
    let message = format!("{} {who}.", found.message);
    subject.finding(
        code_of(found.rule),
        Severity::Error,
        found.place,
        message,
        &found.recommendation,
    )
}

/// The code of a rule of the rulebook.
fn code_of(rule: &str) -> Code {
    match rule {
        "name" => Code::Name,
        "components" => Code::Components,
        "authentication" => Code::Authentication,
        "header" => Code::Header,
        "lengths" => Code::Lengths,
        "footer" => Code::Footer,
        "buttons" => Code::Buttons,
        "numbering" => Code::Placeholders,
        "edges" => Code::Edges,
        "ratio" => Code::Ratio,
        "adjacent" => Code::Adjacent,
        "samples" => Code::Samples,
        "duplicate" => Code::Duplicate,
        _ => Code::Components,
    }
}
