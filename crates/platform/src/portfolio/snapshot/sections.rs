//! What the subjects of a portfolio keep beside its core: one section each, with a number and versions of its own.
//!
//! Promises: a subject adds state without touching the stored form of any other; a section without content takes no
//! room; a section that this version does not know is refused, not dropped.
//! To add one: write `store` and `load` beside the subject, and a row in [`SECTIONS`]. Numbers are permanent.

use decider::Undecodable;

use crate::people::section as people;
use crate::portfolio::number::{entries, onboarding, raise, rates, recipients};
use crate::portfolio::template::{care, upkeep};
use crate::portfolio::{
    Portfolio, analytics, first_step, marketing, misuse, notices, number, pacing, policy, scope, surface,
};

pub(crate) use stored::{Loaded, StoredSection, to_bytes as write};

/// One subject's stored form.
pub(crate) type Section = stored::Section<Portfolio>;

/// Every section, by number.
const SECTIONS: &[Section] = &[
    onboarding::SECTION,
    pacing::SECTION,
    upkeep::SECTION,
    recipients::SECTION,
    marketing::SECTION,
    rates::SECTION,
    entries::SECTION,
    scope::SECTION,
    misuse::SECTION,
    notices::SECTION,
    policy::SECTION,
    number::paths::SECTION,
    policy::THROTTLE_SECTION,
    number::tester::SECTION,
    people::SECTION,
    surface::ACCESS,
    surface::MEDIA,
    surface::PAGES,
    surface::DIGEST,
    analytics::TRAFFIC,
    analytics::INSIGHTS,
    first_step::SECTION,
    first_step::VERIFIED,
    raise::SECTION,
    pacing::TRAFFIC,
    policy::CONTESTED,
    analytics::SINCE,
    care::SECTION,
];

/// All sections that have content.
pub(super) fn store(portfolio: &Portfolio) -> Vec<StoredSection> {
    stored::store(SECTIONS, portfolio)
}

/// Reads what [`store`] wrote, in this version or an earlier one.
pub(super) fn load(portfolio: &mut Portfolio, sections: &[StoredSection]) -> Result<(), Undecodable> {
    stored::load(SECTIONS, portfolio, sections)
}

#[cfg(test)]
pub(crate) mod tests {
    use decider::{CellId, Timestamp};

    use super::*;
    use crate::ids::WabaIx;
    use crate::portfolio::number::Number;
    use crate::portfolio::scope::Scope;

    #[test]
    fn numbers_are_in_order_and_used_once() {
        assert!(SECTIONS.windows(2).all(|pair| pair[0].id < pair[1].id));
    }

    /// A portfolio with so many numbers, each with its limit.
    fn blank(numbers: usize) -> Portfolio {
        let mut portfolio = Portfolio::new(CellId(1));
        let number = || {
            Number::new(
                WabaIx(0),
                15_550_783_881,
                "Shop".into(),
                Timestamp::from_millis(1),
            )
        };
        let limits = portfolio.edition().limits.clone();
        let scope = || Scope::new(&limits);
        portfolio
            .scopes
            .extend(core::iter::repeat_with(scope).take(numbers));
        portfolio
            .numbers
            .extend(core::iter::repeat_with(number).take(numbers));
        portfolio
    }

    /// The bytes of a section with this content are `hex` (which never changes), and reading them gives the content
    /// back; without content there is nothing to store.
    #[track_caller]
    pub(crate) fn check(section: &Section, numbers: usize, hex: &str, fill: impl FnOnce(&mut Portfolio)) {
        let mut portfolio = blank(numbers);
        assert_eq!((section.store)(&portfolio), None, "nothing is stored of nothing");
        fill(&mut portfolio);
        let bytes = (section.store)(&portfolio).expect("there is content");
        let written: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(written, hex.split_whitespace().collect::<String>());
        let mut again = blank(numbers);
        assert!(matches!(
            (section.load)(&mut again, section.version, &bytes),
            Some(Ok(()))
        ));
        for _ in 0..portfolio.contacts.len() {
            again.contacts.add(again.contacts.len() as u64 + 1);
        }
        assert_eq!(
            (section.store)(&again).as_deref(),
            Some(&*bytes),
            "what was read is what was written"
        );
        assert!(
            (section.load)(&mut again, 0, &bytes).is_none(),
            "version 0 was never written"
        );
    }
}
