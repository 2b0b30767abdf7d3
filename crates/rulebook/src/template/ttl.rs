//! How long a message of a template may wait for its delivery (`message_send_ttl_seconds`; platform page on time to
//! live). Values in `templates.ttl`; what asks for nothing waits 30 days, authentication less.
//!
//! Must not know: what becomes of a message whose time is over.

use decider::Millis;

use super::draft::Category;
use crate::edition::Ttls;

/// Stands for the longest.
pub const LONGEST: i64 = -1;

/// A time to live that a template cannot have. Displays as a lower-case fragment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TtlError {
    /// There is none for this category.
    #[error("message_send_ttl_seconds: a template of category {} has none of its own", .0.api_value())]
    None(Category),
    /// It is out of range.
    #[error("message_send_ttl_seconds: {least} to {most} seconds are allowed, or -1, not {given}")]
    Range {
        /// What was asked for.
        given: i64,
        /// The least, in seconds.
        least: u64,
        /// The most, in seconds.
        most: u64,
    },
}

/// Whether a template of a category may ask for so many seconds.
pub fn check(ttls: &Ttls, category: Category, seconds: i64) -> Result<(), TtlError> {
    let Some((least, most)) = ttls.range(category) else {
        return Err(TtlError::None(category));
    };
    let [least, most] = [least, most].map(|span| span.get() / Millis::SECOND.get());
    let inside = u64::try_from(seconds).is_ok_and(|seconds| (least..=most).contains(&seconds));
    if inside || seconds == LONGEST {
        Ok(())
    } else {
        let given = seconds;
        Err(TtlError::Range { given, least, most })
    }
}

/// How long its messages wait, with what it asked for; that counts no longer once its category may not ask.
pub fn of(ttls: &Ttls, category: Category, asked: Option<i64>) -> Millis {
    let asked = asked.filter(|_| ttls.range(category).is_some());
    match asked.map(u64::try_from) {
        Some(Ok(seconds)) => Millis::seconds(seconds),
        Some(Err(_)) => ttls.longest,
        None if category == Category::Authentication => ttls.authentication,
        None => ttls.longest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Edition;

    #[test]
    fn each_category_has_its_own_range() {
        let overrides =
            "templates.ttl.utility_range = [\"30s\", \"12h\"]\ntemplates.ttl.authentication = \"10m\"";
        let edition = Edition::named("2023-per-number").unwrap();
        let ttls = edition.with_overrides(overrides).unwrap().templates.ttl;
        let [a, u, m] = [Category::Authentication, Category::Utility, Category::Marketing];
        // (category, asked for, allowed, waits so many seconds)
        let rows = [
            (a, None, true, 600),
            (a, Some(30), true, 30),
            (a, Some(900), true, 900),
            (a, Some(901), false, 901),
            (a, Some(29), false, 29),
            (a, Some(-1), true, 2_592_000),
            (a, Some(-2), false, 2_592_000),
            (u, None, true, 2_592_000),
            (u, Some(30), true, 30),
            (u, Some(43_200), true, 43_200),
            (u, Some(43_201), false, 43_201),
            (m, None, true, 2_592_000),
            (m, Some(43_200), false, 2_592_000),
        ];
        for (category, asked, allowed, waits) in rows {
            let checked = asked.map_or(Ok(()), |seconds| check(&ttls, category, seconds));
            assert_eq!(checked.is_ok(), allowed, "{category:?} {asked:?}: {checked:?}");
            assert_eq!(
                of(&ttls, category, asked),
                Millis::seconds(waits),
                "{category:?} {asked:?}"
            );
        }
        let told =
            [(a, 901), (m, 60)].map(|(category, seconds)| check(&ttls, category, seconds).unwrap_err());
        assert_eq!(
            told.map(|error| error.to_string()),
            [
                "message_send_ttl_seconds: 30 to 900 seconds are allowed, or -1, not 901",
                "message_send_ttl_seconds: a template of category MARKETING has none of its own",
            ]
        );
    }
}
