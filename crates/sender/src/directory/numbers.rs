//! Where phone numbers are: listed by their ids, found by hash.
//!
//! Promises: stored as the list alone. Must not know: what a portfolio is.

use std::collections::BTreeMap;
use std::ops::Deref;

use rulebook::index::Index;
use serde::{Deserialize, Serialize};

use super::Place;
use crate::ids::{PhoneNumberId, WabaId};

type Listed = BTreeMap<PhoneNumberId, Place>;

/// The numbers of a seat. Whoever lists them reads it as a map.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Listed", into = "Listed")]
pub struct Numbers {
    listed: Listed,
    /// Cell and account by number: every send asks.
    by_id: Index<u64, (u64, u64)>,
}

impl Numbers {
    /// Where a number is.
    pub fn find(&self, number: PhoneNumberId) -> Option<Place> {
        let (cell, waba) = self.by_id.get(number.0)?;
        Some(Place {
            cell,
            waba: WabaId(waba),
        })
    }

    pub(super) fn insert(&mut self, number: PhoneNumberId, place: Place) {
        self.listed.insert(number, place);
        self.by_id.insert(number.0, (place.cell, place.waba.0));
    }

    pub(super) fn remove(&mut self, number: PhoneNumberId) -> Option<Place> {
        self.by_id.remove(number.0);
        self.listed.remove(&number)
    }
}

impl Deref for Numbers {
    type Target = Listed;

    fn deref(&self) -> &Listed {
        &self.listed
    }
}

impl PartialEq for Numbers {
    fn eq(&self, other: &Self) -> bool {
        self.listed == other.listed
    }
}

impl From<Listed> for Numbers {
    fn from(listed: Listed) -> Self {
        let mut numbers = Numbers::default();
        for (number, place) in listed {
            numbers.insert(number, place);
        }
        numbers
    }
}

impl From<Numbers> for Listed {
    fn from(numbers: Numbers) -> Self {
        numbers.listed
    }
}
