//! The section of a portfolio's stored form that holds its simulated people.

use crate::people::People;
use crate::portfolio::snapshot::sections::{Section, write};

/// Stored: [`super::PeopleV1`].
pub(crate) const SECTION: Section = Section {
    id: 50,
    version: 1,
    store: |portfolio| portfolio.people.as_ref().map(|people| write(&people.to_parts())),
    load: |portfolio, version, bytes| match version {
        1 => Some(postcard::from_bytes(bytes).map(|parts| {
            portfolio.people = Some(Box::new(People::from_parts(parts)));
        })),
        _ => None,
    },
};
