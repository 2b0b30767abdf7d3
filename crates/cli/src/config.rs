//! `goodstanding config`: the configuration of the gateway, looked at and explained.

use std::path::Path;
use std::process::ExitCode;

use gateway::config::{Config, DEFAULTS, Sources};

use crate::args;
use crate::error::CliError;

/// Runs the command.
pub(crate) fn run(command: &args::Config) -> Result<ExitCode, CliError> {
    match command {
        args::Config::ShowDefault => anstream::print!("{DEFAULTS}"),
        args::Config::Check { file } => {
            let config = read(file, &[])?;
            let (portfolios, relays) = (config.portfolios.len(), config.relays.len());
            let accounts: usize = config
                .portfolios
                .iter()
                .map(|portfolio| portfolio.accounts.len())
                .sum();
            anstream::println!(
                "{} can be used: portfolios {portfolios}, accounts {accounts}, relays {relays}",
                file.display()
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads a file, the environment and flags.
pub(crate) fn read(file: &Path, flags: &[(&'static str, String)]) -> Result<Config, CliError> {
    let text = std::fs::read_to_string(file).map_err(|source| CliError::Read {
        path: file.display().to_string(),
        source,
    })?;
    read_text(&text, file, flags)
}

/// The same of a text that is to be the file's.
pub(crate) fn read_text(
    text: &str,
    file: &Path,
    flags: &[(&'static str, String)],
) -> Result<Config, CliError> {
    let base = file.parent().unwrap_or(Path::new("."));
    Ok(Config::read(&Sources {
        file: Some(text),
        base,
        environment: &variable,
        flags,
    })?)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the configuration names variables that hold its secrets"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
