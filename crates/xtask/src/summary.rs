//! What is said at the end: each suite with its count and seconds, the sum, and what did not run.

use std::fmt;
use std::time::Duration;

use crate::setup::Missing;
use crate::tally::Tally;

/// The outcome of all suites.
#[derive(Default)]
pub(crate) struct Summary {
    /// One row a suite, and one for a build, in the order in which they ran.
    pub(crate) rows: Vec<Row>,
    /// Whether a suite that did not run counts as a failed test.
    pub(crate) all_must_run: bool,
}

/// The outcome of one suite.
pub(crate) struct Row {
    name: &'static str,
    took: Duration,
    outcome: Outcome,
}

/// How a suite ended.
pub(crate) enum Outcome {
    /// It ran; so many tests.
    Ran(Tally),
    /// A build, which is no test: whether it succeeded.
    Built(bool),
    /// Its tool is not there.
    DidNotRun(Missing),
}

impl Row {
    /// A row of the summary.
    pub(crate) fn new(name: &'static str, took: Duration, outcome: Outcome) -> Self {
        Row { name, took, outcome }
    }
}

impl Summary {
    /// The tests of all suites together.
    pub(crate) fn tally(&self) -> Tally {
        let of_row = |row: &Row| match row.outcome {
            Outcome::Ran(tally) => tally,
            Outcome::DidNotRun(_) => Tally {
                passed: 0,
                failed: u64::from(self.all_must_run),
            },
            Outcome::Built(_) => Tally::default(),
        };
        self.rows.iter().map(of_row).fold(Tally::default(), Tally::and)
    }

    /// Whether no test failed.
    pub(crate) fn passed(&self) -> bool {
        self.tally().failed == 0
    }

    fn write_missing(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Row { name, outcome, .. } in &self.rows {
            if let Outcome::DidNotRun(missing) = outcome {
                writeln!(f, "did not run: {name}: {missing}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n== summary")?;
        for Row { name, took, outcome } in &self.rows {
            let seconds = took.as_secs_f64();
            match outcome {
                Outcome::Ran(tally) => writeln!(
                    f,
                    "{name:<20} {seconds:>7.1} s  {} tests passed and {} failed",
                    tally.passed, tally.failed
                )?,
                Outcome::Built(true) => writeln!(f, "{name:<20} {seconds:>7.1} s  built")?,
                Outcome::Built(false) => writeln!(f, "{name:<20} {seconds:>7.1} s  does not build")?,
                Outcome::DidNotRun(_) => {}
            }
        }
        let Tally { passed, failed } = self.tally();
        if self.all_must_run {
            // What gates a change reads the very last line.
            self.write_missing(f)?;
            return writeln!(f, "{passed} passed, {failed} failed");
        }
        writeln!(f, "{passed} passed, {failed} failed")?;
        self.write_missing(f)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Outcome, Row, Summary};
    use crate::setup::Missing;
    use crate::tally::Tally;

    fn summary(all_must_run: bool) -> Summary {
        let missing = Missing::new("python 3.10 or newer was not found");
        let rows = vec![
            Row::new(
                "unit",
                Duration::from_millis(1_250),
                Outcome::Ran(Tally {
                    passed: 40,
                    failed: 0,
                }),
            ),
            Row::new("release", Duration::from_secs(9), Outcome::Built(true)),
            Row::new("clients", Duration::ZERO, Outcome::DidNotRun(missing)),
        ];
        Summary { rows, all_must_run }
    }

    #[test]
    fn the_last_lines_name_what_did_not_run() {
        let text = "
== summary
unit                     1.2 s  40 tests passed and 0 failed
release                  9.0 s  built
40 passed, 0 failed
did not run: clients: python 3.10 or newer was not found; install it with `cargo xtask setup clients`
";
        assert_eq!(summary(false).to_string(), text);
        assert!(summary(false).passed());
    }

    #[test]
    fn a_suite_that_did_not_run_fails_where_all_must_run() {
        assert!(
            summary(true)
                .to_string()
                .ends_with("cargo xtask setup clients`\n40 passed, 1 failed\n")
        );
        assert!(!summary(true).passed());
    }
}
