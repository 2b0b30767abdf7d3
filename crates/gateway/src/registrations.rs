//! Where apps want their webhooks, as they said it themselves through the Graph API.
//!
//! An app that registers an address would have the platform post past the gateway; so the gateway keeps the address, and
//! relays to it, signed as the platform would. Promises: what was answered is on disk. Must not know: how an app said it.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::config::Secret;
use crate::keys::write_private;
use crate::relay::{Relay, Target};

/// The file in the data directory.
const FILE: &str = "registrations.json";

/// What an address was given for; the more particular goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of", content = "id")]
pub(crate) enum Subject {
    /// A phone number.
    Number(u64),
    /// An account.
    Waba(u64),
    /// Everything of a portfolio (its cell).
    Portfolio(u64),
}

/// An address that an app gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Registration {
    #[serde(flatten)]
    subject: Subject,
    /// The portfolio (its cell), whose app's secret signs.
    cell: u64,
    url: String,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Registrations {
    file: Option<PathBuf>,
    known: Mutex<BTreeMap<Subject, Registration>>,
}

impl Registrations {
    /// Of a data directory; none without one.
    pub(crate) fn open(data: Option<&Path>) -> io::Result<Self> {
        let Some(dir) = data else {
            return Ok(Self::default());
        };
        let file = dir.join(FILE);
        let list: Vec<Registration> = match std::fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let known = list.into_iter().map(|entry| (entry.subject, entry)).collect();
        Ok(Registrations {
            file: Some(file),
            known: Mutex::new(known),
        })
    }

    /// Has the relay know of all of them. `secret` gives what signs for a portfolio.
    pub(crate) fn announce(&self, relay: &Relay, secret: impl Fn(u64) -> Option<Secret>) {
        for entry in self.known().values() {
            if let Some(secret) = secret(entry.cell) {
                relay.add(target(entry, secret));
            }
        }
    }

    /// The name of the relay for the first of the subjects that has an address.
    pub(crate) fn relay_of(&self, subjects: &[Subject]) -> Option<String> {
        let known = self.known();
        subjects
            .iter()
            .find(|subject| known.contains_key(subject))
            .map(name)
    }

    /// The address of a subject.
    pub(crate) fn url(&self, subject: Subject) -> Option<String> {
        self.known().get(&subject).map(|entry| entry.url.clone())
    }

    /// Keeps an address, or forgets it. Blocks.
    pub(crate) fn set(&self, subject: Subject, cell: u64, url: Option<&str>) -> io::Result<()> {
        let mut known = self.known();
        let mut changed = known.clone();
        match url {
            Some(url) => {
                let url = url.to_owned();
                changed.insert(subject, Registration { subject, cell, url });
            }
            None => {
                changed.remove(&subject);
            }
        }
        if let Some(file) = &self.file {
            let list: Vec<&Registration> = changed.values().collect();
            write_private(file, &serde_json::to_vec_pretty(&list)?)?;
        }
        *known = changed;
        Ok(())
    }

    /// The relay of a subject that has an address.
    pub(crate) fn target(&self, subject: Subject, secret: Secret) -> Option<Target> {
        self.known().get(&subject).map(|entry| target(entry, secret))
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<Subject, Registration>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn target(entry: &Registration, secret: Secret) -> Target {
    Target {
        name: name(&entry.subject),
        url: entry.url.clone(),
        secret,
    }
}

/// No name of the configuration holds a space.
fn name(subject: &Subject) -> String {
    match subject {
        Subject::Number(id) => format!("registered number {id}"),
        Subject::Waba(id) => format!("registered account {id}"),
        Subject::Portfolio(cell) => format!("registered portfolio {cell}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_registered_is_found_again() {
        let dir = tempfile::tempdir().expect("a directory");
        let open = || Registrations::open(Some(dir.path())).expect("it opens");
        let registrations = open();
        registrations
            .set(Subject::Waba(7), 1, Some("http://a"))
            .expect("kept");
        registrations
            .set(Subject::Number(8), 1, Some("http://b"))
            .expect("kept");
        registrations
            .set(Subject::Portfolio(1), 1, Some("http://c"))
            .expect("kept");
        registrations
            .set(Subject::Portfolio(1), 1, None)
            .expect("forgotten");
        let again = open();
        let of = |number, waba| {
            again.relay_of(&[
                Subject::Number(number),
                Subject::Waba(waba),
                Subject::Portfolio(1),
            ])
        };
        assert_eq!(of(8, 7).as_deref(), Some("registered number 8"));
        assert_eq!(of(9, 7).as_deref(), Some("registered account 7"));
        assert_eq!(of(9, 9), None);
        assert_eq!(again.url(Subject::Waba(7)).as_deref(), Some("http://a"));
    }
}
