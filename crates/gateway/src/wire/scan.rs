//! Finds single values in JSON text, so that they can be replaced and every other byte stays as it is.
//!
//! Promises: any bytes can be scanned; text that is not JSON gives some places or none, never a panic. Keys are compared
//! unescaped. Must not know: what the values mean.

use std::borrow::Cow;
use std::ops::Range;

/// Deeper nesting than JSON readers take is not looked into.
const DEPTH_MAX: usize = 128;

/// A text, number, `true`, `false` or `null` that is the value of a key.
#[derive(Clone, Debug)]
pub(crate) struct Member<'a> {
    text: &'a [u8],
    holder: Range<usize>,
    /// Where the object that it is in begins: the same for all members of one.
    pub(crate) object: usize,
    /// 1: of the outermost object.
    pub(crate) depth: usize,
    /// The key, with its quotes.
    pub(crate) key: Range<usize>,
    /// The value, with its quotes if it is a text.
    pub(crate) value: Range<usize>,
}

impl<'a> Member<'a> {
    /// Whether this is its key.
    pub(crate) fn is(&self, key: &str) -> bool {
        same(&self.text[self.key.clone()], key)
    }

    /// Whether this is the key of the object, or of the list of objects, that it is in.
    pub(crate) fn is_in(&self, key: &str) -> bool {
        same(&self.text[self.holder.clone()], key)
    }

    /// The text between its quotes, still escaped; `None` if it is no text.
    pub(crate) fn inner(&self) -> Option<Range<usize>> {
        let quoted = self.value.len() >= 2 && self.text[self.value.start] == b'"';
        quoted.then(|| self.value.start + 1..self.value.end - 1)
    }

    /// The text that it stands for; `None` if it is no text.
    pub(crate) fn unescaped(&self) -> Option<Cow<'a, str>> {
        serde_json::from_slice(&self.text[self.value.clone()]).ok()
    }

    /// The bytes to take away so that it is gone, with the comma that goes with it.
    pub(crate) fn whole(&self) -> Range<usize> {
        let space = |byte: &u8| byte.is_ascii_whitespace();
        let behind = self.text[self.value.end..]
            .iter()
            .take_while(|byte| space(byte))
            .count();
        if self.text.get(self.value.end + behind) == Some(&b',') {
            return self.key.start..self.value.end + behind + 1;
        }
        let before = &self.text[..self.key.start];
        let gap = before.iter().rev().take_while(|byte| space(byte)).count();
        let comma = before.len() - gap;
        let start = if comma > 0 && before[comma - 1] == b',' {
            comma - 1
        } else {
            self.key.start
        };
        start..self.value.end
    }
}

/// A key as it stands, with quotes, against a plain one. No key at all is an empty range.
fn same(raw: &[u8], key: &str) -> bool {
    match raw.strip_prefix(b"\"").and_then(|raw| raw.strip_suffix(b"\"")) {
        None => false,
        Some(inner) if !inner.contains(&b'\\') => inner == key.as_bytes(),
        Some(_) => serde_json::from_slice::<Cow<'_, str>>(raw).is_ok_and(|text| text == key),
    }
}

/// Shows every member with a single value, in the order of the text.
pub(crate) fn members<'a>(text: &'a [u8], mut each: impl FnMut(Member<'a>)) {
    // What is open: the place of an object, none for a list; and the key that it belongs to.
    let mut open: Vec<(Option<usize>, Range<usize>)> = Vec::new();
    let mut key: Option<Range<usize>> = None;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'{' | b'[' => {
                let inherited = open.last().map_or(0..0, |(_, holder)| holder.clone());
                let holder = key.take().unwrap_or(inherited);
                if open.len() == DEPTH_MAX {
                    return;
                }
                open.push(((*byte == b'{').then_some(start), holder));
            }
            b'}' | b']' => {
                open.pop();
            }
            b',' => key = None,
            b':' => {}
            byte if byte.is_ascii_whitespace() => {}
            byte => {
                at = if *byte == b'"' {
                    end_of_text(text, at)
                } else {
                    end_of_word(text, at)
                };
                let Some((Some(object), holder)) = open.last() else {
                    continue;
                };
                match key.take() {
                    None => key = Some(start..at),
                    Some(key) => each(Member {
                        text,
                        holder: holder.clone(),
                        object: *object,
                        depth: open.len(),
                        key,
                        value: start..at,
                    }),
                }
            }
        }
    }
}

/// Behind the closing quote of a text whose opening quote is before `at`.
fn end_of_text(text: &[u8], mut at: usize) -> usize {
    while let Some(byte) = text.get(at) {
        at += 1;
        match byte {
            b'"' => return at,
            b'\\' => at += 1,
            _ => {}
        }
    }
    text.len()
}

fn end_of_word(text: &[u8], at: usize) -> usize {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b",:]}\"{[".contains(byte);
    let length = text[at..].iter().take_while(|byte| !ends(byte)).count();
    at + length
}

/// The first outermost member of this name.
pub(crate) fn outermost<'a>(text: &'a [u8], name: &str) -> Option<Member<'a>> {
    let mut found = None;
    members(text, |member| {
        if found.is_none() && member.depth == 1 && member.is(name) {
            found = Some(member);
        }
    });
    found
}

/// One replacement.
pub(crate) type Edit = (Range<usize>, Vec<u8>);

/// The text with its edits made. They come in order and do not overlap; one that does is left out.
pub(crate) fn edited(text: &[u8], edits: &[Edit]) -> Vec<u8> {
    let added: usize = edits.iter().map(|(_, with)| with.len()).sum();
    let mut out = Vec::with_capacity(text.len() + added);
    let mut at = 0;
    for (range, with) in edits {
        if range.start < at || range.end > text.len() {
            continue;
        }
        out.extend_from_slice(&text[at..range.start]);
        out.extend_from_slice(with);
        at = range.end;
    }
    out.extend_from_slice(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let mut rows = Vec::new();
        members(text.as_bytes(), |member| {
            let part = |range: &Range<usize>| text[range.clone()].to_owned();
            let (holder, key, value) = (part(&member.holder), part(&member.key), part(&member.value));
            rows.push(format!("{} {holder} {key} {value}", member.depth));
        });
        rows
    }

    #[test]
    fn members_are_found_where_they_stand() {
        let check = |text: &str, expected: &[&str]| assert_eq!(shown(text), expected, "{text}");
        check(
            r#"{"a":1,"b" : "x\"y" , "c":null}"#,
            &["1  \"a\" 1", "1  \"b\" \"x\\\"y\"", "1  \"c\" null"],
        );
        check(
            r#"{"a":{"b":[{"c":true},{"c":[1,2]}]},"d":"e"}"#,
            &["4 \"b\" \"c\" true", "1  \"d\" \"e\""],
        );
        check(r#"["a",{"b":"c"}]"#, &["2  \"b\" \"c\""]);
        for broken in [
            "",
            "{",
            "\"",
            "{\"a",
            "{\"a\":",
            "}}}",
            "[[[",
            "{\"a\":\"b\\",
            ":,:",
        ] {
            shown(broken);
        }
        let deep = "[".repeat(1 << 20);
        check(&deep, &[]);
    }

    #[test]
    fn keys_are_compared_unescaped() {
        let text = br#"{"biz\u005fx":"1","biz_x":"2"}"#;
        let mut found = 0;
        members(text, |member| found += u8::from(member.is("biz_x")));
        assert_eq!(found, 2);
    }

    #[test]
    fn what_is_taken_away_takes_its_comma_along() {
        for (text, expected) in [
            (r#"{"x":1,"a":2}"#, r#"{"a":2}"#),
            (r#"{"a":2 , "x":"1"}"#, r#"{"a":2 }"#),
            (r#"{"a":2,"x":1 ,"b":3}"#, r#"{"a":2,"b":3}"#),
            (r#"{ "x":1 }"#, r#"{  }"#),
        ] {
            let member = outermost(text.as_bytes(), "x").expect("it is there");
            let out = edited(text.as_bytes(), &[(member.whole(), Vec::new())]);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }
}
