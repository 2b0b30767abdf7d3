//! The words of people as they are written down: what is added to the lists that come with the gateway, and taken out.
//!
//! Must not know: the lists.

use std::collections::BTreeMap;

use sender::words::{List, WordSettings, Words, WordsError};

use super::reader::Reader;

/// Entries of one list: each is looked for in every message that comes in.
const ENTRIES_MAX: usize = 500;

pub(super) fn read(section: &Reader<'_>) -> Words {
    let languages = section.texts("languages");
    let settings = WordSettings {
        languages: (!languages.is_empty()).then_some(languages),
        add: lists(&section.section("add")),
        remove: lists(&section.section("remove")),
    };
    section.end();
    Words::with(&settings).unwrap_or_else(|error| {
        let name = match error {
            WordsError::Language(_) => "languages",
            WordsError::Entry(_) => "add",
            WordsError::NotThere { .. } => "remove",
        };
        let hint = "`goodstanding config show-default` says how words are written.";
        section.fault(name, error, hint);
        Words::default()
    })
}

fn lists(section: &Reader<'_>) -> BTreeMap<List, Vec<String>> {
    let list = |list: List| {
        let entries = section.texts(list.name());
        if entries.len() > ENTRIES_MAX {
            let hint = format!("Give at most {ENTRIES_MAX}.");
            section.fault(list.name(), "there are too many", &hint);
        }
        (!entries.is_empty()).then_some((list, entries))
    };
    let read = List::ALL.into_iter().filter_map(list).collect();
    section.end();
    read
}
