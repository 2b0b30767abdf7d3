//! The log, on standard error.
//!
//! Promises: no number of a person is written: runs of digits that can be one are masked in every line, whoever wrote it.
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
        .with_writer(Masking(io::stderr))
        .with_ansi(io::stderr().is_terminal())
        .with_target(false);
    match format {
        LogFormat::Text => builder.init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
}

/// Makes writers that mask.
struct Masking<M>(M);

impl<'a, W: Write + 'a, M: Fn() -> W> MakeWriter<'a> for Masking<M> {
    type Writer = Masked<W>;

    fn make_writer(&'a self) -> Masked<W> {
        Masked(self.0())
    }
}

/// Masks what is written; the log writes a line at a time.
struct Masked<W>(W);

impl<W: Write> Write for Masked<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_all(&masked(line))?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A line with all but the last digits of numbers as `*`.
fn masked(line: &[u8]) -> Vec<u8> {
    let mut out = line.to_vec();
    let mut at = 0;
    while at < out.len() {
        let run = out[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if DIGITS.contains(&run) {
            out[at..at + run - SHOWN].fill(b'*');
        }
        at += run.max(1);
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
            ("12345678", "******78"),
            ("", ""),
        ];
        for (line, expected) in rows {
            assert_eq!(String::from_utf8_lossy(&masked(line.as_bytes())), expected);
            let mut written = Vec::new();
            Masked(&mut written).write_all(line.as_bytes()).expect("memory");
            assert_eq!(written, masked(line.as_bytes()));
        }
    }
}
