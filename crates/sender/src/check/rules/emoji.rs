//! 214: more than 10 emoji in a body. Source: partners' texts on what some formats take; the platform's page names no number.

use rulebook::template::check::Place;

use super::super::code::Code;
use super::super::finding::{Finding, Guess, Severity};
use super::super::subject::Subject;

const MAX: usize = 10;

pub(super) fn check(subject: &Subject<'_>, _: Option<&Guess>, findings: &mut Vec<Finding>) {
    let Some(body) = subject.body() else { return };
    let count = body.text.chars().filter(|&letter| is_emoji(letter)).count();
    if count > MAX {
        let message = format!("The body has {count} emoji; some formats take at most {MAX}.");
        let place = Place::whole(body.part);
        findings.push(subject.finding(Code::Emoji, Severity::Warning, place, message, "Keep one or two."));
    }
}

/// Pictures; skin tones, joiners and variants of a picture are not counted.
fn is_emoji(letter: char) -> bool {
    let tones = '\u{1f3fb}'..='\u{1f3ff}';
    matches!(letter, '\u{1f300}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f1e6}'..='\u{1f1ff}')
        && !tones.contains(&letter)
}
