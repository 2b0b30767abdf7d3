//! `goodstanding data`: looks after data directories.

use std::io::BufWriter;
use std::path::Path;
use std::process::ExitCode;

use ledger::Ledger;
use ledger::segments::{Options, SegmentLedger};
use server::history::{self, Export};

use crate::args::Data;
use crate::error::CliError;

/// Runs the command.
pub(crate) fn run(command: &Data) -> Result<ExitCode, CliError> {
    match command {
        Data::Export { dir, portfolio } => export(dir, *portfolio),
        Data::Verify { dir } => verify(dir),
    }
}

/// Reads everything, changes nothing: exit code 0 if all is sound, 3 if not.
fn verify(dir: &Path) -> Result<ExitCode, CliError> {
    let report = ledger::segments::verify(dir).map_err(CliError::Verify)?;
    anstream::print!("{report}");
    Ok(if report.sound() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(3)
    })
}

/// Writes the history as lines of JSON.
fn export(dir: &Path, portfolio: Option<u64>) -> Result<ExitCode, CliError> {
    let export = match portfolio {
        Some(id) => Export::of_portfolio(id).ok_or(CliError::NoPortfolio(id))?,
        None => Export::default(),
    };
    // Whoever reads a history does not want an empty directory made.
    if !dir.join("format").exists() {
        let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
        let path = dir.display().to_string();
        return Err(CliError::Read {
            path,
            source: missing,
        });
    }
    let ledger = SegmentLedger::open(dir, Options::default()).map_err(CliError::Verify)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    history::write(ledger.reader(), &export, &mut out)
        .map_err(|error| CliError::Export(error.to_string()))?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_is_not_there_is_not_made() {
        let place = tempfile::tempdir().expect("a directory");
        let dir = place.path().join("data");
        assert!(matches!(export(&dir, None), Err(CliError::Read { .. })));
        assert!(!dir.exists());
        assert!(matches!(export(&dir, Some(7)), Err(CliError::NoPortfolio(7))));
    }
}
