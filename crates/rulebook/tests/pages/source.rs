//! Rules as they stand in the source: one a file, told by the comment at its head.

use std::fs;
use std::path::{Path, PathBuf};

/// What is no rule, and why. Everything else in the crate gets a page.
const NO_RULES: &[(&str, &str)] = &[
    ("lib", "says what the crate is"),
    ("contacts", "a table of people"),
    ("index", "a map"),
    ("prefetch", "asks for memory"),
    ("ring", "a row of records"),
    ("edition", "values, told with the rules that read them"),
    ("rating/stamp", "a stored form"),
    ("rating/evidence", "counts"),
    ("rating/explain", "words about a rating"),
    ("template/check/place", "where something was found"),
    ("template/draft", "what is submitted"),
    ("template/parameters/expected", "a part of its rule"),
    ("template/placeholder", "a parser"),
    ("refusal/table", "a part of its list"),
    ("window/log", "entries of a window"),
    ("window/parts", "a stored form"),
    ("tests", "tests"),
];

/// One rule.
pub(crate) struct Rule {
    /// As people call it: `template-pausing`.
    pub(crate) name: String,
    /// Its file, below the sources of the crate.
    pub(crate) file: String,
    /// The comment at its head.
    pub(crate) text: String,
    /// What it decides: names and comments of its public functions.
    pub(crate) functions: Vec<(String, String)>,
}

/// All rules, in order of their names.
pub(crate) fn rules(sources: &Path) -> Vec<Rule> {
    let mut files = Vec::new();
    gather(sources, &mut files);
    let mut rules: Vec<Rule> = files.iter().filter_map(|file| rule(sources, file)).collect();
    rules.sort_by(|one, other| one.name.cmp(&other.name));
    rules
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("an entry of a folder of sources").path();
        if path.is_dir() {
            gather(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn rule(sources: &Path, path: &Path) -> Option<Rule> {
    let file = path.strip_prefix(sources).ok()?.to_str()?.replace('\\', "/");
    let module = file.strip_suffix(".rs")?;
    if is_no_rule(module) {
        return None;
    }
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{file}: {error}"));
    Some(Rule {
        name: module.replace(['/', '_'], "-"),
        text: head(&text),
        functions: functions(&text),
        file,
    })
}

fn is_no_rule(module: &str) -> bool {
    let inside = |(part, _): &(&str, &str)| {
        module == *part
            || module
                .strip_prefix(part)
                .is_some_and(|rest| rest.starts_with('/'))
            || module.ends_with(&format!("/{part}"))
            || module.contains(&format!("/{part}/"))
    };
    NO_RULES.iter().any(inside)
}

/// The comment at the head of a file.
fn head(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    let lines: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n")
}

/// Public functions with their comments, those of types left out.
fn functions(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut comment: Vec<&str> = Vec::new();
    for line in text.lines() {
        if let Some(words) = line.strip_prefix("///") {
            comment.push(words.trim());
            continue;
        }
        let declared = line
            .strip_prefix("pub fn ")
            .or_else(|| line.strip_prefix("pub const fn "));
        if let Some(rest) = declared {
            let name = rest.split(['(', '<']).next().unwrap_or(rest);
            found.push((name.to_owned(), comment.join(" ")));
        }
        if !line.starts_with("#[") {
            comment.clear();
        }
    }
    found
}
