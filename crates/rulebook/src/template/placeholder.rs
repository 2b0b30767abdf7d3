//! Placeholders in a text: `{{1}}` or `{{first_name}}` (T1).
//!
//! Promises: finds every pair of double braces, well formed inside or not, and tells braces that have no partner.

/// A placeholder and where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Placeholder<'a> {
    /// What stands between the braces, without spaces at its ends.
    pub name: &'a str,
    /// The byte at which the braces begin.
    pub start: usize,
    /// The byte after the braces.
    pub end: usize,
}

/// The placeholders of a text, in order.
pub fn placeholders(text: &str) -> Vec<Placeholder<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find("{{").map(|at| from + at) {
        let Some(length) = text[start + 2..].find("}}") else {
            break;
        };
        let end = start + 2 + length + 2;
        found.push(Placeholder {
            name: text[start + 2..end - 2].trim(),
            start,
            end,
        });
        from = end;
    }
    found
}

/// The names of the placeholders, each once, in the order in which they first appear.
pub fn distinct(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for placeholder in placeholders(text) {
        if !names.contains(&placeholder.name) {
            names.push(placeholder.name);
        }
    }
    names
}

/// The text without its placeholders.
pub fn words_only(text: &str) -> String {
    let mut rest = String::with_capacity(text.len());
    let mut from = 0;
    for placeholder in placeholders(text) {
        rest.push_str(&text[from..placeholder.start]);
        rest.push(' ');
        from = placeholder.end;
    }
    rest.push_str(&text[from..]);
    rest
}

/// Whether double braces are left over that make up no placeholder.
pub fn has_loose_braces(text: &str) -> bool {
    let rest = words_only(text);
    rest.contains("{{") || rest.contains("}}")
}

/// The text with each placeholder replaced by what `value` gives for its name; without a value it stays.
pub fn fill<'a>(text: &str, value: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut filled = String::with_capacity(text.len() + 64);
    let mut from = 0;
    for placeholder in placeholders(text) {
        filled.push_str(&text[from..placeholder.start]);
        filled.push_str(value(placeholder.name).unwrap_or(&text[placeholder.start..placeholder.end]));
        from = placeholder.end;
    }
    filled.push_str(&text[from..]);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_found_filled_and_taken_out() {
        // (text, names, without them, loose braces)
        let rows: [(&str, &[&str], &str, bool); 8] = [
            ("no placeholder", &[], "no placeholder", false),
            ("Hi {{1}}, {{2}}!", &["1", "2"], "Hi  ,  !", false),
            ("{{1}}{{1}}", &["1"], "  ", false),
            ("{{ first_name }} ", &["first_name"], "  ", false),
            ("{{}}", &[""], " ", false),
            ("Hi {{1}", &[], "Hi {{1}", true),
            ("Hi 1}} {1} {", &[], "Hi 1}} {1} {", true),
            ("ñ {{1}} ü", &["1"], "ñ   ü", false),
        ];
        for (text, names, rest, loose) in rows {
            assert_eq!(distinct(text), names, "{text:?}");
            assert_eq!(words_only(text), rest, "{text:?}");
            assert_eq!(has_loose_braces(text), loose, "{text:?}");
        }
        let filled = fill("Hi {{1}}, {{2}} and {{1}}", |name| (name == "1").then_some("Ana"));
        assert_eq!(filled, "Hi Ana, {{2}} and Ana");
    }
}
