//! 205: capitals, exclamation marks (B4, Q7: what looks like spam is reported as spam).

use core::ops::Range;

use rulebook::template::check::Place;

use super::super::code::Code;
use super::super::finding::{Finding, Guess, Severity};
use super::super::subject::{Passage, Subject};
use crate::words::Word;

/// So many words in capitals in a row are no abbreviations.
const RUN_MIN: usize = 3;
/// One of them has at least so many letters; a row of shorter ones is a row of abbreviations.
const LETTERS_MIN: usize = 4;
/// More exclamation marks than this in one text shout.
const MARKS_MAX: usize = 3;

pub(super) fn check(subject: &Subject<'_>, _: Option<&Guess>, findings: &mut Vec<Finding>) {
    let mut found = |severity, place, message: String, advice| {
        findings.push(subject.finding(Code::Shouting, severity, place, message, advice));
    };
    for passage in &subject.passages {
        for run in capitals(passage) {
            let message = format!("\"{}\" is in capitals.", passage.excerpt(&run));
            let advice = "Write it in small letters; use *bold* for one word if you must.";
            found(Severity::Warning, passage.place(&run), message, advice);
        }
        let place = |bytes| Place {
            part: passage.part,
            bytes: Some(bytes),
        };
        if let Some(marks) = doubled_marks(passage.text) {
            let message = format!("\"{}\" shouts.", &passage.text[marks.clone()]);
            found(Severity::Warning, place(marks), message, "Keep one mark.");
            continue;
        }
        let count = passage.text.chars().filter(|&c| is_exclamation(c)).count();
        if count > MARKS_MAX {
            let message = format!("The {} has {count} exclamation marks.", passage.part);
            found(
                Severity::Advice,
                Place::whole(passage.part),
                message,
                "Keep one, if any.",
            );
        }
    }
}

/// Runs of words in capitals.
fn capitals(passage: &Passage<'_>) -> Vec<Range<usize>> {
    let is_loud = |word: &Word| {
        let text = &passage.text[word.at.clone()];
        text.chars().any(char::is_uppercase)
            && !text.chars().any(char::is_lowercase)
            && text.chars().count() > 1
    };
    let letters = |word: &Word| {
        passage.text[word.at.clone()]
            .chars()
            .filter(|c| c.is_alphabetic())
            .count()
    };
    let mut runs = Vec::new();
    let mut begun = 0;
    for end in 0..=passage.words.len() {
        if passage.words.get(end).is_some_and(is_loud) {
            continue;
        }
        let run = &passage.words[begun..end];
        if run.len() >= RUN_MIN && run.iter().any(|word| letters(word) >= LETTERS_MIN) {
            runs.push(begun..end);
        }
        begun = end + 1;
    }
    runs
}

/// The first run of two marks or more.
fn doubled_marks(text: &str) -> Option<Range<usize>> {
    let is_mark = |c: char| is_exclamation(c) || matches!(c, '?' | '？' | '؟');
    let mut begun = None;
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        match (begun, is_mark(letter)) {
            (None, true) => begun = Some(at),
            (Some(start), false) => {
                if text[start..at].chars().count() > 1 {
                    return Some(start..at);
                }
                begun = None;
            }
            (None, false) | (Some(_), true) => {}
        }
    }
    None
}

fn is_exclamation(letter: char) -> bool {
    matches!(letter, '!' | '！' | '‼')
}
