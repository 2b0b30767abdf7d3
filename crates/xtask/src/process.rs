//! Runs a child process: shows its output as it comes, counts its tests, measures its time.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::tally::Tally;

/// What became of a child process.
pub(crate) struct Ended {
    /// Whether it could be started and its exit code was 0.
    pub(crate) success: bool,
    /// The tests in its closing lines.
    pub(crate) tally: Tally,
    /// How long it took.
    pub(crate) took: Duration,
}

/// Runs `command` to its end, its output shown line by line.
pub(crate) fn run(command: &mut Command) -> Ended {
    let (outcome, took) = timed(|| watch(command));
    let (success, tally) = outcome.unwrap_or_else(|error| {
        eprintln!(
            "xtask: {} cannot be run: {error}",
            command.get_program().display()
        );
        (false, Tally::default())
    });
    Ended { success, tally, took }
}

fn watch(command: &mut Command) -> std::io::Result<(bool, Tally)> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let mut tally = Tally::default();
    let output = child.stdout.take().map(BufReader::new);
    for line in output.into_iter().flat_map(|output| output.split(b'\n')) {
        let line = String::from_utf8_lossy(&line?).into_owned();
        println!("{line}");
        tally = tally.and(Tally::of_line(&line).unwrap_or_default());
    }
    Ok((child.wait()?.success(), tally))
}

/// What `work` gives and how long it took.
#[expect(
    clippy::disallowed_methods,
    reason = "measures how long a step takes; nothing is decided by it"
)]
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let value = work();
    (value, start.elapsed())
}
