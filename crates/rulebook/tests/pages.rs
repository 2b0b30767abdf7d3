//! A page for each rule, made from its doc comment and from the editions.
//!
//! `cargo xtask rules` writes them; a test finds those that are not as they would be written.

mod pages {
    pub(crate) mod page;
    pub(crate) mod source;
}

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use pages::page;
use pages::source::{self, Rule};

/// The workspace.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file that is made, by its path in the workspace.
fn made() -> BTreeMap<String, String> {
    let rules: Vec<Rule> = source::rules(&root().join("crates/rulebook/src"));
    let mut files: BTreeMap<String, String> = rules
        .iter()
        .map(|rule| (format!("docs/rules/{}.md", rule.name), page::page(rule)))
        .collect();
    files.insert("docs/rules/README.md".to_owned(), page::contents(&rules));
    files.insert("crates/cli/src/rules/pages.rs".to_owned(), page::embedded(&rules));
    files
}

/// The pages that are there.
fn there() -> Vec<String> {
    let dir = fs::read_dir(root().join("docs/rules")).into_iter().flatten();
    dir.filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .map(|name| format!("docs/rules/{name}"))
        .collect()
}

#[test]
fn every_page_is_as_it_would_be_written() {
    let made = made();
    let mut wrong: Vec<&String> = made
        .iter()
        .filter(|(path, text)| fs::read_to_string(root().join(path)).ok().as_ref() != Some(*text))
        .map(|(path, _)| path)
        .collect();
    let there = there();
    wrong.extend(there.iter().filter(|path| !made.contains_key(*path)));
    assert!(
        wrong.is_empty(),
        "`cargo xtask rules` writes them anew: {wrong:?}"
    );
}

#[test]
#[ignore = "writes files: `cargo xtask rules` runs it"]
fn write_every_page() {
    let made = made();
    fs::create_dir_all(root().join("docs/rules")).expect("the folder of the pages");
    for path in there().iter().filter(|path| !made.contains_key(*path)) {
        fs::remove_file(root().join(path)).expect("a page that nobody makes any more");
    }
    for (path, text) in made {
        fs::write(root().join(&path), text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
}

#[test]
fn a_page_tells_what_its_sources_say() {
    let rule = Rule {
        name: "pair-rate".to_owned(),
        file: "pair_rate.rs".to_owned(),
        text: "The pair rate (all editions: `pair_rate`): see [`Window`].\n\nPromises: little.".to_owned(),
        functions: vec![("admit".to_owned(), "Whether a message may go (R9).".to_owned())],
    };
    insta::assert_snapshot!(page::page(&rule));
}
