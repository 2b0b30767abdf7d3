//! A list of entries that is looked for in texts: by the first word, so that its length costs little.

use core::ops::Range;
use std::collections::BTreeMap;

use super::fold::Word;
use super::pattern::{Pattern, PatternError};

/// Entries of one kind, of one language or of several.
#[derive(Clone, Debug, Default)]
pub struct Entries {
    patterns: Vec<Pattern>,
    by_first: BTreeMap<String, Vec<usize>>,
    /// Those that can begin with anything.
    open: Vec<usize>,
}

/// Where an entry was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hit<'a> {
    /// The entry, as it is written in its list.
    pub entry: &'a str,
    /// The words that it takes up.
    pub words: Range<usize>,
}

impl Entries {
    /// Reads entries.
    pub fn read<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Entries, PatternError> {
        let mut list = Entries::default();
        for entry in entries {
            list.push(Pattern::read(entry)?);
        }
        Ok(list)
    }

    /// With the entries of `other` too.
    pub fn extend(&mut self, other: &Entries) {
        for pattern in &other.patterns {
            self.push(pattern.clone());
        }
    }

    fn push(&mut self, pattern: Pattern) {
        let place = self.patterns.len();
        match pattern.beginnings() {
            None => self.open.push(place),
            Some(words) => {
                for word in words {
                    self.by_first.entry(word.to_owned()).or_default().push(place);
                }
            }
        }
        self.patterns.push(pattern);
    }

    /// The entry that all of `words` is.
    pub fn whole<'a>(&'a self, words: &[Word]) -> Option<Hit<'a>> {
        let pattern = self
            .beginning_with(words.first()?)
            .find(|pattern| pattern.is_all_of(words))?;
        Some(Hit {
            entry: pattern.entry(),
            words: 0..words.len(),
        })
    }

    /// The longest entry at the beginning of `words[from..]`.
    pub fn at<'a>(&'a self, words: &[Word], from: usize) -> Option<Hit<'a>> {
        let rest = words.get(from..)?;
        let found = self
            .beginning_with(rest.first()?)
            .filter_map(|pattern| Some((pattern.at_start_of(rest)?, pattern)));
        let (count, pattern) = found.max_by_key(|(count, _)| *count)?;
        Some(Hit {
            entry: pattern.entry(),
            words: from..from + count,
        })
    }

    /// Every entry in `words`, from left to right, none inside another.
    pub fn all<'a>(&'a self, words: &[Word]) -> Vec<Hit<'a>> {
        let mut found = Vec::new();
        let mut from = 0;
        while from < words.len() {
            match self.at(words, from) {
                Some(hit) => {
                    from = hit.words.end;
                    found.push(hit);
                }
                None => from += 1,
            }
        }
        found
    }

    /// The first entry in `words`.
    pub fn first<'a>(&'a self, words: &[Word]) -> Option<Hit<'a>> {
        (0..words.len()).find_map(|from| self.at(words, from))
    }

    fn beginning_with(&self, word: &Word) -> impl Iterator<Item = &Pattern> {
        let named = self.by_first.get(&word.text).into_iter().flatten();
        named.chain(&self.open).map(|place| &self.patterns[*place])
    }
}

#[cfg(test)]
mod tests {
    use super::super::fold::words;
    use super::*;

    #[test]
    fn hits_are_told_from_left_to_right() {
        let list =
            Entries::read(["special offer|offers", "offer", "rabatt*", "very? cheap"]).expect("entries");
        // (text, entries with their words)
        type Row<'a> = (&'a str, &'a [(&'a str, Range<usize>)]);
        let rows: [Row<'_>; 4] = [
            ("A special offer!", &[("special offer|offers", 1..3)]),
            ("offer offer", &[("offer", 0..1), ("offer", 1..2)]),
            (
                "Rabattaktion, very cheap",
                &[("rabatt*", 0..1), ("very? cheap", 1..3)],
            ),
            ("nothing", &[]),
        ];
        for (text, expected) in rows {
            let found = list.all(&words(text));
            let found: Vec<_> = found.into_iter().map(|hit| (hit.entry, hit.words)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
