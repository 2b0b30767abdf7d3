//! Entries of the lists of words: a few words in order, with choices.
//!
//! `talk|speak to|with a|an|the? person`: `|` stands between choices for one word, `?` after the last choice makes the word
//! optional, and `*` at the end of a choice stands for any ending (`mitarbeiter*`). Entries are folded like texts, so that
//! case and accents need no second entry. Promises: looking is bounded by the length of the entry, whatever the text.

use super::fold::{Word, words};

/// Most words of one entry: the longest in use has 8.
const WORDS_MAX: usize = 12;
/// Most optional words of one entry: each doubles the ways to look.
const OPTIONAL_MAX: usize = 6;

/// An entry, read.
#[derive(Clone, Debug)]
pub struct Pattern {
    entry: String,
    parts: Vec<Part>,
}

/// One place of an entry.
#[derive(Clone, Debug)]
struct Part {
    choices: Vec<Choice>,
    optional: bool,
}

#[derive(Clone, Debug)]
struct Choice {
    text: String,
    any_ending: bool,
}

/// Why an entry cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PatternError {
    /// Nothing is left of it.
    #[error("the entry {0:?} has no word that must be there")]
    Empty(String),
    /// A choice is no single word.
    #[error("the entry {entry:?} has {choice:?} where one word should be")]
    NotOneWord {
        /// The entry.
        entry: String,
        /// The choice.
        choice: String,
    },
    /// It is too long, or has too many optional words.
    #[error("the entry {0:?} has more than {WORDS_MAX} words, or more than {OPTIONAL_MAX} optional ones")]
    TooLong(String),
}

impl Pattern {
    /// Reads an entry.
    pub fn read(entry: &str) -> Result<Pattern, PatternError> {
        let parts: Vec<Part> = entry
            .split_whitespace()
            .map(|part| Part::read(entry, part))
            .collect::<Result<_, _>>()?;
        let optional = parts.iter().filter(|part| part.optional).count();
        if optional == parts.len() {
            Err(PatternError::Empty(entry.to_owned()))
        } else if parts.len() > WORDS_MAX || optional > OPTIONAL_MAX {
            Err(PatternError::TooLong(entry.to_owned()))
        } else {
            let entry = entry.to_owned();
            Ok(Pattern { entry, parts })
        }
    }

    /// As it was written.
    pub fn entry(&self) -> &str {
        &self.entry
    }

    /// The words that it can begin with, if these can be named: then only texts with one of them need be looked at.
    pub(super) fn beginnings(&self) -> Option<impl Iterator<Item = &str>> {
        let first = self.parts.first()?;
        let open = first.optional || first.choices.iter().any(|choice| choice.any_ending);
        (!open).then(|| first.choices.iter().map(|choice| choice.text.as_str()))
    }

    /// How many words of the beginning of `words` it takes up; the most that it can.
    pub fn at_start_of(&self, words: &[Word]) -> Option<usize> {
        longest(&self.parts, words)
    }

    /// Whether it takes up all of `words`.
    pub fn is_all_of(&self, words: &[Word]) -> bool {
        exactly(&self.parts, words)
    }
}

impl Part {
    fn read(entry: &str, part: &str) -> Result<Part, PatternError> {
        let (choices, optional) = match part.strip_suffix('?') {
            Some(choices) => (choices, true),
            None => (part, false),
        };
        let choices = choices.split('|').map(|choice| {
            let (text, any_ending) = match choice.strip_suffix('*') {
                Some(text) => (text, true),
                None => (choice, false),
            };
            match words(text).as_slice() {
                [word] => Ok(Choice {
                    text: word.text.clone(),
                    any_ending,
                }),
                _ => Err(PatternError::NotOneWord {
                    entry: entry.to_owned(),
                    choice: choice.to_owned(),
                }),
            }
        });
        let choices = choices.collect::<Result<_, _>>()?;
        Ok(Part { choices, optional })
    }

    fn is(&self, word: &Word) -> bool {
        self.choices.iter().any(|choice| {
            if choice.any_ending {
                word.text.starts_with(&choice.text)
            } else {
                word.text == choice.text
            }
        })
    }
}

fn longest(parts: &[Part], words: &[Word]) -> Option<usize> {
    let Some((part, rest)) = parts.split_first() else {
        return Some(0);
    };
    let taken = words
        .split_first()
        .filter(|(word, _)| part.is(word))
        .and_then(|(_, after)| longest(rest, after))
        .map(|count| count + 1);
    let left_out = if part.optional { longest(rest, words) } else { None };
    taken.max(left_out)
}

fn exactly(parts: &[Part], words: &[Word]) -> bool {
    let Some((part, rest)) = parts.split_first() else {
        return words.is_empty();
    };
    let taken = words
        .split_first()
        .is_some_and(|(word, after)| part.is(word) && exactly(rest, after));
    taken || part.optional && exactly(rest, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_take_up_words() {
        // (entry, text, words taken from its beginning, all of it)
        let rows = [
            ("stop", "STOP!", Some(1), true),
            ("stop", "stop it", Some(1), false),
            ("stop", "don't stop", None, false),
            ("stop it|that?", "Stop that.", Some(2), true),
            ("stop it|that?", "Stop", Some(1), true),
            ("stop it|that?", "stop by", Some(1), false),
            ("arrêter", "ARRETER", Some(1), true),
            ("mitarbeiter*", "Mitarbeiterin", Some(1), true),
            ("mitarbeiter*", "Mitarbeit", None, false),
            (
                "talk to? a|the? person",
                "talk to the person please",
                Some(4),
                false,
            ),
            ("talk to? a|the? person", "talk person", Some(2), true),
            ("talk to? a|the? person", "talk to them", None, false),
            // The longest way is taken, and the shorter one where the longer leads nowhere.
            ("a b? b", "a b b", Some(3), true),
            ("a b? b", "a b", Some(2), true),
        ];
        for (entry, text, taken, all) in rows {
            let pattern = Pattern::read(entry).expect("an entry");
            let words = words(text);
            assert_eq!(pattern.at_start_of(&words), taken, "{entry} in {text}");
            assert_eq!(pattern.is_all_of(&words), all, "{entry} in {text}");
        }
    }

    #[test]
    fn unreadable_entries_say_what_is_wrong() {
        let rows = [
            ("", "the entry \"\" has no word that must be there"),
            ("a?", "the entry \"a?\" has no word that must be there"),
            (
                "stop it|",
                "the entry \"stop it|\" has \"\" where one word should be",
            ),
            (
                "don't",
                "the entry \"don't\" has \"don't\" where one word should be",
            ),
            (
                "a b c d e f g h i j k l m",
                "the entry \"a b c d e f g h i j k l m\" has more than 12 words, or more than 6 optional ones",
            ),
        ];
        for (entry, expected) in rows {
            let error = Pattern::read(entry).expect_err(entry);
            assert_eq!(error.to_string(), expected);
        }
    }
}
