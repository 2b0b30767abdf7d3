//! How fast a number may be.

use rulebook::throughput::Level;

use super::Number;
use crate::portfolio::snapshot::sections::{Section, write};

impl Number {
    /// For [`Number::digest`].
    pub(super) fn rates_digest(&self) -> u64 {
        (self.level as u64) << 61
    }
}

/// Stored: by number in order.
pub(crate) const SECTION: Section = Section {
    id: 32,
    version: 1,
    store: |portfolio| {
        let all: Vec<Level> = portfolio.numbers.iter().map(|number| number.level).collect();
        all.iter()
            .any(|level| *level != Level::default())
            .then(|| write(&all))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(postcard::from_bytes(bytes).map(|all: Vec<Level>| {
            for (number, level) in portfolio.numbers.iter_mut().zip(all) {
                number.level = level;
            }
        })),
        _ => None,
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portfolio::snapshot::sections::tests::check;

    #[test]
    fn the_bytes_stay() {
        check(&SECTION, 2, "02 02 00", |portfolio| {
            portfolio.numbers[0].level = Level::Coexistence;
        });
    }
}
