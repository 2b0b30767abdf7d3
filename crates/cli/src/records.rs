//! `goodstanding consents`, `suppressions` and `sends`: files of people's records.
//!
//! Promises: `check` changes nothing and needs no server; the report is on standard output, progress on standard error, and
//! only on a terminal; files are read and sent a part at a time.

mod export;
mod import;
mod wire;

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use ::records::{Format, ReadError, Record, Report, SendRow, read};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::args::{self, RecordsFile};
use crate::error::CliError;

/// Bad rows that are shown; JSON has a thousand.
const SHOWN: usize = 20;

/// `goodstanding consents` and `suppressions`.
pub(crate) fn run<R: wire::Listed>(command: &args::Records) -> Result<ExitCode, CliError> {
    match command {
        args::Records::Check(options) => check::<R>(options),
        args::Records::Import(options) => import::run::<R>(options),
        args::Records::Export(options) => export::run::<R>(options),
    }
}

/// `goodstanding sends`.
pub(crate) fn run_sends(command: &args::Sends) -> Result<ExitCode, CliError> {
    match command {
        args::Sends::Check(options) => check::<SendRow>(options),
        args::Sends::Import(options) => import::sends(options),
    }
}

fn check<R: Record>(options: &RecordsFile) -> Result<ExitCode, CliError> {
    let name = options.file.display().to_string();
    let input = open(&options.file).map_err(|source| unreadable(&name, source.into()))?;
    let report = read(format_of(options), input, |_, _: R| {}).map_err(|error| unreadable(&name, error))?;
    if options.output.json {
        anstream::println!("{:#}", as_json(&report));
    } else {
        let (good, bad) = (report.good, report.bad);
        let first = format!("{name}: {good} rows can be used, {bad} cannot\n");
        anstream::print!("{first}{}", rows(&report));
    }
    Ok(ExitCode::from(u8::from(report.bad > 0)))
}

fn unreadable(name: &str, error: ReadError) -> CliError {
    match error {
        ReadError::Input(source) => CliError::Read {
            path: name.to_owned(),
            source,
        },
        ReadError::NoColumns { .. } => CliError::Unusable {
            what: name.to_owned(),
            why: error.to_string(),
        },
    }
}

fn format_of(options: &RecordsFile) -> Format {
    match options.format.as_deref() {
        Some("jsonl") => Format::JsonLines,
        Some(_) => Format::Csv,
        None => Format::of_name(&options.file.to_string_lossy()).unwrap_or(Format::Csv),
    }
}

/// The input, with a bar that follows it where its length is known.
fn open(file: &Path) -> std::io::Result<Box<dyn Read>> {
    if file == Path::new("-") {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    let opened = File::open(file)?;
    // Not shown unless standard error is a terminal.
    let bar = ProgressBar::new(opened.metadata()?.len());
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} %, {bytes_per_sec}, {eta} left") {
        bar.set_style(style);
    }
    Ok(Box::new(bar.wrap_read(opened)))
}

/// Which rows cannot be used, and why.
fn rows(report: &Report) -> String {
    let mut text = String::new();
    for bad in report.bad_rows.iter().take(SHOWN) {
        let column = if bad.column.is_empty() {
            String::new()
        } else {
            format!(", column {}", bad.column)
        };
        let _ = writeln!(text, "  line {}{column}: {}. {}", bad.line, bad.what, bad.advice);
    }
    let more = report.bad.saturating_sub(SHOWN as u64);
    if more > 0 {
        let _ = writeln!(text, "  and {more} more");
    }
    if !report.unknown_columns.is_empty() {
        let _ = writeln!(
            text,
            "  these columns mean nothing here: {}",
            report.unknown_columns.join(", ")
        );
    }
    text
}

fn as_json(report: &Report) -> serde_json::Value {
    let bad = report
        .bad_rows
        .iter()
        .map(|bad| json!({"line": bad.line, "column": bad.column, "what": bad.what, "advice": bad.advice}));
    json!({
        "good": report.good,
        "bad": report.bad,
        "bad_rows": bad.collect::<Vec<_>>(),
        "unknown_columns": report.unknown_columns,
    })
}

#[cfg(test)]
mod tests {
    use ::records::{ConsentRow, SuppressionRow};

    use super::*;

    const FILE: &str = "phone,topic,given_at,colour\n15550001111,offers,2026-03-01,red\n0151,offers,2026-03-01,red\n15550001111,offers,,red\n";

    #[test]
    fn a_report_says_which_rows_cannot_be_used() {
        let report = read(Format::Csv, FILE.as_bytes(), |_, _: ConsentRow| {}).expect("readable");
        insta::assert_snapshot!(format!("{}\n{:#}", rows(&report), as_json(&report)));
    }

    #[test]
    fn many_bad_rows_are_not_all_shown() {
        let many = format!("phone\n{}", "x\n".repeat(25));
        let report = read(Format::Csv, many.as_bytes(), |_, _: SuppressionRow| {}).expect("readable");
        let told = rows(&report);
        assert_eq!(told.lines().count(), SHOWN + 1);
        assert!(told.ends_with("  and 5 more\n"), "{told}");
    }

    #[test]
    fn exit_codes() {
        let dir = tempfile::tempdir().expect("a directory");
        let run = |name: &str, text: Option<&str>, format: Option<&str>| {
            let file = dir.path().join(name);
            if let Some(text) = text {
                std::fs::write(&file, text).expect("a file");
            }
            let options = RecordsFile {
                file,
                format: format.map(str::to_owned),
                output: crate::args::Output { json: false },
            };
            let code = check::<SendRow>(&options).unwrap_or_else(|error| error.exit_code());
            format!("{code:?}")
        };
        let good = "phone,sent_at\n15550001111,2026-03-01\n";
        let json = "{\"phone\":\"15550001111\",\"sent_at\":\"2026-03-01\"}";
        let rows = [
            ("a.csv", Some(good), None, 0),
            ("a.jsonl", Some(json), None, 0),
            ("a.dat", Some(json), Some("jsonl"), 0),
            ("b.csv", Some("phone,sent_at\n1,x\n"), None, 1),
            ("c.csv", Some("name\nAnn\n"), None, 2),
            ("none.csv", None, None, 4),
        ];
        for (name, text, format, expected) in rows {
            assert_eq!(
                run(name, text, format),
                format!("{:?}", ExitCode::from(expected)),
                "{name}"
            );
        }
    }
}
