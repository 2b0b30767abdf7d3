//! Whether a template or a message is fit to be sent, before it is submitted (rules K1 to K9, B7).
//!
//! What the platform refuses or rejects is the rulebook's ([`rulebook::template::check`]); what it would take for another
//! category, and what people block, is looked for here, by lists of words that anybody can read (`languages/*.toml`).
//!
//! Promises: one rule a file under `check/rules`, each says what it saw, where, and what to do; the same text gives the
//! same report. Rules are plain on purpose: a finding can be argued with.
//! Must not know: the wire format, files, what was sent before.

mod code;
mod finding;
mod guess;
mod rules;
mod subject;
#[cfg(test)]
mod tests;

use rulebook::template::draft::TemplateDraft;

pub use code::Code;
pub use finding::{Finding, Guess, Reason, Report, Severity, Spot};
pub use subject::Around;
use subject::Subject;

/// Checks a template.
pub fn template(draft: &TemplateDraft, around: Around<'_>) -> Report {
    report(&Subject::of_template(draft, around))
}

/// Checks a free-form text; `language` is a code such as `es`, English if not given.
pub fn message(text: &str, language: Option<&str>, around: Around<'_>) -> Report {
    report(&Subject::of_message(text, language, around))
}

fn report(subject: &Subject<'_>) -> Report {
    let guess = subject.template.and_then(|_| guess::of(subject));
    let mut findings = Vec::new();
    for rule in rules::ALL {
        rule(subject, guess.as_ref(), &mut findings);
    }
    findings.sort_by_key(|found| (found.severity, found.code));
    Report { findings, guess }
}
