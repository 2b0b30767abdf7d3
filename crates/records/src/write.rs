//! Rows as CSV and as JSON lines.

use std::io::Write;

use serde_json::{Map, Value};

use super::Record;
use super::table::Format;

/// Writes rows of one kind.
pub struct Writer<W: Write> {
    out: Out<W>,
}

enum Out<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Json(W),
}

impl<W: Write> Writer<W> {
    /// Begins; CSV gets its line of names.
    pub fn new<R: Record>(format: Format, out: W) -> std::io::Result<Self> {
        let out = match format {
            Format::JsonLines => Out::Json(out),
            Format::Csv => {
                let mut csv = csv::Writer::from_writer(out);
                csv.write_record(names::<R>())?;
                Out::Csv(Box::new(csv))
            }
        };
        Ok(Writer { out })
    }

    /// Writes a row.
    pub fn write<R: Record>(&mut self, row: &R) -> std::io::Result<()> {
        let values = row.to_values();
        match &mut self.out {
            Out::Csv(csv) => Ok(csv.write_record(values.iter().map(|value| unharmed(value)))?),
            Out::Json(out) => {
                let pairs = names::<R>().zip(values).filter(|(_, value)| !value.is_empty());
                let object: Map<String, Value> = pairs
                    .map(|(name, value)| (name.to_owned(), Value::String(value)))
                    .collect();
                writeln!(out, "{}", Value::Object(object))
            }
        }
    }

    /// Ends: what is in between is written out.
    pub fn finish(self) -> std::io::Result<W> {
        match self.out {
            Out::Csv(csv) => csv
                .into_inner()
                .map_err(|error| std::io::Error::other(error.to_string())),
            Out::Json(mut out) => {
                out.flush()?;
                Ok(out)
            }
        }
    }
}

fn names<R: Record>() -> impl Iterator<Item = &'static str> {
    R::COLUMNS.iter().map(|names| names[0])
}

/// Spreadsheets take a value that begins so for a formula; a space before it keeps it a text, and is dropped on reading.
fn unharmed(value: &str) -> String {
    if value.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!(" {value}")
    } else {
        value.to_owned()
    }
}
