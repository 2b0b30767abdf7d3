//! Lanes: how a send is treated. A free-form message is a reply and goes in `service`; a template goes by its category.
//!
//! Promises: what is not known to be harmless is treated as marketing.
//! Must not know: why a send is refused.

use rulebook::template::draft::Category;
use serde::{Deserialize, Serialize};

/// How a send is treated. The numbers are permanent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum Lane {
    /// A reply: everything that is no template.
    Service = 0,
    /// One-time codes.
    Authentication = 1,
    /// What the person asked for or takes part in.
    Utility = 2,
    /// All else.
    Marketing = 3,
}

impl Lane {
    /// Every lane, the most protected first.
    pub const ALL: [Lane; 4] = [
        Lane::Service,
        Lane::Authentication,
        Lane::Utility,
        Lane::Marketing,
    ];

    /// The lane of a template of this category; of an unknown one, marketing.
    pub fn of_template(category: Option<Category>) -> Lane {
        match category {
            Some(Category::Authentication) => Lane::Authentication,
            Some(Category::Utility) => Lane::Utility,
            Some(Category::Marketing) | None => Lane::Marketing,
        }
    }

    /// The lane of a number that [`Lane`] `as u8` gave.
    pub fn from_number(number: u8) -> Option<Lane> {
        Lane::ALL.get(usize::from(number)).copied()
    }

    /// The name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Lane::Service => "service",
            Lane::Authentication => "authentication",
            Lane::Utility => "utility",
            Lane::Marketing => "marketing",
        }
    }
}

/// Some of the lanes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Lanes(u8);

impl Lanes {
    /// None of them.
    pub const NONE: Lanes = Lanes(0);
    /// Everything but replies.
    pub const TEMPLATES: Lanes = Lanes(0b1110);
    /// Marketing only.
    pub const MARKETING: Lanes = Lanes(0b1000);

    /// These and one more.
    #[must_use]
    pub const fn with(self, lane: Lane) -> Lanes {
        Lanes(self.0 | 1 << lane as u8)
    }

    /// These but one.
    #[must_use]
    pub const fn without(self, lane: Lane) -> Lanes {
        Lanes(self.0 & !(1 << lane as u8))
    }

    /// Whether `lane` is among them.
    pub const fn contains(self, lane: Lane) -> bool {
        self.0 & (1 << lane as u8) != 0
    }

    /// These and those.
    #[must_use]
    pub const fn and(self, others: Lanes) -> Lanes {
        Lanes(self.0 | others.0)
    }

    /// As bits: 1 for service, 2 for authentication, 4 for utility, 8 for marketing.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// From bits; those that mean nothing are dropped.
    pub const fn from_bits(bits: u8) -> Lanes {
        Lanes(bits & 0b1111)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_is_marketing() {
        let rows = [
            (None, Lane::Marketing),
            (Some(Category::Marketing), Lane::Marketing),
            (Some(Category::Utility), Lane::Utility),
            (Some(Category::Authentication), Lane::Authentication),
        ];
        for (category, lane) in rows {
            assert_eq!(Lane::of_template(category), lane);
        }
    }

    #[test]
    fn sets_hold_what_was_put_in() {
        for lane in Lane::ALL {
            assert_eq!(Lanes::TEMPLATES.contains(lane), lane != Lane::Service);
            assert!(Lanes::NONE.with(lane).contains(lane));
            assert_eq!(Lane::from_number(lane as u8), Some(lane));
        }
        assert_eq!(Lanes::MARKETING, Lanes::NONE.with(Lane::Marketing));
        assert_eq!(Lane::from_number(4), None);
    }
}
