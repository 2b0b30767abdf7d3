//! `export`: what a running gateway has, as `import` takes it.
//!
//! Promises: a page at a time in memory; a file is there whole or not at all. Must not know: what a row means.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use ::records::{Format, Writer};
use serde::Deserialize;
use tokio::runtime::Runtime;

use super::wire::Listed;
use crate::args::Export;
use crate::error::CliError;
use crate::remote::Remote;

/// Rows of one call.
const PAGE: &str = "1000";

#[derive(Deserialize)]
struct Page<T> {
    data: Vec<T>,
    after: Option<String>,
}

/// `goodstanding consents export` and `suppressions export`.
pub(super) fn run<R: Listed>(options: &Export) -> Result<ExitCode, CliError> {
    let runtime = crate::sandbox::runtime()?;
    let remote = Remote::new(&options.remote)?;
    match &options.output {
        None => {
            let out = std::io::stdout().lock();
            all::<R>(&runtime, &remote, format_of(options), out, "standard output")?;
        }
        Some(file) => into_file::<R>(&runtime, &remote, options, file)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn format_of(options: &Export) -> Format {
    match (options.format.as_deref(), &options.output) {
        (Some("jsonl"), _) => Format::JsonLines,
        (Some(_), _) | (None, None) => Format::Csv,
        (None, Some(file)) => Format::of_name(&file.to_string_lossy()).unwrap_or(Format::Csv),
    }
}

fn into_file<R: Listed>(
    runtime: &Runtime,
    remote: &Remote,
    options: &Export,
    file: &Path,
) -> Result<(), CliError> {
    let name = file.display().to_string();
    let wrong = |source| CliError::Write {
        path: name.clone(),
        source,
    };
    let partial = file.with_extension("partial");
    let out = BufWriter::new(File::create(&partial).map_err(wrong)?);
    let written = all::<R>(runtime, remote, format_of(options), out, &name);
    let moved = written.and_then(|count| {
        std::fs::rename(&partial, file).map_err(wrong)?;
        Ok(count)
    });
    match moved {
        Ok(count) => anstream::eprintln!("{name}: {count} rows"),
        Err(error) => {
            // What is left of it is of no use to anybody.
            let _ = std::fs::remove_file(&partial);
            return Err(error);
        }
    }
    Ok(())
}

/// Writes all rows; gives how many.
fn all<R: Listed>(
    runtime: &Runtime,
    remote: &Remote,
    format: Format,
    out: impl Write,
    name: &str,
) -> Result<u64, CliError> {
    let wrong = |source| CliError::Write {
        path: name.to_owned(),
        source,
    };
    let mut writer = Writer::new::<R>(format, out).map_err(wrong)?;
    let (mut after, mut count) = (String::new(), 0);
    loop {
        let query = [("limit", PAGE.to_owned()), ("after", after)];
        let page: Page<R::Json> = runtime.block_on(remote.get(R::PATH, &query))?;
        for json in page.data {
            let row = R::of(json).ok_or(CliError::LaterGateway)?;
            writer.write(&row).map_err(wrong)?;
            count += 1;
        }
        match page.after {
            Some(next) => after = next,
            None => break,
        }
    }
    writer.finish().and_then(|mut out| out.flush()).map_err(wrong)?;
    Ok(count)
}
