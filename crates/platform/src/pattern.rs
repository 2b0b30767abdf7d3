//! Patterns of names, as people files and fault rules have them.

use core::fmt;

use serde::de::{Deserialize, Deserializer, Error};

/// A name, or a pattern of names: `*` stands for any letters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern(String);

impl Pattern {
    /// A pattern; none of nothing.
    pub fn new(text: &str) -> Option<Pattern> {
        (!text.is_empty()).then(|| Pattern(text.to_owned()))
    }

    /// Whether the whole name fits.
    pub fn fits(&self, name: &str) -> bool {
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = name.strip_prefix(first) else {
            return false;
        };
        let parts: Vec<&str> = parts.collect();
        let Some((last, middle)) = parts.split_last() else {
            return rest.is_empty();
        };
        for part in middle {
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        rest.ends_with(last)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Pattern::new(&text).ok_or_else(|| D::Error::custom("it must be a name, or a pattern such as sale_*"))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_names() {
        for (pattern, name, fits) in [
            ("sale", "sale", true),
            ("sale", "sale_now", false),
            ("sale_*", "sale_now", true),
            ("*_sale", "big_sale", true),
            ("*_sale", "big_sales", false),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "a1c2b", false),
            ("a*a", "a", false),
            ("*", "", true),
        ] {
            assert_eq!(Pattern(pattern.into()).fits(name), fits, "{pattern} {name}");
        }
    }
}
