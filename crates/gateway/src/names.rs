//! Names of templates: the seat knows hashes only, people want names.
//!
//! Promises: filled by polls and by sends, bounded; what is not in here is shown by its hash.
//! Must not know: anything else of a template.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use sender::ids::TemplateKey;

/// Templates of ten thousand accounts with a hundred each, at about 100 bytes.
const NAMES_MAX: usize = 1_000_000;

/// Name and language by key.
#[derive(Debug, Default)]
pub(crate) struct Names(Mutex<BTreeMap<TemplateKey, Named>>);

/// Name and language.
type Named = (Box<str>, Box<str>);

impl Names {
    /// Notes a name; gives its key.
    pub(crate) fn note(&self, name: &str, language: &str) -> TemplateKey {
        let key = TemplateKey::of(name, language);
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() < NAMES_MAX {
            names.entry(key).or_insert_with(|| (name.into(), language.into()));
        }
        key
    }

    /// The name and language of a key.
    pub(crate) fn get(&self, key: TemplateKey) -> Option<(String, String)> {
        let names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names
            .get(&key)
            .map(|(name, language)| (name.to_string(), language.to_string()))
    }
}
