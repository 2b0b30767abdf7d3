//! `cargo xtask`: everything that CI does, so that a developer's machine does the very same.
//!
//! Promises: needs Rust only; prepares by itself what it can without root; says which suite did not run and which
//! command installs what it lacks; never counts a suite that ran no test as passed.
//! Must not know: how any suite proves what it proves.

#![expect(
    clippy::print_stdout,
    reason = "a command-line tool talks on its standard output"
)]

mod ci;
mod process;
mod setup;
mod suite;
mod summary;
mod tally;
mod workspace;

use std::process::ExitCode;

use setup::Apt;
use workspace::Workspace;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(reason) => {
            eprintln!("xtask: {reason}");
            ExitCode::from(2)
        }
    }
}

/// Runs one command. `Ok(false)` is a failed check, `Err` is a command that could not be carried out.
fn run(words: &[&str]) -> Result<bool, String> {
    match words {
        [] | ["help" | "--help" | "-h"] => {
            print!("{}", help());
            Ok(true)
        }
        ["test", names @ ..] => {
            let summary = suite::run(&Workspace::find()?, &suite::chosen(names)?, false);
            print!("{summary}");
            Ok(summary.passed())
        }
        ["ci"] => ci::run(&Workspace::find()?),
        ["rules"] => rules(&Workspace::find()?),
        ["setup", "clients"] => {
            setup::all_clients(&Workspace::find()?, Apt::IfRoot).map_err(|missing| missing.to_string())?;
            println!("the suites `clients`, `clients-node` and `clients-rust` are ready");
            Ok(true)
        }
        ["setup", "browser"] => {
            setup::browser(Apt::IfRoot).map_err(|missing| missing.to_string())?;
            println!("the suite `browser` is ready");
            Ok(true)
        }
        ["setup", "peers"] => {
            setup::peers(Apt::IfRoot).map_err(|missing| missing.to_string())?;
            println!("the gateway's benchmarks are ready");
            Ok(true)
        }
        other => Err(format!("unknown command `{}`\n\n{}", other.join(" "), help())),
    }
}

/// Writes a page for each rule (a test of the crate knows how).
fn rules(workspace: &Workspace) -> Result<bool, String> {
    let words = "test --quiet --package rulebook --test pages -- --ignored --exact write_every_page";
    let words: Vec<&str> = words.split(' ').collect();
    Ok(process::run(&mut workspace.cargo(&words)).success)
}

fn help() -> String {
    let mut text = String::from(
        "\
cargo xtask test [SUITE...]   run every suite whose tool is there (or those named)
cargo xtask ci                set up, format, clippy, docs, then every suite; one that did not run counts as failed
cargo xtask rules             write docs/rules, a page for each rule, anew
cargo xtask setup clients     install what the clients' suites need (on Debian as root: by apt)
cargo xtask setup browser     install what the suite `browser` needs (the same)
cargo xtask setup peers       install what the gateway's benchmarks compare with: nginx, Redis, PostgreSQL (the same)
cargo xtask help              this text

Suites:
",
    );
    for suite in suite::ALL {
        text.push_str(&format!("  {:<20} {}\n", suite.name, suite.about));
    }
    text
}
