//! 208 and 209: promotion without a way out, or with one that would not be heard: the text asks people to write a word that
//! is in no list of stop words. Source: messaging policy (opt-outs are offered and honoured).

use core::ops::Range;

use rulebook::template::check::{Part, Place};
use rulebook::template::draft::{ButtonKind, Category};

use super::super::code::Code;
use super::super::finding::{Finding, Guess, Severity};
use super::super::subject::{Passage, Subject};
use crate::words::{Texts, Wish};

/// The word to write back stands within so many words after the verb: `reply with the word STOP`.
const REACH: usize = 4;
/// What a sentence ends with.
const ENDS: [char; 7] = ['.', '!', '?', '\n', '।', '؟', '؛'];

pub(super) fn check(subject: &Subject<'_>, _: Option<&Guess>, findings: &mut Vec<Finding>) {
    let Some(lists) = subject.lists() else { return };
    let asked: Vec<_> = subject
        .passages
        .iter()
        .flat_map(|passage| {
            asked_words(passage, lists)
                .into_iter()
                .map(move |asked| (passage, asked))
        })
        .collect();
    let is_heard = |text: &str| {
        let wish = subject.around.words.hear(text).wish;
        matches!(wish, Some((Wish::StopAll | Wish::StopOffers, _)))
    };
    let mut offered = subject.has(|lists| &lists.way_out)
        || subject
            .buttons()
            .any(|button| button.kind == ButtonKind::QuickReply && is_heard(&button.text));
    for (passage, asked) in asked {
        // Where a word stands out, it is the one that people will write.
        let mut meant = asked
            .told
            .as_ref()
            .map_or(asked.candidates.as_slice(), std::slice::from_ref)
            .iter();
        if meant.any(|word| is_heard(passage.excerpt(word))) {
            offered = true;
        } else if let Some(word) = asked.told.filter(|_| asked.is_way_out) {
            offered = true;
            let text = passage.excerpt(&word);
            let message =
                format!("People are asked to write \"{text}\" to end it, and \"{text}\" is no stop word.");
            let advice = "Use STOP, or add the word to the stop words of the gateway's configuration.";
            let place = passage.place(&word);
            findings.push(subject.finding(Code::WayOutNotHeard, Severity::Warning, place, message, advice));
        }
    }
    if subject.category() == Some(Category::Marketing) && subject.language.is_some() && !offered {
        let message =
            "A promotion without a way out: people who want no more of it can only block.".to_owned();
        let advice = "Add a footer such as \"Reply STOP to end\", or a quick reply \"Stop promotions\".";
        let place = Place::whole(Part::Template);
        findings.push(subject.finding(Code::NoWayOut, Severity::Warning, place, message, advice));
    }
}

/// A sentence that asks people to write something.
struct Asked {
    /// The words that may be meant.
    candidates: Vec<Range<usize>>,
    /// The one that stands out, by capitals or quotes.
    told: Option<Range<usize>>,
    /// The sentence says that this ends the messages.
    is_way_out: bool,
}

fn asked_words(passage: &Passage<'_>, lists: &Texts) -> Vec<Asked> {
    let verbs = lists.reply_verbs.all(&passage.words);
    let asked = verbs.into_iter().map(|verb| {
        let sentence = sentence(passage, verb.words.start);
        let last = (verb.words.end + REACH).min(sentence.end);
        let candidates: Vec<Range<usize>> = (verb.words.end..last).map(|at| at..at + 1).collect();
        Asked {
            told: candidates.iter().find(|word| stands_out(passage, word)).cloned(),
            is_way_out: lists.way_out.first(&passage.words[sentence]).is_some(),
            candidates,
        }
    });
    asked.collect()
}

/// The words of the sentence of a word.
fn sentence(passage: &Passage<'_>, word: usize) -> Range<usize> {
    let ends_after = |at: usize| {
        let next = passage
            .words
            .get(at + 1)
            .map_or(passage.text.len(), |next| next.at.start);
        passage.text[passage.words[at].at.end..next].contains(ENDS)
    };
    let start = (0..word).rev().find(|at| ends_after(*at)).map_or(0, |at| at + 1);
    let end = (word..passage.words.len())
        .find(|at| ends_after(*at))
        .map_or(passage.words.len(), |at| at + 1);
    start..end
}

/// In capitals, in quotes or in bold.
fn stands_out(passage: &Passage<'_>, word: &Range<usize>) -> bool {
    let text = passage.excerpt(word);
    let loud = text.chars().count() > 1 && text.chars().all(char::is_uppercase);
    let bytes = passage.bytes(word);
    let before = passage.text[..bytes.start].chars().next_back();
    let after = passage.text[bytes.end..].chars().next();
    let marks = ['"', '\'', '“', '”', '„', '«', '»', '‘', '’', '*', '_'];
    let quoted =
        before.is_some_and(|mark| marks.contains(&mark)) && after.is_some_and(|mark| marks.contains(&mark));
    loud || quoted
}
