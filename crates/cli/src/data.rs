//! `goodstanding data verify`: reads everything, changes nothing.

use std::process::ExitCode;

use crate::args::Data;
use crate::error::CliError;

/// Runs the command: exit code 0 if all is sound, 3 if not.
pub(crate) fn run(command: &Data) -> Result<ExitCode, CliError> {
    let Data::Verify { dir } = command;
    let report = ledger::segments::verify(dir).map_err(CliError::Verify)?;
    anstream::print!("{report}");
    Ok(if report.sound() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(3)
    })
}
