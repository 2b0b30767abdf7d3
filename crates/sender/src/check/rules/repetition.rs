//! 211: it says the same twice (Q7: repetitive messages lower a number's rating).

use core::ops::Range;
use std::collections::BTreeMap;

use super::super::code::Code;
use super::super::finding::{Finding, Guess, Severity};
use super::super::subject::{Passage, Subject};

/// The same word so often in a row.
const SAME_WORD: usize = 3;
/// The same run of so many words a second time.
const RUN: usize = 4;

pub(super) fn check(subject: &Subject<'_>, _: Option<&Guess>, findings: &mut Vec<Finding>) {
    for passage in &subject.passages {
        let again = same_words(passage).or_else(|| same_run(passage));
        if let Some(words) = again {
            let message = format!("\"{}\" is said again.", passage.excerpt(&words));
            let advice = "Say it once.";
            let place = passage.place(&words);
            findings.push(subject.finding(Code::Repetition, Severity::Warning, place, message, advice));
        }
    }
}

/// The first row of one word.
fn same_words(passage: &Passage<'_>) -> Option<Range<usize>> {
    let row = passage.words.windows(SAME_WORD).position(|row| {
        row.iter()
            .all(|word| word.text == row[0].text && word.text != "%")
    })?;
    Some(row..row + SAME_WORD)
}

/// The first run of words that stands there a second time, without the words of the first time.
fn same_run(passage: &Passage<'_>) -> Option<Range<usize>> {
    let mut seen: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    let runs = passage.words.windows(RUN).enumerate();
    for (at, run) in runs {
        let texts = run.iter().map(|word| word.text.as_str()).collect();
        let first = *seen.entry(texts).or_insert(at);
        if at >= first + RUN {
            return Some(at..at + RUN);
        }
    }
    None
}
