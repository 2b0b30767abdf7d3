//! Which languages are looked at, and entries of one's own: part of the configuration.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fold::words;
use super::language::{AnswerLists, Language};
use super::lists::Entries;
use super::pattern::PatternError;
use super::{Tongue, Words};

/// A list that can be changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// Whole messages: no more messages.
    Stop,
    /// Phrases: no more messages.
    StopPhrases,
    /// Phrases: no more offers.
    StopOffers,
    /// Whole messages: messages again.
    Resume,
    /// Phrases: messages again.
    ResumePhrases,
    /// Whole messages: a person.
    Person,
    /// Phrases: a person.
    PersonPhrases,
}

/// What is changed of the lists as they come; nothing by default.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WordSettings {
    /// The codes of the languages that are looked at; all if not given.
    pub languages: Option<Vec<String>>,
    /// Entries that are added, by list; they hold in every language.
    pub add: BTreeMap<List, Vec<String>>,
    /// Entries that are taken out, by list: as they stand there, or one of the choices of an entry of one word.
    pub remove: BTreeMap<List, Vec<String>>,
}

/// What is wrong with the settings.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WordsError {
    /// There are no lists for it.
    #[error("no lists for the language {0:?}: there are {known}", known = known())]
    Language(String),
    /// An added entry cannot be read.
    #[error("{0}")]
    Entry(#[from] PatternError),
    /// An entry that is to be taken out is in no list.
    #[error("{entry:?} is not in the list {list}, so that it cannot be removed")]
    NotThere {
        /// The list.
        list: String,
        /// The entry.
        entry: String,
    },
}

fn known() -> String {
    let codes: Vec<&str> = Language::all().iter().map(|language| language.code).collect();
    codes.join(", ")
}

impl Words {
    /// The lists with `settings`.
    pub fn with(settings: &WordSettings) -> Result<Words, WordsError> {
        let chosen = chosen(settings)?;
        let mut made = Words::default();
        let mut unused = settings.remove.clone();
        for language in chosen {
            let lists = without(&language.answers, &mut unused);
            made.take(&lists)?;
        }
        if let Some((list, entry)) = unused.iter().find_map(|(list, left)| Some((list, left.first()?))) {
            return Err(WordsError::NotThere {
                list: list.name().to_owned(),
                entry: entry.clone(),
            });
        }
        let added = |list: List| settings.add.get(&list).cloned().unwrap_or_default();
        let own = AnswerLists {
            polite: Vec::new(),
            negations: Vec::new(),
            stop: added(List::Stop),
            stop_phrases: added(List::StopPhrases),
            stop_offers: added(List::StopOffers),
            resume: added(List::Resume),
            resume_phrases: added(List::ResumePhrases),
            person: added(List::Person),
            person_phrases: added(List::PersonPhrases),
        };
        made.take(&own)?;
        Ok(made)
    }

    fn take(&mut self, lists: &AnswerLists) -> Result<(), PatternError> {
        let read = |entries: &Vec<String>| Entries::read(entries.iter().map(String::as_str));
        self.polite.extend(&read(&lists.polite)?);
        self.stop.extend(&read(&lists.stop)?);
        self.resume.extend(&read(&lists.resume)?);
        self.person.extend(&read(&lists.person)?);
        self.tongues.push(Tongue {
            negations: read(&lists.negations)?,
            stop: read(&lists.stop_phrases)?,
            stop_offers: read(&lists.stop_offers)?,
            resume: read(&lists.resume_phrases)?,
            person: read(&lists.person_phrases)?,
        });
        Ok(())
    }
}

impl List {
    /// All of them.
    pub const ALL: [List; 7] = [
        List::Stop,
        List::StopPhrases,
        List::StopOffers,
        List::Resume,
        List::ResumePhrases,
        List::Person,
        List::PersonPhrases,
    ];

    /// Its name in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            List::Stop => "stop",
            List::StopPhrases => "stop_phrases",
            List::StopOffers => "stop_offers",
            List::Resume => "resume",
            List::ResumePhrases => "resume_phrases",
            List::Person => "person",
            List::PersonPhrases => "person_phrases",
        }
    }

    fn of(self, lists: &mut AnswerLists) -> &mut Vec<String> {
        match self {
            List::Stop => &mut lists.stop,
            List::StopPhrases => &mut lists.stop_phrases,
            List::StopOffers => &mut lists.stop_offers,
            List::Resume => &mut lists.resume,
            List::ResumePhrases => &mut lists.resume_phrases,
            List::Person => &mut lists.person,
            List::PersonPhrases => &mut lists.person_phrases,
        }
    }
}

fn chosen(settings: &WordSettings) -> Result<Vec<&'static Language>, WordsError> {
    let Some(codes) = &settings.languages else {
        return Ok(Language::all().iter().collect());
    };
    let find = |code: &String| Language::of(code).ok_or_else(|| WordsError::Language(code.clone()));
    codes.iter().map(find).collect()
}

/// The lists without what is to be removed, which is then crossed off `unused`.
fn without(lists: &AnswerLists, unused: &mut BTreeMap<List, Vec<String>>) -> AnswerLists {
    let mut kept = lists.clone();
    for (list, asked) in unused {
        let entries = list.of(&mut kept);
        asked.retain(|entry| !remove(entries, entry));
    }
    kept
}

/// Takes an entry out, or one choice out of an entry of one word; false if it was not there.
fn remove(entries: &mut Vec<String>, asked: &str) -> bool {
    let is_asked = |entry: &str| {
        words(entry)
            .iter()
            .map(|word| &word.text)
            .eq(words(asked).iter().map(|word| &word.text))
    };
    let before = entries.len();
    entries.retain(|entry| !is_asked(entry));
    let mut found = entries.len() < before;
    for entry in entries.iter_mut() {
        if entry.contains(' ') || !entry.contains('|') {
            continue;
        }
        let choices: Vec<&str> = entry.split('|').collect();
        let kept: Vec<&str> = choices
            .iter()
            .copied()
            .filter(|choice| !is_asked(choice))
            .collect();
        if kept.len() < choices.len() && !kept.is_empty() {
            found = true;
            *entry = kept.join("|");
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Wish;

    fn settings(text: &str) -> WordSettings {
        toml::from_str(text).expect("settings")
    }

    #[test]
    fn entries_are_added_and_removed() {
        // (settings, message, wish)
        let rows = [
            ("", "CANCEL", None),
            ("add.stop = ['cancel']", "Cancel!", Some(Wish::StopAll)),
            (
                "add.stop_phrases = ['enough already']",
                "I have enough, already",
                Some(Wish::StopAll),
            ),
            ("", "SAIR", Some(Wish::StopAll)),
            ("remove.stop = ['sair']", "SAIR", None),
            ("remove.stop = ['sair']", "STOP", Some(Wish::StopAll)),
            ("languages = ['de']", "STOPP", Some(Wish::StopAll)),
            ("languages = ['de']", "sair", None),
            ("languages = ['de_DE', 'pt']", "sair", Some(Wish::StopAll)),
        ];
        for (text, message, expected) in rows {
            let words = Words::with(&settings(text)).expect("words");
            assert_eq!(
                words.hear(message).wish.map(|(wish, _)| wish),
                expected,
                "{text}: {message}"
            );
        }
    }

    #[test]
    fn wrong_settings_say_what_is_wrong() {
        let rows = [
            (
                "languages = ['en', 'xx']",
                "no lists for the language \"xx\": there are en, es, pt, de, fr, it, id, hi, ar",
            ),
            ("add.stop = ['']", "the entry \"\" has no word that must be there"),
            (
                "remove.person = ['dragon']",
                "\"dragon\" is not in the list person, so that it cannot be removed",
            ),
        ];
        for (text, expected) in rows {
            let error = Words::with(&settings(text)).expect_err(text);
            assert_eq!(error.to_string(), expected);
        }
        assert!(toml::from_str::<WordSettings>("add.halt = []").is_err());
    }
}
