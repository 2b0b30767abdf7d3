//! What is checked: the texts of a template or a message as words, and the lists of its language.

use core::ops::Range;

use rulebook::escalation::Path;
use rulebook::template::check::{Part, Place};
use rulebook::template::draft::{Button, Category, Component, Header, TemplateDraft, Text};
use rulebook::template::placeholder::placeholders;

use super::code::Code;
use super::finding::{Finding, Severity, Spot};
use crate::words::{Entries, Hit, Language, Texts, Word, Words, words};

/// What a check may know beside the text.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// Other templates of the account.
    pub others: &'a [TemplateDraft],
    /// Ways to a person that are declared for the number.
    pub ways_to_person: &'a [Path],
    /// The words by which STOP and requests for a person are known.
    pub words: &'a Words,
}

impl Default for Around<'_> {
    fn default() -> Self {
        Around {
            others: &[],
            ways_to_person: &[],
            words: Words::builtin(),
        }
    }
}

/// A text with its place.
pub(super) struct Passage<'a> {
    /// Where it is.
    pub(super) part: Part,
    /// As it was written.
    pub(super) text: &'a str,
    /// Its words, without placeholders.
    pub(super) words: Vec<Word>,
    /// The bytes of its placeholders.
    pub(super) placeholders: Vec<Range<usize>>,
}

/// What is checked.
pub(super) struct Subject<'a> {
    /// Header, body, footer and labels of buttons that can be read, in that order.
    pub(super) passages: Vec<Passage<'a>>,
    /// Samples of placeholders, with the part that they belong to.
    pub(super) samples: Vec<Passage<'a>>,
    /// The template, if it is one.
    pub(super) template: Option<&'a TemplateDraft>,
    /// Its language, if there are lists for it.
    pub(super) language: Option<&'static Language>,
    /// What else is known.
    pub(super) around: Around<'a>,
}

impl<'a> Passage<'a> {
    fn of(part: Part, text: &'a str) -> Self {
        let placeholders: Vec<_> = placeholders(text)
            .iter()
            .map(|found| found.start..found.end)
            .collect();
        let mut words = words(text);
        words.retain(|word| !placeholders.iter().any(|at| at.contains(&word.at.start)));
        Passage {
            part,
            text,
            words,
            placeholders,
        }
    }

    /// The bytes that words stand at.
    pub(super) fn bytes(&self, words: &Range<usize>) -> Range<usize> {
        match &self.words[words.clone()] {
            [] => 0..0,
            [first, .., last] => first.at.start..last.at.end,
            [only] => only.at.clone(),
        }
    }

    /// The place that words stand at.
    pub(super) fn place(&self, words: &Range<usize>) -> Place {
        Place {
            part: self.part,
            bytes: Some(self.bytes(words)),
        }
    }

    /// The words as they were written.
    pub(super) fn excerpt(&self, words: &Range<usize>) -> &'a str {
        &self.text[self.bytes(words)]
    }
}

impl<'a> Subject<'a> {
    pub(super) fn of_template(draft: &'a TemplateDraft, around: Around<'a>) -> Self {
        let mut passages = Vec::new();
        let mut samples = Vec::new();
        for component in &draft.components {
            let (part, text) = match component {
                Component::Header(Header::Text(text)) => (Part::Header, text),
                Component::Body(text) => (Part::Body, text),
                Component::Footer(text) => (Part::Footer, text),
                Component::Header(_) | Component::Buttons(_) | Component::Other(..) => continue,
            };
            passages.push(Passage::of(part, &text.text));
            samples.extend(samples_of(text).map(|sample| Passage::of(part, sample)));
        }
        let labels = draft.buttons().enumerate();
        passages.extend(labels.map(|(index, button)| Passage::of(Part::Button(index), &button.text)));
        Subject {
            passages,
            samples,
            template: Some(draft),
            language: Language::of(&draft.language),
            around,
        }
    }

    pub(super) fn of_message(text: &'a str, language: Option<&str>, around: Around<'a>) -> Self {
        Subject {
            passages: vec![Passage::of(Part::Body, text)],
            samples: Vec::new(),
            template: None,
            language: language.map_or_else(|| Language::of("en"), Language::of),
            around,
        }
    }

    /// The category that was declared.
    pub(super) fn category(&self) -> Option<Category> {
        self.template.map(|draft| draft.category)
    }

    /// The lists of its language; the English ones where there are none.
    pub(super) fn lists(&self) -> Option<&'static Texts> {
        self.language
            .or_else(|| Language::of("en"))
            .map(|language| &language.texts)
    }

    pub(super) fn body(&self) -> Option<&Passage<'a>> {
        self.passages.iter().find(|passage| passage.part == Part::Body)
    }

    pub(super) fn buttons(&self) -> impl Iterator<Item = &'a Button> + use<'a> {
        self.template.into_iter().flat_map(TemplateDraft::buttons)
    }

    /// Where entries of a list stand.
    pub(super) fn hits(&self, list: fn(&Texts) -> &Entries) -> Vec<(&Passage<'a>, Hit<'static>)> {
        let Some(lists) = self.lists() else {
            return Vec::new();
        };
        let found = |passage: &'_ Passage<'a>| list(lists).all(&passage.words);
        self.passages
            .iter()
            .flat_map(|passage| found(passage).into_iter().map(move |hit| (passage, hit)))
            .collect()
    }

    /// Whether any entry of a list is there.
    pub(super) fn has(&self, list: fn(&Texts) -> &Entries) -> bool {
        self.lists().is_some_and(|lists| {
            self.passages
                .iter()
                .any(|passage| list(lists).first(&passage.words).is_some())
        })
    }

    /// Whether something ties it to the person: an order, an alarm, a code.
    pub(super) fn has_occasion(&self) -> bool {
        self.has(|lists| &lists.transactions)
            || self.has(|lists| &lists.critical)
            || self.has(|lists| &lists.codes)
    }

    /// The text of a part.
    fn text(&self, part: Part) -> Option<&str> {
        if let Part::ButtonTarget(index) = part {
            return self.buttons().nth(index).map(|button| button.target.as_str());
        }
        if part == Part::Name {
            return self.template.map(|draft| draft.name.as_str());
        }
        self.passages
            .iter()
            .find(|passage| passage.part == part)
            .map(|passage| passage.text)
    }

    /// A place with what stands there.
    pub(super) fn spot(&self, place: Place) -> Spot {
        let text = self.text(place.part);
        Spot::of(place, text)
    }

    /// A finding.
    pub(super) fn finding(
        &self,
        code: Code,
        severity: Severity,
        place: Place,
        message: String,
        advice: &str,
    ) -> Finding {
        Finding {
            code,
            name: code.name(),
            severity,
            place: self.spot(place),
            message,
            advice: advice.to_owned(),
        }
    }
}

fn samples_of(text: &Text) -> impl Iterator<Item = &str> {
    let named = text.named_samples.iter().map(|sample| sample.sample.as_str());
    text.samples.iter().map(String::as_str).chain(named)
}
