//! Who may touch the outside world: what the sources name, and what `clippy.toml` bans.

use std::path::Path;

use super::{read, root, rust_files};

const PURE: &[&str] = &[
    "decider",
    "rulebook",
    "stored",
    "platform",
    "sender",
    "cloud-api",
    "template-wire",
];

/// Modules of `std` that a pure crate has no use for. (`std::io` is traits as well, so its streams are listed below.)
const IMPURE_MODULES: &[&str] = &["env", "fs", "net", "process", "thread"];

/// Names that a pure crate has no use for, wherever they come from.
const IMPURE_NAMES: &[&str] = &[
    "Instant",
    "RandomState",
    "SystemTime",
    "stderr",
    "stdin",
    "stdout",
    "tokio",
];

/// The code of a file without comments and without what is compiled for tests only.
fn code(text: &str) -> String {
    let mut kept = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim_start().starts_with("#[cfg(test)]") {
            // `mod tests;` and single items are one line; a module with a body ends its file.
            match lines.next() {
                Some(item) if item.trim_end().ends_with('{') && item.contains("mod ") => break,
                _ => continue,
            }
        }
        let line = line.split("//").next().unwrap_or_default();
        kept.push_str(line);
        kept.push('\n');
    }
    kept
}

/// Test files are named so: `tests.rs`, or anything below a folder `tests`.
fn is_test(path: &Path) -> bool {
    let below = path.strip_prefix(root()).unwrap_or(path);
    below
        .components()
        .any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "tests.rs")))
}

/// The words of `code`, with `std::` groups written out: `std::{fs, net}` gives `std::fs` and `std::net`.
fn impurities(code: &str) -> Vec<String> {
    let packed: String = code.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    for (at, _) in packed.match_indices("std::") {
        let rest = &packed[at + "std::".len()..];
        let group = match rest.strip_prefix('{') {
            Some(inside) => inside.split(';').next().unwrap_or_default(),
            None => rest
                .split(|letter: char| !is_word(letter))
                .next()
                .unwrap_or_default(),
        };
        let words = group.split(|letter: char| !is_word(letter));
        found.extend(
            words
                .filter(|word| IMPURE_MODULES.contains(word))
                .map(|word| format!("std::{word}")),
        );
    }
    let words = packed.split(|letter: char| !is_word(letter));
    found.extend(
        words
            .filter(|word| IMPURE_NAMES.contains(word))
            .map(str::to_owned),
    );
    found
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

#[test]
fn pure_crates_name_nothing_of_the_outside_world() {
    for name in PURE {
        let files = rust_files(Path::new("crates").join(name).join("src"));
        assert!(!files.is_empty(), "{name} has no sources");
        for file in files.iter().filter(|file| !is_test(file)) {
            let found = impurities(&code(&read(file)));
            assert!(found.is_empty(), "{}: {found:?}", file.display());
        }
    }
}

#[test]
fn only_server_and_cli_read_the_environment() {
    for file in rust_files("crates").iter().filter(|file| !is_test(file)) {
        let below = file
            .strip_prefix(root().join("crates"))
            .expect("it was found below crates");
        if below.starts_with("server") || below.starts_with("cli") {
            continue;
        }
        let code = code(&read(file));
        for call in ["env::var", "env::vars", "option_env!"] {
            assert!(!code.contains(call), "{} calls {call}", file.display());
        }
    }
}

#[test]
fn impure_code_is_recognised() {
    let check = |text: &str, expected: &[&str]| assert_eq!(impurities(&code(text)), expected, "{text}");
    check("use std::fs;", &["std::fs"]);
    check(
        "use std::{\n    collections::BTreeMap,\n    fs::File,\n};",
        &["std::fs"],
    );
    check("let now = std::time::Instant::now();", &["Instant"]);
    check("use std::time::{Duration, SystemTime};", &["SystemTime"]);
    check("// std::fs is for others\nuse std::fmt;", &[]);
    check(
        "use std::collections::BTreeMap;\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}",
        &[],
    );
    check("#[cfg(test)]\nmod tests;\nuse std::net::IpAddr;", &["std::net"]);
}

#[test]
fn clippy_bans_what_breaks_determinism() {
    let config = read("clippy.toml");
    let banned = [
        "std::time::SystemTime::now",
        "std::time::Instant::now",
        "std::thread::sleep",
        "std::env::var",
        "std::env::var_os",
        "std::env::vars",
        "std::env::vars_os",
        "getrandom::fill",
        "getrandom::u32",
        "getrandom::u64",
        "jiff::Timestamp::now",
        "jiff::Zoned::now",
        "std::collections::HashMap",
        "std::collections::HashSet",
        "std::hash::RandomState",
    ];
    for path in banned {
        let entry = config
            .lines()
            .find(|line| line.contains(&format!("path = \"{path}\"")));
        let entry = entry.unwrap_or_else(|| panic!("clippy.toml does not ban {path}"));
        assert!(
            entry.contains("reason = \""),
            "the ban of {path} does not say what to use instead"
        );
    }
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    for name in [
        "cli",
        "cloud-api",
        "decider",
        "engine",
        "gateway",
        "ledger",
        "platform",
        "records",
        "rulebook",
        "sender",
        "server",
        "stored",
        "template-wire",
        "xtask",
    ] {
        let manifest = read(Path::new("crates").join(name).join("Cargo.toml"));
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{name} has lints of its own"
        );
    }
}
