//! 215 and 216: the text is in another language than was declared (the review's TAG_CONTENT_MISMATCH), or in one that there
//! are no lists for.

use rulebook::template::check::{Part, Place};

use super::super::code::Code;
use super::super::finding::{Finding, Guess, Severity};
use super::super::subject::Subject;
use crate::words::Language;

/// Fewer frequent words of another language than this are chance.
const WORDS_MIN: usize = 3;
/// The other language has so many times the frequent words of the declared one.
const TIMES: usize = 3;

pub(super) fn check(subject: &Subject<'_>, _: Option<&Guess>, findings: &mut Vec<Finding>) {
    let Some(draft) = subject.template else { return };
    let place = Place::whole(Part::Template);
    let Some(language) = subject.language else {
        let message = format!(
            "There are no lists of words for the language {:?}.",
            draft.language
        );
        let advice = "What the words say is not checked; have somebody read it who speaks the language.";
        findings.push(subject.finding(Code::UnknownLanguage, Severity::Advice, place, message, advice));
        return;
    };
    let count = |language: &Language| {
        let frequent = |passage| language.texts.frequent.all(passage).len();
        subject
            .passages
            .iter()
            .map(|passage| frequent(&passage.words))
            .sum::<usize>()
    };
    let own = count(language);
    let other = Language::all().iter().max_by_key(|other| count(other));
    if let Some(other) = other.filter(|other| count(other) >= WORDS_MIN.max(own * TIMES)) {
        let message = format!(
            "It is declared to be {} ({}) and reads like {}.",
            language.name, draft.language, other.name
        );
        let advice = "Declare the language that it is written in.";
        findings.push(subject.finding(Code::WrongLanguage, Severity::Warning, place, message, advice));
    }
}
