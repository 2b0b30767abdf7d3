//! The library of ready-made utility templates: listed and searched (cloud-api-wire.md §1.5).
//!
//! The texts are this project's own; topics, use cases and the shape of an entry are the platform's.

use cloud_api::json::to_bytes;
use cloud_api::paging::PageRequest;
use serde_json::Value;

use super::Answer;
use super::request::Incoming;

/// The entries, in order of their ids.
const ENTRIES: &str = include_str!("library.json");
/// Entries of a page at most.
const PAGE_MAX: usize = 100;

/// `GET /message_template_library`.
pub(super) fn list(incoming: &Incoming) -> Answer {
    let params = incoming.params()?;
    let page = PageRequest::of(&params, PAGE_MAX)?;
    let mut entries = entries();
    for name in ["topic", "usecase", "industry", "language", "name"] {
        let wanted = params.list(name)?;
        if !wanted.is_empty() {
            entries.retain(|entry| wanted.iter().any(|word| holds(&entry[name], word)));
        }
    }
    if let Some(text) = params.text("search")? {
        let text = text.to_lowercase();
        entries.retain(|entry| {
            ["name", "header", "body"].iter().any(|part| {
                let part = entry[part].as_str().unwrap_or_default();
                part.to_lowercase().contains(&text)
            })
        });
    }
    let page = page.cut(&entries, id_of);
    let data = page.items.to_vec();
    Ok(to_bytes(&page.answer(
        data,
        &incoming.address(),
        incoming.query(),
    )))
}

/// One entry by its name, in a language.
#[cfg(test)]
fn named(name: &str) -> Option<Value> {
    entries().into_iter().find(|entry| entry["name"] == name)
}

fn entries() -> Vec<Value> {
    // The file is part of the program, and a test reads it.
    serde_json::from_str(ENTRIES).unwrap_or_default()
}

/// Whether a value is a word, or a list with it; whatever its case.
fn holds(value: &Value, word: &str) -> bool {
    match value {
        Value::String(text) => text.eq_ignore_ascii_case(word),
        Value::Array(items) => items.iter().any(|item| holds(item, word)),
        _ => false,
    }
}

fn id_of(entry: &Value) -> u64 {
    let id = entry["id"].as_str().and_then(|id| id.parse().ok());
    id.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_complete_and_in_order() {
        let entries = entries();
        assert!(entries.len() >= 8);
        assert!(entries.windows(2).all(|pair| id_of(&pair[0]) < id_of(&pair[1])));
        for entry in &entries {
            let name = entry["name"].as_str().expect("a name");
            assert!(named(name).is_some());
            for key in ["language", "category", "topic", "usecase", "body"] {
                assert!(
                    entry[key].as_str().is_some_and(|text| !text.is_empty()),
                    "{name}: {key}"
                );
            }
            let placeholders = entry["body"].as_str().unwrap_or_default().matches("{{").count();
            for list in ["body_params", "body_param_types"] {
                let count = entry[list].as_array().map_or(0, Vec::len);
                assert_eq!(count, placeholders, "{name}: {list}");
            }
            assert!(
                holds(&entry["industry"], "e_commerce") || holds(&entry["industry"], "FINANCIAL_SERVICES"),
                "{name}"
            );
        }
    }
}
