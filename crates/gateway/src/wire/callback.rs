//! `biz_opaque_callback_data`: our attempt on its way up, the app's own value on its way back.
//!
//! What goes up is `gs1.<installation>.<cell>.<attempt>` in hexadecimal, and behind a further dot the app's own value if
//! there is one. The platform gives it back in statuses, so nothing has to be stored to put the app's value back. A value
//! so long that both together are more than the platform takes goes up as it is: its statuses are known by their message
//! then. Must not know: what an attempt is.

use std::borrow::Cow;

use cloud_api::message::CALLBACK_DATA_CHARS_MAX;

use super::scan::{Edit, edited, members, outermost};

/// The parameter, and the key of a status.
pub(crate) const KEY: &str = "biz_opaque_callback_data";
/// How every mark begins.
const PREFIX: &str = "gs1.";

/// Names an attempt of this installation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Mark {
    /// Two gateways in front of one account do not take each other's attempts for their own.
    pub(crate) installation: u32,
    /// The portfolio.
    pub(crate) cell: u64,
    /// The attempt in it.
    pub(crate) attempt: u64,
}

impl Mark {
    fn text(self) -> String {
        let Mark {
            installation,
            cell,
            attempt,
        } = self;
        format!("{PREFIX}{installation:08x}.{cell:x}.{attempt:x}")
    }

    /// The mark at the beginning of a text, how long it is, and whether a value is behind it.
    fn read(text: &[u8]) -> Option<(Mark, usize, bool)> {
        let rest = text.strip_prefix(PREFIX.as_bytes())?;
        let mut parts = rest.splitn(4, |byte| *byte == b'.');
        let (installation, cell, attempt) = (parts.next()?, parts.next()?, parts.next()?);
        let mark = Mark {
            installation: u32::try_from(hex(installation)?).ok()?,
            cell: hex(cell)?,
            attempt: hex(attempt)?,
        };
        let length = PREFIX.len() + installation.len() + cell.len() + attempt.len() + 2;
        Some((mark, length, parts.next().is_some()))
    }

    /// The mark in a value that the platform gave back.
    pub(crate) fn of(value: &str) -> Option<Mark> {
        Mark::read(value.as_bytes()).map(|(mark, ..)| mark)
    }
}

fn hex(digits: &[u8]) -> Option<u64> {
    let plain = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
    let digits =
        Some(digits).filter(|digits| (1..=16).contains(&digits.len()) && digits.iter().all(plain))?;
    u64::from_str_radix(core::str::from_utf8(digits).ok()?, 16).ok()
}

/// A body with the mark in it. `own` is the value that the app gave, in the body or beside it.
pub(crate) fn marked<'a>(body: &'a [u8], form: bool, own: Option<&str>, mark: Mark) -> Cow<'a, [u8]> {
    let mark = mark.text();
    let length = own.map_or(0, |own| own.chars().count() + 1);
    if mark.len() + length > CALLBACK_DATA_CHARS_MAX {
        return Cow::Borrowed(body);
    }
    Cow::Owned(if form {
        marked_form(body, own, &mark)
    } else {
        marked_json(body, own, &mark)
    })
}

fn marked_json(body: &[u8], own: Option<&str>, mark: &str) -> Vec<u8> {
    if let Some(member) = outermost(body, KEY) {
        let edit: Edit = match member.inner() {
            // Nothing of the app's own writing changes.
            Some(inner) => (inner.start..inner.start, format!("{mark}.").into_bytes()),
            None => (member.value.clone(), format!("\"{mark}\"").into_bytes()),
        };
        return edited(body, &[edit]);
    }
    let value = own.map_or_else(|| mark.to_owned(), |own| format!("{mark}.{own}"));
    let value = serde_json::Value::String(value).to_string();
    let brace = body.iter().position(|byte| *byte == b'{').map_or(0, |at| at + 1);
    let empty = body[brace..].trim_ascii_start().starts_with(b"}");
    let comma = if empty { "" } else { "," };
    edited(
        body,
        &[(brace..brace, format!("\"{KEY}\":{value}{comma}").into_bytes())],
    )
}

fn marked_form(body: &[u8], own: Option<&str>, mark: &str) -> Vec<u8> {
    let value = own.map_or_else(|| mark.to_owned(), |own| format!("{mark}.{own}"));
    // Pairs of text can always be written.
    let pair = serde_urlencoded::to_string([(KEY, &value)]).unwrap_or_default();
    let is_ours = |part: &&[u8]| {
        let name = part.split(|byte| *byte == b'=').next().unwrap_or_default();
        percent_encoding::percent_decode(name).decode_utf8_lossy() == KEY
    };
    let others: Vec<&[u8]> = body
        .split(|byte| *byte == b'&')
        .filter(|part| !part.is_empty() && !is_ours(part))
        .collect();
    let mut out = others.join(&b'&');
    if !out.is_empty() {
        out.push(b'&');
    }
    out.extend_from_slice(pair.as_bytes());
    out
}

/// A webhook with every mark of this installation taken off again. Nothing else differs.
pub(crate) fn put_back(body: &[u8], installation: u32) -> Cow<'_, [u8]> {
    let mut edits: Vec<Edit> = Vec::new();
    members(body, |member| {
        let Some(inner) = member.inner().filter(|_| member.is(KEY)) else {
            return;
        };
        let Some((mark, length, has_own)) = Mark::read(&body[inner.clone()]) else {
            return;
        };
        if mark.installation == installation {
            let range = if has_own {
                inner.start..inner.start + length + 1
            } else {
                member.whole()
            };
            edits.push((range, Vec::new()));
        }
    });
    if edits.is_empty() {
        Cow::Borrowed(body)
    } else {
        Cow::Owned(edited(body, &edits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARK: Mark = Mark {
        installation: 0xbeef,
        cell: 3,
        attempt: 0x1f,
    };

    #[test]
    fn json_keeps_everything_but_the_value() {
        for (body, own, expected) in [
            (
                r#"{"to":"1"}"#,
                None,
                r#"{"biz_opaque_callback_data":"gs1.0000beef.3.1f","to":"1"}"#,
            ),
            (
                " {}",
                None,
                r#" {"biz_opaque_callback_data":"gs1.0000beef.3.1f"}"#,
            ),
            (
                r#"{"biz_opaque_callback_data" : "caf\u00e9\/1","to":"1"}"#,
                Some("café/1"),
                r#"{"biz_opaque_callback_data" : "gs1.0000beef.3.1f.caf\u00e9\/1","to":"1"}"#,
            ),
            (
                r#"{"biz_opaque_callback_data":null,"to":"1"}"#,
                None,
                r#"{"biz_opaque_callback_data":"gs1.0000beef.3.1f","to":"1"}"#,
            ),
            (
                r#"{"x":{"biz_opaque_callback_data":"no"}}"#,
                Some("of \"query\""),
                r#"{"biz_opaque_callback_data":"gs1.0000beef.3.1f.of \"query\"","x":{"biz_opaque_callback_data":"no"}}"#,
            ),
        ] {
            let out = marked(body.as_bytes(), false, own, MARK);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }

    #[test]
    fn forms_get_one_more_pair() {
        for (body, own, expected) in [
            (
                "to=1&type=text",
                None,
                "to=1&type=text&biz_opaque_callback_data=gs1.0000beef.3.1f",
            ),
            ("", None, "biz_opaque_callback_data=gs1.0000beef.3.1f"),
            (
                "biz%5Fopaque_callback_data=a+b&to=1",
                Some("a b"),
                "to=1&biz_opaque_callback_data=gs1.0000beef.3.1f.a+b",
            ),
        ] {
            let out = marked(body.as_bytes(), true, own, MARK);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }

    #[test]
    fn a_value_that_leaves_no_room_goes_as_it_is() {
        let long = "x".repeat(CALLBACK_DATA_CHARS_MAX - 10);
        let body = format!(r#"{{"biz_opaque_callback_data":"{long}"}}"#);
        assert_eq!(marked(body.as_bytes(), false, Some(&long), MARK), body.as_bytes());
        let most = "x".repeat(CALLBACK_DATA_CHARS_MAX - MARK.text().len() - 1);
        let body = format!(r#"{{"biz_opaque_callback_data":"{most}"}}"#);
        assert_ne!(marked(body.as_bytes(), false, Some(&most), MARK), body.as_bytes());
    }

    #[test]
    fn what_was_put_in_is_taken_out() {
        let status = |data: &str| format!(r#"{{"statuses":[{{"id":"w"{data}}},{{"id":"v"{data}}}]}}"#);
        for (data, expected) in [
            (r#","biz_opaque_callback_data":"gs1.0000beef.3.1f""#, ""),
            (
                r#","biz_opaque_callback_data":"gs1.0000beef.3.1f.caf\u00e9""#,
                r#","biz_opaque_callback_data":"caf\u00e9""#,
            ),
            (
                r#","biz_opaque_callback_data":"gs1.0000beef.3.1f.""#,
                r#","biz_opaque_callback_data":"""#,
            ),
            (
                r#","biz_opaque_callback_data":"gs1.0000feed.3.1f.x""#,
                r#","biz_opaque_callback_data":"gs1.0000feed.3.1f.x""#,
            ),
            (
                r#","biz_opaque_callback_data":"mine""#,
                r#","biz_opaque_callback_data":"mine""#,
            ),
            (
                r#","text":"gs1.0000beef.3.1f.x""#,
                r#","text":"gs1.0000beef.3.1f.x""#,
            ),
        ] {
            let body = status(data);
            let out = put_back(body.as_bytes(), MARK.installation);
            assert_eq!(String::from_utf8_lossy(&out), status(expected), "{data}");
        }
    }

    #[test]
    fn only_whole_marks_are_read() {
        for (text, expected) in [
            ("gs1.0000beef.3.1f", Some(MARK)),
            ("gs1.0000beef.3.1f.own.value", Some(MARK)),
            ("gs1.0000beef.3.", None),
            ("gs1.0000beef.3.1F", None),
            ("gs1.0000beef.3.11111111111111111", None),
            ("gs2.0000beef.3.1f", None),
            ("", None),
        ] {
            assert_eq!(Mark::of(text), expected, "{text}");
        }
    }
}
