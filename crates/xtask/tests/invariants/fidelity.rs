//! `docs/fidelity.md` names everything that is assumed and everything that is not modelled.

use std::collections::BTreeSet;

use super::{conformance, read};

/// The part of `docs/fidelity.md` under a heading of the second level.
fn part(heading: &str) -> String {
    let text = read("docs/fidelity.md");
    let parts = text.split("\n## ");
    let found = parts
        .filter_map(|part| part.split_once('\n'))
        .find(|(title, _)| *title == heading);
    found
        .map(|(_, part)| part.to_owned())
        .unwrap_or_else(|| panic!("docs/fidelity.md has no part `{heading}`"))
}

/// The groups of an edition's values of which one at least is assumed.
fn assumed_groups(edition: &str) -> BTreeSet<String> {
    let text = read(format!("crates/rulebook/editions/{edition}.toml"));
    let mut group = "";
    let mut found = BTreeSet::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            group = name.split('.').next().unwrap_or(name);
        }
        if line.contains("mark = \"assumed\"") {
            found.insert(group.to_owned());
        }
    }
    found
}

#[test]
fn every_group_with_an_assumption_is_named() {
    let told = part("Assumed");
    for edition in ["2023-per-number", "2024-per-number", "2026-per-portfolio"] {
        let groups = assumed_groups(edition);
        assert!(groups.len() > 5, "{edition}: {groups:?}");
        for group in groups {
            assert!(
                told.contains(&format!("`{group}`")),
                "docs/fidelity.md does not say what is assumed of `{group}` ({edition})"
            );
        }
    }
}

#[test]
fn every_rule_that_is_not_modelled_is_named() {
    let told = part("Not modelled");
    let named: BTreeSet<&str> = told
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" |").next())
        .flat_map(|cell| cell.split(", "))
        .filter(|word| word.len() > 1 && word[1..].bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    let missing = conformance::not_modelled();
    for id in &missing {
        assert!(named.contains(id.as_str()), "docs/fidelity.md does not name {id}");
    }
    for id in named {
        assert!(
            missing.contains(id),
            "docs/fidelity.md calls {id} not modelled, and it is"
        );
    }
}
