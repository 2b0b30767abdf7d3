//! A rule as a page of text.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use rulebook::edition::{Edition, EditionId, Provenance};

use super::source::Rule;

/// The page of one rule.
pub(crate) fn page(rule: &Rule) -> String {
    let mut text = format!("# {}\n\n{}\n", rule.name, plain_links(&rule.text));
    if !rule.functions.is_empty() {
        text.push_str("\n## What it decides\n\n");
        for (name, comment) in &rule.functions {
            let _ = writeln!(text, "- `{name}`: {}", plain_links(comment));
        }
    }
    values(&rule.text, &mut text);
    let _ = writeln!(text, "\nSource: `crates/rulebook/src/{}`.", rule.file);
    text
}

/// The values that the comment names, in every edition.
fn values(comment: &str, text: &mut String) {
    let editions: Vec<&Edition> = EditionId::all().map(Edition::builtin).collect();
    let named: Vec<&str> = comment.split('`').skip(1).step_by(2).collect();
    let is_named = |path: &str| {
        named.iter().any(|name| {
            path.strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    let paths: BTreeSet<&str> = editions
        .iter()
        .flat_map(|edition| edition.provenance())
        .map(|value| value.path)
        .filter(|path| is_named(path))
        .collect();
    if paths.is_empty() {
        return;
    }
    let names: Vec<&str> = editions.iter().map(|edition| edition.name()).collect();
    let _ = writeln!(text, "\n## Values\n\n| Value | {} |", names.join(" | "));
    let _ = writeln!(text, "|---|{}", "---|".repeat(names.len()));
    for path in paths {
        let cells: Vec<String> = editions.iter().map(|edition| cell(edition, path)).collect();
        let _ = writeln!(text, "| `{path}` | {} |", cells.join(" | "));
    }
}

/// A value as a cell, with a mark where it is assumed.
fn cell(edition: &Edition, path: &str) -> String {
    let value = edition.provenance().find(|value| value.path == path);
    value.map_or_else(
        || "-".to_owned(),
        |Provenance { value, mark, .. }| format!("{value} ({})", mark.name()),
    )
}

/// Links to items of the code are names for a reader of the page.
fn plain_links(text: &str) -> String {
    text.replace("[`", "`").replace("`]", "`")
}

/// The list of all pages.
pub(crate) fn contents(rules: &[Rule]) -> String {
    let mut text = "# The rules, one page each\n\n\
        Made by `cargo xtask rules` from the comments in `crates/rulebook/src` and from the editions;\n\
        `goodstanding rules explain NAME` prints the same.\n\n| Rule | Is |\n|---|---|\n"
        .to_owned();
    for rule in rules {
        let _ = writeln!(text, "| [{0}]({0}.md) | {1} |", rule.name, summary(rule));
    }
    text
}

/// The pages as the command line carries them.
pub(crate) fn embedded(rules: &[Rule]) -> String {
    let mut text = "//! Every rule: its name, what it is in a sentence, and its page. Made by `cargo xtask rules`.\n\n\
        /// A rule as a page.\npub(crate) struct Page {\n    pub(crate) name: &'static str,\n    \
        pub(crate) summary: &'static str,\n    pub(crate) text: &'static str,\n}\n\n\
        /// All of them, by name.\n#[rustfmt::skip] // made by a program\npub(crate) const PAGES: &[Page] = &[\n"
        .to_owned();
    for rule in rules {
        let _ = writeln!(
            text,
            "    Page {{\n        name: {0:?},\n        summary: {1:?},\n        \
             text: include_str!(\"../../../../docs/rules/{0}.md\"),\n    }},",
            rule.name,
            summary(rule)
        );
    }
    text.push_str("];\n");
    text
}

/// The first sentence of the comment, without what stands in brackets.
fn summary(rule: &Rule) -> String {
    let paragraph = rule.text.split("\n\n").next().unwrap_or_default();
    let mut text = plain_links(&paragraph.replace('\n', " ").replace("...", "…"));
    while let Some((before, rest)) = text.split_once(" (") {
        let after = rest.split_once(')').map_or("", |(_, after)| after);
        text = format!("{before}{after}");
    }
    let end = [". ", "; "].iter().filter_map(|stop| text.find(stop)).min();
    let first = end.map_or(text.as_str(), |end| &text[..end]);
    first.trim_end_matches('.').to_owned()
}
