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
    /// The tests of every suite that ran.
    pub(crate) fn tally(&self) -> Tally {
        let ran = |row: &Row| match row.outcome {
            Outcome::Ran(tally) => tally,
            Outcome::Built(_) | Outcome::DidNotRun(_) => Tally::default(),
        };
        self.rows.iter().map(ran).fold(Tally::default(), Tally::and)
    }

    /// Whether no test failed.
    pub(crate) fn passed(&self) -> bool {
        self.tally().failed == 0
    }

    /// Whether every suite ran.
    pub(crate) fn complete(&self) -> bool {
        !self
            .rows
            .iter()
            .any(|row| matches!(row.outcome, Outcome::DidNotRun(_)))
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
                    "{name:<8} {seconds:>7.1} s  {} tests passed and {} failed",
                    tally.passed, tally.failed
                )?,
                Outcome::Built(true) => writeln!(f, "{name:<8} {seconds:>7.1} s  built")?,
                Outcome::Built(false) => writeln!(f, "{name:<8} {seconds:>7.1} s  does not build")?,
                Outcome::DidNotRun(_) => {}
            }
        }
        let Tally { passed, failed } = self.tally();
        writeln!(f, "{passed} passed, {failed} failed")?;
        for Row { name, outcome, .. } in &self.rows {
            if let Outcome::DidNotRun(missing) = outcome {
                writeln!(f, "did not run: {name}: {missing}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Outcome, Row, Summary};
    use crate::setup::Missing;
    use crate::tally::Tally;

    #[test]
    fn the_last_lines_name_what_did_not_run() {
        let missing = Missing::new("python 3.10 or newer was not found");
        let summary = Summary {
            rows: vec![
                Row::new(
                    "unit",
                    Duration::from_millis(1_250),
                    Outcome::Ran(Tally {
                        passed: 40,
                        failed: 1,
                    }),
                ),
                Row::new("release", Duration::from_secs(9), Outcome::Built(true)),
                Row::new("clients", Duration::ZERO, Outcome::DidNotRun(missing)),
            ],
        };
        let text = "
== summary
unit         1.2 s  40 tests passed and 1 failed
release      9.0 s  built
40 passed, 1 failed
did not run: clients: python 3.10 or newer was not found; install it with `cargo xtask setup clients`
";
        assert_eq!(summary.to_string(), text);
        assert!(!summary.passed());
        assert!(!summary.complete());
    }
}
