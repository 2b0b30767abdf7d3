//! `multipart/form-data`: fields of text and files in one body.
//!
//! Promises: nothing that comes in makes it panic; the bytes of a file are not copied; what is broken is said as a defect
//! of the body. Must not know: which call it is for.

use memchr::memmem::Finder;

use crate::GraphError;

/// Parts of one body: no call has more than a handful.
const PARTS_MAX: usize = 100;
/// The header that names a part.
const DISPOSITION: &str = "content-disposition";

/// One part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part<'a> {
    /// Its name.
    pub name: &'a str,
    /// The name of the file, if it is one.
    pub filename: Option<&'a str>,
    /// Its own content type.
    pub content_type: Option<&'a str>,
    /// Its bytes.
    pub body: &'a [u8],
}

/// The parts of a body, in order.
pub fn parts<'a>(content_type: &str, body: &'a [u8]) -> Result<Vec<Part<'a>>, GraphError> {
    let boundary = boundary(content_type).ok_or_else(|| broken("it names no boundary"))?;
    let delimiter = format!("--{boundary}");
    let first = body.strip_prefix(delimiter.as_bytes());
    let later = format!("\r\n{delimiter}");
    let next = Finder::new(&later);
    let first = first.or_else(|| Some(&body[next.find(body)? + later.len()..]));
    let mut rest = first.ok_or_else(|| broken("its first boundary is missing"))?;
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        if parts.len() >= PARTS_MAX {
            return Err(broken("it has too many parts"));
        }
        let part = rest
            .strip_prefix(b"\r\n")
            .ok_or_else(|| broken("a boundary is not followed by a line break"))?;
        let end = next
            .find(part)
            .ok_or_else(|| broken("its last boundary is missing"))?;
        parts.push(read(&part[..end])?);
        rest = &part[end + later.len()..];
    }
}

fn read(part: &[u8]) -> Result<Part<'_>, GraphError> {
    // A part without headers begins with the empty line.
    let (head, body) = match part.strip_prefix(b"\r\n") {
        Some(body) => (&[][..], body),
        None => find(part, b"\r\n\r\n").ok_or_else(|| broken("a part has no end of its headers"))?,
    };
    let head = core::str::from_utf8(head).map_err(|_| broken("the headers of a part are not UTF-8"))?;
    let header = |name: &str| {
        let mut headers = head.split("\r\n").filter_map(|line| line.split_once(':'));
        headers
            .find(|(key, _)| key.trim().eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    };
    let disposition = header(DISPOSITION).unwrap_or_default();
    Ok(Part {
        name: parameter(disposition, "name").ok_or_else(|| broken("a part has no name"))?,
        filename: parameter(disposition, "filename"),
        content_type: header("content-type"),
        body,
    })
}

fn boundary(content_type: &str) -> Option<&str> {
    parameter(content_type, "boundary").filter(|boundary| !boundary.is_empty() && boundary.len() <= 70)
}

/// A parameter of a header, with or without quotes. Escapes inside quotes stay as they are.
fn parameter<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = header;
    loop {
        rest = rest.split_once(';')?.1.trim_start();
        let (key, value) = rest.split_once('=')?;
        let (value, after) = match value.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => {
                let end = value.find(';').unwrap_or(value.len());
                (value[..end].trim_end(), &value[end..])
            }
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = after;
    }
}

fn find<'a>(bytes: &'a [u8], what: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = memchr::memmem::find(bytes, what)?;
    Some((&bytes[..at], &bytes[at + what.len()..]))
}

fn broken(reason: &str) -> GraphError {
    GraphError::from_parts(
        100,
        None,
        format!("(#100) The multipart body cannot be read: {reason}."),
    )
}
