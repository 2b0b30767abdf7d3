//! One portfolio: its numbers, its people, what the platform told about them, and every attempt to send.
//!
//! Promises: pure; every change is an [`Event`]; every decision about a send is one, with the facts it was made by.
//! Must not know: HTTP, webhooks as they come, files, other portfolios.

pub mod account;
mod admission;
pub mod answer;
pub mod attempts;
pub mod command;
mod content;
mod decide;
pub mod event;
mod evolve;
pub mod explain;
pub mod facts;
pub mod foreign;
mod look_ahead;
pub mod number;
pub mod opt_outs;
pub mod people;
mod refusals;
pub mod scope;
mod snapshot;
pub mod stops;
pub mod suppression;
pub mod template;
pub mod view;

use std::collections::BTreeMap;

use decider::{CellId, Millis, Timestamp, mix};
use rulebook::edition::{self, Edition, EditionId};
use rulebook::escalation::Path;
use rulebook::index::Index;

use crate::consent::{Consent, Consents};
use crate::ids::{
    ContactIx, NumberIx, PersonKey, PhoneNumberId, ScopeIx, TemplateIx, TemplateKey, TopicKey, WabaId,
    WabaIx, hash,
};
use crate::person_requests::PersonRequests;
use crate::policy::Policy;
use account::Account;
use attempts::Attempts;
use foreign::Foreign;
use number::Number;
use opt_outs::OptOuts;
use people::People;
use scope::Scope;
use stops::Stops;
use suppression::Suppression;
use template::Template;

pub use answer::Answer;
pub use command::Command;
pub(crate) use content::content;
pub use content::{answer_key, content_key};
pub use event::Event;
pub use snapshot::PortfolioV1;

/// What a portfolio was opened with.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Settings {
    /// Its name.
    pub name: String,
    /// The permanent number of the edition that the platform follows.
    pub edition: u16,
    /// When it was opened, in milliseconds since the Unix epoch.
    pub opened_ms: u64,
}

/// The state of one portfolio.
#[derive(Debug)]
pub struct Portfolio {
    /// Its cell.
    pub cell: CellId,
    /// How it began; `None` before.
    pub settings: Option<Settings>,
    /// The owner's policy.
    pub policy: Policy,
    /// How often the policy was set.
    pub policy_version: u32,
    edition: &'static Edition,
    /// Its accounts.
    pub accounts: Vec<Account>,
    /// Its numbers.
    pub numbers: Vec<Number>,
    by_number: Index<u64, u16>,
    /// Templates that were told or sent.
    pub templates: Vec<Template>,
    by_key: BTreeMap<(WabaIx, TemplateKey), TemplateIx>,
    scopes: Vec<Scope>,
    /// Its people.
    pub people: People,
    /// Its attempts.
    pub attempts: Attempts,
    /// Who does not want to be written to.
    pub opt_outs: OptOuts,
    /// Whom the business does not write to.
    pub suppressions: BTreeMap<ContactIx, Suppression>,
    /// When the identity of people changed, in seconds since the Unix epoch.
    changes: BTreeMap<ContactIx, u32>,
    /// What is stopped.
    pub stops: Stops,
    /// Whom somebody else wrote to from our numbers.
    pub foreign: Foreign,
    /// What people agreed to.
    pub consents: Consents,
    /// The names of what they agreed to, as they were first written.
    pub topics: BTreeMap<TopicKey, String>,
    /// Who asked for a person.
    pub requests: PersonRequests,
    /// The ways to a person that are declared, by number.
    ways: BTreeMap<NumberIx, Vec<Path>>,
    /// What was sent before the first day is known.
    pub log_imported: bool,
    /// Changes that a poll found before any webhook told of them: what webhooks missed, or were late with.
    pub missed: u64,
    /// The first accepted send since the last status, in milliseconds since the Unix epoch.
    pub waiting_since: Option<u64>,
    /// It was told that no status comes.
    pub silent: bool,
    /// How many decisions were made.
    pub decisions: u64,
}

impl Portfolio {
    /// A portfolio to which nothing has happened.
    pub fn new(cell: CellId) -> Self {
        Portfolio {
            cell,
            settings: None,
            policy: Policy::default(),
            policy_version: 0,
            edition: Edition::builtin(EditionId::PER_PORTFOLIO_2026),
            accounts: Vec::new(),
            numbers: Vec::new(),
            by_number: Index::new(),
            templates: Vec::new(),
            by_key: BTreeMap::new(),
            scopes: Vec::new(),
            people: People::default(),
            attempts: Attempts::default(),
            opt_outs: OptOuts::default(),
            suppressions: BTreeMap::new(),
            changes: BTreeMap::new(),
            stops: Stops::default(),
            foreign: Foreign::default(),
            consents: Consents::default(),
            topics: BTreeMap::new(),
            requests: PersonRequests::default(),
            ways: BTreeMap::new(),
            log_imported: false,
            missed: 0,
            waiting_since: None,
            silent: false,
            decisions: 0,
        }
    }

    /// The edition that the platform follows.
    pub fn edition(&self) -> &'static Edition {
        self.edition
    }

    /// The number with this id.
    pub fn number_of(&self, id: PhoneNumberId) -> Option<NumberIx> {
        self.by_number.get(id.0).map(NumberIx)
    }

    /// A number, if there is such a one.
    pub fn number(&self, number: NumberIx) -> Option<&Number> {
        self.numbers.get(number.index())
    }

    /// A template, if there is such a one.
    pub fn template(&self, template: TemplateIx) -> Option<&Template> {
        self.templates.get(template.index())
    }

    /// The template of a name and language in an account.
    pub fn template_of(&self, waba: WabaIx, key: TemplateKey) -> Option<TemplateIx> {
        self.by_key.get(&(waba, key)).copied()
    }

    /// The account with this id.
    pub fn waba_of(&self, id: WabaId) -> Option<WabaIx> {
        let place = self.accounts.iter().position(|known| known.id == id)?;
        Some(WabaIx(place as u16))
    }

    /// Whom a limit of this number counts together with.
    pub fn scope_of(&self, number: NumberIx) -> ScopeIx {
        match self.edition.limits.scope {
            edition::Scope::Number => ScopeIx(number.0),
            edition::Scope::Portfolio => ScopeIx(0),
        }
    }

    /// A scope, if there is such a one.
    pub fn scope(&self, scope: ScopeIx) -> Option<&Scope> {
        self.scopes.get(scope.index())
    }

    /// The ways to a person that are declared for a number.
    pub fn ways(&self, number: NumberIx) -> &[Path] {
        self.ways.get(&number).map_or(&[], Vec::as_slice)
    }

    /// Whether one of them counts (H2, H3).
    pub fn has_way(&self, number: NumberIx) -> bool {
        self.ways(number).iter().any(|way| way.kind.counts())
    }

    /// The consents of everybody from a person on, a person at a time.
    pub fn consents_from(&self, first: ContactIx) -> impl Iterator<Item = (ContactIx, Vec<Consent>)> {
        let all = (first.0..self.people.next().0).map(ContactIx);
        all.map(|contact| {
            let chain = self.people.get(contact).consents;
            (contact, self.consents.of(chain).collect())
        })
    }

    /// Where the texts of a person's consent may stand as content: under each id that turned out to be theirs.
    pub fn text_keys(&self, contact: ContactIx, consent: Consent) -> impl Iterator<Item = u64> {
        let ids = self.people.ids(contact);
        ids.map(move |id| crate::consent::content_key(id, &consent))
    }

    /// The person whom a key names.
    pub fn person(&self, key: PersonKey) -> Option<ContactIx> {
        self.people.find(key)
    }

    /// The end of the first day, in which what was sent before is not known.
    pub(crate) fn first_day_ends(&self) -> Timestamp {
        let opened = self.settings.as_ref().map_or(0, |settings| settings.opened_ms);
        Timestamp::from_millis(opened) + Millis::DAY
    }

    /// Whether that day is not over yet.
    pub(crate) fn in_first_day(&self, now: Timestamp) -> bool {
        !self.log_imported && now < self.first_day_ends()
    }

    /// The earliest instant at which there is something to do.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let all = [
            self.attempts_due(),
            self.silence_due(),
            self.requests.next_deadline(),
        ];
        all.into_iter().flatten().min()
    }

    /// When the oldest attempt without an outcome is given up.
    pub(crate) fn attempts_due(&self) -> Option<Timestamp> {
        let (_, at) = self.attempts.first_open()?;
        Some(at + Millis::new(self.policy.attempt_deadline_ms))
    }

    /// A digest of everything that decides; no walk over people or attempts.
    pub fn digest(&self) -> u64 {
        let counts = self.decisions ^ u64::from(self.policy_version) << 48;
        let lists = [
            self.suppressions.len(),
            self.changes.len(),
            self.stops.iter().count(),
            self.ways.len(),
            self.topics.len(),
        ];
        let care = stored::to_bytes(&(
            lists,
            self.log_imported,
            self.waiting_since,
            self.silent,
            self.missed,
        ));
        let mut digest = mix(self.people.digest() ^ self.attempts.digest() ^ self.cell.0 ^ mix(counts));
        digest = mix(digest ^ self.opt_outs.digest() ^ self.foreign.digest() ^ hash(&[&care]));
        digest = mix(digest ^ self.consents.digest() ^ self.requests.digest());
        let parts = (self.numbers.iter().map(Number::digest))
            .chain(self.scopes.iter().map(Scope::digest))
            .chain(self.accounts.iter().map(Account::digest))
            .chain(self.templates.iter().map(Template::digest));
        for part in parts {
            digest = mix(digest ^ part);
        }
        digest
    }
}
