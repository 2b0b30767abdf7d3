//! Who is told of changes of ratings, statuses, limits, templates, restrictions and appeals, and in which words (S8).
//!
//! A notice follows from the event that it is about: [`Portfolio::notice`] says what is told, if anything, and
//! [`Portfolio::told`] to whom. Promises: whoever was no administrator yet when something happened is not told of it.
//! Must not know: how mail is sent, who shows notifications.

mod care;
mod limits;
mod policy;
mod rates;
mod text;

use decider::{Timestamp, mix};
use serde::{Deserialize, Serialize};

use super::Portfolio;
use super::event::{Administrator, AdministratorsSet};
use super::snapshot::sections::{Section, write};

pub use text::{Notice, is_notice};

/// The administrators of a portfolio.
#[derive(Clone, Debug, Default)]
pub struct Administrators(Vec<(Administrator, Timestamp)>);

impl Administrators {
    /// Everybody, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = &Administrator> {
        self.0.iter().map(|(administrator, _)| administrator)
    }

    /// Takes the place of all there were; who stays is told of what happened before.
    pub(super) fn set(&mut self, e: &AdministratorsSet, at: Timestamp) {
        let since = |email: &str| {
            let same = self.0.iter().find(|(known, _)| known.email == email);
            same.map_or(at, |(_, since)| *since)
        };
        let all = e.administrators.iter();
        self.0 = all.map(|new| (new.clone(), since(&new.email))).collect();
    }

    /// Changes with every change.
    pub(super) fn digest(&self) -> u64 {
        let bytes = self.0.iter().flat_map(|(who, _)| who.email.bytes().chain([0]));
        let emails = bytes.fold(self.0.len() as u64, |hash, byte| mix(hash ^ u64::from(byte)));
        self.0
            .iter()
            .fold(emails, |hash, (_, since)| mix(hash ^ since.millis()))
    }
}

impl Portfolio {
    /// Who is told of something that happened at `at`.
    pub fn told(&self, at: Timestamp) -> impl Iterator<Item = &Administrator> {
        let then = self
            .administrators
            .0
            .iter()
            .filter(move |(_, since)| *since <= at);
        then.map(|(administrator, _)| administrator)
    }
}

/// One administrator as stored: since when, in milliseconds since the Unix epoch.
#[derive(Serialize, Deserialize)]
struct AdministratorV1 {
    name: String,
    email: String,
    since: u64,
}

/// Stored: the administrators in order.
pub(crate) const SECTION: Section = Section {
    id: 40,
    version: 1,
    store: |portfolio| {
        let store = |(who, since): &(Administrator, Timestamp)| AdministratorV1 {
            name: who.name.clone(),
            email: who.email.clone(),
            since: since.millis(),
        };
        let stored: Vec<_> = portfolio.administrators.0.iter().map(store).collect();
        (!stored.is_empty()).then(|| write(&stored))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(postcard::from_bytes(bytes).map(|stored: Vec<AdministratorV1>| {
            let load = |AdministratorV1 { name, email, since }| {
                (Administrator { name, email }, Timestamp::from_millis(since))
            };
            portfolio.administrators = Administrators(stored.into_iter().map(load).collect());
        })),
        _ => None,
    },
};
