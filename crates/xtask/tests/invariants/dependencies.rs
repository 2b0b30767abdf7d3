//! Who depends on whom: the table of crates in `ARCHITECTURE.md`, checked against what cargo resolves.
//!
//! Only what is built into a crate counts; what its tests and build scripts use does not. Features are those that the
//! crate gets when it is built by itself.

use std::collections::BTreeSet;
use std::process::Command;

use super::root;

/// Crates that bring a runtime, sockets, files, a clock or randomness with them.
const OUTSIDE_WORLD: &[&str] = &[
    "async-io",
    "async-std",
    "axum",
    "chrono",
    "fastrand",
    "getrandom",
    "hyper",
    "hyper-util",
    "jiff",
    "mio",
    "parking_lot",
    "rand",
    "rand_core",
    "reqwest",
    "rusqlite",
    "rustls",
    "smol",
    "socket2",
    "tempfile",
    "time",
    "tokio",
    "tower",
    "tracing-subscriber",
    "ureq",
];

/// Crates that speak HTTP.
const HTTP: &[&str] = &[
    "axum",
    "hyper",
    "hyper-util",
    "reqwest",
    "tower",
    "tower-http",
    "ureq",
];

/// Everything of ours, but for tools.
const OURS: &[&str] = &[
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
];

/// The names of all crates that are built into `package`, without itself.
fn reached(package: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--edges=normal,no-proc-macro",
            "--prefix=none",
            "--format={lib}",
        ])
        .args(["--package", package])
        .current_dir(root())
        .output()
        .expect("cargo can be started");
    assert!(
        output.status.success(),
        "cargo tree: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).expect("cargo prints UTF-8");
    let names = text.lines().filter_map(|line| line.split_whitespace().next());
    names
        .map(|name| name.replace('_', "-"))
        .filter(|name| name != package)
        .collect()
}

/// `package` reaches no crate of ours but `ours`, and none of `forbidden`.
fn check(package: &str, ours: &[&str], forbidden: &[&str]) {
    let reached = reached(package);
    let strangers: Vec<&str> = OURS
        .iter()
        .copied()
        .filter(|name| reached.contains(*name) && !ours.contains(name))
        .collect();
    assert!(strangers.is_empty(), "{package} must not know {strangers:?}");
    let found: Vec<&str> = forbidden
        .iter()
        .copied()
        .filter(|name| reached.contains(&name.replace('_', "-")))
        .collect();
    assert!(found.is_empty(), "{package} must not reach {found:?}");
}

#[test]
fn decider_depends_on_nothing() {
    assert_eq!(reached("decider"), BTreeSet::new());
}

#[test]
fn each_crate_knows_only_what_it_may() {
    check("rulebook", &["decider"], OUTSIDE_WORLD);
    check("stored", &["decider"], OUTSIDE_WORLD);
    check("platform", &["decider", "rulebook", "stored"], OUTSIDE_WORLD);
    check("sender", &["decider", "rulebook", "stored"], OUTSIDE_WORLD);
    check("cloud-api", &[], OUTSIDE_WORLD);
    check("records", &["decider", "rulebook", "sender", "stored"], HTTP);
    check(
        "records",
        &["decider", "rulebook", "sender", "stored"],
        &["mio", "tokio", "rusqlite"],
    );
    check(
        "template-wire",
        &["cloud-api", "decider", "rulebook"],
        OUTSIDE_WORLD,
    );
    check("ledger", &[], HTTP);
    check("ledger", &[], &["tokio"]);
    check("engine", &["decider", "ledger"], HTTP);
    check(
        "server",
        &[
            "cloud-api",
            "decider",
            "engine",
            "ledger",
            "platform",
            "rulebook",
            "stored",
            "template-wire",
        ],
        &[],
    );
    check(
        "gateway",
        &[
            "cloud-api",
            "decider",
            "engine",
            "ledger",
            "rulebook",
            "sender",
            "stored",
            "template-wire",
        ],
        &[],
    );
    check("xtask", &[], OUTSIDE_WORLD);
}

#[test]
fn the_engine_uses_channels_and_no_runtime() {
    assert!(
        !reached("engine").contains("mio"),
        "the engine must not bring tokio's runtime or network"
    );
}

#[test]
fn the_check_sees_what_it_looks_for() {
    let server = reached("server");
    for name in ["tokio", "axum", "platform", "rulebook"] {
        assert!(
            server.contains(name),
            "server reaches {name}, but cargo tree does not show it: {server:?}"
        );
    }
}
