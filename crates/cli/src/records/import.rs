//! `import`: the rows of a file, given to a running gateway.
//!
//! Promises: the file is read and sent a part at a time, in order; rows that cannot be used stop no others and are told by
//! line; after an error the same file can be imported again. Must not know: what the gateway does with a row.

use std::cell::Cell;
use std::io::Read;
use std::process::ExitCode;

use ::records::{BAD_ROWS_MAX, BadRow, Report, SendRow, read};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::wire::Wire;
use super::{as_json, format_of, open, rows, unreadable};
use crate::args::{Import, ImportSends, RecordsFile};
use crate::error::CliError;
use crate::remote::{Remote, RemoteError};

/// Rows of one call.
const ROWS: usize = 2_000;
/// Bytes of one call: half of what the gateway takes.
const BYTES: usize = 4 << 20;

/// What a call came to; see `Taken` and `SendsTaken` of the native API.
#[derive(Debug, Default, Deserialize)]
struct Taken {
    taken: u64,
    unchanged: u64,
    #[serde(default)]
    over: u64,
    refused: Vec<Refused>,
    #[serde(default)]
    complete: bool,
}

#[derive(Debug, Deserialize)]
struct Refused {
    at: usize,
    why: String,
}

/// A number of the gateway.
#[derive(Debug, Deserialize)]
struct Number {
    id: String,
    phone_number: String,
}

#[derive(Deserialize)]
struct Numbers {
    data: Vec<Number>,
}

/// Rows on their way to the gateway.
struct Calls<'a> {
    runtime: &'a Runtime,
    remote: &'a Remote,
    path: &'static str,
    number: Option<&'a str>,
    batch: Vec<Value>,
    lines: Vec<u64>,
    bytes: usize,
    total: Taken,
    bad: Vec<BadRow>,
    error: Option<RemoteError>,
}

/// `goodstanding consents import` and `suppressions import`.
pub(super) fn run<R: Wire>(options: &Import) -> Result<ExitCode, CliError> {
    let runtime = crate::sandbox::runtime()?;
    let remote = Remote::new(&options.remote)?;
    let (report, total) = Calls::new(&runtime, &remote, R::PATH, None).all::<R>(&options.file)?;
    Ok(tell(&options.file, &report, &total, None))
}

/// `goodstanding sends import`.
pub(super) fn sends(options: &ImportSends) -> Result<ExitCode, CliError> {
    let runtime = crate::sandbox::runtime()?;
    let remote = Remote::new(&options.remote)?;
    let number = runtime.block_on(number(&remote, options.number.as_deref()))?;
    let calls = Calls::new(&runtime, &remote, SendRow::PATH, Some(&number));
    let (report, mut total) = calls.all::<SendRow>(&options.file)?;
    let whole = report.bad == 0 && !options.partial;
    if whole && !total.complete {
        let body = json!({"number": number, "complete": true});
        let told: Taken = runtime.block_on(remote.post(SendRow::PATH, body))?;
        total.complete = told.complete;
    }
    let caution = match (total.complete, options.partial) {
        (true, _) => {
            "the gateway knows what was sent before it was there, and uses the whole messaging limit"
        }
        (false, true) => "the gateway uses a share of the messaging limit in its first 24 hours, as asked",
        (false, false) => {
            "the gateway uses a share of the messaging limit in its first 24 hours: mend the rows and import the file again"
        }
    };
    Ok(tell(&options.file, &report, &total, Some(caution)))
}

/// The id of the number that is meant.
async fn number(remote: &Remote, named: Option<&str>) -> Result<String, CliError> {
    let known: Numbers = remote.get("numbers", &[("limit", "1000".to_owned())]).await?;
    let mut fit = known.data.iter().filter(|number| {
        named.is_none_or(|name| {
            let digits = name.trim_start_matches('+');
            number.id == name || number.phone_number == digits
        })
    });
    match (fit.next(), fit.next()) {
        (Some(number), None) => Ok(number.id.clone()),
        (first, _) => {
            let named = named.map_or_else(|| "no --number".to_owned(), |name| format!("--number {name}"));
            let all: Vec<&str> = known.data.iter().map(|number| number.id.as_str()).collect();
            let why = match first {
                Some(_) => format!("name one with --number: {}", all.join(", ")),
                None => format!("the gateway's numbers are: {}", all.join(", ")),
            };
            Err(CliError::NotMeant { what: named, why })
        }
    }
}

impl<'a> Calls<'a> {
    fn new(runtime: &'a Runtime, remote: &'a Remote, path: &'static str, number: Option<&'a str>) -> Self {
        Calls {
            runtime,
            remote,
            path,
            number,
            batch: Vec::new(),
            lines: Vec::new(),
            bytes: 0,
            total: Taken::default(),
            bad: Vec::new(),
            error: None,
        }
    }

    /// Gives all rows of a file.
    fn all<R: Wire>(mut self, file: &RecordsFile) -> Result<(Report, Taken), CliError> {
        let name = file.file.display().to_string();
        let input = open(&file.file).map_err(|source| unreadable(&name, source.into()))?;
        let stopped = Cell::new(false);
        let input = Until {
            input,
            stopped: &stopped,
        };
        let read = read(format_of(file), input, |line, row: R| {
            self.add(line, row.to_json());
            stopped.set(self.error.is_some());
        });
        let mut report = read.map_err(|error| unreadable(&name, error))?;
        self.send();
        if let Some(error) = self.error {
            let (taken, unchanged) = (self.total.taken, self.total.unchanged);
            anstream::eprintln!(
                "{name}: {taken} rows taken, {unchanged} unchanged before what follows; the same file can be imported again"
            );
            return Err(error.into());
        }
        report.bad += self.total.refused.len() as u64;
        report.bad_rows.extend(self.bad);
        report.bad_rows.sort_by_key(|bad| bad.line);
        report.bad_rows.truncate(BAD_ROWS_MAX);
        Ok((report, self.total))
    }

    fn add(&mut self, line: u64, row: Value) {
        self.bytes += row.to_string().len();
        self.batch.push(row);
        self.lines.push(line);
        if self.batch.len() >= ROWS || self.bytes >= BYTES {
            self.send();
        }
    }

    /// Sends what was gathered; after an error nothing more.
    fn send(&mut self) {
        let (batch, lines) = (std::mem::take(&mut self.batch), std::mem::take(&mut self.lines));
        self.bytes = 0;
        if batch.is_empty() || self.error.is_some() {
            return;
        }
        let mut body = json!({"data": batch});
        if let Some(number) = self.number {
            body["number"] = json!(number);
        }
        match self.runtime.block_on(self.remote.post::<Taken>(self.path, body)) {
            Ok(told) => self.count(told, &lines),
            Err(error) => self.error = Some(error),
        }
    }

    fn count(&mut self, told: Taken, lines: &[u64]) {
        self.total.taken += told.taken;
        self.total.unchanged += told.unchanged;
        self.total.over += told.over;
        self.total.complete = told.complete;
        for refused in told.refused {
            let line = lines.get(refused.at).copied().unwrap_or_default();
            if self.bad.len() < BAD_ROWS_MAX {
                self.bad.push(BadRow {
                    line,
                    column: String::new(),
                    what: refused.why.clone(),
                    advice: "This is the gateway's answer.",
                });
            }
            self.total.refused.push(refused);
        }
    }
}

/// Input that ends where it is stopped.
struct Until<'a> {
    input: Box<dyn Read>,
    stopped: &'a Cell<bool>,
}

impl Read for Until<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.stopped.get() {
            Ok(0)
        } else {
            self.input.read(into)
        }
    }
}

fn tell(file: &RecordsFile, report: &Report, total: &Taken, caution: Option<&str>) -> ExitCode {
    if file.output.json {
        anstream::println!("{:#}", json(report, total, caution.is_some()));
    } else {
        let name = file.file.display().to_string();
        anstream::print!("{}", told(&name, report, total, caution));
    }
    ExitCode::from(u8::from(report.bad > 0))
}

fn told(name: &str, report: &Report, total: &Taken, caution: Option<&str>) -> String {
    let over = match total.over {
        0 => String::new(),
        over => format!(", {over} too old to count"),
    };
    let (taken, unchanged, bad) = (total.taken, total.unchanged, report.bad);
    let mut text = format!("{name}: {taken} rows taken, {unchanged} unchanged{over}, {bad} cannot be used\n");
    text.push_str(&rows(report));
    if let Some(caution) = caution {
        text.push_str(&format!("  {caution}\n"));
    }
    text
}

fn json(report: &Report, total: &Taken, sends: bool) -> Value {
    let mut json = as_json(report);
    if let Some(object) = json.as_object_mut() {
        object.remove("good");
        object.insert("taken".to_owned(), json!(total.taken));
        object.insert("unchanged".to_owned(), json!(total.unchanged));
        if sends {
            object.insert("over".to_owned(), json!(total.over));
            object.insert("complete".to_owned(), json!(total.complete));
        }
    }
    json
}

#[cfg(test)]
mod tests;
