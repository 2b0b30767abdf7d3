//! Rows from CSV and from JSON lines, and the report of those that cannot be used.

use std::io::{BufRead, BufReader, Read};

use serde_json::{Map, Value};

use super::Record;
use super::fields::{BadValue, Fields, column_of};

/// Bad rows are told up to so many, and only counted beyond: whoever has more has one fault in all of them.
pub const BAD_ROWS_MAX: usize = 1_000;
/// A line of JSON is not longer than this, in bytes.
const LINE_MAX: u64 = 1 << 20;

/// How rows are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Commas, semicolons or tabs between values, names of columns in the first line.
    Csv,
    /// One JSON object a line.
    JsonLines,
}

impl Format {
    /// By the end of a file's name.
    pub fn of_name(name: &str) -> Option<Format> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "txt" => Some(Format::Csv),
            "jsonl" | "ndjson" | "json" => Some(Format::JsonLines),
            _ => None,
        }
    }
}

/// A row that cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadRow {
    /// Its line, counted from 1.
    pub line: u64,
    /// The column; empty if the row as a whole is wrong.
    pub column: String,
    /// What is wrong: a lower-case fragment.
    pub what: String,
    /// What to do: a sentence.
    pub advice: &'static str,
}

/// What came of reading.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// Rows that were read.
    pub good: u64,
    /// Rows that cannot be used.
    pub bad: u64,
    /// The first [`BAD_ROWS_MAX`] of these.
    pub bad_rows: Vec<BadRow>,
    /// Columns that mean nothing.
    pub unknown_columns: Vec<String>,
}

/// Why nothing can be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The input ends.
    #[error("the input cannot be read")]
    Input(#[from] std::io::Error),
    /// None of the columns is known.
    #[error("none of the columns is known: there should be {wanted}")]
    NoColumns {
        /// The names of the columns.
        wanted: String,
    },
}

impl Report {
    fn bad(&mut self, line: u64, value: BadValue) {
        self.bad += 1;
        if self.bad_rows.len() < BAD_ROWS_MAX {
            self.bad_rows.push(BadRow {
                line,
                column: value.column.to_owned(),
                what: value.what,
                advice: value.advice,
            });
        }
    }

    fn unknown(&mut self, column: &str) {
        // As many as a file has columns; JSON may have others in each line.
        let full = self.unknown_columns.len() >= BAD_ROWS_MAX;
        if !full && !self.unknown_columns.iter().any(|known| known == column) {
            self.unknown_columns.push(column.to_owned());
        }
    }

    fn take<R: Record>(&mut self, line: u64, fields: &Fields, each: &mut impl FnMut(u64, R)) {
        match R::from_fields(fields) {
            Ok(row) => {
                self.good += 1;
                each(line, row);
            }
            Err(value) => self.bad(line, value),
        }
    }
}

/// Reads all rows of an input; `each` gets the line and the row.
pub fn read<R: Record>(
    format: Format,
    input: impl Read,
    mut each: impl FnMut(u64, R),
) -> Result<Report, ReadError> {
    let mut report = Report::default();
    match format {
        Format::Csv => csv_rows(input, &mut report, &mut each)?,
        Format::JsonLines => json_rows(input, &mut report, &mut each)?,
    }
    Ok(report)
}

fn csv_rows<R: Record>(
    input: impl Read,
    report: &mut Report,
    each: &mut impl FnMut(u64, R),
) -> Result<(), ReadError> {
    let mut input = BufReader::new(input);
    let delimiter = delimiter(input.fill_buf()?);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(input);
    let header = reader.byte_headers().map_err(input_error)?.clone();
    let columns: Vec<Option<&'static str>> = header.iter().map(|name| column_of::<R>(&text(name))).collect();
    for (name, _) in header.iter().zip(&columns).filter(|(_, column)| column.is_none()) {
        report.unknown(text(name).trim());
    }
    if columns.iter().all(Option::is_none) && !header.is_empty() {
        let names: Vec<&str> = R::COLUMNS.iter().map(|names| names[0]).collect();
        return Err(ReadError::NoColumns {
            wanted: names.join(", "),
        });
    }
    let mut row = csv::ByteRecord::new();
    while reader.read_byte_record(&mut row).map_err(input_error)? {
        let line = row.position().map_or(0, csv::Position::line);
        if row.len() > columns.len() {
            let what = format!("has {} values for {} columns", row.len(), columns.len());
            let advice = "Put a value that holds a comma or a line break in double quotes.";
            report.bad(line, BadValue::new("", what, advice));
            continue;
        }
        let mut fields = Fields::default();
        for (value, column) in row.iter().zip(&columns) {
            if let Some(column) = column {
                fields.push(column, &text(value));
            }
        }
        report.take(line, &fields, each);
    }
    Ok(())
}

/// What stands between values: whichever is most frequent in the first line.
fn delimiter(beginning: &[u8]) -> u8 {
    let first = beginning.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: &u8| first.iter().filter(|byte| *byte == delimiter).count();
    // The last of equals wins: the comma.
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

fn json_rows<R: Record>(
    input: impl Read,
    report: &mut Report,
    each: &mut impl FnMut(u64, R),
) -> Result<(), ReadError> {
    let mut input = BufReader::new(input);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if input.by_ref().take(LINE_MAX).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.len() as u64 == LINE_MAX && line.last() != Some(&b'\n') {
            input.skip_until(b'\n')?;
            let advice = "Write one record a line.";
            report.bad(
                number,
                BadValue::new("", "is longer than a record can be", advice),
            );
            continue;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice::<Map<String, Value>>(&line) {
            Ok(object) => {
                let fields = fields_of::<R>(&object, report);
                report.take(number, &fields, each);
            }
            Err(error) => {
                let advice = "Write one JSON object a line.";
                report.bad(
                    number,
                    BadValue::new("", format!("is no JSON object: {error}"), advice),
                );
            }
        }
    }
    Ok(())
}

fn fields_of<R: Record>(object: &Map<String, Value>, report: &mut Report) -> Fields {
    let mut fields = Fields::default();
    for (name, value) in object {
        let Some(column) = column_of::<R>(name) else {
            report.unknown(name);
            continue;
        };
        match value {
            Value::String(text) => fields.push(column, text),
            Value::Null => {}
            Value::Array(values) => {
                let texts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
                fields.push(column, &texts.join(" "));
            }
            other => fields.push(column, &other.to_string()),
        }
    }
    fields
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Only reading can go wrong: rows may have any length and any bytes.
fn input_error(error: csv::Error) -> ReadError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => ReadError::Input(error),
        other => ReadError::Input(std::io::Error::other(format!("{other:?}"))),
    }
}
