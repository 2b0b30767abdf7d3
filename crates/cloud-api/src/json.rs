//! JSON as the platform writes it: ASCII only, `/` as `\/`, `@` as `\u0040`, everything beyond ASCII as lower-case
//! `\uXXXX` (a pair of them beyond U+FFFF).
//!
//! Promises: equal values give equal bytes, so a signature over them can be repeated. Clients may recompute
//! signatures over escaped text, therefore nothing in this crate writes JSON in any other way.

use core::fmt::Display;
use std::io;

use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::ser::Formatter;

/// The bytes of `value`. Every type of this crate and `serde_json::Value` can be written.
///
/// # Panics
/// If the `Serialize` implementation of `value` fails by itself, for instance for a map whose keys are not text.
pub fn to_bytes<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    append(&mut out, value);
    out
}

/// Appends the bytes of `value` to `out`; panics as [`to_bytes`] does.
pub fn append<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    let mut serializer = serde_json::Serializer::with_formatter(out, AsciiFormatter);
    value
        .serialize(&mut serializer)
        .expect("wire types have text keys, and a Vec takes every byte");
}

/// The value of `value`, for selections by field; panics as [`to_bytes`] does.
pub fn to_value<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("wire types have text keys")
}

/// The answer to a call that just worked.
pub const SUCCESS: &[u8] = br#"{"success":true}"#;

/// For `serialize_with`: numbers that the wire writes as text.
pub(crate) fn as_text<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

struct AsciiFormatter;

impl Formatter for AsciiFormatter {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.bytes().position(must_be_escaped) {
            let (plain, special) = rest.split_at(at);
            out.write_all(plain.as_bytes())?;
            let mut chars = special.chars();
            chars.next().map_or(Ok(()), |ch| escape(out, ch))?;
            rest = chars.as_str();
        }
        out.write_all(rest.as_bytes())
    }
}

fn must_be_escaped(byte: u8) -> bool {
    !byte.is_ascii() || byte == b'/' || byte == b'@'
}

fn escape<W: ?Sized + io::Write>(out: &mut W, ch: char) -> io::Result<()> {
    if ch == '/' {
        return out.write_all(b"\\/");
    }
    for unit in ch.encode_utf16(&mut [0; 2]) {
        write!(out, "\\u{unit:04x}")?;
    }
    Ok(())
}
