//! The log, on standard error.
//!
//! Promises: no number of a person is written: runs of digits that can be one are masked in every line, whoever wrote it; a
//! line of JSON stays JSON.
//! Must not know: what is logged.

use std::io::{self, IsTerminal, Write};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::args::LogFormat;

/// Lengths of phone numbers with their country code (E.164 allows 15; those of the platform's ids that are longer than any
/// number in use stay readable).
const DIGITS: std::ops::RangeInclusive<usize> = 8..=14;
/// So many digits at the end stay, to tell one from another.
const SHOWN: usize = 2;

/// Begins to log what a filter lets through.
pub(crate) fn begin(filter: &str, format: LogFormat) {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(Masking {
            make: io::stderr,
            format,
        })
        .with_ansi(io::stderr().is_terminal())
        .with_target(false);
    match format {
        LogFormat::Text => builder.init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
}

/// Makes writers that mask.
struct Masking<M> {
    make: M,
    format: LogFormat,
}

impl<'a, W: Write + 'a, M: Fn() -> W> MakeWriter<'a> for Masking<M> {
    type Writer = Masked<W>;

    fn make_writer(&'a self) -> Masked<W> {
        Masked {
            to: (self.make)(),
            format: self.format,
        }
    }
}

/// Masks what is written; the log writes a line at a time.
struct Masked<W> {
    to: W,
    format: LogFormat,
}

impl<W: Write> Write for Masked<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.to.write_all(&masked(line, self.format))?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// A line with all but the last digits of numbers as `*`; what JSON has as a number becomes a text.
fn masked(line: &[u8], format: LogFormat) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len());
    let (mut at, mut in_text) = (0, false);
    while let Some(&byte) = line.get(at) {
        let run = line[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if DIGITS.contains(&run) {
            let quote: &[u8] = match format {
                LogFormat::Json if !in_text => b"\"",
                _ => b"",
            };
            out.extend_from_slice(quote);
            out.resize(out.len() + run - SHOWN, b'*');
            out.extend_from_slice(&line[at + run - SHOWN..at + run]);
            out.extend_from_slice(quote);
            at += run;
            continue;
        }
        in_text ^= byte == b'"';
        // A quotation mark behind a backslash is part of the text.
        let escaped = byte == b'\\' && matches!(line.get(at + 1), Some(b'"' | b'\\'));
        let step = if escaped { 2 } else { run.max(1) };
        out.extend_from_slice(&line[at..at + step]);
        at += step;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_people_are_masked_and_ids_are_not() {
        let rows = [
            ("a webhook from 15550001111", "a webhook from *********11"),
            ("to=+5511987654321 refused", "to=+***********21 refused"),
            (r#"{"wa_id":"4915112345678"}"#, r#"{"wa_id":"***********78"}"#),
            (
                "number 106540352242922 is known",
                "number 106540352242922 is known",
            ),
            (
                "port 8787, code 131048, 1234567",
                "port 8787, code 131048, 1234567",
            ),
            ("2026-03-02T09:00:00.123456Z", "2026-03-02T09:00:00.123456Z"),
            (r"\12345678", r"\******78"),
            ("12345678", "******78"),
            ("", ""),
        ];
        for (line, expected) in rows {
            let mut written = Vec::new();
            let mut masked = Masked {
                to: &mut written,
                format: LogFormat::Text,
            };
            masked.write_all(line.as_bytes()).expect("memory");
            assert_eq!(String::from_utf8_lossy(&written), expected);
        }
    }

    #[test]
    fn json_stays_json() {
        let rows = [
            (
                r#"{"to":15550001111,"n":[3,4]}"#,
                r#"{"to":"*********11","n":[3,4]}"#,
            ),
            (
                r#"{"dir":"C:\\","n":12345678}"#,
                r#"{"dir":"C:\\","n":"******78"}"#,
            ),
            (r#"{"what":"to 15550001111"}"#, r#"{"what":"to *********11"}"#),
            (
                r#"{"what":"say \"15550001111\"","n":12345678}"#,
                r#"{"what":"say \"*********11\"","n":"******78"}"#,
            ),
        ];
        for (line, expected) in rows {
            let told = masked(line.as_bytes(), LogFormat::Json);
            assert_eq!(String::from_utf8_lossy(&told), expected);
            assert!(
                serde_json::from_slice::<serde_json::Value>(&told).is_ok(),
                "{line}"
            );
        }
    }
}
