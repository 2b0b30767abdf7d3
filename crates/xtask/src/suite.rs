//! The suites: what each proves, what it needs, how it is run. A new suite is a new row of [`ALL`].

use std::process::Command;
use std::time::Duration;

use crate::process::{self, Ended};
use crate::setup::{self, Apt, Missing};
use crate::summary::{Outcome, Row, Summary};
use crate::tally::Tally;
use crate::workspace::Workspace;

/// One set of tests with one command.
pub(crate) struct Suite {
    /// Its name on the command line and in the summary.
    pub(crate) name: &'static str,
    /// What it proves.
    pub(crate) about: &'static str,
    /// Whether it runs the release binary.
    release: bool,
    /// What it needs beside Rust.
    needs: Needs,
    counts: Counts,
    command: fn(&Workspace) -> Command,
}

/// What a suite needs beside Rust.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    /// The Python virtual environment.
    Clients,
    /// Node in it, and its packages.
    NodeClients,
    /// The system's OpenSSL, to build against.
    OpenSsl,
    /// Chromium with its driver.
    Browser,
}

/// How the tests of a suite are counted.
enum Counts {
    /// By the closing lines that it prints.
    Lines,
    /// The whole suite is one test: its exit code.
    ExitCode,
}

/// Every suite, in the order in which they run.
pub(crate) const ALL: &[Suite] = &[
    Suite {
        name: "unit",
        about: "every test of the workspace (cargo test)",
        release: false,
        needs: Needs::Nothing,
        counts: Counts::Lines,
        command: |workspace| workspace.cargo(&["test", "--workspace", "--no-fail-fast"]),
    },
    Suite {
        name: "demo",
        about: "goodstanding demo: every outcome of the story is the expected one",
        release: true,
        needs: Needs::Nothing,
        counts: Counts::ExitCode,
        command: |workspace| {
            let mut command = Command::new(workspace.goodstanding());
            command.arg("demo").current_dir(&workspace.root);
            command
        },
    },
    Suite {
        name: "crash",
        about: "sandbox and gateway killed at random moments under load: nothing acknowledged is lost, nothing happens twice",
        release: true,
        needs: Needs::Nothing,
        counts: Counts::Lines,
        command: |workspace| {
            let mut command = workspace.cargo(&[
                "test",
                "--workspace",
                "--test",
                "crash",
                "--",
                "--kills",
                "50",
                "--binary",
            ]);
            command.arg(workspace.goodstanding());
            command
        },
    },
    Suite {
        name: "clients",
        about: "the sandbox driven by pywa, unmodified",
        release: true,
        needs: Needs::Clients,
        counts: Counts::Lines,
        command: pywa,
    },
    Suite {
        name: "clients-gateway",
        about: "the same through the gateway, which shows in nothing; none of it goes past it",
        release: true,
        needs: Needs::Clients,
        counts: Counts::Lines,
        command: |workspace| {
            let mut command = pywa(workspace);
            command.arg(GATEWAY);
            command
        },
    },
    Suite {
        name: "clients-node",
        about: "the sandbox driven by two Node clients, unmodified",
        release: true,
        needs: Needs::NodeClients,
        counts: Counts::Lines,
        command: node,
    },
    Suite {
        name: "clients-node-gateway",
        about: "the same through the gateway",
        release: true,
        needs: Needs::NodeClients,
        counts: Counts::Lines,
        command: |workspace| {
            let mut command = node(workspace);
            command.arg(GATEWAY);
            command
        },
    },
    Suite {
        name: "clients-rust",
        about: "the sandbox driven by a Rust client, unmodified, over TLS and under the platform's own host name",
        release: true,
        needs: Needs::OpenSsl,
        counts: Counts::Lines,
        command: |workspace| {
            let manifest = "tests/clients/rust/Cargo.toml";
            let mut command = workspace.cargo(&["run", "--quiet", "--locked", "--manifest-path", manifest]);
            command
                .arg("--target-dir")
                .arg(workspace.rust_client())
                .arg("--")
                .arg(workspace.goodstanding());
            command
        },
    },
    Suite {
        name: "browser",
        about: "the Manager in headless Chromium: narrow and wide, by keyboard, live, without JavaScript",
        release: false,
        needs: Needs::Browser,
        counts: Counts::Lines,
        command: |workspace| {
            let mut command =
                workspace.cargo(&["test", "--workspace", "--test", "browser", "--", "--driver"]);
            command.arg(setup::driver().unwrap_or_default());
            command
        },
    },
];

/// Puts the gateway between a client and the sandbox.
const GATEWAY: &str = "--gateway";

fn pywa(workspace: &Workspace) -> Command {
    let mut command = Command::new(workspace.in_clients("python"));
    command
        .arg("tests/clients/pywa_e2e.py")
        .arg(workspace.goodstanding())
        .current_dir(&workspace.root);
    command
}

fn node(workspace: &Workspace) -> Command {
    let mut command = Command::new(workspace.in_clients("node"));
    command
        .arg("tests/clients/node/e2e.mjs")
        .arg(workspace.goodstanding())
        .arg(workspace.node_clients().join("node_modules"))
        .current_dir(&workspace.root);
    command
}

/// The suites of these names; every suite when there is none.
pub(crate) fn chosen(names: &[&str]) -> Result<Vec<&'static Suite>, String> {
    if names.is_empty() {
        return Ok(ALL.iter().collect());
    }
    let find = |name: &&str| {
        let known = ALL.iter().find(|suite| suite.name == *name);
        known.ok_or_else(|| format!("there is no suite `{name}`"))
    };
    names.iter().map(find).collect()
}

/// Runs `suites` one after another. The release binary is built once, before the first suite that needs it.
/// With `all_must_run`, a suite whose tool is missing counts as failed.
pub(crate) fn run(workspace: &Workspace, suites: &[&Suite], all_must_run: bool) -> Summary {
    let mut summary = Summary {
        all_must_run,
        ..Summary::default()
    };
    let mut release: Option<bool> = None;
    for suite in suites {
        let row = match prepare(workspace, suite) {
            Err(missing) => Row::new(suite.name, Duration::ZERO, Outcome::DidNotRun(missing)),
            Ok(()) if suite.release && !*release.get_or_insert_with(|| build(workspace, &mut summary)) => {
                Row::new(
                    suite.name,
                    Duration::ZERO,
                    Outcome::Ran(Tally { passed: 0, failed: 1 }),
                )
            }
            Ok(()) => execute(workspace, suite),
        };
        summary.rows.push(row);
    }
    summary
}

fn prepare(workspace: &Workspace, suite: &Suite) -> Result<(), Missing> {
    match suite.needs {
        Needs::Nothing => Ok(()),
        Needs::Clients => setup::clients(workspace, Apt::Never),
        Needs::NodeClients => setup::node_clients(workspace, Apt::Never),
        Needs::OpenSsl => setup::openssl(Apt::Never),
        Needs::Browser => setup::browser(Apt::Never),
    }
}

fn build(workspace: &Workspace, summary: &mut Summary) -> bool {
    println!("\n== release: the binary that the next suites share");
    let ended = process::run(&mut workspace.cargo(&["build", "--release", "--package", "cli"]));
    summary
        .rows
        .push(Row::new("release", ended.took, Outcome::Built(ended.success)));
    ended.success
}

fn execute(workspace: &Workspace, suite: &Suite) -> Row {
    println!("\n== {}: {}", suite.name, suite.about);
    let ended = process::run(&mut (suite.command)(workspace));
    Row::new(suite.name, ended.took, Outcome::Ran(judge(&suite.counts, &ended)))
}

/// A failed exit code is a failed test even when no line says so, and so is a suite that ran no test.
fn judge(counts: &Counts, ended: &Ended) -> Tally {
    let counted = match counts {
        Counts::Lines => ended.tally,
        Counts::ExitCode => Tally {
            passed: u64::from(ended.success),
            failed: u64::from(!ended.success),
        },
    };
    let silent = counted.failed == 0 && (!ended.success || counted.passed == 0);
    counted.and(Tally {
        passed: 0,
        failed: u64::from(silent),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Counts, judge};
    use crate::process::Ended;
    use crate::tally::Tally;

    #[test]
    fn a_silent_failure_is_a_failed_test() {
        let check = |counts: Counts, success: bool, (passed, failed): (u64, u64), expected: (u64, u64)| {
            let ended = Ended {
                success,
                tally: Tally { passed, failed },
                took: Duration::ZERO,
            };
            let judged = judge(&counts, &ended);
            assert_eq!(
                (judged.passed, judged.failed),
                expected,
                "{success} {passed} {failed}"
            );
        };
        check(Counts::Lines, true, (9, 0), (9, 0));
        check(Counts::Lines, false, (9, 2), (9, 2));
        check(Counts::Lines, false, (9, 0), (9, 1));
        check(Counts::Lines, true, (0, 0), (0, 1));
        check(Counts::ExitCode, true, (0, 0), (1, 0));
        check(Counts::ExitCode, false, (0, 0), (0, 1));
    }
}
