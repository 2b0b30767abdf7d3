//! What people write when they want no more messages, want them again, or want a person (rules W1 to W4 in
//! `docs/conformance.md`).
//!
//! A message counts as a wish when all of it is an entry of a list (`STOP`, `baja por favor`), or when it is short and has a
//! phrase that says so beyond doubt (`please stop sending me messages`). `Stop by tomorrow` is neither. Lists are by
//! language (`languages/*.toml`); all languages are looked at, for people do not write in the one that they were written to in.
//!
//! Promises: conservative, since a wish that was not one costs a customer, and complete enough that one clearly said is
//! heard; the same text gives the same wish. Case, accents, width, punctuation and emoji do not matter.
//! Must not know: who wrote, to which number, what follows from it. Texts end here: a wish names the entry, not the text.

mod fold;
mod language;
mod lists;
mod pattern;
mod settings;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

pub use fold::{Word, fold, words};
pub use language::{Language, Texts};
pub use lists::{Entries, Hit};
pub use pattern::{Pattern, PatternError};
pub use settings::{List, WordSettings, WordsError};

/// Longer messages are talk; what they hold is not looked for phrases.
const PHRASE_WORDS_MAX: usize = 30;
/// So many words before a phrase can turn it into its opposite: `I would not want you to stop sending messages`.
const NEGATION_REACH: usize = 5;
/// What ends a clause.
const CLAUSE_ENDS: [char; 11] = [',', '.', ';', ':', '!', '?', '\n', '،', '؛', '؟', '।'];
/// Texts are looked at so far, in bytes: no wish is longer, and a message may have 4,096 characters.
const TEXT_MAX: usize = 2_048;

/// What somebody wants.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Wish {
    /// No more messages.
    StopAll,
    /// No more offers; messages about an order may go on.
    StopOffers,
    /// Messages again.
    Resume,
}

/// What was heard in a message.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Heard<'a> {
    /// About messages, with the entry that says so.
    pub wish: Option<(Wish, &'a str)>,
    /// For a person: the entry that says so.
    pub person: Option<&'a str>,
}

/// The lists in force.
#[derive(Clone, Debug, Default)]
pub struct Words {
    polite: Entries,
    stop: Entries,
    resume: Entries,
    person: Entries,
    tongues: Vec<Tongue>,
}

/// Phrases of one language with what turns them into their opposite.
#[derive(Clone, Debug)]
struct Tongue {
    negations: Entries,
    stop: Entries,
    stop_offers: Entries,
    resume: Entries,
    person: Entries,
}

static BUILTIN: LazyLock<Words> = LazyLock::new(|| Words::with(&WordSettings::default()).unwrap_or_default());

impl Words {
    /// The lists as they come.
    pub fn builtin() -> &'static Words {
        &BUILTIN
    }

    /// What a message says: its text, or the title of the button that was tapped.
    pub fn hear(&self, text: &str) -> Heard<'_> {
        let text = beginning(text);
        let words = joined(words(text));
        let core = self.without_politeness(&words);
        Heard {
            wish: self.wish(text, core, &words),
            person: self.person(text, core, &words),
        }
    }

    fn wish(&self, text: &str, core: &[Word], words: &[Word]) -> Option<(Wish, &str)> {
        if let Some(entry) = whole(&self.stop, words, core) {
            return Some((Wish::StopAll, entry));
        }
        let offers = self.phrase(text, words, |tongue| &tongue.stop_offers);
        let all = || self.phrase(text, words, |tongue| &tongue.stop);
        let resume =
            || whole(&self.resume, words, core).or_else(|| self.phrase(text, words, |tongue| &tongue.resume));
        offers
            .map(|entry| (Wish::StopOffers, entry))
            .or_else(|| all().map(|entry| (Wish::StopAll, entry)))
            .or_else(|| resume().map(|entry| (Wish::Resume, entry)))
    }

    fn person(&self, text: &str, core: &[Word], words: &[Word]) -> Option<&str> {
        whole(&self.person, words, core).or_else(|| self.phrase(text, words, |tongue| &tongue.person))
    }

    /// The first phrase of a list, of any language, that nothing before it turns round.
    fn phrase<'a>(&'a self, text: &str, words: &[Word], list: fn(&Tongue) -> &Entries) -> Option<&'a str> {
        if words.len() > PHRASE_WORDS_MAX {
            return None;
        }
        self.tongues.iter().find_map(|tongue| {
            let hits = list(tongue).all(words);
            let meant = hits
                .into_iter()
                .find(|hit| !tongue.is_negated(text, words, hit.words.start));
            meant.map(|hit| hit.entry)
        })
    }

    /// The words without polite ones at both ends; all of them if nothing else is there.
    fn without_politeness<'w>(&self, words: &'w [Word]) -> &'w [Word] {
        let mut core = words;
        while let Some(hit) = self.polite.at(core, 0) {
            core = &core[hit.words.end..];
        }
        while let Some(start) = (0..core.len()).find(|from| {
            self.polite
                .at(core, *from)
                .is_some_and(|hit| hit.words.end == core.len())
        }) {
            core = &core[..start];
        }
        if core.is_empty() { words } else { core }
    }
}

impl Tongue {
    /// Whether a word that negates stands shortly before `from`, in the same clause.
    fn is_negated(&self, text: &str, words: &[Word], from: usize) -> bool {
        let between = |place: usize| &text[words[place].at.end..words[place + 1].at.start];
        // What a phrase begins with may be the end of a contraction: of `don't` in `don't write to me`.
        let from = (0..from)
            .rev()
            .take_while(|place| matches!(between(*place), "'" | "’"))
            .last()
            .unwrap_or(from);
        let near = from.saturating_sub(NEGATION_REACH)..from;
        near.rev()
            .take_while(|place| !between(*place).contains(CLAUSE_ENDS))
            .any(|place| self.negations.at(words, place).is_some())
    }
}

/// The entry that a message is, with or without its polite words.
fn whole<'a>(entries: &'a Entries, words: &[Word], core: &[Word]) -> Option<&'a str> {
    let hit = entries.whole(words).or_else(|| entries.whole(core));
    hit.map(|hit| hit.entry)
}

/// As much of a text as is looked at: whole words.
fn beginning(text: &str) -> &str {
    if text.len() <= TEXT_MAX {
        return text;
    }
    let cut = &text[..text.floor_char_boundary(TEXT_MAX)];
    cut.rfind(char::is_whitespace).map_or(cut, |end| &cut[..end])
}

/// `S T O P` is one word, and `stop stop stop` is said once.
fn joined(words: Vec<Word>) -> Vec<Word> {
    let [first, .., last] = words.as_slice() else {
        return words;
    };
    let at = first.at.start..last.at.end;
    if words.iter().all(|word| word.text == first.text) {
        return words[..1].to_vec();
    }
    if words.iter().all(|word| word.text.chars().count() == 1) {
        let text = words.iter().map(|word| word.text.as_str()).collect();
        return vec![Word { text, at }];
    }
    words
}
