//! `docs/conformance.md` is complete and true: every rule of the seeds has a row, and what a row names exists.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::{read, root, rust_files};

/// The rules: a letter and how many there are. First those of the seeds, then those of the platform's pages.
#[rustfmt::skip] // one subject a line
const RULES: &[(&str, u32)] = &[
    ("Q", 10), ("S", 10), ("L", 9), ("T", 10), ("H", 6), ("B", 11),
    ("R", 19),
    ("M", 12),
    ("P", 19),
    ("G", 26),
    ("U", 5),
    ("F", 5),
    ("K", 9),
    ("W", 4),
    ("C", 13),
];

/// One row of the table.
struct Row {
    id: String,
    edition: String,
    source: String,
    module: String,
    test: String,
}

/// The rows whose first cell is the id of a rule.
fn rows() -> Vec<Row> {
    let text = read("docs/conformance.md");
    text.lines().filter_map(row).collect()
}

fn row(line: &str) -> Option<Row> {
    let cells: Vec<&str> = line
        .trim()
        .strip_prefix('|')?
        .strip_suffix('|')?
        .split('|')
        .map(str::trim)
        .collect();
    let [id, rule, edition, source, module, test] = cells.as_slice() else {
        return None;
    };
    let mut letters = id.chars();
    let is_rule = letters.next().is_some_and(|letter| letter.is_ascii_uppercase())
        && letters.next().is_some_and(|digit| digit.is_ascii_digit());
    let own = |cell: &str| cell.to_owned();
    is_rule.then(|| {
        assert!(!rule.is_empty(), "{id} does not say what the rule is");
        Row {
            id: own(id),
            edition: own(edition),
            source: own(source),
            module: own(module),
            test: own(test),
        }
    })
}

/// The rules whose module is not there yet.
pub(crate) fn not_modelled() -> BTreeSet<String> {
    let missing = |row: Row| row.module.starts_with("not yet").then_some(row.id);
    rows().into_iter().filter_map(missing).collect()
}

/// What stands between backticks in a cell.
fn names(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// Where the module `rulebook::limit::window` may be: a file of that name, or the library itself.
fn module_file(path: &str) -> PathBuf {
    let (package, inside) = path.split_once("::").unwrap_or((path, "lib"));
    let file = format!("{}.rs", inside.replace("::", "/"));
    root()
        .join("crates")
        .join(package.replace('_', "-"))
        .join("src")
        .join(file)
}

/// The names of all functions that carry a test attribute.
fn tests() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in rust_files("crates") {
        let text = read(&file);
        let mut after_attribute = false;
        for line in text.lines().map(str::trim) {
            let function = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ");
            match function.and_then(|rest| rest.split(['(', '<']).next()) {
                Some(name) if after_attribute => {
                    found.insert(name.to_owned());
                    after_attribute = false;
                }
                Some(_) => after_attribute = false,
                None if line.starts_with("#[test]") || line.starts_with("#[tokio::test") => {
                    after_attribute = true
                }
                None => {}
            }
        }
    }
    found
}

#[test]
fn every_rule_has_a_row() {
    let mut listed = BTreeSet::new();
    for id in rows().into_iter().map(|row| row.id) {
        assert!(listed.insert(id.clone()), "{id} has two rows");
    }
    let all = RULES
        .iter()
        .flat_map(|(letter, count)| (1..=*count).map(move |number| format!("{letter}{number}")));
    let all: BTreeSet<String> = all.collect();
    let missing: Vec<_> = all.difference(&listed).collect();
    let unknown: Vec<_> = listed.difference(&all).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "missing: {missing:?}, unknown: {unknown:?}"
    );
}

#[test]
fn every_module_and_test_that_is_named_exists() {
    let tests = tests();
    for Row {
        id,
        edition,
        source,
        module,
        test,
    } in rows()
    {
        assert!(!source.is_empty(), "{id} names no source");
        if let Some(missing) = module.strip_prefix("not yet") {
            assert!(
                missing.trim_start_matches([':', ' ']).len() > 3,
                "{id} does not say what is missing"
            );
            continue;
        }
        assert!(!edition.is_empty(), "{id} names no edition");
        assert!(!names(&module).is_empty(), "{id} names no module");
        for path in names(&module) {
            assert!(
                module_file(path).exists(),
                "{id} names {path}, but {} is not there",
                module_file(path).display()
            );
        }
        assert!(!names(&test).is_empty(), "{id} names no test");
        for name in names(&test) {
            assert!(
                tests.contains(name),
                "{id} names the test {name}, which does not exist"
            );
        }
    }
}

#[test]
fn rows_and_names_are_read_as_meant() {
    let read =
        row("| Q1 | four ratings | all | 001 | `rulebook::rating`, `platform` | `unknown` |").expect("a row");
    assert_eq!(
        (read.id.as_str(), names(&read.module)),
        ("Q1", vec!["rulebook::rating", "platform"])
    );
    assert!(row("| Id | Rule | Edition | Source | Module | Test |").is_none());
    assert!(row("|---|---|---|---|---|---|").is_none());
    assert!(module_file("rulebook::limit::window").ends_with("crates/rulebook/src/limit/window.rs"));
    assert!(module_file("cloud_api").ends_with("crates/cloud-api/src/lib.rs"));
    assert!(tests().contains("rows_and_names_are_read_as_meant"));
    assert!(!tests().contains("module_file"));
}
