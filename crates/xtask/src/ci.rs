//! What gates a change: set-up, format, lints, documents, then every suite.

use std::process::Command;
use std::time::Duration;

use crate::process;
use crate::setup::{self, Apt, Missing};
use crate::suite;
use crate::workspace::Workspace;

/// One step, and how it ended.
struct Step {
    name: &'static str,
    passed: bool,
    took: Duration,
}

/// Runs every step, also after one failed, so that one run shows all there is to mend.
pub(crate) fn run(workspace: &Workspace) -> Result<bool, String> {
    print_toolchain(workspace);
    let mut steps = vec![
        set_up("clients", || setup::all_clients(workspace, Apt::IfRoot)),
        set_up("browser", || setup::browser(Apt::IfRoot)),
    ];
    steps.extend(
        checks(workspace)
            .into_iter()
            .map(|(name, command)| check(name, command)),
    );

    let suites = suite::chosen(&[])?;
    let (summary, took) = process::timed(|| suite::run(workspace, &suites, true));
    steps.push(Step {
        name: "test",
        passed: summary.passed(),
        took,
    });

    println!("\n== steps");
    for Step { name, passed, took } in &steps {
        let word = if *passed { "passed" } else { "FAILED" };
        println!("{name:<20} {:>7.1} s  {word}", took.as_secs_f64());
    }
    print!("{summary}");
    Ok(steps.iter().all(|step| step.passed))
}

fn print_toolchain(workspace: &Workspace) {
    println!("== toolchain");
    process::run(&mut workspace.cargo(&["--version"]));
    process::run(Command::new("rustc").arg("--version"));
    process::run(&mut workspace.cargo(&["clippy", "--version"]));
    process::run(&mut workspace.cargo(&["fmt", "--version"]));
}

fn set_up(name: &'static str, install: impl FnOnce() -> Result<(), Missing>) -> Step {
    let (ready, took) = process::timed(install);
    if let Err(missing) = &ready {
        println!("{name}: {missing}");
    }
    Step {
        name,
        passed: ready.is_ok(),
        took,
    }
}

/// The checks that are no tests.
fn checks(workspace: &Workspace) -> [(&'static str, Command); 3] {
    let mut docs = workspace.cargo(&["doc", "--workspace", "--no-deps"]);
    docs.env("RUSTDOCFLAGS", "-D warnings");
    let clippy = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    [
        ("format", workspace.cargo(&["fmt", "--all", "--check"])),
        ("clippy", workspace.cargo(&clippy)),
        ("docs", docs),
    ]
}

fn check(name: &'static str, mut command: Command) -> Step {
    println!("\n== {name}");
    let ended = process::run(&mut command);
    Step {
        name,
        passed: ended.success,
        took: ended.took,
    }
}
