//! The lists of one language, from the files under `languages/`.
//!
//! Promises: every file in the crate can be read (a test reads them all); a language is found by the code of a template
//! (`en_US` is English). Must not know: what follows from a word.

use std::sync::LazyLock;

use serde::Deserialize;

use super::lists::Entries;

/// The words of one language.
#[derive(Clone, Debug)]
pub struct Language {
    /// Its code, such as `en`.
    pub code: &'static str,
    /// Its name in English.
    pub name: String,
    /// What people write, as it stands in the file.
    pub(super) answers: AnswerLists,
    /// What businesses write.
    pub texts: Texts,
}

/// What people write to a business, not yet read as entries.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerLists {
    pub(super) polite: Vec<String>,
    pub(super) negations: Vec<String>,
    pub(super) stop: Vec<String>,
    pub(super) stop_phrases: Vec<String>,
    pub(super) stop_offers: Vec<String>,
    pub(super) resume: Vec<String>,
    pub(super) resume_phrases: Vec<String>,
    pub(super) person: Vec<String>,
    pub(super) person_phrases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    answers: AnswerLists,
    texts: TextLists,
}

/// Declares the lists of `[texts]` twice: as they stand in the file, and read.
macro_rules! texts {
    ($($(#[$doc:meta])* $list:ident),+ $(,)?) => {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct TextLists { $($list: Vec<String>),+ }

        /// What businesses write: the lists that the check looks for.
        #[derive(Clone, Debug)]
        pub struct Texts { $($(#[$doc])* pub $list: Entries),+ }

        impl Texts {
            fn read(lists: &TextLists) -> Result<Texts, super::PatternError> {
                Ok(Texts { $($list: Entries::read(lists.$list.iter().map(String::as_str))?),+ })
            }
        }
    };
}

texts! {
    /// Beginnings of texts that greet.
    greetings,
    /// Addresses that name nobody.
    generic,
    /// Phrases that leave open what the message is about.
    open_ended,
    /// Promotion, beyond doubt.
    offers,
    /// Pressing and praising.
    urges,
    /// What ties a message to something that the person did or asked for.
    transactions,
    /// What is so important that it need not have been asked for.
    critical,
    /// One-time codes.
    codes,
    /// A way out.
    way_out,
    /// What stands before the word that people are to write back.
    reply_verbs,
    /// A way to a person.
    way_to_person,
    /// Words by which the language is known.
    frequent,
}

macro_rules! languages {
    ($($code:literal),+ $(,)?) => {
        static ALL: LazyLock<Vec<Language>> = LazyLock::new(|| {
            let files = [$(($code, include_str!(concat!("../../languages/", $code, ".toml")))),+];
            files.into_iter().filter_map(|(code, text)| Language::read(code, text).ok()).collect()
        });
        #[cfg(test)]
        const FILES: &[(&str, &str)] =
            &[$(($code, include_str!(concat!("../../languages/", $code, ".toml")))),+];
    };
}

languages!["en", "es", "pt", "de", "fr", "it", "id", "hi", "ar"];

impl Language {
    /// Every language that there are lists for, English first.
    pub fn all() -> &'static [Language] {
        &ALL
    }

    /// The language of a code, such as `en`, `en_US` or `pt-BR`.
    pub fn of(code: &str) -> Option<&'static Language> {
        let own = code.split(['_', '-']).next().unwrap_or_default();
        // An old code for Indonesian is still about.
        let own = if own.eq_ignore_ascii_case("in") { "id" } else { own };
        ALL.iter()
            .find(|language| language.code.eq_ignore_ascii_case(own))
    }

    fn read(code: &'static str, text: &str) -> Result<Language, String> {
        let File { name, answers, texts } = toml::from_str(text).map_err(|error| error.to_string())?;
        let texts = Texts::read(&texts).map_err(|error| error.to_string())?;
        Ok(Language {
            code,
            name,
            answers,
            texts,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read() {
        for (code, text) in FILES {
            if let Err(error) = Language::read(code, text) {
                panic!("{code}: {error}");
            }
        }
        assert_eq!(Language::all().len(), FILES.len());
    }

    #[test]
    fn languages_are_found_by_the_code_of_a_template() {
        let rows = [
            ("en", Some("en")),
            ("en_US", Some("en")),
            ("pt-BR", Some("pt")),
            ("ES_mx", Some("es")),
            ("in", Some("id")),
            ("tr", None),
            ("english", None),
            ("", None),
        ];
        for (code, expected) in rows {
            assert_eq!(Language::of(code).map(|found| found.code), expected, "{code}");
        }
    }
}
