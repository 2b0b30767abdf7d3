//! Reads values by path and type, each taken once, none left over.

use super::values::Values;
use super::{Choice, Countries, EditionError, Limit};
use crate::country::Country;
use decider::Millis;
use std::collections::BTreeSet;
use toml::Value;

/// Takes values by path and type; [`Reader::finish`] refuses what nobody took.
pub(crate) struct Reader<'a> {
    values: &'a Values,
    taken: BTreeSet<&'static str>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(values: &'a Values) -> Self {
        Reader {
            values,
            taken: BTreeSet::new(),
        }
    }

    pub(super) fn has(&self, section: &str) -> bool {
        !self.values.below(section).is_empty()
    }

    pub(super) fn finish(self) -> Result<(), EditionError> {
        match self.values.paths().find(|path| !self.taken.contains(path)) {
            None => Ok(()),
            Some(path) => Err(EditionError::Unknown {
                path: path.to_owned(),
                allowed: self.taken.into_iter().collect::<Vec<_>>().join(", "),
            }),
        }
    }

    pub(crate) fn require(&self, holds: bool, path: &str, allowed: &str) -> Result<(), EditionError> {
        if holds {
            Ok(())
        } else {
            Err(EditionError::wrong(path, allowed))
        }
    }

    fn take<T>(
        &mut self,
        path: &'static str,
        allowed: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<T, EditionError> {
        self.taken.insert(path);
        let value = self.values.get(path).ok_or(EditionError::Missing {
            path: path.to_owned(),
        })?;
        read(value).ok_or_else(|| EditionError::wrong(path, allowed))
    }

    pub(crate) fn bool(&mut self, path: &'static str) -> Result<bool, EditionError> {
        self.take(path, "true or false", Value::as_bool)
    }

    pub(crate) fn u32(&mut self, path: &'static str) -> Result<u32, EditionError> {
        self.take(path, "a whole number from 0 to 4294967295", whole)
    }

    pub(crate) fn choice<T: Choice>(&mut self, path: &'static str) -> Result<T, EditionError> {
        self.take(path, &T::words(), |value| value.as_str().and_then(T::of))
    }

    /// A number from 0 to 4,000, in thousandths.
    pub(crate) fn permille(&mut self, path: &'static str) -> Result<u32, EditionError> {
        self.take(
            path,
            "a number from 0 to 4000, with at most three decimals",
            |value| scaled(value, 1e3, 4e3),
        )
    }

    /// A share from 0 to 1, in millionths.
    pub(crate) fn ppm(&mut self, path: &'static str) -> Result<u32, EditionError> {
        self.take(path, "a share from 0 to 1, with at most six decimals", |value| {
            scaled(value, 1e6, 1.0)
        })
    }

    pub(crate) fn millis(&mut self, path: &'static str) -> Result<Millis, EditionError> {
        self.take(path, SPAN, |value| value.as_str().and_then(span))
    }

    /// A span that is not zero.
    pub(crate) fn span(&mut self, path: &'static str) -> Result<Millis, EditionError> {
        let read = |value: &Value| value.as_str().and_then(span).filter(|span| *span > Millis::ZERO);
        self.take(path, SPAN, read)
    }

    pub(crate) fn spans(&mut self, path: &'static str) -> Result<Vec<Millis>, EditionError> {
        let read = |value: &Value| {
            value
                .as_array()?
                .iter()
                .map(|item| span(item.as_str()?))
                .collect()
        };
        self.take(path, "a list of spans such as [\"3h\", \"6h\"]", read)
    }

    /// Two spans, the least and the most.
    pub(crate) fn range_or_never(
        &mut self,
        path: &'static str,
    ) -> Result<Option<(Millis, Millis)>, EditionError> {
        let read = |value: &Value| match (value.as_str(), value.as_array().map(Vec::as_slice)) {
            (Some("never"), _) => Some(None),
            (_, Some([least, most])) => {
                let range = (span(least.as_str()?)?, span(most.as_str()?)?);
                (range.0 <= range.1).then_some(Some(range))
            }
            _ => None,
        };
        self.take(
            path,
            "never, or the least and the most, such as [\"30s\", \"15m\"]",
            read,
        )
    }

    pub(crate) fn span_or_never(&mut self, path: &'static str) -> Result<Option<Millis>, EditionError> {
        let read = |value: &Value| match value.as_str()? {
            "never" => Some(None),
            text => span(text).map(Some),
        };
        self.take(path, "never, or a span such as 30d", read)
    }

    pub(crate) fn u32_or_never(&mut self, path: &'static str) -> Result<Option<u32>, EditionError> {
        let read = |value: &Value| match value.as_str() {
            Some("never") => Some(None),
            Some(_) => None,
            None => whole(value).map(Some),
        };
        self.take(path, "never, or a whole number from 0 to 4294967295", read)
    }

    pub(crate) fn countries(&mut self, path: &'static str) -> Result<Countries, EditionError> {
        let read = |value: &Value| {
            let country = |item: &Value| Country::named(item.as_str()?);
            value.as_array()?.iter().map(country).collect()
        };
        let allowed = "a list of countries by the two letters of ISO 3166, such as [\"US\"]";
        self.take(path, allowed, read).map(Countries::of)
    }

    pub(crate) fn words(&mut self, path: &'static str) -> Result<Vec<String>, EditionError> {
        let read = |value: &Value| {
            let items = value.as_array()?.iter();
            items.map(|item| item.as_str().map(str::to_owned)).collect()
        };
        self.take(path, "a list of words", read)
    }

    pub(super) fn limits(&mut self, path: &'static str) -> Result<Vec<Limit>, EditionError> {
        let limit = |item: &Value| match item.as_str() {
            Some("unlimited") => Some(Limit::Unlimited),
            Some(_) => None,
            None => whole(item).map(Limit::People),
        };
        let read = |value: &Value| value.as_array()?.iter().map(limit).collect();
        self.take(
            path,
            "a list of whole numbers, the last of which may be \"unlimited\"",
            read,
        )
    }
}

const SPAN: &str = "a span such as 24h (ms, s, m, h, d)";

fn whole(value: &Value) -> Option<u32> {
    u32::try_from(value.as_integer()?).ok()
}

/// `value` in units of `1 / scale`, where that is a whole number and `value` is at most `max`.
fn scaled(value: &Value, scale: f64, max: f64) -> Option<u32> {
    let number = value
        .as_float()
        .or_else(|| value.as_integer().map(|integer| integer as f64))?;
    let units = libm::round(number * scale);
    let exact = libm::fabs(units - number * scale) < 1e-6;
    (exact && (0.0..=max).contains(&number)).then_some(units as u32)
}

/// A span such as `24h` (ms, s, m, h, d).
pub fn span(text: &str) -> Option<Millis> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = text.split_at(unit_at);
    let unit = match unit {
        "ms" => 1,
        "s" => Millis::SECOND.get(),
        "m" => Millis::MINUTE.get(),
        "h" => Millis::HOUR.get(),
        "d" => Millis::DAY.get(),
        _ => return None,
    };
    count.parse::<u64>().ok()?.checked_mul(unit).map(Millis::new)
}
